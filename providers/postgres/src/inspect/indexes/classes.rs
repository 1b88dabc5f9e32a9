//! Operator classes, and which of them an index has without being told.

use std::collections::HashMap;

use trueup_contract::DatabaseError;
use trueup_state::Qualified;

use crate::inspect::{answers::Answers, catalogue::Cells};

/// One operator class.
struct Class {
    /// Without a namespace in `pg_catalog`.
    name: Qualified,
    method: u32,
    /// The type that it is made for.
    ty: u32,
    is_default: bool,
    /// Whether it stores values of another type than it is given.
    stores_other: bool,
    /// Whether its type is one that others are taken for, if they can be: `text`, `anyarray`.
    is_preferred: bool,
}

/// All of them.
pub(super) struct Classes {
    classes: HashMap<u32, Class>,
    /// By method and type.
    defaults: HashMap<(u32, u32), u32>,
    /// Domains, with what they are made of.
    domains: HashMap<u32, u32>,
}

/// Read them.
pub(super) async fn read(answers: &mut Answers<'_>) -> Result<Classes, DatabaseError> {
    let mut all = Classes { classes: HashMap::new(), defaults: HashMap::new(), domains: HashMap::new() };
    for row in &answers.rows(include_str!("../sql/domains.sql")).await? {
        let mut cells = Cells::of(row);
        all.domains.insert(cells.oid()?, cells.oid()?);
    }
    for row in &answers.rows(include_str!("../sql/operator_classes.sql")).await? {
        let mut cells = Cells::of(row);
        let oid = cells.oid()?;
        let (namespace, name) = (cells.maybe_ident()?.unwrap_or_default(), cells.ident()?);
        let class = Class {
            name: Qualified { namespace, name },
            method: cells.oid()?,
            ty: cells.oid()?,
            is_default: cells.get()?,
            stores_other: cells.get()?,
            is_preferred: cells.get()?,
        };
        if class.is_default {
            all.defaults.insert((class.method, class.ty), oid);
        }
        all.classes.insert(oid, class);
    }
    Ok(all)
}

impl Classes {
    /// The name of a class, unless it is what a type has by itself; `expression` says that the type is that of the values
    /// which the index stores. `None`: there is no such class.
    pub(super) fn name(&self, class: u32, ty: u32, expression: bool) -> Option<Option<Qualified>> {
        let it = self.classes.get(&class)?;
        // A domain has the classes of what it is made of; no chain of domains is a circle.
        let ty = std::iter::successors(Some(ty), |ty| self.domains.get(ty).copied()).last()?;
        let is_default = it.is_default
            && (it.ty == ty
                || (expression && it.stores_other)
                || (it.is_preferred && !self.defaults.contains_key(&(it.method, ty))));
        Some((!is_default).then(|| it.name.clone()))
    }
}
