//! Tables: columns and constraints in one CREATE TABLE, the rest behind it.

mod column;

use trueup_contract::SourceError;
use trueup_state::{Address, Ident, PartKind, Qualified};

use super::{
    attached, key, line, names, object, only,
    part::{self, children},
};
use crate::toml::{
    node::{Node, Text},
    script::{Engine, Lines, Statements},
};

/// A constraint or index that stands in CREATE TABLE, before its SQL is made.
struct Element<'a> {
    address: Address,
    node: Node<'a>,
    lines: Lines<'a>,
}

/// A table with everything in it.
pub(super) fn table<'a>(
    engine: Engine,
    name: &Qualified,
    node: Node<'a>,
    statements: &mut Statements<'a>,
) -> Result<(), SourceError> {
    check_keys(engine, node)?;
    let address = Address::Table(name.clone());
    let columns = children(node, "columns");
    let numbered = columns.iter().find(|it| engine == Engine::Sqlite && column::is_identity(**it)).map(|it| it.key);
    let elements = elements(engine, name, node, numbered)?;
    let mut lines = attached::directives(node);
    if let Some(sql) = node.text("sql") {
        if let Some(column) = columns.first() {
            let hint = "take `columns` away, or `sql`";
            return Err(column.key.wrong("a table that is given as `sql` has its columns there", hint));
        }
        lines.text("", sql, "");
        statements.add(&address, lines);
        for element in elements {
            add_later(engine, name, element, statements)?;
        }
    } else {
        lines.append(head(engine, name, node)?);
        let mut items: Vec<Lines<'a>> = Vec::new();
        for it in &columns {
            items.push(column::column(engine, *it)?);
        }
        // CREATE TABLE takes everything to be valid, whatever is said.
        let is_later = |it: &Element<'_>| engine == Engine::Postgres && it.node.get("definition").is_some();
        let (later, now): (Vec<_>, Vec<_>) = elements.into_iter().partition(is_later);
        for Element { address, node, lines: inside } in now {
            let mut item = attached::directives(node);
            item.append(inside);
            items.push(item);
            attach(engine, name, &address, node, statements)?;
        }
        enclose(node, items, &mut lines);
        tail(engine, node, &mut lines)?;
        statements.add(&address, lines);
        for element in later {
            add_later(engine, name, element, statements)?;
        }
        column::follow_ups(engine, name, node, statements)?;
    }
    security(engine, name, node, statements);
    part::parts(engine, &address, node, statements)?;
    given(engine, name, node, statements)?;
    attached::attached(engine, &address, node, statements)
}

/// A constraint behind CREATE TABLE.
fn add_later<'a>(
    engine: Engine,
    table: &Qualified,
    element: Element<'a>,
    statements: &mut Statements<'a>,
) -> Result<(), SourceError> {
    let Element { address, node, lines: inside } = element;
    let mut lines = attached::directives(node);
    lines.append(line(&["ALTER TABLE ", &engine.name(table), " ADD"], node.key));
    lines.append(inside);
    statements.add(&address, lines);
    attach(engine, table, &address, node, statements)
}

/// What other engines have.
fn check_keys(engine: Engine, node: Node<'_>) -> Result<(), SourceError> {
    let postgres = [
        "partition_of",
        "values",
        "inherits",
        "unlogged",
        "with",
        "row_security",
        "force_row_security",
        "exclude",
        "replica_identity",
    ];
    only(engine, &[Engine::Postgres], node, &postgres)?;
    only(engine, &[Engine::Postgres, Engine::MySql], node, &["partition_by"])?;
    only(engine, &[Engine::MySql], node, &["engine", "charset", "collation"])?;
    only(engine, &[Engine::Sqlite], node, &["strict", "without_rowid"])
}

/// Comments and privileges of a part that stands in CREATE TABLE.
fn attach<'a>(
    engine: Engine,
    table: &Qualified,
    address: &Address,
    node: Node<'a>,
    statements: &mut Statements<'a>,
) -> Result<(), SourceError> {
    if engine == Engine::Sqlite {
        attached::no_directives(engine, node)?;
    }
    let named = match address {
        // Its constraint has a name all the same.
        Address::PrimaryKey(_) => {
            let usual = || [table.name.text(), "_pkey"].concat();
            let name = node.text("name").map_or_else(usual, |it| it.text.to_owned());
            Address::Unique(table.clone(), Ident::from(name))
        }
        _ => address.clone(),
    };
    attached::attached(engine, &named, node, statements)
}

/// Constraints that are given as statements of their own.
fn given<'a>(
    engine: Engine,
    table: &Qualified,
    node: Node<'a>,
    statements: &mut Statements<'a>,
) -> Result<(), SourceError> {
    for (address, it) in constraints(table, node) {
        let Some(sql) = it.text("sql") else { continue };
        let mut lines = attached::directives(it);
        lines.text("", sql, "");
        statements.add(&address, lines);
        attach(engine, table, &address, it, statements)?;
    }
    Ok(())
}

/// The address of a part by its table and its name.
type AddressOf = fn(Qualified, Ident) -> Address;

/// Every constraint of a table, in the order in which people write them.
fn constraints<'a>(table: &Qualified, node: Node<'a>) -> Vec<(Address, Node<'a>)> {
    let mut all = Vec::new();
    all.extend(node.get("primary_key").map(|it| (Address::PrimaryKey(table.clone()), it)));
    let kinds: [(&str, &str, AddressOf); 4] = [
        ("unique", "uniques", Address::Unique),
        ("check", "checks", Address::Check),
        ("foreign_key", "foreign_keys", Address::ForeignKey),
        ("exclude", "", |table, name| Address::Part(PartKind::Exclude, table, name)),
    ];
    for (named, unnamed, address) in kinds {
        for it in children(node, named) {
            all.push((address(table.clone(), Ident::from(it.key.text)), it));
        }
        for it in node.get(unnamed).map(|it| it.values()).unwrap_or_default() {
            all.push((address(table.clone(), Ident::default()), it));
        }
    }
    all
}

/// The constraints that stand in CREATE TABLE, and on MySQL the indexes.
fn elements<'a>(
    engine: Engine,
    table: &Qualified,
    node: Node<'a>,
    numbered: Option<Text<'a>>,
) -> Result<Vec<Element<'a>>, SourceError> {
    let columns = children(node, "columns");
    let columns: Vec<&str> = columns.iter().map(|it| it.key.text).collect();
    let mut elements = Vec::new();
    let mut is_keyed = false;
    for (address, it) in constraints(table, node) {
        if it.get("sql").is_some() {
            continue;
        }
        let name = Some(it.key).filter(|_| address.name().is_some_and(|name| !name.is_empty()));
        let lines = match &address {
            Address::PrimaryKey(_) if numbered.is_some_and(|column| is_key_of(it, column)) => {
                is_keyed = true;
                continue;
            }
            Address::PrimaryKey(_) => key::key(engine, "PRIMARY KEY", it.text("name"), it, &columns)?,
            Address::Unique(..) => key::key(engine, "UNIQUE", name, it, &columns)?,
            Address::Check(..) => key::check(engine, name, it)?,
            Address::ForeignKey(..) => key::foreign_key(engine, name, it)?,
            _ => key::exclude(engine, name, it)?,
        };
        elements.push(Element { address, node: it, lines });
    }
    if let Some(column) = numbered.filter(|_| !is_keyed) {
        let hint = ["write primary_key = [\"", column.text, "\"] in this table"].concat();
        return Err(column.wrong("on SQLite only the primary key can be numbered", hint));
    }
    if engine == Engine::MySql && node.get("sql").is_none() {
        for it in children(node, "index").into_iter().filter(|it| it.get("sql").is_none()) {
            let address = Address::Index(table.clone(), Ident::from(it.key.text));
            elements.push(Element { address, node: it, lines: part::index_in_table(it, &columns)? });
        }
    }
    Ok(elements)
}

/// Whether a primary key is this column and nothing else.
fn is_key_of(key: Node<'_>, column: Text<'_>) -> bool {
    let columns = if key.values().is_empty() { key.names("columns") } else { key.as_names() };
    matches!(columns.as_slice(), [only] if only.text == column.text)
}

/// Everything before the parentheses.
fn head<'a>(engine: Engine, name: &Qualified, node: Node<'a>) -> Result<Lines<'a>, SourceError> {
    let unlogged = if node.flag("unlogged") == Some(true) { "UNLOGGED " } else { "" };
    let mut lines = line(&["CREATE ", unlogged, "TABLE ", &engine.name(name)], node.key);
    if let Some(parent) = node.text("partition_of") {
        lines.line(["PARTITION OF ", &engine.name(&names::qualified(parent.text, parent)?)].concat(), parent);
    }
    Ok(lines)
}

/// What stands in the parentheses, with commas between. A partition that says nothing goes without.
fn enclose<'a>(node: Node<'a>, items: Vec<Lines<'a>>, lines: &mut Lines<'a>) {
    if items.is_empty() && node.get("partition_of").is_some() {
        return;
    }
    lines.line("(", node.key);
    let last = items.len().saturating_sub(1);
    for (at, mut item) in items.into_iter().enumerate() {
        item.behind(if at < last { "," } else { "" });
        lines.append(item);
    }
    lines.line(")", node.key);
}

/// Everything behind the parentheses.
fn tail<'a>(engine: Engine, node: Node<'a>, lines: &mut Lines<'a>) -> Result<(), SourceError> {
    if let Some(values) = node.text("values") {
        let is_default = values.text.trim().eq_ignore_ascii_case("default");
        lines.text(if is_default { "" } else { "FOR VALUES " }, values, "");
    }
    let mut parents = Vec::new();
    for parent in node.names("inherits") {
        parents.push(engine.name(&names::qualified(parent.text, parent)?));
    }
    if !parents.is_empty() {
        lines.line(["INHERITS (", &parents.join(", "), ")"].concat(), node.key);
    }
    for (key, words) in [("engine", "ENGINE="), ("charset", "DEFAULT CHARSET="), ("collation", "COLLATE=")] {
        if let Some(value) = node.text(key) {
            lines.line([words, value.text].concat(), value);
        }
    }
    if let Some(comment) = node.text("comment").filter(|_| engine == Engine::MySql) {
        lines.line(["COMMENT=", &engine.string(comment.text)].concat(), comment);
    }
    let options: Vec<&str> = [("strict", "STRICT"), ("without_rowid", "WITHOUT ROWID")]
        .into_iter()
        .filter_map(|(key, words)| (node.flag(key) == Some(true)).then_some(words))
        .collect();
    if !options.is_empty() {
        lines.line(options.join(", "), node.key);
    }
    // PostgreSQL has the partition key before the parameters, MySQL behind its options.
    let partition_by = node.text("partition_by");
    if engine == Engine::Postgres {
        partition_by.iter().for_each(|it| lines.text("PARTITION BY ", *it, ""));
        lines.line(object::with(engine, node), node.key);
    }
    if let Some(options) = node.text("options") {
        lines.text("", options, "");
    }
    if engine != Engine::Postgres {
        partition_by.iter().for_each(|it| lines.text("PARTITION BY ", *it, ""));
    }
    Ok(())
}

/// What CREATE TABLE has no words for.
fn security<'a>(engine: Engine, table: &Qualified, node: Node<'a>, statements: &mut Statements<'a>) {
    let words = [("row_security", "ENABLE ROW LEVEL SECURITY"), ("force_row_security", "FORCE ROW LEVEL SECURITY")];
    let flags = words.into_iter().filter(|(key, _)| node.flag(key) == Some(true));
    let identity =
        node.text("replica_identity").map(|it| ["REPLICA IDENTITY ", &it.text.to_ascii_uppercase()].concat());
    let set = flags.map(|(key, words)| (key, words.to_owned()));
    for (key, words) in set.chain(identity.map(|words| ("replica_identity", words))) {
        if let Some(it) = node.get(key) {
            let address = Address::PrimaryKey(table.clone());
            statements.add(&address, line(&["ALTER TABLE ", &engine.name(table), " ", &words], it.key));
        }
    }
}
