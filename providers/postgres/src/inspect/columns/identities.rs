//! Identity columns: their sequences are parts of them.

use std::collections::HashMap;

use sqlx::PgConnection;
use trueup_contract::DatabaseError;
use trueup_state::{Ident, Identity, Qualified, SequenceOptions};

use crate::inspect::catalogue::{Catalogue, Cells, rows};

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
    connection: &mut PgConnection,
    catalogue: &Catalogue,
) -> Result<HashMap<(u32, i16), Found>, DatabaseError> {
    let mut found = HashMap::new();
    for row in &rows(connection, include_str!("../sql/identities.sql")).await? {
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
        let generated = generated_name(table.name.text(), column.text(), "seq");
        let is_generated = self.name.namespace == table.namespace && self.name.name.text() == generated;
        let name = (!is_generated).then(|| self.name.clone());
        Identity { always: self.always, sequence: self.options.clone(), name }
    }
}

/// The name that PostgreSQL makes of a table, a column and a label where nothing stands in the way: the longer of the
/// first two gives way until all is at most 63 bytes (makeObjectName in `indexcmds.c`).
pub(in crate::inspect) fn generated_name(table: &str, column: &str, label: &str) -> String {
    let room = 63usize.saturating_sub(label.len() + 2);
    let (mut first, mut second) = (table.len(), column.len());
    while first + second > room {
        match first > second {
            true => first -= 1,
            false => second -= 1,
        }
    }
    [&table[..table.floor_char_boundary(first)], "_", &column[..column.floor_char_boundary(second)], "_", label]
        .concat()
}
