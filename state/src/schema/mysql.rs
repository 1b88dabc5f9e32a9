//! What only MySQL and MariaDB can say (MySQL 9 manual, chapter 15.1; MariaDB knowledge base, data definition).
//!
//! In canonical form what the server adds by itself is spelled out: the engine, and the collation of each table and of each
//! column of text. What is left empty is then what the server has no word for.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::Options;
use crate::{
    CheckExtra, ColumnExtra, Ident, IndexExtra, KeyExtra, PartExtra, SqlText, TableExtra, TriggerExtra, ViewExtra,
};

/// Additions to a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MySqlTable {
    /// The storage engine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// The character set, where a declaration names it and no collation: never in canonical form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charset: Option<String>,
    /// The collation of new columns of text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// The comment.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// `row_format`, `key_block_size`, `stats_persistent`, `page_compressed`, …: names in lower case, values as the server
    /// writes them. `auto_increment` is none of them.
    #[serde(skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// How its rows are spread over partitions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partitions: Option<Partitions>,
    /// `WITH SYSTEM VERSIONING` (MariaDB).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub versioned: bool,
    /// `PERIOD FOR name (from, to)` (MariaDB), by name.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub periods: IndexMap<Ident, (Ident, Ident)>,
}

/// How rows are spread over partitions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partitions {
    /// By what.
    pub by: PartitionBy,
    /// By what each is divided again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subpartition_by: Option<PartitionBy>,
    /// `PARTITIONS n`, where they have no definitions of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// In their order, which means something.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub list: Vec<PartitionDefinition>,
}

/// The rule of a partitioning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartitionBy {
    /// In lower case: `range`, `list columns`, `linear hash`, `key`, `system_time`.
    pub method: String,
    /// The expression or the columns, without parentheses; of `system_time` its interval or limit.
    pub terms: SqlText,
    /// `SUBPARTITIONS n`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
}

/// One partition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartitionDefinition {
    /// Its name.
    pub name: Ident,
    /// `LESS THAN (…)`, `IN (…)`, `HISTORY`, `CURRENT`; nothing for hash and key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<SqlText>,
    /// `comment`, `data directory`, `max_rows`, …; its engine is the table's.
    #[serde(default, skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// Subpartitions that were given names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subpartitions: Vec<Ident>,
}

/// Additions to a column. Its collation is in `Column::collation`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MySqlColumn {
    /// The character set, where a declaration names it and no collation: never in canonical form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charset: Option<String>,
    /// `AUTO_INCREMENT`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub auto_increment: bool,
    /// `ON UPDATE CURRENT_TIMESTAMP`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_update: Option<SqlText>,
    /// `INVISIBLE`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub invisible: bool,
    /// The comment.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// `SRID n` (MySQL), `REF_SYSTEM_ID=n` (MariaDB).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub srid: Option<u32>,
    /// A check that belongs to the column and has no name (MariaDB), without the parentheses around it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<SqlText>,
    /// `column_format`, `storage`, `compressed`, `engine_attribute`; names in lower case.
    #[serde(skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// `WITHOUT SYSTEM VERSIONING` (MariaDB).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unversioned: bool,
    /// `GENERATED ALWAYS AS ROW START` or `END` (MariaDB): `start`, `end`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
}

/// Additions to one part of a key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MySqlPart {
    /// How many characters or bytes of the column are indexed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<u32>,
}

/// Additions to a primary key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MySqlKey {
    /// `btree` or `hash`, where it is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The comment.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// `key_block_size`, …; names in lower case.
    #[serde(skip_serializing_if = "Options::is_empty")]
    pub options: Options,
}

/// Additions to an index; a unique key is an index too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MySqlIndex {
    /// What kind it is.
    #[serde(skip_serializing_if = "IndexKind::is_default")]
    pub kind: IndexKind,
    /// `btree`, `hash` or `rtree`, where it is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// `INVISIBLE` (MySQL), `IGNORED` (MariaDB).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub invisible: bool,
    /// The comment.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// `WITH PARSER`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parser: Option<Ident>,
    /// `key_block_size`, `clustering`, …; names in lower case.
    #[serde(skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// The period that must not overlap (`name WITHOUT OVERLAPS`, MariaDB).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without_overlaps: Option<Ident>,
}

/// The kinds of indexes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are SQL's own words")]
pub enum IndexKind {
    #[default]
    Plain,
    Fulltext,
    Spatial,
}

impl IndexKind {
    fn is_default(&self) -> bool {
        *self == IndexKind::Plain
    }
}

/// Additions to a check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MySqlCheck {
    /// `NOT ENFORCED` (MySQL).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub not_enforced: bool,
}

/// Additions to a trigger. Its definition is everything after its name, but for `FOLLOWS` and `PRECEDES`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MySqlTrigger {
    /// `user@host`; a declaration that does not say takes what is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definer: Option<String>,
    /// The session's mode it was made under; a declaration that does not say takes what is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sql_mode: Option<String>,
    /// The trigger of the same table, time and event after which it fires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<Ident>,
}

/// Additions to a view. Its definition is the column list, if any, and everything from `AS` on, but for `WITH CHECK OPTION`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MySqlView {
    /// `user@host`; a declaration that does not say takes what is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definer: Option<String>,
    /// `merge` or `temptable`, where it is not `undefined`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<String>,
    /// `SQL SECURITY INVOKER`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub invoker: bool,
    /// `cascaded` or `local`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_option: Option<String>,
}

/// One of the objects that have no place in the tree of tables and views. Its name is its address alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "one variant for each kind of object")]
pub enum MySqlObject {
    Routine(MySqlRoutine),
    Event(MySqlEvent),
    Sequence(MySqlSequence),
    Database(MySqlDatabase),
}

/// A function or procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MySqlRoutine {
    /// What stands between the parentheses after its name.
    pub arguments: SqlText,
    /// `RETURNS`, of a function: the type with its character set and collation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns: Option<SqlText>,
    /// `CREATE AGGREGATE FUNCTION` (MariaDB).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub aggregate: bool,
    /// `DETERMINISTIC`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deterministic: bool,
    /// `no sql`, `reads sql data` or `modifies sql data`, where it is not `contains sql`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_access: Option<String>,
    /// `SQL SECURITY INVOKER`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub invoker: bool,
    /// The comment.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// The statement it runs.
    pub body: SqlText,
    /// `user@host`; a declaration that does not say takes what is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definer: Option<String>,
    /// The session's mode it was made under; a declaration that does not say takes what is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sql_mode: Option<String>,
}

/// A scheduled event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MySqlEvent {
    /// What follows `ON SCHEDULE`. `STARTS` is left out where it is only the time at which the event was made.
    pub schedule: SqlText,
    /// `ON COMPLETION PRESERVE`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub preserve: bool,
    /// `disable` or `disable on slave`, where it is not enabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The comment.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// The statement it runs.
    pub body: SqlText,
    /// `user@host`; a declaration that does not say takes what is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definer: Option<String>,
    /// The session's mode it was made under; a declaration that does not say takes what is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sql_mode: Option<String>,
}

/// A sequence (MariaDB). Its value is not part of the schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "MariaDB's own words")]
pub struct MySqlSequence {
    pub start: i64,
    pub increment: i64,
    pub minimum: i64,
    pub maximum: i64,
    pub cache: i64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cycle: bool,
    /// The storage engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
}

/// What the connected database itself gives to new tables.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MySqlDatabase {
    /// The character set, where a declaration names it and no collation: never in canonical form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charset: Option<String>,
    /// The collation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
}

super::extra::additions!(MySql, mysql, "MySQL's and MariaDB's additions, the defaults where nothing is said.", {
    TableExtra: MySqlTable,
    ColumnExtra: MySqlColumn,
    KeyExtra: MySqlKey,
    CheckExtra: MySqlCheck,
    IndexExtra: MySqlIndex,
    PartExtra: MySqlPart,
    TriggerExtra: MySqlTrigger,
    ViewExtra: MySqlView,
});

impl MySqlObject {
    /// Every piece of SQL in it.
    pub fn texts(&self) -> Vec<&SqlText> {
        match self {
            MySqlObject::Routine(it) => [&it.arguments, &it.body].into_iter().chain(&it.returns).collect(),
            MySqlObject::Event(it) => vec![&it.schedule, &it.body],
            MySqlObject::Sequence(_) | MySqlObject::Database(_) => Vec::new(),
        }
    }
}
