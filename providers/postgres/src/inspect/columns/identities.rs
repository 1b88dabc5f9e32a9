//! Identity columns: their sequences are parts of them.

use std::collections::HashMap;

use trueup_contract::DatabaseError;
use trueup_state::{Ident, Identity, Qualified, SequenceOptions};

use crate::{
    inspect::{
        answers::Answers,
        catalogue::{Catalogue, Cells},
    },
    naming,
};

/// One identity column's sequence.
pub(super) struct Found {
    always: bool,
    options: SequenceOptions,
    name: Qualified,
    /// Its `pg_class` row.
    pub(super) sequence: u32,
}

/// All of them, by table and column.
pub(super) async fn read(
    answers: &mut Answers<'_>,
    catalogue: &Catalogue,
) -> Result<HashMap<(u32, i16), Found>, DatabaseError> {
    let mut found = HashMap::new();
    for row in &answers.rows(include_str!("../sql/identities.sql")).await? {
        let mut cells = Cells::of(row);
        let key = (cells.oid()?, cells.get()?);
        if !catalogue.relations.contains_key(&key.0) {
            continue;
        }
        let always = cells.get()?;
        let options = SequenceOptions {
            start: cells.get()?,
            increment: cells.get()?,
            minimum: cells.get()?,
            maximum: cells.get()?,
            cache: cells.get()?,
            cycle: cells.get()?,
        };
        found.insert(key, Found { always, options, sequence: cells.oid()?, name: cells.qualified()? });
    }
    Ok(found)
}

impl Found {
    /// What the column says of it.
    pub(super) fn of(&self, table: &Qualified, column: &Ident) -> Identity {
        let name = Some(&self.name).filter(|it| **it != naming::sequence(table, column)).cloned();
        Identity { always: self.always, sequence: self.options.clone(), name }
    }
}
