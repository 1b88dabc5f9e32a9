//! A schema as JSON, with nothing of the model left out.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Map, Value, json as value};
use trueup_state::{
    Address, Check, Column, ColumnExtra, Conflict, Deferral, Definition, ForeignKey, Generated, Ident, Index, KeyExtra,
    Namespace, Part, PrimaryKey, Qualified, Query, ReferentialAction, Schema, SqlText, SqliteColumn, SqliteKey,
    SqliteTable, Table, TableExtra, Term, Trigger, Unique, View, VirtualTable,
};

use super::by_name;

/// Every object of a schema. Texts are given as they were written; a key that has nothing to say is null or empty.
pub fn json(schema: &Schema) -> Value {
    let Schema { namespaces, others } = schema;
    let namespaces = by_name(namespaces);
    let mut tables = Vec::new();
    let mut views = Vec::new();
    let mut virtual_tables = Vec::new();
    for (namespace, objects) in &namespaces {
        let Namespace { tables: its_tables, views: its_views, virtual_tables: its_virtual_tables } = objects;
        let named = |name: &Ident| named(&Qualified { namespace: (*namespace).clone(), name: name.clone() });
        tables.extend(by_name(its_tables).into_iter().map(|(name, it)| table(named(name), it)));
        views.extend(by_name(its_views).into_iter().map(|(name, it)| view(named(name), it)));
        let its_virtual_tables = by_name(its_virtual_tables).into_iter();
        virtual_tables.extend(its_virtual_tables.map(|(name, it)| virtual_table(named(name), it)));
    }
    let namespaces: Vec<&str> = namespaces.iter().map(|(name, _)| name.text()).filter(|it| !it.is_empty()).collect();
    value!({
        "format_version": "1.0",
        "namespaces": namespaces,
        "tables": tables,
        "views": views,
        "virtual_tables": virtual_tables,
        "others": self::others(others),
    })
}

/// The object to fill, with the name and, where there is one, the namespace.
fn named(name: &Qualified) -> Map<String, Value> {
    let Qualified { namespace, name } = name;
    let mut object = Map::new();
    object.insert("name".to_owned(), value!(name.text()));
    if !namespace.is_empty() {
        object.insert("namespace".to_owned(), value!(namespace.text()));
    }
    object
}

fn filled<const N: usize>(mut object: Map<String, Value>, fields: [(&str, Value); N]) -> Value {
    object.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    Value::Object(object)
}

fn table(named: Map<String, Value>, table: &Table) -> Value {
    let Table { columns, primary_key: key, uniques, checks, foreign_keys, indexes, triggers, extra } = table;
    let columns = columns.iter().map(|(name, it)| column(name, it)).collect();
    let fields = [
        ("columns", Value::Array(columns)),
        ("primary_key", key.as_ref().map_or(Value::Null, primary_key)),
        ("uniques", list(uniques, unique)),
        ("checks", list(checks, check)),
        ("foreign_keys", list(foreign_keys, foreign_key)),
        ("indexes", list(indexes, index)),
        ("triggers", list(triggers, trigger)),
        ("options", table_options(extra)),
    ];
    filled(named, fields)
}

fn view(named: Map<String, Value>, view: &View) -> Value {
    let View { query: Query { definition, extra }, triggers } = view;
    let fields = [("definition", value!(definition.written())), ("triggers", list(triggers, trigger))];
    extended(filled(named, fields), extra)
}

fn virtual_table(named: Map<String, Value>, table: &VirtualTable) -> Value {
    let VirtualTable { module, arguments } = table;
    filled(named, [("module", value!(module.text())), ("arguments", value!(arguments.written()))])
}

fn list<'a, T: 'a>(entries: impl IntoIterator<Item = (&'a Ident, &'a T)>, render: fn(&Ident, &T) -> Value) -> Value {
    by_name(entries).into_iter().map(|(name, it)| render(name, it)).collect()
}

fn column(name: &Ident, column: &Column) -> Value {
    let Column { ty, nullable, default, collation, generated, extra } = column;
    let generated = generated
        .as_ref()
        .map(|Generated { expression, stored }| value!({ "expression": expression.written(), "stored": stored }));
    let options = match extra {
        ColumnExtra::None => value!({}),
        ColumnExtra::Postgres(it) => value!(it),
        ColumnExtra::MySql(it) => value!(it),
        ColumnExtra::Sqlite(SqliteColumn { not_null }) => value!({ "not_null_conflict": conflict(*not_null) }),
    };
    value!({
        "name": name.text(),
        "type": ty.written(),
        "nullable": nullable,
        "default": default.as_ref().map(SqlText::written),
        "collation": collation.as_ref().map(Ident::text),
        "generated": generated,
        "options": options,
    })
}

fn primary_key(key: &PrimaryKey) -> Value {
    let PrimaryKey { name, parts, extra } = key;
    value!({ "given_name": given(name.as_ref()), "parts": all(parts), "options": key_options(extra) })
}

fn unique(name: &Ident, unique: &Unique) -> Value {
    let Unique { name: own, parts, extra } = unique;
    value!({
        "name": name.text(),
        "given_name": given(own.as_ref()),
        "parts": all(parts),
        "options": key_options(extra),
    })
}

fn check(name: &Ident, check: &Check) -> Value {
    let Check { name: own, expression, extra } = check;
    let it = value!({ "name": name.text(), "given_name": given(own.as_ref()), "expression": expression.written() });
    extended(it, extra)
}

fn foreign_key(name: &Ident, key: &ForeignKey) -> Value {
    let ForeignKey { name: own, columns, references, referenced_columns, on_delete, on_update, deferral, extra } = key;
    let parent = filled(named(references), [("columns", value!(texts(referenced_columns)))]);
    let it = value!({
        "name": name.text(),
        "given_name": given(own.as_ref()),
        "columns": texts(columns),
        "references": parent,
        "on_delete": action(*on_delete),
        "on_update": action(*on_update),
        "deferral": match deferral {
            Deferral::NotDeferrable => "not_deferrable",
            Deferral::InitiallyImmediate => "initially_immediate",
            Deferral::InitiallyDeferred => "initially_deferred",
        },
    });
    extended(it, extra)
}

fn index(name: &Ident, index: &Index) -> Value {
    let Index { unique, parts, predicate, extra } = index;
    let it = value!({
        "name": name.text(),
        "unique": unique,
        "parts": all(parts),
        "predicate": predicate.as_ref().map(SqlText::written),
    });
    extended(it, extra)
}

fn trigger(name: &Ident, trigger: &Trigger) -> Value {
    let Trigger { definition, extra } = trigger;
    extended(value!({ "name": name.text(), "definition": definition.written() }), extra)
}

fn table_options(extra: &TableExtra) -> Value {
    match extra {
        TableExtra::None => value!({}),
        TableExtra::Sqlite(SqliteTable { strict, without_rowid }) => {
            value!({ "strict": strict, "without_rowid": without_rowid })
        }
        TableExtra::Postgres(it) => value!(it),
        TableExtra::MySql(it) => value!(it),
    }
}

fn key_options(extra: &KeyExtra) -> Value {
    match extra {
        KeyExtra::None => value!({}),
        KeyExtra::Sqlite(SqliteKey { conflict: own, autoincrement, rowid_alias }) => value!({
            "conflict": conflict(*own),
            "autoincrement": autoincrement,
            "rowid_alias": rowid_alias,
        }),
        KeyExtra::Postgres(it) => value!(it),
        KeyExtra::MySql(it) => value!(it),
    }
}

fn all(parts: &[Part]) -> Value {
    parts.iter().map(part).collect()
}

fn part(part: &Part) -> Value {
    let Part { term, collation, descending, extra } = part;
    let (kind, text) = match term {
        Term::Column(name) => ("column", name.text()),
        Term::Expression(text) => ("expression", text.written()),
    };
    extended(value!({ kind: text, "collation": collation.as_ref().map(Ident::text), "descending": descending }), extra)
}

/// An object with what only one dialect says of it, where it says something.
fn extended(it: impl Into<Value>, extra: &impl Serialize) -> Value {
    let mut it = it.into();
    if let (Value::Object(fields), Ok(Value::Object(extra))) = (&mut it, serde_json::to_value(extra)) {
        fields.insert("extra".to_owned(), Value::Object(extra));
    }
    it
}

/// Objects outside the tree, by address.
fn others(others: &IndexMap<Address, Definition>) -> Value {
    let mut all: Vec<_> = others.iter().collect();
    all.sort_by_key(|(address, _)| *address);
    all.into_iter().map(|(address, it)| value!({ "address": address, "definition": it })).collect()
}

/// The name as it is declared; absent where the entry's own name is a generated one.
fn given(name: Option<&Ident>) -> Option<&str> {
    name.map(Ident::text)
}

fn texts(names: &[Ident]) -> Vec<&str> {
    names.iter().map(Ident::text).collect()
}

fn action(action: ReferentialAction) -> &'static str {
    match action {
        ReferentialAction::NoAction => "no_action",
        ReferentialAction::Restrict => "restrict",
        ReferentialAction::SetNull => "set_null",
        ReferentialAction::SetDefault => "set_default",
        ReferentialAction::Cascade => "cascade",
    }
}

fn conflict(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::Abort => "abort",
        Conflict::Rollback => "rollback",
        Conflict::Fail => "fail",
        Conflict::Ignore => "ignore",
        Conflict::Replace => "replace",
    }
}
