//! A schema as a Graphviz graph (graphviz.org/doc/info/lang.html).

use trueup_state::{Column, Ident, Qualified, Schema, Table};

use super::{by_name, label, marks, tables};

/// The tables as boxes of their columns, and an edge for each foreign key.
pub fn dot(schema: &Schema) -> String {
    let mut text = String::from("digraph schema {\n  rankdir=LR;\n  node [shape=plain];\n");
    let tables = tables(schema);
    for (name, table) in &tables {
        node(&mut text, name, table);
    }
    for (name, table) in &tables {
        for (_, key) in by_name(&table.foreign_keys) {
            let (child, parent) = (quoted(&name.to_string()), quoted(&key.references.to_string()));
            text.extend(["  ", &child, " -> ", &parent, " [label=", &quoted_label(&label(key)), "];\n"]);
        }
    }
    text.push_str("}\n");
    text
}

fn node(text: &mut String, name: &Qualified, table: &Table) {
    let name = name.to_string();
    text.extend(["  ", &quoted(&name), " [label=<<TABLE BORDER=\"0\" CELLBORDER=\"1\" CELLSPACING=\"0\">\n"]);
    text.extend(["    <TR><TD COLSPAN=\"3\">", &cell(&name), "</TD></TR>\n"]);
    for (name, column) in &table.columns {
        row(text, table, name, column);
    }
    text.push_str("  </TABLE>>];\n");
}

fn row(text: &mut String, table: &Table, name: &Ident, column: &Column) {
    let Column { ty, nullable: _, default: _, collation: _, generated: _, extra: _ } = column;
    let (name, ty, marks) = (cell(name.text()), cell(ty.written()), cell(&marks(table, name).join(", ")));
    text.extend(["    <TR><TD ALIGN=\"LEFT\">", &name, "</TD><TD ALIGN=\"LEFT\">", &ty, "</TD><TD>", &marks]);
    text.push_str("</TD></TR>\n");
}

/// A text inside an HTML-like label. An empty cell keeps a space, since some versions refuse one without content.
fn cell(text: &str) -> String {
    if text.is_empty() {
        return " ".to_owned();
    }
    let mut cell = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => cell.push_str("&amp;"),
            '<' => cell.push_str("&lt;"),
            '>' => cell.push_str("&gt;"),
            '"' => cell.push_str("&quot;"),
            c if c.is_control() => cell.push(' '),
            c => cell.push(c),
        }
    }
    cell
}

/// A name as the identity of a node.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            c if c.is_control() => quoted.push('\u{FFFD}'),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A text as a label, where `&amp;` and the like are read as what they stand for.
pub(super) fn quoted_label(text: &str) -> String {
    quoted(&text.replace('&', "&amp;"))
}
