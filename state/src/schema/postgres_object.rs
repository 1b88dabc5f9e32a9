//! PostgreSQL's objects that have no place in the tree of tables and views.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{
    Options,
    postgres::{Enabled, SequenceOptions},
};
use crate::{Check, Deferral, Ident, Qualified, SqlText};

/// One of PostgreSQL's objects. Its name, and of a routine its argument types, are its address alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "one variant for each kind of object")]
pub enum PostgresObject {
    Extension(Extension),
    Sequence(Sequence),
    Enum(EnumType),
    Domain(Domain),
    Composite(CompositeType),
    MaterializedView(MaterializedView),
    Routine(Routine),
    Exclude(Exclude),
    Policy(Policy),
    Rule(Rule),
    Grant(Grant),
    /// The text of a comment.
    Comment(String),
    /// The role that an object belongs to, where that is managed.
    Owner(Ident),
    /// An object that is managed by its definition.
    Defined(Defined),
}

/// An installed extension.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Where its objects are; a declaration that does not say takes what is there.
    pub schema: Option<Ident>,
    /// Its version; a declaration that does not say takes what is there.
    pub version: Option<String>,
}

/// A sequence of its own or of a serial column; identity columns have theirs inside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequence {
    /// `smallint`, `integer` or `bigint`.
    #[serde(rename = "type")]
    pub ty: String,
    /// Its options.
    pub options: SequenceOptions,
    /// `UNLOGGED` (15).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unlogged: bool,
    /// The column it goes with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owned_by: Option<(Qualified, Ident)>,
}

/// An enum type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumType {
    /// The values, in their order.
    pub labels: Vec<String>,
}

/// A domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Domain {
    /// The type underneath.
    #[serde(rename = "type")]
    pub ty: SqlText,
    /// The collation, where it is not the type's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<Qualified>,
    /// Whether NULL is accepted.
    pub nullable: bool,
    /// The default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<SqlText>,
    /// Its checks, by given or generated name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty", serialize_with = "sorted")]
    pub checks: IndexMap<Ident, Check>,
}

/// The order in which checks were said means nothing.
fn sorted<S: serde::Serializer>(checks: &IndexMap<Ident, Check>, serializer: S) -> Result<S::Ok, S::Error> {
    checks.iter().collect::<BTreeMap<_, _>>().serialize(serializer)
}

/// A composite type; the order of attributes is part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompositeType {
    /// Its attributes.
    pub attributes: Vec<Attribute>,
}

/// One attribute of a composite type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// Its name.
    pub name: Ident,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: SqlText,
    /// The collation, where it is not the type's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<Qualified>,
}

/// A materialized view; its indexes have addresses of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaterializedView {
    /// The query.
    pub definition: SqlText,
    /// Storage parameters.
    #[serde(default, skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// The access method, where it is not `heap`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_method: Option<Ident>,
}

/// A function or procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routine {
    /// Every argument, those of the result included.
    pub arguments: Vec<Argument>,
    /// `RETURNS`: a type, `SETOF` a type; absent for a procedure and where OUT arguments or TABLE columns say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns: Option<SqlText>,
    /// Whether the result is a set (`SETOF`, `TABLE`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub returns_set: bool,
    /// The language.
    pub language: Ident,
    /// What it does.
    pub body: RoutineBody,
    /// `immutable`, `stable` or `volatile`.
    pub volatility: Volatility,
    /// `STRICT`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strict: bool,
    /// `SECURITY DEFINER`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub security_definer: bool,
    /// `LEAKPROOF`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub leakproof: bool,
    /// `WINDOW`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub window: bool,
    /// `PARALLEL`.
    #[serde(default)]
    pub parallel: Parallel,
    /// `COST`, where it is not the default of the language (1 for C and internal, otherwise 100).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<String>,
    /// `ROWS`, where it is not the default (1000 for a set).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<String>,
    /// `SUPPORT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support: Option<Qualified>,
    /// `SET name = value`: the value as it stands after `TO`.
    #[serde(default, skip_serializing_if = "Options::is_empty")]
    pub settings: Options,
    /// `TRANSFORM FOR TYPE`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transforms: Vec<SqlText>,
}

/// One argument of a routine, or one column of its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Argument {
    /// Which way it goes.
    #[serde(default)]
    pub mode: ArgumentMode,
    /// Its name, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Ident>,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: SqlText,
    /// Its default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<SqlText>,
}

/// Which way an argument goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "PostgreSQL's own words")]
pub enum ArgumentMode {
    #[default]
    In,
    Out,
    InOut,
    Variadic,
    Table,
}

/// What a routine does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoutineBody {
    /// A string in the routine's language, compared byte for byte.
    Text(String),
    /// A symbol in a shared library.
    Library {
        /// The library's file.
        file: String,
        /// The symbol.
        symbol: String,
    },
    /// A body in standard SQL (14): `RETURN …` or `BEGIN ATOMIC … END`.
    Sql(SqlText),
}

/// Whether equal arguments give equal results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "PostgreSQL's own words")]
pub enum Volatility {
    #[default]
    Volatile,
    Stable,
    Immutable,
}

/// Whether a routine may run in parallel workers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "PostgreSQL's own words")]
pub enum Parallel {
    #[default]
    Unsafe,
    Restricted,
    Safe,
}

/// An exclusion constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclude {
    /// Everything from `USING` on, without what follows about deferring.
    pub definition: SqlText,
    /// When it is checked.
    #[serde(default, skip_serializing_if = "Deferral::is_default")]
    pub deferral: Deferral,
}

/// A row-level security policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// `PERMISSIVE`, otherwise `RESTRICTIVE`.
    pub permissive: bool,
    /// `all`, `select`, `insert`, `update` or `delete`.
    pub command: String,
    /// The roles it is for, sorted; `public` is one.
    pub roles: Vec<Ident>,
    /// Which rows are seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub using: Option<SqlText>,
    /// Which rows may be written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<SqlText>,
}

/// A rewrite rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Everything from `ON` on.
    pub definition: SqlText,
    /// When it fires.
    #[serde(default, skip_serializing_if = "Enabled::is_default")]
    pub enabled: Enabled,
}

/// The privileges of one role on one object, or by default on objects to come, where they are not what PostgreSQL gives
/// by itself. An empty set says that even those were taken away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// By name in upper case, with whether the role may grant it on.
    pub privileges: BTreeMap<String, bool>,
}

/// An object of a rare kind: created, compared and dropped by its definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defined {
    /// Everything that follows the object's name in its CREATE statement.
    pub definition: SqlText,
    /// Of an event trigger: when it fires.
    #[serde(default, skip_serializing_if = "Enabled::is_default")]
    pub enabled: Enabled,
}
