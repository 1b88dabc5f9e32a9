//! Schemas as JSON.

use serde_json::json as value;
use trueup_state::{
    Address, Check, Column, ColumnExtra, Conflict, Deferral, Definition, ForeignKey, Generated, Index, KeyExtra, Part,
    PostgresObject, Qualified, Query, ReferentialAction, Schema, SqliteColumn, SqliteKey, SqliteTable, Table,
    TableExtra, Term, Trigger, Unique, View, VirtualTable,
};

use super::{column, foreign, schema, table, text};
use crate::export::json;

/// A table that uses everything the model has.
fn full() -> Table {
    let mut full = table(&[("z", "INTEGER", false), ("a", "TEXT", false)]);
    if let Some(key) = &mut full.primary_key {
        key.extra = KeyExtra::Sqlite(SqliteKey { autoincrement: true, rowid_alias: true, ..SqliteKey::default() });
    }
    if let Some(column) = full.columns.get_mut("a") {
        column.default = Some(text("Upper('X')"));
        column.collation = Some("NOCASE".into());
        column.extra = ColumnExtra::Sqlite(SqliteColumn { not_null: Conflict::Ignore });
    }
    let generated = Some(Generated { expression: text("Length(a)"), stored: true });
    full.columns.insert("g".into(), Column { generated, ..column("INT", true) });
    let key = KeyExtra::Sqlite(SqliteKey { conflict: Conflict::Replace, ..SqliteKey::default() });
    full.uniques
        .insert("u".into(), Unique { name: Some("u".into()), parts: vec![Part::column("a".into())], extra: key });
    full.checks.insert("c".into(), Check { name: None, expression: text("A > ''"), extra: Default::default() });
    full.foreign_keys.insert(
        "f".into(),
        ForeignKey {
            referenced_columns: vec!["z".into()],
            on_delete: ReferentialAction::Cascade,
            on_update: ReferentialAction::SetNull,
            deferral: Deferral::InitiallyDeferred,
            references: Qualified { namespace: "other".into(), name: "t".into() },
            ..foreign(&["z"], "t")
        },
    );
    let part = Part {
        term: Term::Expression(text("Lower(a)")),
        collation: Some("BINARY".into()),
        descending: true,
        extra: Default::default(),
    };
    full.indexes.insert(
        "i".into(),
        Index { unique: true, parts: vec![part], predicate: Some(text("A <> ''")), extra: Default::default() },
    );
    full.triggers.insert(
        "tr".into(),
        Trigger { definition: text("AFTER INSERT ON t BEGIN SELECT 1; END"), extra: Default::default() },
    );
    full.extra = TableExtra::Sqlite(SqliteTable { strict: true, without_rowid: false });
    full
}

#[test]
fn json_leaves_nothing_out_and_keeps_what_was_written() {
    let expected = value!({
        "name": "t",
        "columns": [
            { "name": "z", "type": "INTEGER", "nullable": false, "default": null, "collation": null, "generated": null,
              "options": {} },
            { "name": "a", "type": "TEXT", "nullable": false, "default": "Upper('X')", "collation": "NOCASE",
              "generated": null, "options": { "not_null_conflict": "ignore" } },
            { "name": "g", "type": "INT", "nullable": true, "default": null, "collation": null,
              "generated": { "expression": "Length(a)", "stored": true }, "options": {} },
        ],
        "primary_key": {
            "given_name": null,
            "parts": [{ "column": "z", "collation": null, "descending": false }],
            "options": { "conflict": "abort", "autoincrement": true, "rowid_alias": true },
        },
        "uniques": [{
            "name": "u", "given_name": "u", "parts": [{ "column": "a", "collation": null, "descending": false }],
            "options": { "conflict": "replace", "autoincrement": false, "rowid_alias": false },
        }],
        "checks": [{ "name": "c", "given_name": null, "expression": "A > ''" }],
        "foreign_keys": [{
            "name": "f", "given_name": null, "columns": ["z"],
            "references": { "name": "t", "namespace": "other", "columns": ["z"] },
            "on_delete": "cascade", "on_update": "set_null", "deferral": "initially_deferred",
        }],
        "indexes": [{
            "name": "i", "unique": true, "predicate": "A <> ''",
            "parts": [{ "expression": "Lower(a)", "collation": "BINARY", "descending": true }],
        }],
        "triggers": [{ "name": "tr", "definition": "AFTER INSERT ON t BEGIN SELECT 1; END" }],
        "options": { "strict": true, "without_rowid": false },
    });
    assert_eq!(json(&schema(vec![("t", full())]))["tables"], value!([expected]));
}

#[test]
fn json_has_views_virtual_tables_and_namespaces() {
    let mut schema = Schema::default();
    let namespace = schema.namespace_mut(&"app".into());
    let triggers = [(
        "v_ins".into(),
        Trigger { definition: text("INSTEAD OF INSERT ON v BEGIN SELECT 1; END"), extra: Default::default() },
    )];
    namespace.views.insert(
        "v".into(),
        View {
            query: Query { definition: text("AS SELECT 1"), extra: Default::default() },
            triggers: triggers.into_iter().collect(),
        },
    );
    namespace.virtual_tables.insert("search".into(), VirtualTable { module: "fts5".into(), arguments: text("Body") });
    let on = Address::View(Qualified { namespace: "app".into(), name: "v".into() });
    let comment = Definition::Postgres(Box::new(PostgresObject::Comment("hi".to_owned())));
    schema.others.insert(Address::Comment(Box::new(on)), comment);
    let expected = value!({
        "format_version": "1.0",
        "namespaces": ["app"],
        "tables": [],
        "views": [{
            "name": "v", "namespace": "app", "definition": "AS SELECT 1",
            "triggers": [{ "name": "v_ins", "definition": "INSTEAD OF INSERT ON v BEGIN SELECT 1; END" }],
        }],
        "virtual_tables": [{ "name": "search", "namespace": "app", "module": "fts5", "arguments": "Body" }],
        "others": [{ "address": "comment:view:app.v", "definition": { "kind": "postgres", "is": { "comment": "hi" } } }],
    });
    assert_eq!(json(&schema), expected);
}
