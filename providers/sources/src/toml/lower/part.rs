//! Parts of tables and views that have statements of their own: indexes, triggers, policies, rules.

use trueup_contract::SourceError;
use trueup_state::{Address, Ident, ObjectKind, PartKind, Qualified};

use super::{attached, key, line, missing, names, object, only};
use crate::toml::{
    node::{Node, Text},
    script::{Engine, Lines, Statements},
};

/// What a table or a view has besides its columns and constraints.
pub(super) fn parts<'a>(
    engine: Engine,
    whole: &Address,
    node: Node<'a>,
    statements: &mut Statements<'a>,
) -> Result<(), SourceError> {
    let Some(owner) = whole.relation() else { return Ok(()) };
    let columns = node.get("columns").map(|it| it.entries()).unwrap_or_default();
    let columns: Vec<&str> = columns.iter().map(|it| it.key.text).collect();
    let own = |name: Text<'_>| (owner.clone(), Ident::from(name.text));
    for it in children(node, "index") {
        let (table, name) = own(it.key);
        // MySQL's stand in CREATE TABLE, where there is one and it is not given as a statement.
        let is_inside = engine == Engine::MySql && matches!(whole, Address::Table(_));
        let is_apart = !is_inside || node.get("sql").is_some();
        if is_apart || it.get("sql").is_some() {
            add(engine, Address::Index(table, name), it, statements, |it| index(engine, owner, it, &columns))?;
        }
    }
    for it in children(node, "trigger") {
        let (table, name) = own(it.key);
        add(engine, Address::Trigger(table, name), it, statements, |it| trigger(engine, owner, it))?;
    }
    only(engine, &[Engine::Postgres], node, &["rule", "policy"])?;
    for it in children(node, "rule") {
        let (table, name) = own(it.key);
        add(engine, Address::Part(PartKind::Rule, table, name), it, statements, |it| rule(engine, it))?;
    }
    for it in children(node, "policy") {
        let (table, name) = own(it.key);
        add(engine, Address::Part(PartKind::Policy, table, name), it, statements, |it| Ok(policy(engine, owner, it)))?;
    }
    if matches!(whole, Address::View(_) | Address::Object(ObjectKind::MaterializedView, _)) {
        for it in children(node, "column_comments") {
            let (view, name) = own(it.key);
            if let Some(text) = it.as_text() {
                attached::comment(&Address::Column(view, name), text, statements)?;
            }
        }
    }
    Ok(())
}

/// What stands in the table behind a key.
pub(super) fn children<'a>(node: Node<'a>, key: &str) -> Vec<Node<'a>> {
    node.get(key).map(|it| it.entries()).unwrap_or_default()
}

/// Add a part's statement, given or made, with what is attached to it.
pub(super) fn add<'a>(
    engine: Engine,
    address: Address,
    node: Node<'a>,
    statements: &mut Statements<'a>,
    make: impl FnOnce(Node<'a>) -> Result<Lines<'a>, SourceError>,
) -> Result<(), SourceError> {
    if engine == Engine::Sqlite && !matches!(address, Address::Index(..) | Address::Trigger(..)) {
        attached::no_directives(engine, node)?;
    }
    let mut lines = attached::directives(node);
    match node.text("sql") {
        Some(sql) => lines.text("", sql, ""),
        None => lines.append(make(node)?),
    }
    statements.add(&address, lines);
    attached::attached(engine, &address, node, statements)
}

/// CREATE INDEX.
fn index<'a>(engine: Engine, table: &Qualified, node: Node<'a>, columns: &[&str]) -> Result<Lines<'a>, SourceError> {
    if engine == Engine::MySql {
        let mut lines = line(&["ALTER TABLE ", &engine.name(table), " ADD"], node.key);
        lines.append(index_in_table(node, columns)?);
        return Ok(lines);
    }
    only(engine, &[Engine::Postgres], node, &["using", "include", "nulls_not_distinct", "with"])?;
    only(engine, &[Engine::MySql], node, &["definition"])?;
    let unique = if node.flag("unique") == Some(true) { "UNIQUE " } else { "" };
    let using = node.text("using").map(|it| [" USING ", &engine.ident(it.text)].concat()).unwrap_or_default();
    let head = ["CREATE ", unique, "INDEX ", &engine.ident(node.key.text), " ON ", &engine.name(table), &using, " ("];
    let mut lines = line(&head, node.key);
    terms(engine, node, columns, &mut lines)?;
    let distinct = if node.flag("nulls_not_distinct") == Some(true) { " NULLS NOT DISTINCT" } else { "" };
    lines.line([")", &key::include(engine, node), distinct, &object::with(engine, node)].concat(), node.key);
    if let Some(condition) = node.text("where") {
        lines.text("WHERE ", condition, "");
    }
    Ok(lines)
}

fn terms<'a>(engine: Engine, node: Node<'a>, columns: &[&str], lines: &mut Lines<'a>) -> Result<(), SourceError> {
    let terms = if node.values().is_empty() { node.names("on") } else { node.as_names() };
    if terms.is_empty() {
        return missing(None, node, "on", "on = [\"email\"]");
    }
    for (at, it) in terms.iter().enumerate() {
        let comma = if at + 1 < terms.len() { "," } else { "" };
        lines.line([&names::term(engine, it.text, columns), comma].concat(), *it);
    }
    Ok(())
}

/// An index as it stands in MySQL's CREATE TABLE.
pub(super) fn index_in_table<'a>(node: Node<'a>, columns: &[&str]) -> Result<Lines<'a>, SourceError> {
    let engine = Engine::MySql;
    let mut lines = Lines::default();
    if let Some(definition) = node.text("definition") {
        lines.text("", definition, "");
        return Ok(lines);
    }
    only(engine, &[Engine::Postgres, Engine::Sqlite], node, &["where"])?;
    only(engine, &[Engine::Postgres], node, &["include", "nulls_not_distinct", "with"])?;
    let using = node.text("using").map(|it| it.text.to_ascii_uppercase());
    let (kind, using) = match using.as_deref() {
        Some("FULLTEXT") => ("FULLTEXT KEY ", None),
        Some("SPATIAL") => ("SPATIAL KEY ", None),
        _ if node.flag("unique") == Some(true) => ("UNIQUE KEY ", using),
        _ => ("KEY ", using),
    };
    lines.line([kind, &engine.ident(node.key.text), " ("].concat(), node.key);
    terms(engine, node, columns, &mut lines)?;
    let using = using.map(|it| [" USING ", &it].concat()).unwrap_or_default();
    let comment = node.text("comment").map(|it| [" COMMENT ", &engine.string(it.text)].concat()).unwrap_or_default();
    lines.line([")", &using, &comment].concat(), node.key);
    Ok(lines)
}

/// CREATE TRIGGER.
fn trigger<'a>(engine: Engine, owner: &Qualified, node: Node<'a>) -> Result<Lines<'a>, SourceError> {
    let head = ["CREATE TRIGGER ", &engine.ident(node.key.text), " "].concat();
    let mut lines = Lines::default();
    if let Some(text) = node.as_text().or(node.text("definition")) {
        lines.text(&head, text, "");
        return Ok(lines);
    }
    let when = missing(node.text("when"), node, "when", "when = \"before update\"")?;
    let body = missing(node.text("do"), node, "do", "do = \"execute function touch()\"")?;
    only(engine, &[Engine::Postgres, Engine::Sqlite], node, &["if"])?;
    // SQLite knows nothing else, and keeps the words or their absence.
    let usual = (engine != Engine::Sqlite).then_some("row");
    let each = node.text("each").map(|it| it.text).or(usual).map(str::to_ascii_uppercase);
    let each = each.map(|it| [" FOR EACH ", &it].concat()).unwrap_or_default();
    lines.text(&head, when, "");
    lines.line(["ON ", &engine.name(owner), &each].concat(), node.key);
    if let Some(condition) = node.text("if") {
        lines.text("WHEN (", condition, ")");
    }
    lines.text("", body, "");
    Ok(lines)
}

/// CREATE RULE.
fn rule<'a>(engine: Engine, node: Node<'a>) -> Result<Lines<'a>, SourceError> {
    let text = missing(node.as_text().or(node.text("definition")), node, "definition", "definition = \"on …\"")?;
    let mut lines = Lines::default();
    lines.text(&["CREATE RULE ", &engine.ident(node.key.text), " AS "].concat(), text, "");
    Ok(lines)
}

/// CREATE POLICY.
fn policy<'a>(engine: Engine, table: &Qualified, node: Node<'a>) -> Lines<'a> {
    let restrictive = if node.flag("restrictive") == Some(true) { " AS RESTRICTIVE" } else { "" };
    let command = node.text("for").map(|it| [" FOR ", &it.text.to_ascii_uppercase()].concat()).unwrap_or_default();
    let roles: Vec<String> = node.names("to").iter().map(|it| attached::role(it.text)).collect();
    let roles = if roles.is_empty() { String::new() } else { [" TO ", &roles.join(", ")].concat() };
    let name = engine.ident(node.key.text);
    let head = ["CREATE POLICY ", &name, " ON ", &engine.name(table), restrictive, &command, &roles];
    let mut lines = line(&head, node.key);
    if let Some(using) = node.text("using") {
        lines.text("USING (", using, ")");
    }
    if let Some(check) = node.text("check") {
        lines.text("WITH CHECK (", check, ")");
    }
    lines
}
