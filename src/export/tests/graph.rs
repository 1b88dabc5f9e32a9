//! Reference graphs.

use trueup_state::{Address, Ident, Qualified, Query, References, View};

use super::{schema, table, text};
use crate::export::{graph_dot, graph_mermaid, graph_text};

/// A table with a view over it; the table's name holds a quote and a space.
fn viewed() -> References {
    let mut schema = schema(vec![("a \"b", table(&[("id", "INTEGER", false)])), ("t", table(&[("n", "INT", false)]))]);
    let view = View {
        query: Query { definition: text("AS SELECT n FROM t"), extra: Default::default() },
        triggers: Default::default(),
    };
    schema.namespace_mut(&Ident::default()).views.insert("v".into(), view);
    References::of(&schema)
}

#[test]
fn the_text_of_a_graph_has_a_line_for_each_object() {
    let expected = r#"table:"a ""b" needs nothing
table:t needs nothing
column:"a ""b".id needs table:"a ""b"
column:t.n needs table:t
primary_key:"a ""b" needs table:"a ""b", column:"a ""b".id
primary_key:t needs table:t, column:t.n
view:v needs table:t, column:t.n
"#;
    assert_eq!(graph_text(&viewed(), None), expected);
}

#[test]
fn the_text_around_a_root_has_two_lists() {
    let column = Address::Column(Qualified::bare("t"), "n".into());
    let expected = "column:t.n\n\nneeds\n  table:t\n\nneeded by\n  primary_key:t\n  view:v\n";
    assert_eq!(graph_text(&viewed(), Some(&column)), expected);
    let view = Address::View(Qualified::bare("v"));
    let expected = "view:v\n\nneeds\n  table:t\n  column:t.n\n\nneeded by\n  nothing\n";
    assert_eq!(graph_text(&viewed(), Some(&view)), expected);
}

#[test]
fn a_drawn_graph_around_a_root_has_only_its_arrows() {
    let root = Address::Column(Qualified::bare("a \"b"), "id".into());
    let drawn = graph_mermaid(&viewed(), Some(&root));
    let expected = r##"flowchart LR
  n0["table:#34;a #34;#34;b#34;"]
  n1["column:#34;a #34;#34;b#34;.id"]
  n2["primary_key:#34;a #34;#34;b#34;"]
  n1 --> n0
  n2 --> n1
"##;
    assert_eq!(drawn, expected);
    let drawn = graph_dot(&viewed(), Some(&root));
    assert!(drawn.starts_with("digraph references {\n  rankdir=LR;\n  node [shape=box];\n"), "{drawn}");
    assert!(drawn.contains(r#"  "table:\"a \"\"b\"" [label="table:\"a \"\"b\""];"#), "{drawn}");
    assert!(drawn.contains(r#"  "column:\"a \"\"b\".id" -> "table:\"a \"\"b\"";"#), "{drawn}");
    assert_eq!(drawn.matches("->").count(), 2);
}

#[test]
fn a_root_that_nothing_touches_is_drawn_alone() {
    let root = Address::Table(Qualified::bare("elsewhere"));
    assert_eq!(graph_mermaid(&viewed(), Some(&root)), "flowchart LR\n  n0[\"table:elsewhere\"]\n");
    assert_eq!(graph_text(&viewed(), Some(&root)), "table:elsewhere\n\nneeds\n  nothing\n\nneeded by\n  nothing\n");
}
