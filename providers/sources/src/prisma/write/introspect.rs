//! A database's schema in Prisma's words, with the names that the files already have for what is there.

mod enums;
mod relation;

use std::collections::{BTreeMap, BTreeSet};

use trueup_state::{Address, Column, Ident, Namespace, Part, PostgresColumn, PostgresTable, Qualified, Schema, Table};

pub(super) use relation::action;

use super::{
    default::{Default, Target},
    engine::Engine,
    image::{self, Image, Kind, Model},
    keys,
    known::Known,
    names,
    types::{SqlType, is_json_text, native, resolved},
};
use crate::prisma::syntax::Arity;

/// What was found, and why something is not in it.
#[derive(Debug, std::default::Default)]
pub(super) struct Introspected {
    pub(super) image: Image,
    /// Namespaces that are written, in their order.
    pub(super) namespaces: Vec<Ident>,
    /// Whole objects that are not written, and why.
    pub(super) left_out: BTreeMap<Address, String>,
}

/// The tables that Prisma's own tools keep.
pub(super) const MIGRATIONS: &str = "_prisma_migrations";

/// Look at a schema.
pub(super) fn introspect(schema: &Schema, known: &Known<'_>) -> Introspected {
    let mut taken = known.names.clone();
    let mut found = Introspected { namespaces: namespaces(schema, known), ..Introspected::default() };
    found.image.enums = enums::types(schema, known, &found.namespaces, &mut taken);
    let mut tables: Vec<(Qualified, &Table)> = Vec::new();
    for (name, table) in schema.tables() {
        if name.name.text() == MIGRATIONS {
            continue;
        }
        match reason(&found, table, &name) {
            Some(why) => drop(found.left_out.insert(Address::Table(name), why)),
            None => tables.push((name, table)),
        }
    }
    tables.sort_by(|one, other| one.0.cmp(&other.0));
    let joins = relation::joins(known, &tables);
    tables.retain(|(name, _)| !joins.contains(name));
    for (name, table) in &tables {
        let model = model(&mut found, known, schema, (name, table), &mut taken);
        found.image.models.push(model);
    }
    relation::relations(&mut found, known, schema, &tables, &joins);
    found
}

/// The namespaces that are written: those that the datasource lists, or all where there is no datasource.
fn namespaces(schema: &Schema, known: &Known<'_>) -> Vec<Ident> {
    let is_used = |it: &Namespace| {
        let Namespace { tables, views, virtual_tables } = it;
        !tables.is_empty() || !views.is_empty() || !virtual_tables.is_empty()
    };
    let has_enum = |name: &Ident| schema.others.keys().any(|it| enums::is_enum(it) && it.namespace() == Some(name));
    let mut there: Vec<Ident> =
        schema.namespaces.iter().filter(|(name, it)| is_used(it) || has_enum(name)).map(|it| it.0.clone()).collect();
    there.sort();
    match &known.setup.schemas {
        Some(listed) => there.retain(|it| listed.iter().any(|listed| listed == it.text())),
        None if known.setup.datasource.is_some() => {
            let own = known.engine.namespace();
            there.retain(|it| *it == own);
        }
        None => (),
    }
    there
}

/// Why a table is no model.
fn reason(found: &Introspected, table: &Table, name: &Qualified) -> Option<String> {
    if !found.namespaces.contains(&name.namespace) {
        let namespace = name.namespace.text();
        return Some(["the datasource does not list the schema `", namespace, "` in `schemas`"].concat());
    }
    let PostgresTable { partition_of, inherits, foreign, .. } = table.extra.postgres();
    let why = if partition_of.is_some() {
        "Prisma has no partitions; the partitioned table itself is a model"
    } else if !inherits.is_empty() {
        "Prisma has no tables that inherit from others"
    } else if foreign.is_some() {
        "Prisma has no foreign tables"
    } else if table.columns.is_empty() {
        "Prisma has no models without fields"
    } else {
        return None;
    };
    Some(why.to_owned())
}

fn model(
    found: &mut Introspected,
    known: &Known<'_>,
    schema: &Schema,
    (name, table): (&Qualified, &Table),
    taken: &mut BTreeSet<String>,
) -> Model {
    let of = known.model_of(name);
    let own = match of {
        Some(at) => known.models[at].block.name.text.clone(),
        None => names::type_name(name.name.text(), name.namespace.text(), taken),
    };
    let mut fields: BTreeSet<String> =
        of.iter().flat_map(|at| &known.models[*at].fields).map(|it| it.field.name.text.clone()).collect();
    let mut columns = Vec::new();
    for (column_name, column) in &table.columns {
        let text = column_name.text();
        let there = of.and_then(|at| known.models[at].field_of(text));
        let field = match there {
            Some(it) => it.field.name.text.clone(),
            None => names::member_name(text, &mut fields),
        };
        let ty = resolved(schema, column.ty.canonical());
        let kind = kind(found, known, (name, text), (column, &ty), taken);
        let sql = SqlType::of(&ty);
        let arity = match () {
            () if sql.is_list && !matches!(kind, Kind::Unsupported(_)) => Arity::List,
            () if column.nullable && !is_in_key(table, text) => Arity::Optional,
            () => Arity::Required,
        };
        let default = default(known.engine, table, (text, column), &kind, &sql);
        columns.push(image::Column { column: text.to_owned(), field, kind, arity, default });
    }
    let keys::Keys { mut keys, lost } =
        keys::keys(known.engine, name, table, known.setup.previews.contains("partialIndexes"));
    found.left_out.extend(lost);
    keys.retain(|it| it.parts.iter().all(|part| columns.iter().any(|column| column.column == part.column)));
    let is_found_by = |key: &image::Key| {
        let usable = |part: &image::KeyPart| {
            columns.iter().any(|it| {
                let is_there = it.column == part.column && it.arity == Arity::Required;
                is_there && !matches!(it.kind, Kind::Unsupported(_))
            })
        };
        matches!(key.kind, image::KeyKind::Id | image::KeyKind::Unique)
            && key.predicate.is_none()
            && key.parts.iter().all(usable)
    };
    let is_ignored = !keys.iter().any(is_found_by);
    Model { table: name.clone(), name: own, known: of, is_ignored, columns, keys }
}

/// Whether a column is in the primary key, and so has a value to Prisma whatever SQLite allows.
fn is_in_key(table: &Table, column: &str) -> bool {
    let is_it = |it: &Part| it.column_name().is_some_and(|it| it.text() == column);
    table.primary_key.as_ref().is_some_and(|it| it.parts.iter().any(is_it))
}

fn kind(
    found: &mut Introspected,
    known: &Known<'_>,
    (table, name): (&Qualified, &str),
    (column, text): (&Column, &str),
    taken: &mut BTreeSet<String>,
) -> Kind {
    let sql = SqlType::of(text);
    if let Some(at) = enums::of_column(found, known, (table, name), &sql, text, taken) {
        return Kind::Enum(at);
    }
    let sql = if is_json_text(column) { SqlType::of("json") } else { sql };
    match native(known.engine, &sql) {
        Some(it) => Kind::Native(it, sql),
        None => Kind::Unsupported(text.to_owned()),
    }
}

fn default(
    engine: Engine,
    table: &Table,
    (name, column): (&str, &Column),
    kind: &Kind,
    sql: &SqlType,
) -> Option<Default> {
    let PostgresColumn { identity, .. } = column.extra.postgres();
    let is_key =
        |it: &trueup_state::PrimaryKey| it.parts.iter().any(|it| it.column_name().is_some_and(|it| it.text() == name));
    let is_rowid = table.primary_key.as_ref().is_some_and(|it| it.extra.sqlite().rowid_alias && is_key(it));
    let scalar = match kind {
        Kind::Native(native, _) => native.scalar,
        Kind::Enum(_) => "",
        Kind::Unsupported(_) => "Unsupported",
    };
    let counts = identity.is_some() || column.extra.mysql().auto_increment || (engine == Engine::Sqlite && is_rowid);
    if counts && matches!(scalar, "Int" | "BigInt") {
        return Some(Default::Autoincrement);
    }
    if column.generated.is_some() || counts {
        // What the database computes is a default that Prisma's client leaves to it.
        return Some(Default::Unstated);
    }
    let text = column.default.as_ref()?;
    let text = if engine == Engine::Postgres { text.canonical() } else { text.written() };
    Some(Target { engine, scalar, sql }.read(text))
}
