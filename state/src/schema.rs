//! What a database schema is: a tree of plain structs keyed by name.

mod access;
mod extra;
mod mysql;
mod object;
mod options;
mod postgres;
mod postgres_object;
mod sqlite;
mod texts;
mod wire;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::{Address, Ident, Qualified, SqlText};
pub use extra::{
    CheckExtra, ColumnExtra, ForeignKeyExtra, IndexExtra, KeyExtra, PartExtra, TableExtra, TriggerExtra, ViewExtra,
};
pub use mysql::{
    IndexKind, MySqlCheck, MySqlColumn, MySqlDatabase, MySqlEvent, MySqlIndex, MySqlKey, MySqlObject, MySqlPart,
    MySqlRoutine, MySqlSequence, MySqlTable, MySqlTrigger, MySqlView, PartitionBy, PartitionDefinition, Partitions,
};
pub use object::{Definition, Object};
pub use options::Options;
pub use postgres::{
    Enabled, ForeignTable, Identity, InheritedColumn, Partition, PostgresCheck, PostgresColumn, PostgresForeignKey,
    PostgresIndex, PostgresKey, PostgresPart, PostgresTable, PostgresTrigger, PostgresView, ReplicaIdentity,
    SequenceOptions,
};
pub use postgres_object::{
    Argument, ArgumentMode, Attribute, CompositeType, Defined, Domain, EnumType, Exclude, Extension, Grant,
    MaterializedView, Parallel, Policy, PostgresObject, Routine, RoutineBody, Rule, Sequence, Volatility,
};
pub use sqlite::{Conflict, SqliteColumn, SqliteKey, SqliteTable};

/// Every object of one database, in the provider's canonical form.
///
/// Invariant: `==` on two of them says whether the databases have the same schema. The order of entries is kept, since
/// it is the order of columns to create, but it is not compared.
#[derive(Clone, Debug, Default, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// By name; the connected database itself has the empty name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty", serialize_with = "wire::by_key")]
    pub namespaces: IndexMap<Ident, Namespace>,
    /// Objects that have no place in the tree of tables and views, by address.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty", serialize_with = "wire::by_key")]
    pub others: IndexMap<Address, Definition>,
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        // The connected database is always there, so it says nothing whether it is listed without objects.
        let nothing = Namespace::default();
        let says = |(name, it): &(&Ident, &Namespace)| !name.is_empty() || **it != nothing;
        let count = |schema: &Schema| schema.namespaces.iter().filter(says).count();
        let is_there = |(name, it): (&Ident, &Namespace)| other.namespaces.get(name) == Some(it);
        self.others == other.others && count(self) == count(other) && self.namespaces.iter().filter(says).all(is_there)
    }
}

/// The objects of one namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Namespace {
    /// Ordinary tables.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty", serialize_with = "wire::by_key")]
    pub tables: IndexMap<Ident, Table>,
    /// Views.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty", serialize_with = "wire::by_key")]
    pub views: IndexMap<Ident, View>,
    /// SQLite's virtual tables.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty", serialize_with = "wire::by_key")]
    pub virtual_tables: IndexMap<Ident, VirtualTable>,
}

/// A table with everything that lives and dies with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// In the order in which they are declared or stored.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub columns: IndexMap<Ident, Column>,
    /// At most one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_key: Option<PrimaryKey>,
    /// Unique constraints, by given or generated name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty", serialize_with = "wire::by_key")]
    pub uniques: IndexMap<Ident, Unique>,
    /// Check constraints, by given or generated name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty", serialize_with = "wire::by_key")]
    pub checks: IndexMap<Ident, Check>,
    /// Foreign keys of this table, by given or generated name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty", serialize_with = "wire::by_key")]
    pub foreign_keys: IndexMap<Ident, ForeignKey>,
    /// Indexes made by a statement of their own.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty", serialize_with = "wire::by_key")]
    pub indexes: IndexMap<Ident, Index>,
    /// Triggers on this table.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty", serialize_with = "wire::by_key")]
    pub triggers: IndexMap<Ident, Trigger>,
    /// What only one dialect has.
    #[serde(default, skip_serializing_if = "TableExtra::is_none")]
    pub extra: TableExtra,
}

/// A column. Whether it belongs to a key is said by the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The type; in SQLite it may be empty.
    #[serde(rename = "type")]
    pub ty: SqlText,
    /// Whether NULL is accepted, with what a primary key implies already counted in.
    pub nullable: bool,
    /// The default, as an expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<SqlText>,
    /// The collation, where one is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<Ident>,
    /// Present on a generated column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<Generated>,
    /// What only one dialect has.
    #[serde(default, skip_serializing_if = "ColumnExtra::is_none")]
    pub extra: ColumnExtra,
}

/// How a generated column gets its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generated {
    /// The expression, without the parentheses around it.
    pub expression: SqlText,
    /// Stored in the table, or computed when read.
    pub stored: bool,
}

/// One column or expression of a key or an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What is indexed.
    #[serde(flatten)]
    pub term: Term,
    /// The collation, where one is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<Ident>,
    /// Whether the order is descending.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub descending: bool,
    /// What only one dialect has.
    #[serde(default, skip_serializing_if = "PartExtra::is_none")]
    pub extra: PartExtra,
}

/// A column or an expression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// A column of the table.
    Column(Ident),
    /// An expression over columns of the table.
    Expression(SqlText),
}

/// A primary key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrimaryKey {
    /// The name, where one is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Ident>,
    /// In the order of the key.
    pub parts: Vec<Part>,
    /// What only one dialect has.
    #[serde(default, skip_serializing_if = "KeyExtra::is_none")]
    pub extra: KeyExtra,
}

/// A unique constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unique {
    /// The name, where one is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Ident>,
    /// In the order of the key.
    pub parts: Vec<Part>,
    /// What only one dialect has.
    #[serde(default, skip_serializing_if = "KeyExtra::is_none")]
    pub extra: KeyExtra,
}

/// A check constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The name, where one is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Ident>,
    /// The condition, without the parentheses around it.
    pub expression: SqlText,
    /// What only one dialect has.
    #[serde(default, skip_serializing_if = "CheckExtra::is_none")]
    pub extra: CheckExtra,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignKey {
    /// The name, where one is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Ident>,
    /// The referencing columns.
    pub columns: Vec<Ident>,
    /// The referenced table.
    pub references: Qualified,
    /// The referenced columns; empty means the primary key of the referenced table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub referenced_columns: Vec<Ident>,
    /// What happens to referencing rows when a referenced row goes.
    #[serde(default, skip_serializing_if = "ReferentialAction::is_default")]
    pub on_delete: ReferentialAction,
    /// What happens to referencing rows when a referenced key changes.
    #[serde(default, skip_serializing_if = "ReferentialAction::is_default")]
    pub on_update: ReferentialAction,
    /// When it is checked.
    #[serde(default, skip_serializing_if = "Deferral::is_default")]
    pub deferral: Deferral,
    /// What only one dialect has.
    #[serde(default, skip_serializing_if = "ForeignKeyExtra::is_none")]
    pub extra: ForeignKeyExtra,
}

/// What a foreign key does when the row it points to goes or changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are SQL's own words")]
pub enum ReferentialAction {
    #[default]
    NoAction,
    Restrict,
    SetNull,
    SetDefault,
    Cascade,
}

impl ReferentialAction {
    fn is_default(&self) -> bool {
        *self == ReferentialAction::NoAction
    }
}

/// When a constraint is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deferral {
    /// At the end of every statement, always.
    #[default]
    NotDeferrable,
    /// At the end of every statement unless a transaction defers it.
    InitiallyImmediate,
    /// At commit unless a transaction says otherwise.
    InitiallyDeferred,
}

impl Deferral {
    pub(crate) fn is_default(&self) -> bool {
        *self == Deferral::NotDeferrable
    }
}

/// An index that was created by a statement of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// Whether equal keys are refused.
    pub unique: bool,
    /// In the order of the key.
    pub parts: Vec<Part>,
    /// The condition of a partial index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicate: Option<SqlText>,
    /// What only one dialect has.
    #[serde(default, skip_serializing_if = "IndexExtra::is_none")]
    pub extra: IndexExtra,
}

/// A trigger, compared and created by its definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// Everything that follows the trigger's name.
    pub definition: SqlText,
    /// What only one dialect has.
    #[serde(default, skip_serializing_if = "TriggerExtra::is_none")]
    pub extra: TriggerExtra,
}

/// A view, compared and created by its definition, with what lives and dies with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// The view itself.
    pub query: Query,
    /// INSTEAD OF triggers.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty", serialize_with = "wire::by_key")]
    pub triggers: IndexMap<Ident, Trigger>,
}

/// What a view shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "WrittenQuery", into = "WrittenQuery")]
pub struct Query {
    /// Everything that follows the view's name, but for options.
    pub definition: SqlText,
    /// What only one dialect has.
    pub extra: ViewExtra,
}

/// A query as it is written to files: the text alone where there is nothing else to say.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum WrittenQuery {
    Text(SqlText),
    More { definition: SqlText, extra: ViewExtra },
}

impl From<WrittenQuery> for Query {
    fn from(written: WrittenQuery) -> Self {
        match written {
            WrittenQuery::Text(definition) => Query { definition, extra: ViewExtra::None },
            WrittenQuery::More { definition, extra } => Query { definition, extra },
        }
    }
}

impl From<Query> for WrittenQuery {
    fn from(query: Query) -> Self {
        let Query { definition, extra } = query;
        if extra == ViewExtra::None { WrittenQuery::Text(definition) } else { WrittenQuery::More { definition, extra } }
    }
}

/// A SQLite virtual table; its shadow tables belong to it and are never shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VirtualTable {
    /// The module, such as `fts5`.
    pub module: Ident,
    /// The text between the parentheses; empty where there are none.
    pub arguments: SqlText,
}

impl Part {
    /// A plain column in ascending order with its own collation.
    pub fn column(name: Ident) -> Part {
        Part { term: Term::Column(name), collation: None, descending: false, extra: PartExtra::None }
    }

    /// The column, unless the part is an expression.
    pub fn column_name(&self) -> Option<&Ident> {
        match &self.term {
            Term::Column(name) => Some(name),
            Term::Expression(_) => None,
        }
    }
}
