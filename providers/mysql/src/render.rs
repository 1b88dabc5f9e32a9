//! SQL text of what is declared.

use trueup_contract::{Quoting, Sql};
use trueup_state::{Column, Ident, Schema, Table};

/// How identifiers are quoted.
pub(crate) const QUOTING: Quoting = Quoting { identifier: '`' };

/// A text that begins with these words.
pub(crate) fn sql(words: &str) -> Sql {
    Sql::new(QUOTING, words)
}

/// A whole schema as a script that creates it.
pub(crate) fn schema(_schema: &Schema) -> String {
    String::new()
}

/// `CREATE TABLE`, without foreign keys and triggers.
#[allow(dead_code, reason = "not called yet")]
pub(crate) fn create_table(_name: &Ident, _table: &Table) -> String {
    String::new()
}

/// A column's definition in `CREATE TABLE`, `ADD COLUMN` and `MODIFY COLUMN`: its name and everything after it, the table's
/// collation left out where the column has the same.
#[allow(dead_code, reason = "not called yet")]
pub(crate) fn column(_name: &Ident, _column: &Column, _table: &Table) -> Sql {
    sql("")
}
