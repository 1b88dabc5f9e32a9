//! From what a file says to SQL of the dialect that is asked for.

mod attached;
mod key;
mod names;
mod object;
mod part;
mod routine;
mod table;

use std::collections::BTreeMap;

use toml::{Spanned, de::DeTable};
use trueup_contract::SourceError;
use trueup_state::Address;

pub(super) use attached::{granted, subject};

use super::{
    node::{File, Node, Text, entries},
    script::{Engine, Lines, Statements},
};

/// Everything that files say, as statements.
///
/// # Errors
/// Where something cannot be said to this engine, contradicts itself, or is said twice.
pub(super) fn lower<'a>(
    engine: Engine,
    files: &'a [(&'a File, Spanned<DeTable<'a>>)],
) -> Result<Statements<'a>, SourceError> {
    let mut statements = Statements::default();
    let mut seen: BTreeMap<(&str, &str), Text<'a>> = BTreeMap::new();
    for (file, root) in files {
        for kind in entries(file, root.get_ref()) {
            if kind.key.text == "include" {
                continue;
            }
            if kind.key.text == "database" {
                object::database(engine, kind, &mut statements)?;
                continue;
            }
            for statement in kind.as_names() {
                let mut lines = Lines::default();
                lines.text("", statement, "");
                statements.add(&Address::Comment(Box::new(Address::Namespace("".into()))), lines);
            }
            for node in kind.entries() {
                if let Some(first) = seen.insert((kind.key.text, node.key.text), node.key) {
                    let place = first.file.place(first.span().start).to_string();
                    let message = [kind.key.text, " `", node.key.text, "` is declared twice"].concat();
                    return Err(node.key.wrong(message, ["it is declared first at ", &place].concat()));
                }
                one(engine, kind.key.text, node, &mut statements)?;
            }
        }
    }
    Ok(statements)
}

fn one<'a>(engine: Engine, kind: &str, node: Node<'a>, statements: &mut Statements<'a>) -> Result<(), SourceError> {
    let address = names::address(kind, node.key)?;
    if let Address::Table(name) = &address {
        return table::table(engine, name, node, statements);
    }
    let mut lines = attached::directives(node);
    match node.text("sql") {
        Some(sql) => lines.text("", sql, ""),
        None => lines.append(object::create(engine, kind, &address, node)?),
    }
    statements.add(&address, lines);
    part::parts(engine, &address, node, statements)?;
    attached::attached(engine, &address, node, statements)
}

/// What must be said and is not.
fn missing<T>(found: Option<T>, node: Node<'_>, key: &str, example: &str) -> Result<T, SourceError> {
    found.ok_or_else(|| {
        let message = ["`", node.key.text, "` needs `", key, "`"].concat();
        node.key.wrong(message, ["write ", example, ", or give the whole statement as `sql`"].concat())
    })
}

/// What only other engines have.
fn only(engine: Engine, engines: &[Engine], node: Node<'_>, keys: &[&str]) -> Result<(), SourceError> {
    let found = keys.iter().find_map(|key| node.get(key)).filter(|_| !engines.contains(&engine));
    let Some(found) = found else { return Ok(()) };
    let name = match engine {
        Engine::Postgres => "PostgreSQL",
        Engine::MySql => "MySQL",
        Engine::Sqlite => "SQLite",
    };
    Err(found.key.wrong([name, " has no `", found.key.text, "`"].concat(), "leave it away"))
}

/// The text of a statement that needs no more than one line.
fn line<'a>(text: &[&str], from: Text<'a>) -> Lines<'a> {
    let mut lines = Lines::default();
    lines.line(text.concat(), from);
    lines
}
