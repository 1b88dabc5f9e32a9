//! Indexes of partitions that hang on an index of a table above them.

use std::collections::HashMap;

use trueup_contract::DatabaseError;
use trueup_state::{Address, Ident, Object};

use crate::{
    inspect::{
        answers::Answers,
        catalogue::{Catalogue, Cells, class},
    },
    naming,
};

/// One of them.
struct Attached {
    above: u32,
    table: u32,
    name: Ident,
    has_other_options: bool,
}

/// Put their names where they belong, as far as they are not those that PostgreSQL gives by itself. All other indexes
/// must have been read.
pub(super) async fn read(answers: &mut Answers<'_>, catalogue: &mut Catalogue) -> Result<(), DatabaseError> {
    let mut found = HashMap::new();
    for row in &answers.rows(include_str!("../sql/attached_indexes.sql")).await? {
        let mut cells = Cells::of(row);
        let (own, above, table) = (cells.oid()?, cells.oid()?, cells.oid()?);
        let (name, has_other_options) = (cells.ident()?, cells.get()?);
        found.insert(own, Attached { above, table, name, has_other_options });
    }
    let mut others = Vec::new();
    for attached in found.values() {
        let mut root = attached.above;
        while let Some(next) = found.get(&root) {
            root = next.above;
        }
        let Some(table) = catalogue.relations.get(&attached.table).cloned() else { continue };
        if attached.has_other_options {
            others.push(Address::Index(table.clone(), attached.name.clone()));
        }
        let key = catalogue.part(class::CLASS, root);
        let Some(address) = key.or_else(|| catalogue.address(class::CLASS, root, 0)) else { continue };
        let Some((object, root)) = catalogue.schema.object(address).zip(name(catalogue, address)) else { continue };
        if !is_only(object) && naming::attached(&table, object).as_ref() == Some(&attached.name) {
            continue;
        }
        if let Some(it) = catalogue.schema.table_mut(&table) {
            let mut extra = it.extra.postgres();
            extra.attached.insert(root, attached.name.clone());
            it.extra = extra.into();
        }
    }
    others.sort();
    for address in others {
        let reason = "it hangs on its parent's index and has other storage parameters";
        catalogue.unmodelled(address.kind(), address.clone(), reason);
    }
    Ok(())
}

/// The name of an index or a key.
fn name(catalogue: &Catalogue, address: &Address) -> Option<Ident> {
    match catalogue.schema.object(address)? {
        Object::PrimaryKey(it) => it.name.clone(),
        _ => address.name().cloned(),
    }
}

/// Whether a partition has no index that hangs on this one.
fn is_only(object: Object<'_>) -> bool {
    match object {
        Object::Index(it) => it.extra.postgres().only,
        Object::PrimaryKey(it) => it.extra.postgres().only,
        Object::Unique(it) => it.extra.postgres().only,
        _ => false,
    }
}
