//! From the model to SQLite's SQL.

use trueup_contract::{Declaration, Sql};
use trueup_state::{
    Address, Check, Column, Conflict, Deferral, ForeignKey, Generated, Ident, Index, Part, PrimaryKey, Qualified,
    Query, ReferentialAction, Schema, SqliteKey, SqliteTable, Table, Term, Trigger, Unique, View, VirtualTable,
};

use crate::{provider::QUOTING, steps::is_literal};

/// Everything in a schema, in an order that creates it.
pub(crate) fn schema(schema: &Schema) -> Vec<Declaration> {
    let mut all = Vec::new();
    let mut add = |address, statement: String| all.push(Declaration::of(address, [&statement, ";\n"].concat()));
    for (name, it) in schema.tables() {
        add(Address::Table(name.clone()), table(&name, it));
        for (index, it) in &it.indexes {
            add(Address::Index(name.clone(), index.clone()), create_index(&name, index, it));
        }
    }
    for (name, it) in schema.namespaces.values().flat_map(|objects| &objects.virtual_tables) {
        let name = Qualified::bare(name.clone());
        add(Address::VirtualTable(name.clone()), virtual_table(&name, it));
    }
    for (name, it) in schema.views() {
        add(Address::View(name.clone()), view(&name, it));
    }
    let of_tables = schema.tables().map(|(owner, it)| (owner, &it.triggers));
    let of_views = schema.views().map(|(owner, it)| (owner, &it.triggers));
    for (owner, triggers) in of_tables.chain(of_views) {
        for (name, it) in triggers {
            add(Address::Trigger(owner.clone(), name.clone()), trigger(name, it));
        }
    }
    all
}

/// A statement that starts with these keywords.
pub(crate) fn sql(keywords: &str) -> Sql {
    Sql::new(QUOTING, keywords)
}

/// A column with the keys that stand on it, or a constraint that stands on none, as it stands in CREATE TABLE; for the
/// table itself, what follows the parentheses.
pub(crate) fn piece(table: &Table, address: &Address) -> Option<String> {
    let Table { columns, primary_key, uniques, checks, foreign_keys, indexes: _, triggers: _, extra } = table;
    let is_apart = |unique: &&Unique| !columns.keys().any(|name| is_inline_unique(unique, name));
    let piece = match address {
        Address::Table(_) => Some(options(sql(""), extra.sqlite())),
        Address::Column(_, name) => columns.get(name).map(|it| {
            let key = primary_key.as_ref().filter(|key| is_inline(key));
            let key = key.filter(|key| key.parts.iter().any(|part| part.column_name() == Some(name)));
            let own = uniques.values().filter(|unique| is_inline_unique(unique, name));
            own.fold(column(name, it, key), unique_on_column)
        }),
        Address::PrimaryKey(_) => primary_key.as_ref().filter(|key| !is_inline(key)).map(table_key),
        Address::Unique(_, name) => uniques.get(name).filter(is_apart).map(table_unique),
        Address::Check(_, name) => checks.get(name).map(|it| check(sql(""), it)),
        Address::ForeignKey(_, name) => foreign_keys.get(name).map(|it| {
            let key = named(sql(""), it.name.as_ref()).raw("FOREIGN KEY").idents(&it.columns);
            references(key, it)
        }),
        _ => None,
    };
    piece.map(Sql::finish)
}

/// CREATE TABLE, without its indexes and triggers.
pub(crate) fn table(name: &Qualified, table: &Table) -> String {
    let Table { columns, primary_key, uniques, checks, foreign_keys, indexes: _, triggers: _, extra } = table;
    let address = |make: fn(Qualified, Ident) -> Address, own: &Ident| make(name.clone(), own.clone());
    let mut parts: Vec<Address> = columns.keys().map(|own| address(Address::Column, own)).collect();
    parts.extend(primary_key.iter().map(|_| Address::PrimaryKey(name.clone())));
    parts.extend(uniques.keys().map(|own| address(Address::Unique, own)));
    parts.extend(checks.keys().map(|own| address(Address::Check, own)));
    parts.extend(foreign_keys.keys().map(|own| address(Address::ForeignKey, own)));
    let lines: Vec<String> = parts.iter().filter_map(|part| piece(table, part)).collect();
    let mut out = sql("CREATE TABLE").name(name).raw("(\n  ");
    for (at, line) in lines.iter().enumerate() {
        out = if at > 0 { out.raw(",\n  ").raw(line) } else { out.raw(line) };
    }
    options(out.raw("\n)"), extra.sqlite()).finish()
}

fn options(sql: Sql, options: SqliteTable) -> Sql {
    let SqliteTable { strict, without_rowid } = options;
    match (strict, without_rowid) {
        (false, false) => sql,
        (true, false) => sql.raw("STRICT"),
        (false, true) => sql.raw("WITHOUT ROWID"),
        (true, true) => sql.raw("STRICT, WITHOUT ROWID"),
    }
}

/// A column as it stands in CREATE TABLE and ADD COLUMN.
pub(crate) fn column(name: &Ident, column: &Column, key: Option<&PrimaryKey>) -> Sql {
    let Column { ty, nullable, default, collation, generated, extra } = column;
    let mut sql = sql("").ident(name);
    if !ty.written().is_empty() {
        sql = sql.text(ty);
    }
    if let Some(key) = key {
        sql = column_key(sql, key);
    }
    if !nullable {
        sql = conflict(sql.raw("NOT NULL"), extra.sqlite().not_null);
    }
    if let Some(default) = default {
        let clock = matches!(default.canonical(), "current_time" | "current_date" | "current_timestamp");
        let literal = is_literal(default) || clock;
        sql = if literal { sql.raw("DEFAULT").text(default) } else { sql.raw("DEFAULT (").text(default).raw(")") };
    }
    if let Some(collation) = collation {
        sql = sql.raw("COLLATE").ident(collation);
    }
    if let Some(Generated { expression, stored }) = generated {
        sql = sql.raw("GENERATED ALWAYS AS (").text(expression).raw(")");
        sql = sql.raw(if *stored { "STORED" } else { "VIRTUAL" });
    }
    sql
}

/// A single-column key stands on its column; only there can INTEGER … DESC be other than the rowid.
fn is_inline(key: &PrimaryKey) -> bool {
    let [part] = key.parts.as_slice() else { return false };
    part.collation.is_none() && !(part.descending && key.extra.sqlite().rowid_alias)
}

fn column_key(sql: Sql, key: &PrimaryKey) -> Sql {
    let PrimaryKey { name, parts, extra } = key;
    let SqliteKey { conflict: action, autoincrement, rowid_alias: _ } = extra.sqlite();
    let mut sql = named(sql, name.as_ref()).raw("PRIMARY KEY");
    if parts.iter().any(|part| part.descending) {
        sql = sql.raw("DESC");
    }
    sql = conflict(sql, action);
    if autoincrement { sql.raw("AUTOINCREMENT") } else { sql }
}

fn table_key(key: &PrimaryKey) -> Sql {
    let PrimaryKey { name, parts: key_parts, extra } = key;
    let SqliteKey { conflict: action, autoincrement, rowid_alias: _ } = extra.sqlite();
    let sql = named(sql(""), name.as_ref()).raw("PRIMARY KEY (");
    let sql = parts(sql, key_parts);
    let sql = if autoincrement { sql.raw("AUTOINCREMENT)") } else { sql.raw(")") };
    conflict(sql, action)
}

/// A single-column unique constraint with a conflict clause stands on its column, as people write it.
fn is_inline_unique(unique: &Unique, column: &Ident) -> bool {
    let [part] = unique.parts.as_slice() else { return false };
    let plain = part.collation.is_none() && !part.descending;
    plain && part.column_name() == Some(column) && unique.extra.sqlite().conflict != Conflict::Abort
}

fn unique_on_column(sql: Sql, unique: &Unique) -> Sql {
    conflict(named(sql, unique.name.as_ref()).raw("UNIQUE"), unique.extra.sqlite().conflict)
}

fn table_unique(unique: &Unique) -> Sql {
    let Unique { name, parts: unique_parts, extra } = unique;
    let sql = parts(named(sql(""), name.as_ref()).raw("UNIQUE ("), unique_parts).raw(")");
    conflict(sql, extra.sqlite().conflict)
}

/// CHECK, in a table or behind a column.
pub(crate) fn check(sql: Sql, check: &Check) -> Sql {
    let Check { name, expression, extra: _ } = check;
    named(sql, name.as_ref()).raw("CHECK (").text(expression).raw(")")
}

/// REFERENCES and what follows, in a table or behind a column.
pub(crate) fn references(sql: Sql, key: &ForeignKey) -> Sql {
    let ForeignKey { name: _, columns: _, references, referenced_columns, on_delete, on_update, deferral, extra: _ } =
        key;
    let mut sql = sql.raw("REFERENCES").name(references);
    if !referenced_columns.is_empty() {
        sql = sql.idents(referenced_columns);
    }
    sql = action(sql, "ON DELETE", *on_delete);
    sql = action(sql, "ON UPDATE", *on_update);
    match deferral {
        Deferral::NotDeferrable => sql,
        Deferral::InitiallyImmediate => sql.raw("DEFERRABLE INITIALLY IMMEDIATE"),
        Deferral::InitiallyDeferred => sql.raw("DEFERRABLE INITIALLY DEFERRED"),
    }
}

fn action(sql: Sql, when: &str, action: ReferentialAction) -> Sql {
    match action {
        ReferentialAction::NoAction => sql,
        ReferentialAction::Restrict => sql.raw(when).raw("RESTRICT"),
        ReferentialAction::SetNull => sql.raw(when).raw("SET NULL"),
        ReferentialAction::SetDefault => sql.raw(when).raw("SET DEFAULT"),
        ReferentialAction::Cascade => sql.raw(when).raw("CASCADE"),
    }
}

fn conflict(sql: Sql, conflict: Conflict) -> Sql {
    match conflict {
        Conflict::Abort => sql,
        Conflict::Rollback => sql.raw("ON CONFLICT ROLLBACK"),
        Conflict::Fail => sql.raw("ON CONFLICT FAIL"),
        Conflict::Ignore => sql.raw("ON CONFLICT IGNORE"),
        Conflict::Replace => sql.raw("ON CONFLICT REPLACE"),
    }
}

/// CONSTRAINT and the name, where there is one.
pub(crate) fn named(sql: Sql, name: Option<&Ident>) -> Sql {
    match name {
        Some(name) => sql.raw("CONSTRAINT").ident(name),
        None => sql,
    }
}

fn parts(mut sql: Sql, parts: &[Part]) -> Sql {
    for (at, part) in parts.iter().enumerate() {
        sql = one_part(if at > 0 { sql.raw(",") } else { sql }, part);
    }
    sql
}

fn one_part(sql: Sql, part: &Part) -> Sql {
    let Part { term, collation, descending, extra: _ } = part;
    let mut sql = match term {
        Term::Column(name) => sql.ident(name),
        Term::Expression(expression) => sql.text(expression),
    };
    if let Some(collation) = collation {
        sql = sql.raw("COLLATE").ident(collation);
    }
    if *descending { sql.raw("DESC") } else { sql }
}

/// One part of a key, by itself.
pub(crate) fn key_part(part: &Part) -> String {
    one_part(sql(""), part).finish()
}

/// CREATE INDEX.
pub(crate) fn create_index(table: &Qualified, name: &Ident, index: &Index) -> String {
    let Index { unique, parts: index_parts, predicate, extra: _ } = index;
    let sql = sql(if *unique { "CREATE UNIQUE INDEX" } else { "CREATE INDEX" }).ident(name).raw("ON").name(table);
    let sql = parts(sql.raw("("), index_parts).raw(")");
    match predicate {
        Some(predicate) => sql.raw("WHERE").text(predicate).finish(),
        None => sql.finish(),
    }
}

/// CREATE VIEW.
pub(crate) fn view(name: &Qualified, view: &View) -> String {
    let View { query, triggers: _ } = view;
    let Query { definition, extra: _ } = query;
    sql("CREATE VIEW").name(name).text(definition).finish()
}

/// CREATE TRIGGER; the definition names the table.
pub(crate) fn trigger(name: &Ident, trigger: &Trigger) -> String {
    let Trigger { definition, extra: _ } = trigger;
    sql("CREATE TRIGGER").ident(name).text(definition).finish()
}

/// CREATE VIRTUAL TABLE.
pub(crate) fn virtual_table(name: &Qualified, table: &VirtualTable) -> String {
    let VirtualTable { module, arguments } = table;
    let sql = sql("CREATE VIRTUAL TABLE").name(name).raw("USING").ident(module);
    if arguments.written().is_empty() { sql.finish() } else { sql.raw("(").text(arguments).raw(")").finish() }
}
