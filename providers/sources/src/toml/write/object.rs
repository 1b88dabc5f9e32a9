//! What stands by itself, but for tables.

use trueup_state::{
    Address, Attribute, CompositeType, Definition, Domain, EnumType, Extension, MaterializedView, MySqlDatabase,
    MySqlObject, MySqlSequence, MySqlView, PostgresObject, PostgresView, Query, Sequence, SequenceOptions, ViewExtra,
    VirtualTable,
};

use super::{
    Writer,
    document::{Body, Value, names, put, text},
    part, place, shown,
};

/// Everything but tables, and what is attached to others.
pub(super) fn objects(writer: &mut Writer<'_>) {
    let schema = writer.schema;
    for name in schema.namespaces.keys().filter(|it| !it.is_empty() && it.text() != "public") {
        add(writer, &Address::Namespace(name.clone()), Some(Body::new()));
    }
    for (name, view) in schema.views() {
        let address = Address::View(name.clone());
        add(writer, &address, self::view(&view.query));
        for (own, trigger) in &view.triggers {
            let part = Address::Trigger(name.clone(), own.clone());
            part::add(writer, &address, "trigger", &part, part::trigger(trigger));
        }
    }
    for namespace in schema.namespaces.values() {
        for (name, it) in &namespace.virtual_tables {
            let address = Address::VirtualTable(trueup_state::Qualified::bare(name.clone()));
            add(writer, &address, Some(virtual_table(it)));
        }
    }
    for (address, definition) in &schema.others {
        let stands_alone = matches!(address, Address::Object(..) | Address::Signed(..));
        let body = match definition {
            _ if !stands_alone => continue,
            Definition::Postgres(it) => postgres(writer, it),
            Definition::MySql(it) => mysql(it),
            _ => None,
        };
        add(writer, address, body);
    }
}

/// Put an object into the document: structured, or its statements.
fn add(writer: &mut Writer<'_>, address: &Address, body: Option<Body>) {
    let Some((kind, name)) = place(address) else { return };
    let sql = writer.take(address);
    let body = body.or_else(|| Some(Body::from([("sql".to_owned(), Value::Text(sql?))])));
    // The connected database has no name.
    let name = if kind == "database" { String::new() } else { name };
    if let Some(body) = body {
        *writer.document.entry(kind, &name) = body;
    }
}

/// What follows a leading `AS`; `None` where a list of columns stands before it.
fn after_as(definition: &str) -> Option<&str> {
    let definition = definition.trim_start();
    let rest = definition.get(..2).filter(|it| it.eq_ignore_ascii_case("as")).map(|_| &definition[2..])?;
    rest.starts_with(|c: char| c.is_whitespace() || c == '(').then(|| rest.trim_start())
}

fn view(query: &Query) -> Option<Body> {
    let Query { definition, extra } = query;
    let mut body = Body::from([("as".to_owned(), text(after_as(definition.written())?))]);
    match extra {
        ViewExtra::None => (),
        ViewExtra::Postgres(extra) => {
            let PostgresView { options, defaults } = extra.as_ref();
            if !defaults.is_empty() {
                return None;
            }
            for (name, value) in options {
                put(&mut body, "with", name, text(value.clone()));
            }
        }
        ViewExtra::MySql(extra) => {
            let MySqlView { definer, algorithm, invoker, check_option } = extra.as_ref().clone();
            let security = invoker.then(|| "invoker".to_owned());
            let keys = [
                ("definer", definer),
                ("algorithm", algorithm),
                ("security", security),
                ("check_option", check_option),
            ];
            for (key, value) in keys {
                if let Some(value) = value {
                    body.insert(key.to_owned(), Value::Text(value));
                }
            }
        }
    }
    Some(body)
}

fn virtual_table(it: &VirtualTable) -> Body {
    let VirtualTable { module, arguments } = it;
    let mut body = Body::from([("using".to_owned(), text(module.text()))]);
    if !arguments.written().is_empty() {
        body.insert("arguments".to_owned(), text(arguments.written()));
    }
    body
}

fn postgres(writer: &Writer<'_>, object: &PostgresObject) -> Option<Body> {
    match object {
        PostgresObject::Extension(Extension { schema, version }) => {
            let mut body = Body::new();
            // A schema of the extension's own comes with it.
            if let Some(schema) = schema.as_ref().filter(|it| writer.schema.namespaces.contains_key(*it)) {
                body.insert("schema".to_owned(), text(schema.text()));
            }
            if let Some(version) = version {
                body.insert("version".to_owned(), text(version.clone()));
            }
            Some(body)
        }
        PostgresObject::Enum(EnumType { labels }) => {
            Some(Body::from([("values".to_owned(), names(labels.iter().map(String::as_str)))]))
        }
        PostgresObject::Composite(CompositeType { attributes }) => {
            let mut body = Body::from([("attributes".to_owned(), Value::Table(Body::new()))]);
            for Attribute { name, ty, collation } in attributes {
                if collation.is_some() {
                    return None;
                }
                put(&mut body, "attributes", name.text(), text(ty.written()));
            }
            Some(body)
        }
        PostgresObject::Domain(it) => domain(it),
        PostgresObject::Sequence(it) => Some(sequence(it)),
        PostgresObject::MaterializedView(MaterializedView { definition, options, access_method }) => {
            let mut body = Body::from([("as".to_owned(), text(after_as(definition.written())?))]);
            if let Some(method) = access_method {
                body.insert("using".to_owned(), text(method.text()));
            }
            for (name, value) in options {
                put(&mut body, "with", name, text(value.clone()));
            }
            Some(body)
        }
        PostgresObject::Routine(_)
        | PostgresObject::Exclude(_)
        | PostgresObject::Policy(_)
        | PostgresObject::Rule(_)
        | PostgresObject::Grant(_)
        | PostgresObject::Comment(_)
        | PostgresObject::Owner(_)
        | PostgresObject::Defined(_) => None,
    }
}

fn domain(domain: &Domain) -> Option<Body> {
    let Domain { ty, collation, nullable, default, checks } = domain;
    let mut body = Body::from([("type".to_owned(), text(ty.written()))]);
    if collation.is_some() {
        return None;
    }
    if !nullable {
        body.insert("null".to_owned(), Value::Flag(false));
    }
    if let Some(default) = default {
        body.insert("default".to_owned(), text(default.written()));
    }
    for (name, check) in checks {
        if check.extra != trueup_state::CheckExtra::None {
            return None;
        }
        put(&mut body, "check", name.text(), text(check.expression.written()));
    }
    Some(body)
}

fn sequence(sequence: &Sequence) -> Body {
    let Sequence { ty, options, unlogged, owned_by } = sequence;
    let SequenceOptions { start, increment, minimum, maximum, cache, cycle } = options;
    let usual = SequenceOptions::of_type(ty, *increment);
    let mut body = Body::new();
    if ty != "bigint" {
        body.insert("type".to_owned(), text(ty.clone()));
    }
    let numbers = [
        ("start", start, usual.start),
        ("increment", increment, 1),
        ("minimum", minimum, usual.minimum),
        ("maximum", maximum, usual.maximum),
        ("cache", cache, usual.cache),
    ];
    for (key, value, _) in numbers.into_iter().filter(|(_, value, usual)| *value != usual) {
        body.insert(key.to_owned(), Value::Number(*value));
    }
    if *cycle {
        body.insert("cycle".to_owned(), Value::Flag(true));
    }
    if *unlogged {
        body.insert("unlogged".to_owned(), Value::Flag(true));
    }
    if let Some((table, column)) = owned_by {
        let whole = Address::Column(shown(table), column.clone()).to_string();
        body.insert("owned_by".to_owned(), text(&whole["column:".len()..]));
    }
    body
}

fn mysql(object: &MySqlObject) -> Option<Body> {
    match object {
        MySqlObject::Database(MySqlDatabase { charset, collation }) => {
            let keys = [("charset", charset), ("collation", collation)];
            let said = keys.into_iter().filter_map(|(key, value)| Some((key.to_owned(), text(value.clone()?))));
            Some(said.collect())
        }
        MySqlObject::Sequence(MySqlSequence { start, increment, minimum, maximum, cache, cycle, engine }) => {
            let numbers = [
                ("start", start),
                ("increment", increment),
                ("minimum", minimum),
                ("maximum", maximum),
                ("cache", cache),
            ];
            let mut body: Body = numbers.map(|(key, value)| (key.to_owned(), Value::Number(*value))).into();
            body.insert("cycle".to_owned(), Value::Flag(*cycle));
            if let Some(engine) = engine {
                body.insert("engine".to_owned(), text(engine.clone()));
            }
            Some(body)
        }
        MySqlObject::Routine(_) | MySqlObject::Event(_) => None,
    }
}
