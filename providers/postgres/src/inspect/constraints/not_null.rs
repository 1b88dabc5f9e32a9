//! NOT NULL constraints, which have rows of their own since PostgreSQL 18.

use trueup_state::{Address, PostgresColumn, Qualified};

use super::Row;
use crate::{
    inspect::catalogue::{Catalogue, class},
    naming,
};

/// Note in its column what a NOT NULL constraint says besides NOT NULL.
pub(super) fn take(catalogue: &mut Catalogue, table: &Qualified, row: &Row) {
    let Some(name) = row.column(catalogue) else { return };
    catalogue.is_part(class::CONSTRAINT, row.oid, Address::Column(table.clone(), name.clone()));
    let generated = naming::not_null(table, &name);
    let column = catalogue.schema.table_mut(table).and_then(|table| table.columns.get_mut(&name));
    if let Some(column) = column.filter(|_| row.is_local) {
        let extra = PostgresColumn {
            not_null_name: Some(row.name.clone()).filter(|name| *name != generated),
            not_null_no_inherit: row.no_inherit,
            not_null_not_valid: !row.is_valid,
            ..column.extra.postgres()
        };
        column.extra = extra.into();
    }
}
