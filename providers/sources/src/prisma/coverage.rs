//! What a Prisma schema can say, as data (the Prisma schema reference of version 7).
//!
//! It has no words for checks, triggers, views (Migrate does not make them), policies, functions, rules, grants,
//! owners,
//! comments, domains, partitions, storage, collations and generated columns: none of them is compared or dropped.

use trueup_contract::{Coverage, Covered};
use trueup_state::{Address, Object, ObjectKind, PostgresObject, Schema};

use super::datamodel::Datamodel;

/// A path that no definition has: of this kind only the existence can be said.
const EXISTENCE: &[&str] = &["existence"];

const COLUMN: &[&str] = &["type", "nullable", "default", "extra.my_sql.auto_increment"];

const PRIMARY_KEY: &[&str] = &[
    "name",
    "parts.column",
    "parts.descending",
    "parts.extra.my_sql.prefix",
    "extra.sqlite.autoincrement",
    "extra.sqlite.rowid_alias",
];

const FOREIGN_KEY: &[&str] = &["name", "columns", "references", "referenced_columns", "on_delete", "on_update"];

const INDEX: &[&str] = &[
    "unique",
    "parts.column",
    "parts.descending",
    "parts.extra.postgres.operator_class",
    "parts.extra.my_sql.prefix",
    "extra.postgres.method",
    "extra.my_sql.kind",
];

/// The same with the preview feature `partialIndexes`.
const INDEX_WITH_CONDITION: &[&str] = &[
    "unique",
    "predicate",
    "parts.column",
    "parts.descending",
    "parts.extra.postgres.operator_class",
    "parts.extra.my_sql.prefix",
    "extra.postgres.method",
    "extra.my_sql.kind",
];

/// The sequence of `autoincrement()`.
const SEQUENCE: &[&str] = &["sequence.type", "sequence.owned_by", "sequence.options"];

const fn part(kind: &'static str, attributes: &'static [&'static str]) -> Covered {
    Covered { kind, attributes, keeps_richer: false }
}

/// What has more than can be said is not denied by being left out.
const fn unless_richer(kind: &'static str, attributes: &'static [&'static str]) -> Covered {
    Covered { kind, attributes, keeps_richer: true }
}

/// Can be declared, and being left out denies nothing.
const fn never_denied(kind: &'static str) -> Covered {
    Covered { kind, attributes: &[], keeps_richer: true }
}

const fn kinds(index: &'static [&'static str]) -> [Covered; 10] {
    [
        never_denied("schema"),
        never_denied("extension"),
        Covered { kind: "enum", attributes: &[], keeps_richer: false },
        part("table", EXISTENCE),
        part("column", COLUMN),
        part("primary_key", PRIMARY_KEY),
        // Prisma makes unique indexes, and takes a constraint for one.
        unless_richer("unique", &["name", "parts.column", "parts.descending", "parts.extra.my_sql.prefix"]),
        part("foreign_key", FOREIGN_KEY),
        unless_richer("index", index),
        unless_richer("sequence", SEQUENCE),
    ]
}

const KINDS: &[Covered] = &kinds(INDEX);
const KINDS_WITH_CONDITIONS: &[Covered] = &kinds(INDEX_WITH_CONDITION);

/// What Prisma Migrate keeps for itself.
const IGNORED: &[&str] = &["table:_prisma_migrations"];

/// What a schema can say.
pub(super) fn coverage(data: &Datamodel) -> Coverage {
    let kinds = if data.says_conditions { KINDS_WITH_CONDITIONS } else { KINDS };
    Coverage { kinds: Some(kinds), ignored: IGNORED, alike: Some(super::alike), beyond: Some(beyond) }
}

/// A schema speaks of the namespaces that it names, and of `public` where it names none. It has no sequences but
/// those of
/// columns.
fn beyond(address: &Address, desired: &Schema, there: &Schema) -> bool {
    let Some(namespace) = address.namespace().filter(|it| !it.is_empty()) else { return false };
    if let (Address::Object(ObjectKind::Sequence, _), Some(Object::Postgres(PostgresObject::Sequence(sequence)))) =
        (address, there.object(address))
        && sequence.owned_by.is_none()
    {
        return true;
    }
    let of_others = desired.others.keys().filter_map(Address::namespace);
    let mut named = desired.namespaces.keys().chain(of_others).filter(|it| !it.is_empty()).peekable();
    if named.peek().is_none() { namespace.text() != "public" } else { !named.any(|it| it == namespace) }
}
