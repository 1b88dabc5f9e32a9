//! What stands by itself, but for tables.

use trueup_contract::SourceError;
use trueup_state::Address;

use super::{line, missing, names, only, routine};
use crate::toml::{
    node::{Node, Text},
    script::{Engine, Lines, Statements},
};

/// What the connected database gives to new tables.
pub(super) fn database<'a>(engine: Engine, node: Node<'a>, statements: &mut Statements<'a>) -> Result<(), SourceError> {
    only(engine, &[Engine::MySql], node, &["charset", "collation"])?;
    let mut words = "ALTER DATABASE".to_owned();
    for (key, word) in [("charset", " CHARACTER SET "), ("collation", " COLLATE ")] {
        if let Some(value) = node.text(key) {
            words = [&words, word, value.text].concat();
        }
    }
    let about = Address::Object(trueup_state::ObjectKind::Database, trueup_state::Qualified::default());
    statements.add(&about, line(&[&words], node.key));
    Ok(())
}

/// The statement that makes an object.
pub(super) fn create<'a>(
    engine: Engine,
    kind: &str,
    address: &Address,
    node: Node<'a>,
) -> Result<Lines<'a>, SourceError> {
    match address {
        Address::Namespace(name) => {
            let words = if name.text() == "public" { "CREATE SCHEMA IF NOT EXISTS " } else { "CREATE SCHEMA " };
            Ok(line(&[words, &engine.ident(name.text())], node.key))
        }
        Address::View(name) => view(engine, &engine.name(name), node),
        Address::VirtualTable(name) => virtual_table(engine, &engine.name(name), node),
        Address::Signed(_, name, _) if matches!(kind, "function" | "procedure") => {
            routine::routine(engine, kind, &engine.name(name), node)
        }
        Address::Object(_, name) => {
            let name = engine.name(name);
            match kind {
                "extension" => Ok(extension(engine, &name, node)),
                "enum" => enumeration(engine, &name, node),
                "composite_type" => composite(engine, &name, node),
                "domain" => domain(engine, &name, node),
                "sequence" => sequence(engine, &name, node),
                "materialized_view" => materialized(engine, &name, node),
                _ => missing(None, node, "sql", "sql = \"CREATE …\""),
            }
        }
        _ => missing(None, node, "sql", "sql = \"CREATE …\""),
    }
}

fn extension<'a>(engine: Engine, name: &str, node: Node<'a>) -> Lines<'a> {
    let mut words = ["CREATE EXTENSION ", name].concat();
    if let Some(schema) = node.text("schema") {
        words = [&words, " SCHEMA ", &engine.ident(schema.text)].concat();
    }
    if let Some(version) = node.text("version") {
        words = [&words, " VERSION ", &engine.string(version.text)].concat();
    }
    line(&[&words], node.key)
}

fn enumeration<'a>(engine: Engine, name: &str, node: Node<'a>) -> Result<Lines<'a>, SourceError> {
    missing(node.get("values"), node, "values", "values = [\"sad\", \"ok\"]")?;
    let mut lines = line(&["CREATE TYPE ", name, " AS ENUM ("], node.key);
    let values = node.names("values");
    for (at, value) in values.iter().enumerate() {
        let comma = if at + 1 < values.len() { "," } else { "" };
        lines.line([&engine.string(value.text), comma].concat(), *value);
    }
    lines.line(")", node.key);
    Ok(lines)
}

fn composite<'a>(engine: Engine, name: &str, node: Node<'a>) -> Result<Lines<'a>, SourceError> {
    let attributes = missing(node.get("attributes"), node, "attributes", "attributes = { a = \"integer\" }")?.entries();
    let mut lines = line(&["CREATE TYPE ", name, " AS ("], node.key);
    for (at, attribute) in attributes.iter().enumerate() {
        let Some(ty) = attribute.as_text() else { continue };
        let comma = if at + 1 < attributes.len() { "," } else { "" };
        lines.text(&[&engine.ident(attribute.key.text), " "].concat(), ty, comma);
    }
    lines.line(")", node.key);
    Ok(lines)
}

fn domain<'a>(engine: Engine, name: &str, node: Node<'a>) -> Result<Lines<'a>, SourceError> {
    let ty = missing(node.text("type"), node, "type", "type = \"text\"")?;
    let mut lines = line(&["CREATE DOMAIN ", name], node.key);
    lines.text("AS ", ty, "");
    if let Some(collation) = node.text("collate") {
        lines.line(["COLLATE ", &engine.name(&names::qualified(collation.text, collation)?)].concat(), collation);
    }
    if let Some(default) = node.text("default") {
        lines.text("DEFAULT ", default, "");
    }
    if node.flag("null") == Some(false) {
        lines.line("NOT NULL", node.key);
    }
    for check in node.get("check").map(|it| it.entries()).unwrap_or_default() {
        if let Some(expression) = check.as_text() {
            lines.text(&["CONSTRAINT ", &engine.ident(check.key.text), " CHECK ("].concat(), expression, ")");
        }
    }
    Ok(lines)
}

fn sequence<'a>(engine: Engine, name: &str, node: Node<'a>) -> Result<Lines<'a>, SourceError> {
    only(engine, &[Engine::Postgres], node, &["type", "owned_by", "unlogged"])?;
    only(engine, &[Engine::MySql], node, &["engine"])?;
    let unlogged = if node.flag("unlogged") == Some(true) { "UNLOGGED " } else { "" };
    let mut lines = line(&["CREATE ", unlogged, "SEQUENCE ", name], node.key);
    let words = [
        ("type", " AS "),
        ("start", " START WITH "),
        ("minimum", " MINVALUE "),
        ("maximum", " MAXVALUE "),
        ("increment", " INCREMENT BY "),
        ("cache", " CACHE "),
    ];
    for (key, words) in words {
        if let Some(value) = node.get(key).and_then(|it| it.scalar()) {
            lines.behind(&[words, &value].concat());
        }
    }
    match (node.flag("cycle"), engine) {
        (Some(true), _) => lines.behind(" CYCLE"),
        (Some(false), Engine::MySql) => lines.behind(" NOCYCLE"),
        _ => (),
    }
    if let Some(engine) = node.text("engine") {
        lines.behind(&[" ENGINE=", engine.text].concat());
    }
    if let Some(owner) = node.text("owned_by") {
        let (table, column) = names::column(owner)?;
        let column = [&engine.name(&table), ".", &engine.ident(column.text())].concat();
        lines.behind(";");
        lines.line(["ALTER SEQUENCE ", name, " OWNED BY ", &column].concat(), owner);
    }
    Ok(lines)
}

/// `(a, b)`, where there are any.
fn column_list(engine: Engine, node: Node<'_>) -> String {
    let names: Vec<String> = node.names("columns").iter().map(|it| engine.ident(it.text)).collect();
    if names.is_empty() { String::new() } else { [" (", &names.join(", "), ")"].concat() }
}

/// `WITH (name = 'value', …)`, where there are any.
pub(super) fn with(engine: Engine, node: Node<'_>) -> String {
    let Some(options) = node.get("with") else { return String::new() };
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.';
    let option = |it: &Node<'_>| {
        let name = it.key.text;
        let name = if name.chars().all(is_plain) { name.to_owned() } else { engine.ident(name) };
        [&name, " = ", &engine.string(&it.scalar().unwrap_or_default())].concat()
    };
    let options: Vec<String> = options.entries().iter().map(option).collect();
    if options.is_empty() { String::new() } else { [" WITH (", &options.join(", "), ")"].concat() }
}

fn view<'a>(engine: Engine, name: &str, node: Node<'a>) -> Result<Lines<'a>, SourceError> {
    let query = missing(node.text("as"), node, "as", "as = \"select …\"")?;
    only(engine, &[Engine::Postgres], node, &["with", "column_comments", "rule"])?;
    only(engine, &[Engine::MySql], node, &["definer", "algorithm", "security", "check_option"])?;
    let upper = |text: Option<Text<'_>>| text.map(|it| it.text.to_ascii_uppercase());
    let mut words = "CREATE ".to_owned();
    if let Some(algorithm) = upper(node.text("algorithm")) {
        words = [&words, "ALGORITHM=", &algorithm, " "].concat();
    }
    if let Some(definer) = node.text("definer") {
        words = [&words, "DEFINER=", &account(engine, definer.text), " "].concat();
    }
    if let Some(security) = upper(node.text("security")) {
        words = [&words, "SQL SECURITY ", &security, " "].concat();
    }
    let (columns, with) = (column_list(engine, node), with(engine, node));
    let mut lines = line(&[&words, "VIEW ", name, &columns, &with, " AS"], node.key);
    lines.text("", query, "");
    if let Some(scope) = upper(node.text("check_option")) {
        lines.behind(&[" WITH ", &scope, " CHECK OPTION"].concat());
    }
    Ok(lines)
}

/// `user@host`, both quoted; a role has no host.
pub(super) fn account(engine: Engine, account: &str) -> String {
    match account.rsplit_once('@') {
        Some((user, host)) => [&engine.ident(user), "@", &engine.ident(host)].concat(),
        None => engine.ident(account),
    }
}

fn materialized<'a>(engine: Engine, name: &str, node: Node<'a>) -> Result<Lines<'a>, SourceError> {
    let query = missing(node.text("as"), node, "as", "as = \"select …\"")?;
    let using = node.text("using").map(|it| [" USING ", &engine.ident(it.text)].concat()).unwrap_or_default();
    let (columns, with) = (column_list(engine, node), with(engine, node));
    let mut lines = line(&["CREATE MATERIALIZED VIEW ", name, &columns, &using, &with, " AS"], node.key);
    lines.text("", query, "");
    Ok(lines)
}

fn virtual_table<'a>(engine: Engine, name: &str, node: Node<'a>) -> Result<Lines<'a>, SourceError> {
    let module = missing(node.text("using"), node, "using", "using = \"fts5\"")?;
    let mut lines = line(&["CREATE VIRTUAL TABLE ", name], node.key);
    lines.line(["USING ", &engine.ident(module.text)].concat(), module);
    if let Some(arguments) = node.text("arguments").filter(|it| !it.text.is_empty()) {
        lines.text("(", arguments, ")");
    }
    Ok(lines)
}
