//! A whole schema as a script for the command-line client.

use std::collections::{BTreeMap, BTreeSet};

use trueup_contract::Declaration;
use trueup_state::{Address, ForeignKey, Ident, MySqlObject, Object, ObjectKind, Qualified, References, Schema, Table};

use super::{create_table_with, database, event, foreign_key, routine, sequence, sql, string, trigger, view};
use crate::statement::{self, Class, Statement};

/// Everything in a schema, in an order that creates it.
pub(crate) fn schema(schema: &Schema) -> Vec<Declaration> {
    let mut statements: Vec<Declaration> = Vec::new();
    let made = |address: &Address, sql: String| Declaration::of(address.clone(), sql);
    let others = |wanted: fn(&MySqlObject) -> bool| {
        schema.others.iter().filter_map(move |(address, it)| match it.as_object() {
            Object::MySql(it) if wanted(it) => Some((address, it)),
            _ => None,
        })
    };
    for (address, it) in others(|it| matches!(it, MySqlObject::Database(_) | MySqlObject::Sequence(_))) {
        match (it, address.name()) {
            (MySqlObject::Database(it), _) => statements.push(made(address, terminated(&database(it)))),
            (MySqlObject::Sequence(it), Some(name)) => {
                statements.push(made(address, terminated(&sequence("CREATE SEQUENCE", name, it))));
            }
            _ => (),
        }
    }
    statements.extend(tables(schema));
    for (address, it) in others(|it| matches!(it, MySqlObject::Routine(_))) {
        if let (Address::Signed(kind, name, _), MySqlObject::Routine(it)) = (address, it) {
            statements.push(made(address, compound(&routine(*kind, &name.name, it, false), it.sql_mode.as_deref())));
        }
    }
    statements.extend(views(schema));
    for (name, table) in schema.tables() {
        statements.extend(triggers(&name, table));
    }
    for (address, it) in others(|it| matches!(it, MySqlObject::Event(_))) {
        if let (Address::Object(ObjectKind::Event, name), MySqlObject::Event(it)) = (address, it) {
            statements.push(made(address, compound(&event(&name.name, it), it.sql_mode.as_deref())));
        }
    }
    statements
}

fn terminated(statement: &str) -> String {
    [statement, ";\n"].concat()
}

/// A statement that may hold semicolons, in delimiters that it does not hold.
fn compound(statement: &str, mode: Option<&str>) -> String {
    let fitting = ["$$", "//", ";;", "$$$"].into_iter().find(|it| !statement.contains(it)).unwrap_or("$$$$");
    let whole = ["DELIMITER ", fitting, "\n", statement, fitting, "\nDELIMITER ;\n"].concat();
    let Some(mode) = mode else { return whole };
    // The mode is part of what is made; the script leaves the session's own as it found it.
    let kept = "SET @trueup_sql_mode = @@SESSION.sql_mode;\n";
    let set = string(sql("SET SESSION sql_mode ="), mode).finish();
    [kept, &set, ";\n", &whole, "SET SESSION sql_mode = @trueup_sql_mode;\n"].concat()
}

/// Statements as the command-line client takes them: a program with semicolons inside needs another delimiter.
pub(crate) fn in_script(statements: &str) -> String {
    let plain = [statements.trim_end_matches(';'), ";\n"].concat();
    let Ok(split) = statement::split(statements, None) else { return plain };
    let is_compound = |it: &Statement<'_>| {
        let is_program =
            matches!(it.class, Class::CreateTrigger | Class::CreateRoutine | Class::CreateEvent | Class::Alter);
        is_program && it.tokens.iter().any(|token| token.is(";"))
    };
    if !split.statements.iter().any(is_compound) {
        return plain;
    }
    let written = |it: &Statement<'_>| if is_compound(it) { compound(it.text, None) } else { terminated(it.text) };
    split.statements.iter().map(written).collect()
}

/// Tables, each after those that its foreign keys point to; keys that go round in a circle come after all of them.
fn tables(schema: &Schema) -> Vec<Declaration> {
    let tables: BTreeMap<_, _> = schema.tables().collect();
    let mut made = BTreeSet::new();
    let mut waiting: Vec<_> = schema.tables().map(|(name, _)| name).collect();
    let mut statements = Vec::new();
    let mut late = Vec::new();
    while !waiting.is_empty() {
        let ready = |name: &Qualified| {
            tables[name].foreign_keys.values().all(|it| {
                it.references == *name || made.contains(&it.references) || !tables.contains_key(&it.references)
            })
        };
        let at = waiting.iter().position(ready).unwrap_or_default();
        let name = waiting.remove(at);
        let table = tables[&name];
        let fits = |it: &ForeignKey| it.references == name || made.contains(&it.references);
        let keys = table.foreign_keys.iter().filter(|(_, it)| fits(it));
        let statement = terminated(&create_table_with(&name.name, table, keys));
        statements.push(Declaration::of(Address::Table(name.clone()), statement));
        for (key, it) in table.foreign_keys.iter().filter(|(_, it)| !fits(it)) {
            let statement = sql("ALTER TABLE").name(&name).raw("ADD").sql(&foreign_key(key, it)).finish();
            late.push(Declaration::of(Address::ForeignKey(name.clone(), key.clone()), terminated(&statement)));
        }
        made.insert(name);
    }
    statements.extend(late);
    statements
}

/// Views, each after those it shows.
fn views(schema: &Schema) -> Vec<Declaration> {
    let references = References::of(schema);
    let views: BTreeMap<Address, _> = schema.views().map(|(name, it)| (Address::View(name), it)).collect();
    let mut waiting: Vec<&Address> = views.keys().collect();
    let mut made: BTreeSet<&Address> = BTreeSet::new();
    let mut statements = Vec::new();
    while !waiting.is_empty() {
        let ready = |it: &&Address| references.needs(it).iter().all(|it| !views.contains_key(it) || made.contains(it));
        let at = waiting.iter().position(ready).unwrap_or_default();
        let address = waiting.remove(at);
        if let Some(name) = address.name() {
            let statement = terminated(&view(name, &views[address].query));
            statements.push(Declaration::of(address.clone(), statement));
        }
        made.insert(address);
    }
    statements
}

/// Triggers, each after the one it follows.
fn triggers(owner: &Qualified, table: &Table) -> Vec<Declaration> {
    let mut waiting: Vec<&Ident> = table.triggers.keys().collect();
    let mut statements = Vec::new();
    while !waiting.is_empty() {
        let follows = |it: &Ident| table.triggers[it].extra.mysql().follows;
        let ready = |it: &&Ident| follows(it).is_none_or(|first| !waiting.contains(&&first));
        let at = waiting.iter().position(ready).unwrap_or_default();
        let name = waiting.remove(at);
        let it = &table.triggers[name];
        let statement = compound(&trigger(it, false), it.extra.mysql().sql_mode.as_deref());
        statements.push(Declaration::of(Address::Trigger(owner.clone(), name.clone()), statement));
    }
    statements
}

#[cfg(test)]
mod tests {
    use super::in_script;

    #[test]
    fn programs_with_semicolons_inside_come_in_another_delimiter() {
        assert_eq!(in_script("DROP TABLE t"), "DROP TABLE t;\n");
        assert_eq!(in_script("CREATE PROCEDURE p () SELECT 1"), "CREATE PROCEDURE p () SELECT 1;\n");
        assert_eq!(
            in_script("SET sql_mode = '';\nCREATE PROCEDURE p () BEGIN SELECT 1; END;\nSET sql_mode = 'ANSI'"),
            "SET sql_mode = '';\nDELIMITER $$\nCREATE PROCEDURE p () BEGIN SELECT 1; END$$\nDELIMITER ;\nSET sql_mode = 'ANSI';\n"
        );
    }
}
