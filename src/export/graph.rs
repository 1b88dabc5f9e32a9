//! The reference graph of a schema, whole or around one object.

use std::collections::{BTreeMap, BTreeSet};

use trueup_state::{Address, References};

use super::{
    dot::{quoted, quoted_label},
    mermaid::escaped,
};

/// What needs what, as text. With a root: what it needs and what needs it, directly. Without: one line for each object.
pub fn graph_text(references: &References, root: Option<&Address>) -> String {
    let Some(root) = root else { return whole_text(references) };
    let mut text = [&root.to_string(), "\n"].concat();
    let lists = [("needs", references.needs(root)), ("needed by", references.needed_by(root))];
    for (title, addresses) in lists {
        text.extend(["\n", title, "\n"]);
        if addresses.is_empty() {
            text.push_str("  nothing\n");
        }
        for address in addresses {
            text.extend(["  ", &address.to_string(), "\n"]);
        }
    }
    text
}

/// What needs what, as a Mermaid flowchart. With a root: only the arrows from and to it.
pub fn graph_mermaid(references: &References, root: Option<&Address>) -> String {
    let (nodes, edges) = parts(references, root);
    let numbers: BTreeMap<&Address, String> =
        nodes.into_iter().enumerate().map(|(at, address)| (address, ["n", &at.to_string()].concat())).collect();
    let mut text = String::from("flowchart LR\n");
    for (address, number) in &numbers {
        let shown = address.to_string();
        // The kind is one of our own words and stays readable.
        let shown = match shown.split_once(':') {
            Some((kind, rest)) => [kind, ":", &escaped(rest)].concat(),
            None => escaped(&shown),
        };
        text.extend(["  ", number, "[\"", &shown, "\"]\n"]);
    }
    for (needing, needed) in edges {
        if let (Some(needing), Some(needed)) = (numbers.get(needing), numbers.get(needed)) {
            text.extend(["  ", needing, " --> ", needed, "\n"]);
        }
    }
    text
}

/// What needs what, as a Graphviz graph. With a root: only the edges from and to it.
pub fn graph_dot(references: &References, root: Option<&Address>) -> String {
    let (nodes, edges) = parts(references, root);
    let mut text = String::from("digraph references {\n  rankdir=LR;\n  node [shape=box];\n");
    for address in nodes {
        let shown = address.to_string();
        text.extend(["  ", &quoted(&shown), " [label=", &quoted_label(&shown), "];\n"]);
    }
    for (needing, needed) in edges {
        text.extend(["  ", &quoted(&needing.to_string()), " -> ", &quoted(&needed.to_string()), ";\n"]);
    }
    text.push_str("}\n");
    text
}

fn whole_text(references: &References) -> String {
    let mut needs: BTreeMap<&Address, Vec<String>> = BTreeMap::new();
    for (needing, needed) in references.edges() {
        needs.entry(needing).or_default().push(needed.to_string());
        needs.entry(needed).or_default();
    }
    let mut text = String::new();
    for (address, needed) in needs {
        let needed = if needed.is_empty() { "nothing".to_owned() } else { needed.join(", ") };
        text.extend([&address.to_string(), " needs ", &needed, "\n"]);
    }
    text
}

/// The nodes and edges to draw. A root is drawn even if nothing touches it.
fn parts<'a>(
    references: &'a References,
    root: Option<&'a Address>,
) -> (BTreeSet<&'a Address>, Vec<(&'a Address, &'a Address)>) {
    let touches = |edge: &(&Address, &Address)| root.is_none_or(|root| edge.0 == root || edge.1 == root);
    let edges: Vec<(&Address, &Address)> = references.edges().into_iter().filter(touches).collect();
    let nodes = edges.iter().flat_map(|(needing, needed)| [*needing, *needed]).chain(root).collect();
    (nodes, edges)
}
