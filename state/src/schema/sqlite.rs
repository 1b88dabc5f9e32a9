//! What only SQLite can say of a table (sqlite.org/lang_createtable.html).

use serde::{Deserialize, Serialize};

use crate::{ColumnExtra, KeyExtra, TableExtra};

/// SQLite's table options.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SqliteTable {
    /// `STRICT`: values must be of the declared type (3.37).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strict: bool,
    /// `WITHOUT ROWID`: the primary key is the table.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_rowid: bool,
}

/// SQLite's additions to a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SqliteColumn {
    /// What a violated NOT NULL does.
    pub not_null: Conflict,
}

/// SQLite's additions to a primary key or unique constraint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SqliteKey {
    /// What a violation does.
    #[serde(default, skip_serializing_if = "Conflict::is_default")]
    pub conflict: Conflict,
    /// `AUTOINCREMENT`: an id is never used twice.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub autoincrement: bool,
    /// The key column is another name of the rowid: a single column of type INTEGER.
    ///
    /// Not implied by type and key alone: `INTEGER PRIMARY KEY DESC` on the column is none, the same in a table
    /// constraint is one (sqlite.org/lang_createtable.html#rowid).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rowid_alias: bool,
}

/// What SQLite does when a constraint is violated (sqlite.org/lang_conflict.html).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are SQLite's own words")]
pub enum Conflict {
    #[default]
    Abort,
    Rollback,
    Fail,
    Ignore,
    Replace,
}

impl Conflict {
    fn is_default(&self) -> bool {
        *self == Conflict::Abort
    }
}

impl TableExtra {
    /// SQLite's options, the defaults where nothing is said.
    pub fn sqlite(&self) -> SqliteTable {
        match self {
            TableExtra::Sqlite(options) => *options,
            _ => SqliteTable::default(),
        }
    }
}

impl ColumnExtra {
    /// SQLite's additions, the defaults where nothing is said.
    pub fn sqlite(&self) -> SqliteColumn {
        match self {
            ColumnExtra::Sqlite(column) => *column,
            _ => SqliteColumn::default(),
        }
    }
}

impl KeyExtra {
    /// SQLite's additions, the defaults where nothing is said.
    pub fn sqlite(&self) -> SqliteKey {
        match self {
            KeyExtra::Sqlite(key) => *key,
            _ => SqliteKey::default(),
        }
    }
}

impl From<SqliteTable> for TableExtra {
    /// Defaults become `None`, so that there is one form of each meaning.
    fn from(options: SqliteTable) -> Self {
        if options == SqliteTable::default() { TableExtra::None } else { TableExtra::Sqlite(options) }
    }
}

impl From<SqliteColumn> for ColumnExtra {
    /// Defaults become `None`, so that there is one form of each meaning.
    fn from(column: SqliteColumn) -> Self {
        if column == SqliteColumn::default() { ColumnExtra::None } else { ColumnExtra::Sqlite(column) }
    }
}

impl From<SqliteKey> for KeyExtra {
    /// Defaults become `None`, so that there is one form of each meaning.
    fn from(key: SqliteKey) -> Self {
        if key == SqliteKey::default() { KeyExtra::None } else { KeyExtra::Sqlite(key) }
    }
}
