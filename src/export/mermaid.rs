//! A schema as a Mermaid entity-relationship diagram (mermaid.js.org/syntax/entityRelationshipDiagram.html).

use trueup_state::{Column, ForeignKey, Ident, Qualified, Schema, Table};

use super::{by_name, is_one_to_one, is_optional, label, marks, tables};

/// Words that mean something where an entity's name may stand, in lower case.
const RESERVED: [&str; 17] = [
    "accdescr",
    "acctitle",
    "class",
    "classdef",
    "direction",
    "end",
    "erdiagram",
    "many",
    "one",
    "only",
    "optionally",
    "style",
    "subgraph",
    "title",
    "to",
    "u",
    "zero",
];

/// The tables with their columns, and a line for each foreign key.
pub fn mermaid(schema: &Schema) -> String {
    let mut text = String::from("erDiagram\n");
    let tables = tables(schema);
    for (name, table) in &tables {
        text.extend(["  ", &entity(name), " {\n"]);
        for (name, column) in &table.columns {
            attribute(&mut text, table, name, column);
        }
        text.push_str("  }\n");
    }
    for (name, table) in &tables {
        for (_, key) in by_name(&table.foreign_keys) {
            relationship(&mut text, name, table, key);
        }
    }
    text
}

fn attribute(text: &mut String, table: &Table, name: &Ident, column: &Column) {
    let Column { ty, nullable: _, default: _, collation: _, generated: _, extra: _ } = column;
    let ty = ty.written();
    let ty = if ty.is_empty() { "untyped".to_owned() } else { word(ty, &['(', ')', '[', ']']) };
    let shown = word(name.text(), &[]);
    text.extend(["    ", &ty, " ", &shown]);
    let marks = marks(table, name);
    if !marks.is_empty() {
        text.extend([" ", &marks.join(", ")]);
    }
    if shown != name.text() {
        text.extend([" \"", &escaped(name.text()), "\""]);
    }
    text.push('\n');
}

fn relationship(text: &mut String, child: &Qualified, table: &Table, key: &ForeignKey) {
    let parents = if is_optional(table, key) { "|o" } else { "||" };
    let children = if is_one_to_one(table, key) { "o|" } else { "o{" };
    let (parent, child) = (entity(&key.references), entity(child));
    text.extend(["  ", &parent, " ", parents, "--", children, " ", &child, " : \"", &escaped(&label(key)), "\"\n"]);
}

/// A table's name, in quotes unless it is a plain word that is free.
fn entity(name: &Qualified) -> String {
    let text = name.to_string();
    let is_word = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_started = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if is_started && is_word(&text) && !RESERVED.contains(&text.to_ascii_lowercase().as_str()) {
        return text;
    }
    // An empty name is legal in SQLite; empty quotes are not legal here.
    if text.is_empty() { "\" \"".to_owned() } else { ["\"", &escaped(&text), "\""].concat() }
}

/// A text as a word of an attribute, which cannot be quoted: `_` for what Mermaid 10 does not take there.
///
/// Mermaid 11 takes commas and letters beyond ASCII only in its later releases, and one word too many loses the whole
/// diagram. A word that begins with `PK`, `FK` or `UK` is read as a mark.
fn word(text: &str, also: &[char]) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || also.contains(&c);
    let word: String = text.chars().map(|c| if fits(c) { c } else { '_' }).collect();
    let first = word.split(also).next().unwrap_or_default();
    let is_mark = ["PK", "FK", "UK"].iter().any(|mark| first.eq_ignore_ascii_case(mark));
    let is_started = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if is_mark || !is_started { ["_", &word].concat() } else { word }
}

/// A text between Mermaid's quotes, with entity codes for what would end or change it.
pub(super) fn escaped(text: &str) -> String {
    // Any line with `direction TB` in it is taken for that statement, even inside quotes.
    let may_space = !text.to_ascii_lowercase().contains("direction");
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ',') || (c == ' ' && may_space);
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if fits(c) {
            escaped.push(c);
        } else {
            escaped.extend(["#", &u32::from(c).to_string(), ";"]);
        }
    }
    escaped
}
