//! What a Prisma schema can say, as data (the Prisma schema reference of version 7).
//!
//! It has no words for checks, triggers, views (Migrate does not make them), policies, functions, rules, grants,
//! owners,
//! comments, domains, partitions, storage, collations and generated columns: none of them is compared or dropped.

use trueup_contract::{Brought, Coverage, Covered};
use trueup_state::{
    Address, ForeignKey, Ident, IndexKind, Object, ObjectKind, Part, PostgresObject, Qualified, Schema, Table,
};

use super::{
    alike::{columns_of, engine},
    datamodel::{Datamodel, Default as Given},
    write::{SqlType, native, resolved},
};

/// A path that no definition has: of this kind only the existence can be said.
const EXISTENCE: &[&str] = &["existence"];

/// An identity and a check that MariaDB makes of JSON are in it; `alike` leaves those as they are that cannot be said.
const COLUMN: &[&str] =
    &["type", "nullable", "default", "extra.postgres.identity", "extra.my_sql.auto_increment", "extra.my_sql.check"];

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

/// The extensions that a schema without a list of extensions brings (`lower.rs`). The bodies of functions are text that the
/// server knows no dependencies of, so that each word of pg_trgm's that one may say keeps it.
const BRINGS: &[Brought] = &[
    Brought { address: "extension:citext", needed_by: &["citext"], perhaps_by: &[] },
    Brought {
        address: "extension:pg_trgm",
        needed_by: &["trgm"],
        perhaps_by: &["similarity", "show_limit", "set_limit", "%", "<->", "<<"],
    },
];

/// What a schema can say.
pub(super) fn coverage(data: &Datamodel) -> Coverage {
    let kinds = if data.says_conditions { KINDS_WITH_CONDITIONS } else { KINDS };
    let brings = if data.datasource.extensions.is_none() { BRINGS } else { &[] };
    Coverage {
        kinds: Some(kinds),
        ignored: IGNORED,
        alike: Some(super::alike),
        beyond: Some(beyond),
        brings,
        open_defaults: open_defaults(data),
    }
}

/// The columns with `dbgenerated()` that does not say what.
fn open_defaults(data: &Datamodel) -> Vec<Address> {
    let of_model = data.models.iter().flat_map(|model| {
        let namespace = Ident::from(model.schema.as_deref().unwrap_or_default());
        let table = Qualified { namespace, name: Ident::from(model.mapped.as_str()) };
        let is_open = |it: &&super::datamodel::Column| it.default == Some(Given::Generated(None));
        let open = model.columns.iter().filter(is_open);
        open.map(move |it| Address::Column(table.clone(), Ident::from(it.mapped.as_str())))
    });
    of_model.collect()
}

/// A schema speaks of the namespaces that it names, and of `public` where it names none. It has no sequences but those
/// of columns, and denies none that a default which stays counts with.
fn beyond(address: &Address, desired: &Schema, there: &Schema) -> bool {
    if let (Address::ForeignKey(table, _), Some(Object::ForeignKey(key))) = (address, there.object(address))
        && is_no_relation(table, key, desired, there)
    {
        return true;
    }
    if there.object(address).is_some_and(|it| is_of_generated(address, it, desired, there)) {
        return true;
    }
    if let (Address::Index(..), Some(Object::Index(index))) = (address, there.object(address))
        && index.extra.mysql().kind == IndexKind::Spatial
    {
        // Prisma has words for FULLTEXT, and none for SPATIAL.
        return true;
    }
    let Some(namespace) = address.namespace().filter(|it| !it.is_empty()) else { return false };
    if let (Address::Object(ObjectKind::Sequence, _), Some(Object::Postgres(PostgresObject::Sequence(sequence)))) =
        (address, there.object(address))
    {
        let is_used = |(table, name): &(Qualified, Ident)| {
            let of = |schema: &Schema| schema.table(table).and_then(|it| it.columns.get(name)?.default.clone());
            of(desired).is_some() && of(desired) == of(there)
        };
        if sequence.owned_by.as_ref().is_none_or(is_used) {
            return true;
        }
    }
    let of_others = desired.others.keys().filter_map(Address::namespace);
    let mut named = desired.namespaces.keys().chain(of_others).filter(|it| !it.is_empty()).peekable();
    if named.peek().is_none() { namespace.text() != "public" } else { !named.any(|it| it == namespace) }
}

/// Whether it is a generated column, or a key or an index with one that is left out: Prisma cannot say what generates it.
fn is_of_generated(address: &Address, object: Object<'_>, desired: &Schema, there: &Schema) -> bool {
    let Some(name) = address.relation() else { return false };
    let (Some(own), Some(table)) = (there.table(name), desired.table(name)) else { return false };
    let is_left_out = |column: &Ident| {
        let is_generated = own.columns.get(column).is_some_and(|it| it.generated.is_some());
        is_generated && !table.columns.contains_key(column)
    };
    let has_part = |parts: &[Part]| parts.iter().filter_map(Part::column_name).any(is_left_out);
    match object {
        Object::Column(it) => it.generated.is_some(),
        Object::Index(it) => has_part(&it.parts),
        Object::Unique(it) => has_part(&it.parts),
        Object::ForeignKey(it) => it.columns.iter().any(is_left_out),
        _ => false,
    }
}

/// Whether no relation can say a foreign key whose columns stay: it points at a table that the schema does not speak of, at
/// columns that are no key, or at fields of another type. `prisma db pull` leaves out the same ones.
fn is_no_relation(name: &Qualified, key: &ForeignKey, desired: &Schema, there: &Schema) -> bool {
    let has = |table: &Qualified, columns: &[Ident]| {
        desired.table(table).is_some_and(|it| columns.iter().all(|column| it.columns.contains_key(column)))
    };
    if !has(name, &key.columns) {
        return false;
    }
    let (Some(from), Some(to)) = (there.table(name), there.table(&key.references)) else { return true };
    if desired.table(&key.references).is_none() {
        return beyond(&Address::Table(key.references.clone()), desired, there);
    }
    let own_key = to.primary_key.as_ref().and_then(|it| columns_of(&it.parts));
    let target: Vec<&Ident> = match &own_key {
        Some(columns) if key.referenced_columns.is_empty() => columns.clone(),
        _ => key.referenced_columns.iter().collect(),
    };
    let indexes = to.indexes.values().filter(|it| it.unique && it.predicate.is_none()).map(|it| columns_of(&it.parts));
    let uniques = to.uniques.values().map(|it| columns_of(&it.parts));
    if !indexes.chain(uniques).chain([own_key]).any(|it| it.as_ref() == Some(&target)) {
        return true;
    }
    let engine = engine(name, from);
    let scalar = |table: &Table, column: &Ident| {
        let ty = SqlType::of(&resolved(there, table.columns.get(column)?.ty.canonical()));
        Some(native(engine, &ty).map_or_else(|| Err(ty), |it| Ok(it.scalar)))
    };
    let fits = |(one, other): (&Ident, &&Ident)| scalar(from, one) == scalar(to, other);
    key.columns.len() != target.len() || !key.columns.iter().zip(&target).all(fits)
}
