//! Constraints, as they stand in CREATE TABLE.

use trueup_contract::SourceError;

use super::{missing, names, only};
use crate::toml::{
    node::{Node, Text},
    script::{Engine, Lines},
};

/// `CONSTRAINT name`, where there is one, and a space.
fn named(engine: Engine, name: Option<Text<'_>>) -> String {
    name.map(|it| ["CONSTRAINT ", &engine.ident(it.text), " "].concat()).unwrap_or_default()
}

/// A constraint that is given as it stands behind its name.
fn defined<'a>(engine: Engine, name: Option<Text<'a>>, node: Node<'a>, words: &str) -> Option<Lines<'a>> {
    let definition = node.text("definition")?;
    let mut lines = Lines::default();
    lines.text(&[&named(engine, name), words].concat(), definition, "");
    Some(lines)
}

/// A primary key or a unique constraint (`words`): a list of columns, or a table that says more.
pub(super) fn key<'a>(
    engine: Engine,
    words: &str,
    name: Option<Text<'a>>,
    node: Node<'a>,
    columns: &[&str],
) -> Result<Lines<'a>, SourceError> {
    if let Some(lines) = defined(engine, name, node, "") {
        return Ok(lines);
    }
    let terms = if node.values().is_empty() { node.names("columns") } else { node.as_names() };
    if terms.is_empty() {
        return missing(None, node, "columns", "columns = [\"id\"]");
    }
    only(engine, &[Engine::Postgres], node, &["include", "nulls_not_distinct", "deferrable"])?;
    let distinct = if node.flag("nulls_not_distinct") == Some(true) { " NULLS NOT DISTINCT" } else { "" };
    let mut lines = Lines::default();
    lines.line([&named(engine, name), words, distinct, " ("].concat(), node.key);
    for (at, it) in terms.iter().enumerate() {
        let comma = if at + 1 < terms.len() { "," } else { "" };
        lines.line([&names::term(engine, it.text, columns), comma].concat(), *it);
    }
    lines.line([")", &include(engine, node), &deferrable(node)].concat(), node.key);
    Ok(lines)
}

/// `INCLUDE (…)`, where there are columns to carry along.
pub(super) fn include(engine: Engine, node: Node<'_>) -> String {
    let names: Vec<String> = node.names("include").iter().map(|it| engine.ident(it.text)).collect();
    if names.is_empty() { String::new() } else { [" INCLUDE (", &names.join(", "), ")"].concat() }
}

fn deferrable(node: Node<'_>) -> String {
    let when = node.text("deferrable").map(|it| it.text.to_ascii_uppercase());
    when.map(|it| [" DEFERRABLE INITIALLY ", &it].concat()).unwrap_or_default()
}

/// A check: its condition, or a table that says more.
pub(super) fn check<'a>(engine: Engine, name: Option<Text<'a>>, node: Node<'a>) -> Result<Lines<'a>, SourceError> {
    if let Some(lines) = defined(engine, name, node, "") {
        return Ok(lines);
    }
    let expression = missing(node.as_text().or(node.text("expression")), node, "expression", "expression = \"a > 0\"")?;
    let mut lines = Lines::default();
    lines.text(&[&named(engine, name), "CHECK ("].concat(), expression, ")");
    Ok(lines)
}

/// An exclusion constraint: everything from `USING` on.
pub(super) fn exclude<'a>(engine: Engine, name: Option<Text<'a>>, node: Node<'a>) -> Result<Lines<'a>, SourceError> {
    if let Some(lines) = defined(engine, name, node, "EXCLUDE ") {
        return Ok(lines);
    }
    let text = missing(node.as_text(), node, "definition", "definition = \"using gist (…)\"")?;
    let mut lines = Lines::default();
    lines.text(&[&named(engine, name), "EXCLUDE "].concat(), text, "");
    Ok(lines)
}

/// A foreign key.
pub(super) fn foreign_key<'a>(
    engine: Engine,
    name: Option<Text<'a>>,
    node: Node<'a>,
) -> Result<Lines<'a>, SourceError> {
    if let Some(lines) = defined(engine, name, node, "") {
        return Ok(lines);
    }
    let columns = node.names("columns");
    if columns.is_empty() {
        return missing(None, node, "columns", "columns = [\"org_id\"]");
    }
    let references = missing(node.text("references"), node, "references", "references = \"orgs(id)\"")?;
    only(engine, &[Engine::Postgres, Engine::Sqlite], node, &["deferrable"])?;
    let mut lines = Lines::default();
    lines.line([&named(engine, name), "FOREIGN KEY ("].concat(), node.key);
    for (at, it) in columns.iter().enumerate() {
        let comma = if at + 1 < columns.len() { "," } else { "" };
        lines.line([&engine.ident(it.text), comma].concat(), *it);
    }
    let (table, there) = names::reference(references)?;
    let there: Vec<String> = there.iter().map(|it| engine.ident(it)).collect();
    let there = if there.is_empty() { String::new() } else { [" (", &there.join(", "), ")"].concat() };
    lines.line([") REFERENCES ", &engine.name(&table), &there].concat(), references);
    for (key, words) in [("on_delete", "ON DELETE "), ("on_update", "ON UPDATE ")] {
        if let Some(action) = node.text(key) {
            lines.line([words, &action.text.to_ascii_uppercase()].concat(), action);
        }
    }
    lines.behind(&deferrable(node));
    Ok(lines)
}
