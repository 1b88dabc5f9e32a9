//! The pages of a small schema.

use trueup_state::{
    Column, ColumnExtra, Deferral, ForeignKey, ForeignKeyExtra, KeyExtra, Part, PrimaryKey, ReferentialAction, SqlText,
};

use super::*;

fn text(text: &str) -> SqlText {
    SqlText::new(text, text)
}

fn column(ty: &str, default: Option<&str>) -> Column {
    Column {
        ty: text(ty),
        nullable: default.is_none(),
        default: default.map(text),
        collation: None,
        generated: None,
        extra: ColumnExtra::None,
    }
}

fn shop() -> Schema {
    let mut users = Table::default();
    users.columns.insert("id".into(), column("integer", Some("1")));
    users.columns.insert("a|b".into(), column("text", None));
    users.primary_key = Some(PrimaryKey { name: None, parts: vec![Part::column("id".into())], extra: KeyExtra::None });
    let mut orders = Table::default();
    orders.columns.insert("user_id".into(), column("integer", None));
    let key = ForeignKey {
        name: None,
        columns: vec!["user_id".into()],
        references: Qualified::bare("Users"),
        referenced_columns: vec!["id".into()],
        on_delete: ReferentialAction::Cascade,
        on_update: ReferentialAction::NoAction,
        deferral: Deferral::NotDeferrable,
        extra: ForeignKeyExtra::None,
    };
    orders.foreign_keys.insert("orders_user".into(), key);
    let mut schema = Schema::default();
    let tables = &mut schema.namespace_mut(&Ident::default()).tables;
    tables.insert("Users".into(), users);
    tables.insert("order lines".into(), orders);
    schema
}

#[test]
fn a_page_says_what_points_where_on_both_sides() {
    let schema = shop();
    let book = Book::of(&schema, &[]);
    let users = table::page(&book, &Qualified::bare("Users"), book.tables[&Qualified::bare("Users")].0);
    assert!(users.contains("| `id` | `integer` |  | `1` |  |\n| `a\\|b` | `text` | yes |  |  |\n"), "{users}");
    let orders = Qualified::bare("order lines");
    let file = &book.tables[&orders].1;
    let row = ["| [`order lines`](", file.as_str(), ") | `orders_user` | `user_id` | cascade | no action |\n"].concat();
    assert!(users.contains(&row), "{users}");
    let page = table::page(&book, &orders, book.tables[&orders].0);
    assert!(
        page.contains("| `orders_user` | `user_id` | [`Users`](Users.md) (`id`) | cascade | no action |"),
        "{page}"
    );
    assert!(page.contains("  Users |o--o{ \"order lines\" : \"user_id\"\n"), "{page}");
}

#[test]
fn the_index_leads_to_every_table() {
    let schema = shop();
    let book = Book::of(&schema, &[]);
    let index = book.index("");
    for (_, file) in book.tables.values() {
        assert!(index.contains(&["](tables/", file, ") |"].concat()), "{index}");
    }
    assert!(index.contains("```mermaid\nerDiagram\n"), "{index}");
    assert!(!index.contains("Views"), "{index}");
}

/// SQLite's dialect knows this schema; the page is the same for all.
fn page_in_html(schema: &Schema) -> String {
    html(schema, crate::registry::dialect("sqlite").unwrap().dialect())
}

#[test]
fn the_html_page_needs_nothing_else_and_each_of_its_links_leads_somewhere_in_it() {
    let page = page_in_html(&shop());
    let targets: Vec<&str> = page.split("href=\"").skip(1).filter_map(|it| it.split('"').next()).collect();
    assert!(targets.len() > 5, "{targets:?}");
    for target in targets {
        let id = target.strip_prefix('#').unwrap().replace("%20", " ");
        assert!(page.contains(&["<section id=\"", &id, "\">"].concat()), "{target}");
    }
    assert!(!["src=", "http", "<script", "@import"].iter().any(|it| page.contains(it)), "{page}");
    assert!(page.contains("<td><code>a|b</code></td>"), "{page}");
}

#[test]
fn what_the_schema_says_has_no_effect_on_the_html_page() {
    let mut schema = shop();
    let table = schema.tables().next().unwrap().0;
    let name = "</pre><script>alert(1)</script>";
    schema.table_mut(&table).unwrap().columns.insert(name.into(), column("text", Some("'<b>&'")));
    let page = page_in_html(&schema);
    assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
    assert!(page.contains("&lt;script&gt;"), "{page}");
}
