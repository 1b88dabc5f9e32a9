//! What only one dialect says of an object that every dialect has: typed, never a bag of strings.

use serde::{Deserialize, Serialize};

use super::{
    MySqlCheck, MySqlColumn, MySqlIndex, MySqlKey, MySqlPart, MySqlTable, MySqlTrigger, MySqlView, PostgresCheck,
    PostgresColumn, PostgresForeignKey, PostgresIndex, PostgresKey, PostgresPart, PostgresTable, PostgresTrigger,
    PostgresView, SqliteColumn, SqliteKey, SqliteTable,
};

/// For each kind of addition: taken out of what holds it, the defaults where nothing is said, and put in.
macro_rules! additions {
    ($variant:ident, $method:ident, $doc:literal, { $($extra:ident: $own:ident,)* }) => {
        $(
            impl $extra {
                #[doc = $doc]
                pub fn $method(&self) -> $own {
                    match self {
                        $extra::$variant(it) => it.as_ref().clone(),
                        _ => $own::default(),
                    }
                }
            }

            impl From<$own> for $extra {
                /// Defaults become `None`, so that there is one form of each meaning.
                fn from(it: $own) -> Self {
                    if it == $own::default() { $extra::None } else { $extra::$variant(Box::new(it)) }
                }
            }
        )*
    };
}

pub(super) use additions;

/// What only one dialect says of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableExtra {
    /// Nothing.
    #[default]
    None,
    /// SQLite's table options.
    Sqlite(SqliteTable),
    /// PostgreSQL's additions.
    Postgres(Box<PostgresTable>),
    /// MySQL's and MariaDB's additions.
    MySql(Box<MySqlTable>),
}

/// What only one dialect says of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnExtra {
    /// Nothing.
    #[default]
    None,
    /// SQLite's conflict clause of NOT NULL.
    Sqlite(SqliteColumn),
    /// PostgreSQL's additions.
    Postgres(Box<PostgresColumn>),
    /// MySQL's and MariaDB's additions.
    MySql(Box<MySqlColumn>),
}

impl TableExtra {
    pub(super) fn is_none(&self) -> bool {
        *self == TableExtra::None
    }
}

impl ColumnExtra {
    pub(super) fn is_none(&self) -> bool {
        *self == ColumnExtra::None
    }
}

/// What only one dialect says of a primary key or unique constraint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyExtra {
    /// Nothing.
    #[default]
    None,
    /// SQLite's conflict clause, AUTOINCREMENT and the rowid alias.
    Sqlite(SqliteKey),
    /// PostgreSQL's additions.
    Postgres(Box<PostgresKey>),
    /// MySQL's and MariaDB's additions.
    MySql(Box<MySqlKey>),
}

impl KeyExtra {
    pub(super) fn is_none(&self) -> bool {
        *self == KeyExtra::None
    }
}

/// What only one dialect says of one part of a key or an index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartExtra {
    /// Nothing.
    #[default]
    None,
    /// PostgreSQL's additions.
    Postgres(Box<PostgresPart>),
    /// MySQL's and MariaDB's additions.
    MySql(Box<MySqlPart>),
}

impl PartExtra {
    pub(super) fn is_none(&self) -> bool {
        *self == PartExtra::None
    }
}

/// What only one dialect says of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckExtra {
    /// Nothing.
    #[default]
    None,
    /// PostgreSQL's additions.
    Postgres(Box<PostgresCheck>),
    /// MySQL's and MariaDB's additions.
    MySql(Box<MySqlCheck>),
}

impl CheckExtra {
    pub(super) fn is_none(&self) -> bool {
        *self == CheckExtra::None
    }
}

/// What only one dialect says of a foreign key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForeignKeyExtra {
    /// Nothing.
    #[default]
    None,
    /// PostgreSQL's additions.
    Postgres(Box<PostgresForeignKey>),
}

impl ForeignKeyExtra {
    pub(super) fn is_none(&self) -> bool {
        *self == ForeignKeyExtra::None
    }
}

/// What only one dialect says of an index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexExtra {
    /// Nothing.
    #[default]
    None,
    /// PostgreSQL's additions.
    Postgres(Box<PostgresIndex>),
    /// MySQL's and MariaDB's additions.
    MySql(Box<MySqlIndex>),
}

impl IndexExtra {
    pub(super) fn is_none(&self) -> bool {
        *self == IndexExtra::None
    }
}

/// What only one dialect says of a trigger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerExtra {
    /// Nothing.
    #[default]
    None,
    /// PostgreSQL's additions.
    Postgres(Box<PostgresTrigger>),
    /// MySQL's and MariaDB's additions.
    MySql(Box<MySqlTrigger>),
}

impl TriggerExtra {
    pub(super) fn is_none(&self) -> bool {
        *self == TriggerExtra::None
    }
}

/// What only one dialect says of a view.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewExtra {
    /// Nothing.
    #[default]
    None,
    /// PostgreSQL's additions.
    Postgres(Box<PostgresView>),
    /// MySQL's and MariaDB's additions.
    MySql(Box<MySqlView>),
}

/// For each addition: one that says nothing left out.
macro_rules! plain {
    ($($extra:ident: $($variant:ident)*,)*) => {
        $(
            impl $extra {
                /// There is one form of each meaning: what says nothing is `None`.
                pub fn plain(self) -> $extra {
                    match self {
                        $($extra::$variant(it) if it == Default::default() => $extra::None,)*
                        other => other,
                    }
                }
            }
        )*
    };
}

plain! {
    TableExtra: Sqlite Postgres MySql,
    ColumnExtra: Sqlite Postgres MySql,
    KeyExtra: Sqlite Postgres MySql,
    PartExtra: Postgres MySql,
    CheckExtra: Postgres MySql,
    ForeignKeyExtra: Postgres,
    IndexExtra: Postgres MySql,
    TriggerExtra: Postgres MySql,
    ViewExtra: Postgres MySql,
}
