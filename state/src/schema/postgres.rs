//! What only PostgreSQL can say of a table and what lies in it (PostgreSQL 18 manual, chapters 5 and VI.I).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Options;
use crate::{
    CheckExtra, ColumnExtra, ForeignKeyExtra, Ident, IndexExtra, KeyExtra, PartExtra, Qualified, SqlText, TableExtra,
    TriggerExtra, ViewExtra,
};

/// PostgreSQL's additions to a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PostgresTable {
    /// `UNLOGGED`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unlogged: bool,
    /// Storage parameters; those of the TOAST table are prefixed with `toast.`.
    #[serde(skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// The access method, where it is not `heap`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_method: Option<Ident>,
    /// The partition key of a partitioned table: `RANGE (created_at)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition_by: Option<SqlText>,
    /// Of a partition: whose, and for which values. Its inherited columns, keys and checks are its parent's alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition_of: Option<Partition>,
    /// The parents, in order. Inherited columns and checks that are not also declared here are theirs alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inherits: Vec<Qualified>,
    /// The composite type of a typed table (`OF`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of_type: Option<Qualified>,
    /// What logical replication sends of an old row.
    #[serde(skip_serializing_if = "ReplicaIdentity::is_default")]
    pub replica_identity: ReplicaIdentity,
    /// `ENABLE ROW LEVEL SECURITY`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub row_security: bool,
    /// `FORCE ROW LEVEL SECURITY`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub force_row_security: bool,
    /// Of a foreign table: where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foreign: Option<ForeignTable>,
    /// The index or key constraint of the last `CLUSTER ON`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_on: Option<Ident>,
    /// What inherited columns have otherwise than the parent's.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub overrides: BTreeMap<Ident, InheritedColumn>,
    /// Of a partition: its indexes that hang on indexes of a table above it, by the names of those, where it is not the
    /// one that PostgreSQL makes by itself; all, where the index above is not there on every partition.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attached: BTreeMap<Ident, Ident>,
}

/// How a partition hangs on its parent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partition {
    /// The partitioned table.
    pub parent: Qualified,
    /// `FOR VALUES …` or `DEFAULT`.
    pub bound: SqlText,
}

/// What a child table says of a column that it inherits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InheritedColumn {
    /// Its own default, where it is not the parent's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<SqlText>,
    /// Whether it has no default where the parent has one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_default: bool,
    /// Whether it forbids NULL where the parent does not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_null: bool,
}

/// What logical replication sends of an old row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "PostgreSQL's own words")]
pub enum ReplicaIdentity {
    #[default]
    Default,
    Full,
    Nothing,
    Index(Ident),
}

impl ReplicaIdentity {
    fn is_default(&self) -> bool {
        *self == ReplicaIdentity::Default
    }
}

/// Where the rows of a foreign table are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignTable {
    /// The foreign server.
    pub server: Ident,
    /// Its options.
    pub options: Options,
}

/// PostgreSQL's additions to a column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PostgresColumn {
    /// The collation, where it is not the type's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collation: Option<Qualified>,
    /// Present on an identity column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// How long values are stored, where it is not the type's own way: `plain`, `external`, `extended`, `main`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage: Option<String>,
    /// How long values are compressed: `pglz`, `lz4`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compression: Option<String>,
    /// The statistics target, where one is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statistics: Option<i32>,
    /// Attribute options such as `n_distinct`.
    #[serde(skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// Options of a foreign table's column.
    #[serde(skip_serializing_if = "Options::is_empty")]
    pub foreign_options: Options,
    /// The name of a NOT NULL constraint (18) that is not the generated one, `table_column_not_null`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_null_name: Option<Ident>,
    /// `NOT NULL … NO INHERIT` (18).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub not_null_no_inherit: bool,
    /// `NOT NULL … NOT VALID` (18).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub not_null_not_valid: bool,
}

/// An identity column's sequence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// `ALWAYS`, otherwise `BY DEFAULT`.
    pub always: bool,
    /// The sequence.
    pub sequence: SequenceOptions,
    /// The sequence's name, where it is not the generated one, `table_column_seq` in the table's namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Qualified>,
}

/// The options of a sequence, all spelled out; the names are PostgreSQL's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "PostgreSQL's own words")]
pub struct SequenceOptions {
    pub start: i64,
    pub increment: i64,
    pub minimum: i64,
    pub maximum: i64,
    pub cache: i64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cycle: bool,
}

impl SequenceOptions {
    /// The defaults of an ascending or descending sequence of a type: `smallint`, `integer` or `bigint`.
    pub fn of_type(ty: &str, increment: i64) -> SequenceOptions {
        let (least, greatest) = match ty {
            "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
            "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
            _ => (i64::MIN, i64::MAX),
        };
        let (minimum, maximum) = if increment < 0 { (least, -1) } else { (1, greatest) };
        let start = if increment < 0 { maximum } else { minimum };
        SequenceOptions { start, increment, minimum, maximum, cache: 1, cycle: false }
    }
}

/// PostgreSQL's additions to a primary key or unique constraint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PostgresKey {
    /// Columns carried along (`INCLUDE`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<Ident>,
    /// `NULLS NOT DISTINCT` (15).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub nulls_not_distinct: bool,
    /// The last column is compared by overlap (`WITHOUT OVERLAPS`, 18).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub without_overlaps: bool,
    /// When it is checked.
    #[serde(skip_serializing_if = "crate::Deferral::is_default")]
    pub deferral: crate::Deferral,
    /// Storage parameters of its index.
    #[serde(skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// On a partitioned table: made for it alone, so that partitions need not have it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub only: bool,
}

/// PostgreSQL's additions to a check constraint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PostgresCheck {
    /// Rows that were there before it have not been looked at.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub not_valid: bool,
    /// Children do not inherit it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_inherit: bool,
    /// It is written down and never checked (18).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub not_enforced: bool,
}

/// PostgreSQL's additions to a foreign key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PostgresForeignKey {
    /// `MATCH FULL`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub match_full: bool,
    /// The columns that `ON DELETE SET NULL` or `SET DEFAULT` sets, where not all (15).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub delete_columns: Vec<Ident>,
    /// Rows that were there before it have not been looked at.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub not_valid: bool,
    /// It is written down and never checked (18).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub not_enforced: bool,
    /// The last column is a `PERIOD` (18).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub period: bool,
}

/// PostgreSQL's additions to an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PostgresIndex {
    /// The access method: `btree`, `gin`, ….
    pub method: Ident,
    /// Columns carried along (`INCLUDE`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<Ident>,
    /// `NULLS NOT DISTINCT` (15).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub nulls_not_distinct: bool,
    /// Storage parameters.
    #[serde(skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// It is left over from a concurrent build that failed (`indisvalid` is false).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_invalid: bool,
    /// On a partitioned table: made `ON ONLY`, so that partitions need not have it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub only: bool,
    /// Statistics targets of its expressions, by position counted from 1.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub statistics: BTreeMap<u32, i32>,
}

/// PostgreSQL's additions to one part of an index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PostgresPart {
    /// The collation, where it is not the column's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collation: Option<Qualified>,
    /// The operator class, where it is not the type's default for the method; without a namespace in `pg_catalog`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator_class: Option<Qualified>,
    /// Parameters of the operator class (13).
    #[serde(skip_serializing_if = "Options::is_empty")]
    pub operator_class_options: Options,
    /// `NULLS FIRST` where last is the default, or the other way round.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub nulls_opposite: bool,
}

/// When a trigger or a rule fires.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Enabled {
    /// On a primary server (`ENABLE`).
    #[default]
    Origin,
    /// Also when changes are replicated (`ENABLE ALWAYS`).
    Always,
    /// Only then (`ENABLE REPLICA`).
    Replica,
    /// Never (`DISABLE`).
    Disabled,
}

impl Enabled {
    pub(super) fn is_default(&self) -> bool {
        *self == Enabled::Origin
    }
}

/// PostgreSQL's additions to a trigger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PostgresTrigger {
    /// When it fires.
    #[serde(skip_serializing_if = "Enabled::is_default")]
    pub enabled: Enabled,
    /// `CREATE CONSTRAINT TRIGGER`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub constraint: bool,
}

/// PostgreSQL's additions to a view.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PostgresView {
    /// `security_barrier`, `security_invoker`, `check_option`.
    #[serde(skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// Defaults that the view's columns have on insert.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub defaults: BTreeMap<Ident, SqlText>,
}

super::extra::additions!(Postgres, postgres, "PostgreSQL's additions, the defaults where nothing is said.", {
    TableExtra: PostgresTable,
    ColumnExtra: PostgresColumn,
    KeyExtra: PostgresKey,
    CheckExtra: PostgresCheck,
    ForeignKeyExtra: PostgresForeignKey,
    IndexExtra: PostgresIndex,
    PartExtra: PostgresPart,
    TriggerExtra: PostgresTrigger,
    ViewExtra: PostgresView,
});

impl Default for PostgresIndex {
    /// A plain B-tree.
    fn default() -> Self {
        PostgresIndex {
            method: Ident::from("btree"),
            include: Vec::new(),
            nulls_not_distinct: false,
            options: Options::new(),
            is_invalid: false,
            only: false,
            statistics: BTreeMap::new(),
        }
    }
}
