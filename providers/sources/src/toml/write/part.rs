//! Constraints, indexes, triggers, policies and rules.

use trueup_state::{
    Address, Check, CheckExtra, Deferral, Definition, Exclude, ForeignKey, ForeignKeyExtra, Ident, Index, IndexExtra,
    IndexKind, KeyExtra, MySqlIndex, ObjectKind, Part, PartKind, Policy, PostgresIndex, PostgresKey, PostgresObject,
    Qualified, ReferentialAction, Rule, Table, Term, Trigger, TriggerExtra, Unique,
};

use super::{
    Writer,
    document::{Body, Value, names, put, text},
    place, table_name,
};

/// What follows a name at the start of a piece.
pub(super) fn after_name<'a>(writer: &Writer<'_>, name: &Ident, piece: &'a str) -> Option<&'a str> {
    let quote = if writer.is("mysql") { '`' } else { '"' };
    let doubled: String = [quote, quote].iter().collect();
    let quoted = [quote.to_string(), name.text().replace(quote, &doubled), quote.to_string()].concat();
    piece.strip_prefix(&quoted).map(str::trim_start)
}

/// A constraint's piece without its name.
fn definition(
    writer: &Writer<'_>,
    table: (&Qualified, &Table),
    address: &Address,
    name: Option<&Ident>,
) -> Option<String> {
    let piece = writer.dialect.piece(table.0, table.1, address)?;
    let bare = match name {
        Some(name) => piece.strip_prefix("CONSTRAINT ").and_then(|it| after_name(writer, name, it)),
        None => None,
    };
    Some(bare.unwrap_or(&piece).to_owned())
}

/// A record that says it in SQL.
fn defined(definition: String) -> Value {
    Value::Table(Body::from([("definition".to_owned(), Value::Text(definition))]))
}

/// Put a constraint under its name, or among those that have none.
fn put_named(body: &mut Body, key: &str, name: Option<&Ident>, value: Value) {
    match name {
        Some(name) => put(body, key, name.text(), value),
        None => {
            let list = body.entry([key, "s"].concat()).or_insert_with(|| Value::List(Vec::new()));
            if let Value::List(values) = list {
                values.push(value);
            }
        }
    }
}

/// The constraints of a table, but for foreign keys.
pub(super) fn constraints(writer: &Writer<'_>, name: &Qualified, table: &Table, body: &mut Body) -> Option<()> {
    if let Some(key) = &table.primary_key {
        let address = Address::PrimaryKey(name.clone());
        // What stands on its column is said there.
        if writer.dialect.piece(name, table, &address).is_some() {
            let usual = [name.name.text(), "_pkey"].concat();
            // On PostgreSQL every key has a name, on MySQL none has.
            let is_said = |it: &&Ident| writer.is("sqlite") || (writer.is("postgres") && it.text() != usual);
            let own = key.name.as_ref().filter(is_said);
            let value = match self::key(writer, &key.parts, &key.extra) {
                Some(columns) => with_name(columns, own),
                None => {
                    let stripped =
                        if writer.is("sqlite") { own.cloned() } else { own.cloned().or(Some(Ident::from(usual))) };
                    let sql = definition(writer, (name, table), &address, stripped.as_ref())?;
                    with_name(defined(sql), own)
                }
            };
            body.insert("primary_key".to_owned(), value);
        }
    }
    let sqlite = writer.is("sqlite");
    for (own, unique) in &table.uniques {
        let Unique { name: given, parts, extra } = unique;
        let address = Address::Unique(name.clone(), own.clone());
        if extra.postgres().only {
            return None;
        }
        let shown = if sqlite { given.as_ref() } else { Some(own) };
        let value = match self::key(writer, parts, extra) {
            Some(value) => value,
            None => defined(definition(writer, (name, table), &address, shown)?),
        };
        if writer.dialect.piece(name, table, &address).is_some() {
            put_named(body, "unique", shown, value);
        }
    }
    for (own, check) in &table.checks {
        let Check { name: given, expression, extra } = check;
        let shown = if sqlite { given.as_ref() } else { Some(own) };
        let value = match extra {
            CheckExtra::None => text(expression.written()),
            CheckExtra::Postgres(_) | CheckExtra::MySql(_) => {
                let address = Address::Check(name.clone(), own.clone());
                defined(definition(writer, (name, table), &address, shown)?)
            }
        };
        put_named(body, "check", shown, value);
    }
    Some(())
}

fn with_name(value: Value, name: Option<&Ident>) -> Value {
    let Some(name) = name else { return value };
    let mut body = Body::from([("name".to_owned(), text(name.text()))]);
    match value {
        Value::Table(more) => body.extend(more),
        columns => drop(body.insert("columns".to_owned(), columns)),
    }
    Value::Table(body)
}

/// A key: its columns alone, or a record. `None`: only SQL says all of it.
fn key(writer: &Writer<'_>, parts: &[Part], extra: &KeyExtra) -> Option<Value> {
    let columns = Value::List(parts.iter().map(|it| term(writer, it, true)).collect());
    let mut body = Body::new();
    match extra {
        KeyExtra::None => (),
        KeyExtra::Postgres(extra) => {
            let PostgresKey { include, nulls_not_distinct, without_overlaps, deferral, options, only } = extra.as_ref();
            if *without_overlaps || !options.is_empty() || *only {
                return None;
            }
            if !include.is_empty() {
                body.insert("include".to_owned(), names(include.iter().map(Ident::text)));
            }
            if *nulls_not_distinct {
                body.insert("nulls_not_distinct".to_owned(), Value::Flag(true));
            }
            deferrable(&mut body, *deferral);
        }
        // The column of a rowid is told by its type and key, and what else there is needs SQL.
        KeyExtra::Sqlite(extra) if extra.conflict == trueup_state::Conflict::Abort && !extra.autoincrement => (),
        KeyExtra::Sqlite(_) | KeyExtra::MySql(_) => return None,
    }
    if body.is_empty() {
        return Some(columns);
    }
    body.shift_insert(0, "columns".to_owned(), columns);
    Some(Value::Table(body))
}

fn deferrable(body: &mut Body, deferral: Deferral) {
    match deferral {
        Deferral::NotDeferrable => (),
        Deferral::InitiallyImmediate => drop(body.insert("deferrable".to_owned(), text("immediate"))),
        Deferral::InitiallyDeferred => drop(body.insert("deferrable".to_owned(), text("deferred"))),
    }
}

/// One term of a key: a column's bare name where that is all, and where the reader knows the columns or sees that it
/// is one.
fn term(writer: &Writer<'_>, part: &Part, knows_columns: bool) -> Value {
    let Part { term, collation, descending, extra } = part;
    let is_bare = collation.is_none() && !descending && *extra == trueup_state::PartExtra::None;
    let is_word = |name: &str| {
        name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.starts_with(|c: char| c.is_ascii_digit())
    };
    match term {
        Term::Column(name) if is_bare && (knows_columns || is_word(name.text())) => text(name.text()),
        Term::Column(_) | Term::Expression(_) => text(writer.dialect.key_part(part)),
    }
}

/// What a table has besides columns, keys and checks.
pub(super) fn of_table(writer: &mut Writer<'_>, name: &Qualified, table: &Table) {
    let owner = Address::Table(name.clone());
    let is_stated = body(writer, &owner).is_none_or(|it| it.contains_key("sql"));
    for (own, key) in &table.foreign_keys {
        let address = Address::ForeignKey(name.clone(), own.clone());
        // MySQL's and SQLite's statements have them inside; PostgreSQL's never do.
        let is_inside = is_stated && !writer.statements.contains_key(&address);
        writer.take(&address);
        if is_inside {
            continue;
        }
        let shown = if writer.is("sqlite") { key.name.as_ref() } else { Some(own) };
        let value = foreign_key(writer, key)
            .or_else(|| definition(writer, (name, table), &address, shown).map(defined))
            .unwrap_or_else(|| Value::Table(Body::new()));
        if let Some(body) = body(writer, &owner) {
            put_named(body, "foreign_key", shown, value);
        }
    }
    for (own, index) in &table.indexes {
        let address = Address::Index(name.clone(), own.clone());
        if writer.is("mysql") && is_stated {
            continue;
        }
        let knows = !is_stated;
        let value = self::index(writer, index, knows).or_else(|| {
            let piece = writer.dialect.piece(name, table, &address)?;
            Some(defined(piece))
        });
        add(writer, &owner, "index", &address, value);
    }
    for (own, trigger) in &table.triggers {
        add(writer, &owner, "trigger", &Address::Trigger(name.clone(), own.clone()), self::trigger(trigger));
    }
}

/// The table of an object in the document.
pub(super) fn body<'w>(writer: &'w mut Writer<'_>, owner: &Address) -> Option<&'w mut Body> {
    let (kind, name) = place(owner)?;
    writer.document.get(kind, &name)
}

/// Put a part under its owner: structured, or its statements.
pub(super) fn add(writer: &mut Writer<'_>, owner: &Address, key: &str, address: &Address, value: Option<Value>) {
    let Some(name) = address.name().cloned() else { return };
    if body(writer, owner).is_none() {
        return;
    }
    let sql = writer.take(address);
    let stated = || Some(Value::Table(Body::from([("sql".to_owned(), Value::Text(sql?))])));
    let value = value.or_else(stated);
    if let (Some(value), Some(body)) = (value, body(writer, owner)) {
        put(body, key, name.text(), value);
    }
}

/// A foreign key. `None`: only SQL says all of it.
fn foreign_key(writer: &Writer<'_>, key: &ForeignKey) -> Option<Value> {
    let ForeignKey { name: _, columns, references, referenced_columns, on_delete, on_update, deferral, extra } = key;
    if *extra != ForeignKeyExtra::None {
        return None;
    }
    let mut body = Body::new();
    body.insert("columns".to_owned(), names(columns.iter().map(Ident::text)));
    let is_word = |it: &Ident| it.text().chars().all(|c| c.is_alphanumeric() || c == '_');
    let quoted = |it: &Ident| ["\"", &it.text().replace('"', "\"\""), "\""].concat();
    let there: Vec<String> =
        referenced_columns.iter().map(|it| if is_word(it) { it.text().to_owned() } else { quoted(it) }).collect();
    let there = if there.is_empty() { String::new() } else { ["(", &there.join(", "), ")"].concat() };
    body.insert("references".to_owned(), Value::Text([table_name(references), there].concat()));
    // What MySQL and MariaDB take for said where nothing is said is not the same.
    let always = writer.is("mysql");
    for (key, action) in [("on_delete", on_delete), ("on_update", on_update)] {
        if always || *action != ReferentialAction::NoAction {
            body.insert(key.to_owned(), text(words(*action)));
        }
    }
    deferrable(&mut body, *deferral);
    Some(Value::Table(body))
}

fn words(action: ReferentialAction) -> &'static str {
    match action {
        ReferentialAction::NoAction => "no action",
        ReferentialAction::Restrict => "restrict",
        ReferentialAction::SetNull => "set null",
        ReferentialAction::SetDefault => "set default",
        ReferentialAction::Cascade => "cascade",
    }
}

/// An index. `None`: only SQL says all of it.
fn index(writer: &Writer<'_>, index: &Index, knows_columns: bool) -> Option<Value> {
    let Index { unique, parts, predicate, extra } = index;
    let mut body = Body::new();
    if *unique {
        body.insert("unique".to_owned(), Value::Flag(true));
    }
    match extra {
        IndexExtra::None => (),
        IndexExtra::Postgres(extra) => {
            let PostgresIndex { method, include, nulls_not_distinct, options, is_invalid, only, statistics } =
                extra.as_ref();
            if *is_invalid || *only || !statistics.is_empty() {
                return None;
            }
            if method.text() != "btree" {
                body.insert("using".to_owned(), text(method.text()));
            }
            if !include.is_empty() {
                body.insert("include".to_owned(), names(include.iter().map(Ident::text)));
            }
            if *nulls_not_distinct {
                body.insert("nulls_not_distinct".to_owned(), Value::Flag(true));
            }
            for (name, value) in options {
                put(&mut body, "with", name, text(value.clone()));
            }
        }
        IndexExtra::MySql(extra) => {
            let MySqlIndex { kind, method, invisible, comment, parser, options, without_overlaps } = extra.as_ref();
            if *invisible || parser.is_some() || !options.is_empty() || without_overlaps.is_some() {
                return None;
            }
            let using = match kind {
                IndexKind::Plain => method.as_deref(),
                IndexKind::Fulltext => Some("fulltext"),
                IndexKind::Spatial => Some("spatial"),
            };
            if let Some(using) = using {
                body.insert("using".to_owned(), text(using));
            }
            if !comment.is_empty() {
                body.insert("comment".to_owned(), text(comment.clone()));
            }
        }
    }
    if let Some(condition) = predicate {
        body.insert("where".to_owned(), text(condition.written()));
    }
    let on = Value::List(parts.iter().map(|it| term(writer, it, knows_columns)).collect());
    if body.is_empty() {
        return Some(on);
    }
    body.shift_insert(0, "on".to_owned(), on);
    Some(Value::Table(body))
}

/// A trigger's text after its name, where that is all.
pub(super) fn trigger(trigger: &Trigger) -> Option<Value> {
    let Trigger { definition, extra } = trigger;
    (*extra == TriggerExtra::None).then(|| text(definition.written()))
}

/// Parts that have no place in the tree of tables and views.
pub(super) fn others(writer: &mut Writer<'_>) {
    let schema = writer.schema;
    for (address, definition) in &schema.others {
        let Some(owner) = owner(writer, address) else { continue };
        match (address, definition) {
            (Address::Index(..), Definition::Index(it)) => {
                let value = index(writer, it, false);
                add(writer, &owner, "index", address, value);
            }
            (Address::Trigger(..), Definition::Trigger(it)) => add(writer, &owner, "trigger", address, trigger(it)),
            (Address::Part(PartKind::Exclude, ..), Definition::Postgres(it)) => {
                if let PostgresObject::Exclude(it) = it.as_ref() {
                    add(writer, &owner, "exclude", address, Some(exclude(it)));
                }
            }
            (Address::Part(PartKind::Policy, ..), Definition::Postgres(it)) => {
                if let PostgresObject::Policy(it) = it.as_ref() {
                    add(writer, &owner, "policy", address, Some(policy(it)));
                }
            }
            (Address::Part(PartKind::Rule, ..), Definition::Postgres(it)) => {
                if let PostgresObject::Rule(Rule { definition, enabled }) = it.as_ref() {
                    let plain = *enabled == trueup_state::Enabled::Origin;
                    add(writer, &owner, "rule", address, plain.then(|| text(definition.written())));
                }
            }
            _ => (),
        }
    }
}

/// The table or view that a part lies in.
pub(super) fn owner(writer: &Writer<'_>, address: &Address) -> Option<Address> {
    let name = address.owner()?;
    if writer.schema.table(name).is_some() {
        return Some(Address::Table(name.clone()));
    }
    if writer.schema.view(name).is_some() {
        return Some(Address::View(name.clone()));
    }
    let materialized = Address::Object(ObjectKind::MaterializedView, name.clone());
    writer.schema.others.contains_key(&materialized).then_some(materialized)
}

fn exclude(exclude: &Exclude) -> Value {
    let Exclude { definition, deferral } = exclude;
    let tail = match deferral {
        Deferral::NotDeferrable => "",
        Deferral::InitiallyImmediate => " DEFERRABLE",
        Deferral::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    };
    text([definition.written(), tail].concat())
}

fn policy(policy: &Policy) -> Value {
    let Policy { permissive, command, roles, using, check } = policy;
    let mut body = Body::new();
    if command != "all" {
        body.insert("for".to_owned(), text(command.clone()));
    }
    if roles.iter().any(|it| it.text() != "public") {
        body.insert("to".to_owned(), names(roles.iter().map(Ident::text)));
    }
    if !permissive {
        body.insert("restrictive".to_owned(), Value::Flag(true));
    }
    for (key, expression) in [("using", using), ("check", check)] {
        if let Some(expression) = expression {
            body.insert(key.to_owned(), text(expression.written()));
        }
    }
    Value::Table(body)
}
