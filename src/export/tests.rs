//! Diagrams of schemas, and what all forms have in common.

mod graph;

use trueup_state::{
    Column, ColumnExtra, Deferral, ForeignKey, Ident, Index, KeyExtra, Part, PrimaryKey, Qualified, References,
    ReferentialAction, Schema, SqlText, Table, Term, Unique,
};

fn text(written: &str) -> SqlText {
    SqlText::new(written.to_ascii_lowercase(), written)
}

fn column(ty: &str, nullable: bool) -> Column {
    Column { ty: text(ty), nullable, default: None, collation: None, generated: None, extra: ColumnExtra::None }
}

fn primary(columns: &[&str]) -> PrimaryKey {
    let parts = columns.iter().map(|name| Part::column(Ident::from(*name))).collect();
    PrimaryKey { name: None, parts, extra: KeyExtra::None }
}

fn foreign(columns: &[&str], references: &str) -> ForeignKey {
    ForeignKey {
        name: None,
        columns: columns.iter().map(|name| Ident::from(*name)).collect(),
        references: Qualified::bare(references),
        referenced_columns: Vec::new(),
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        deferral: Deferral::NotDeferrable,
        extra: Default::default(),
    }
}

fn index(unique: bool, columns: &[&str]) -> Index {
    let parts = columns.iter().map(|name| Part::column(Ident::from(*name))).collect();
    Index { unique, parts, predicate: None, extra: Default::default() }
}

/// A table whose first column is its key.
fn table(columns: &[(&str, &str, bool)]) -> Table {
    let mut table = Table { primary_key: columns.first().map(|(name, ..)| primary(&[name])), ..Table::default() };
    table.columns.extend(columns.iter().map(|(name, ty, nullable)| (Ident::from(*name), column(ty, *nullable))));
    table
}

fn schema(tables: Vec<(&str, Table)>) -> Schema {
    let mut schema = Schema::default();
    let namespace = schema.namespace_mut(&Ident::default());
    namespace.tables.extend(tables.into_iter().map(|(name, table)| (Ident::from(name), table)));
    schema
}

/// Users and their posts, inserted in this order or in the other one.
fn blog(reversed: bool) -> Schema {
    let mut posts = table(&[("id", "INTEGER", false), ("author", "INTEGER", false), ("editor", "INTEGER", true)]);
    posts.foreign_keys.insert("by_author".into(), foreign(&["author"], "users"));
    posts.foreign_keys.insert("by_editor".into(), foreign(&["editor"], "users"));
    let mut users = table(&[("id", "INTEGER", false), ("email", "VARCHAR(80)", false)]);
    users.uniques.insert(
        "users_email".into(),
        Unique { name: None, parts: vec![Part::column("email".into())], extra: KeyExtra::None },
    );
    let mut tables = vec![("users", users), ("posts", posts)];
    if reversed {
        tables.reverse();
    }
    schema(tables)
}

#[test]
fn a_mermaid_diagram_has_columns_marks_and_cardinalities() {
    let expected = r#"erDiagram
  posts {
    INTEGER id PK
    INTEGER author FK
    INTEGER editor FK
  }
  users {
    INTEGER id PK
    VARCHAR(80) email UK
  }
  users ||--o{ posts : "author"
  users |o--o{ posts : "editor"
"#;
    assert_eq!(super::mermaid(&blog(false)), expected);
}

#[test]
fn the_order_of_loading_never_shows() {
    let (one, other) = (blog(false), blog(true));
    assert_eq!(super::mermaid(&one), super::mermaid(&other));
    assert_eq!(super::dot(&one), super::dot(&other));
    let (one, other) = (References::of(&one), References::of(&other));
    assert_eq!(super::graph_text(&one, None), super::graph_text(&other, None));
    assert_eq!(super::graph_mermaid(&one, None), super::graph_mermaid(&other, None));
    assert_eq!(super::graph_dot(&one, None), super::graph_dot(&other, None));
}

/// The line from `users` to a table with this foreign key and what the closure adds.
fn line(columns: &[&str], change: impl FnOnce(&mut Table)) -> String {
    let mut child = table(&[("a", "INTEGER", false), ("b", "INTEGER", false), ("c", "INTEGER", true)]);
    child.foreign_keys.insert("key".into(), foreign(columns, "users"));
    change(&mut child);
    let diagram = super::mermaid(&schema(vec![("child", child)]));
    diagram.lines().find(|line| line.contains("--")).unwrap().trim().to_owned()
}

#[test]
fn a_unique_foreign_key_is_one_to_one() {
    assert_eq!(line(&["a"], |_| ()), r#"users ||--o| child : "a""#);
    assert_eq!(
        line(&["b"], |it| drop(it.indexes.insert("i".into(), index(true, &["b"])))),
        r#"users ||--o| child : "b""#
    );
    assert_eq!(line(&["b", "a"], |_| ()), r#"users ||--o| child : "b, a""#);
}

#[test]
fn a_key_that_says_less_is_not_one_to_one() {
    assert_eq!(line(&["b"], |it| it.primary_key = Some(primary(&["a", "b"]))), r#"users ||--o{ child : "b""#);
    assert_eq!(
        line(&["b"], |it| drop(it.indexes.insert("i".into(), index(false, &["b"])))),
        r#"users ||--o{ child : "b""#
    );
    let partial = Index { predicate: Some(text("b > 1")), ..index(true, &["b"]) };
    assert_eq!(line(&["b"], |it| drop(it.indexes.insert("i".into(), partial))), r#"users ||--o{ child : "b""#);
    let expression =
        Part { term: Term::Expression(text("b % 2")), collation: None, descending: false, extra: Default::default() };
    let over_expression = Index { unique: true, parts: vec![expression], predicate: None, extra: Default::default() };
    assert_eq!(line(&["b"], |it| drop(it.indexes.insert("i".into(), over_expression))), r#"users ||--o{ child : "b""#);
}

#[test]
fn one_nullable_column_makes_the_parent_optional() {
    assert_eq!(line(&["b", "c"], |_| ()), r#"users |o--o{ child : "b, c""#);
}

/// Names and types that are trouble in some format.
fn hostile() -> Schema {
    let mut odd = table(&[
        ("first name", "DOUBLE PRECISION", false),
        ("pk", "DECIMAL(10,2)", true),
        ("7th", "", true),
        ("größe", "INTEGER[]", true),
        ("<b>&\"", "pk(3)", true),
    ]);
    odd.foreign_keys.insert("k".into(), foreign(&["<b>&\""], "class"));
    schema(vec![
        ("class", table(&[("id", "INTEGER", false)])),
        ("a \"b\"\\", odd.clone()),
        ("my direction TB", odd),
        ("", table(&[("x", "~", false)])),
    ])
}

#[test]
fn mermaid_can_read_hostile_names() {
    let expected = r##"erDiagram
  " " {
    _ x PK
  }
  "a #34;b#34;#92;" {
    DOUBLE_PRECISION first_name PK "first name"
    DECIMAL(10_2) _pk "pk"
    untyped _7th "7th"
    INTEGER[] gr__e "größe"
    _pk(3) _b___ FK "#60;b#62;#38;#34;"
  }
  "class" {
    INTEGER id PK
  }
  "my#32;direction#32;TB" {
    DOUBLE_PRECISION first_name PK "first name"
    DECIMAL(10_2) _pk "pk"
    untyped _7th "7th"
    INTEGER[] gr__e "größe"
    _pk(3) _b___ FK "#60;b#62;#38;#34;"
  }
  "class" |o--o{ "a #34;b#34;#92;" : "#60;b#62;#38;#34;"
  "class" |o--o{ "my#32;direction#32;TB" : "#60;b#62;#38;#34;"
"##;
    assert_eq!(super::mermaid(&hostile()), expected);
}

#[test]
fn a_graphviz_diagram_escapes_names_where_they_stand() {
    let drawn = super::dot(&hostile());
    assert!(drawn.starts_with("digraph schema {\n  rankdir=LR;\n  node [shape=plain];\n"), "{drawn}");
    assert!(drawn.contains(r#"<TD COLSPAN="3">a &quot;b&quot;\</TD>"#), "{drawn}");
    assert!(
        drawn.contains(r#"<TD ALIGN="LEFT">&lt;b&gt;&amp;&quot;</TD><TD ALIGN="LEFT">pk(3)</TD><TD>FK</TD>"#),
        "{drawn}"
    );
    assert!(drawn.contains(r#"  "a \"b\"\\" -> "class" [label="<b>&amp;\""];"#), "{drawn}");
    assert!(drawn.ends_with("}\n"), "{drawn}");
}

#[test]
fn an_empty_schema_is_a_document_too() {
    let empty = Schema::default();
    assert_eq!(super::mermaid(&empty), "erDiagram\n");
    assert_eq!(super::dot(&empty), "digraph schema {\n  rankdir=LR;\n  node [shape=plain];\n}\n");
    assert_eq!(super::graph_text(&References::of(&empty), None), "");
}
