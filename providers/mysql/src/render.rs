//! SQL text of what is declared.
//!
//! What MySQL and MariaDB spell differently stands in comments that only one of them reads, so that a text is the same
//! for both.

mod column;
mod key;
mod object;
mod partition;
mod script;
mod table;

use trueup_contract::{Quoting, Sql};

pub(crate) use column::{column, default};
pub(crate) use key::{check, foreign_key, index, key_part, primary_key};
pub(crate) use object::{
    database, event, event_changes, moded, routine, routine_characteristics, sequence, trigger, view,
};
pub(crate) use partition::{by as partition_by, definition as partition};
pub(crate) use script::{in_script, schema};
pub(crate) use table::{create_table, create_table_with, option, own_options, piece};

/// How identifiers are quoted.
pub(crate) const QUOTING: Quoting = Quoting { identifier: '`' };

/// A text that begins with these words.
pub(crate) fn sql(words: &str) -> Sql {
    Sql::new(QUOTING, words)
}

/// A string literal: in the default SQL mode a backslash escapes.
pub(crate) fn string(sql: Sql, value: &str) -> Sql {
    sql.string(&value.replace('\\', "\\\\"))
}
