//! The key parts of indexes.

use std::collections::{BTreeMap, HashMap};

use sqlx::postgres::types::Oid;
use trueup_contract::DatabaseError;
use trueup_state::{Options, Part, PostgresPart, Term};

use super::Names;
use crate::{
    canonical::plain,
    inspect::{
        answers::Answers,
        catalogue::{Catalogue, Cells},
    },
};

/// What is set for a part beside its index's definition.
#[derive(Default)]
pub(super) struct Setting {
    class_options: Options,
    pub(super) statistics: Option<i32>,
}

/// By index and number of the part, counted from 1.
pub(super) type Settings = HashMap<u32, BTreeMap<u32, Setting>>;

/// Read what is set.
pub(super) async fn settings(answers: &mut Answers<'_>) -> Result<Settings, DatabaseError> {
    let mut found = Settings::new();
    for row in &answers.rows(include_str!("../sql/index_columns.sql")).await? {
        let mut cells = Cells::of(row);
        let (index, number) = (cells.oid()?, cells.get::<i32>()?);
        let setting = Setting { class_options: cells.options()?, statistics: cells.get()? };
        found.entry(index).or_default().insert(number.unsigned_abs(), setting);
    }
    Ok(found)
}

/// What a row says of the parts of one index, each list in their order.
pub(super) struct Parts {
    table: u32,
    is_ordered: bool,
    flags: Vec<i16>,
    classes: Vec<Oid>,
    collations: Vec<Oid>,
    /// These three are absent where no part is an expression.
    texts: Option<Vec<String>>,
    types: Option<Vec<Oid>>,
    are_collated: Option<Vec<bool>>,
}

impl Parts {
    pub(super) fn of(cells: &mut Cells<'_>, table: u32, is_ordered: bool) -> Result<Parts, DatabaseError> {
        Ok(Parts {
            table,
            is_ordered,
            flags: cells.get()?,
            classes: cells.get()?,
            collations: cells.get()?,
            texts: cells.texts()?,
            types: cells.get()?,
            are_collated: cells.get()?,
        })
    }

    /// The parts of these columns; 0 is an expression. `None`: something is unknown.
    pub(super) fn read(
        &self,
        keys: &[i16],
        settings: Option<&BTreeMap<u32, Setting>>,
        catalogue: &Catalogue,
        names: &Names,
    ) -> Option<Vec<Part>> {
        let class_options = |position: usize| {
            let number = u32::try_from(position + 1).ok()?;
            Some(settings?.get(&number)?.class_options.clone())
        };
        let part = |(position, column): (usize, &i16)| {
            self.part(position, *column, class_options(position).unwrap_or_default(), catalogue, names)
        };
        keys.iter().enumerate().map(part).collect()
    }

    fn part(
        &self,
        position: usize,
        column: i16,
        operator_class_options: Options,
        catalogue: &Catalogue,
        names: &Names,
    ) -> Option<Part> {
        let collation = self.collations.get(position)?.0;
        let (term, ty, is_collated) = if column == 0 {
            let text = self.texts.as_ref()?.get(position)?;
            let is_collated = *self.are_collated.as_ref()?.get(position)?;
            (Term::Expression(plain(text)), self.types.as_ref()?.get(position)?.0, is_collated)
        } else {
            let kind = catalogue.kinds.get(&(self.table, column))?;
            let is_collated = collation != 0 && collation != kind.collation;
            (Term::Column(catalogue.columns.get(&(self.table, column))?.clone()), kind.ty, is_collated)
        };
        let flags = *self.flags.get(position)?;
        // INDOPTION_DESC and INDOPTION_NULLS_FIRST (`catalog/pg_index.h`).
        let descending = self.is_ordered && flags & 1 != 0;
        let nulls_first = self.is_ordered && flags & 2 != 0;
        let extra = PostgresPart {
            collation: if is_collated { Some(names.collations.get(&collation)?.clone()) } else { None },
            operator_class: names.classes.name(self.classes.get(position)?.0, ty, column == 0)?,
            operator_class_options,
            nulls_opposite: descending != nulls_first,
        };
        Some(Part { term, collation: None, descending, extra: extra.into() })
    }
}
