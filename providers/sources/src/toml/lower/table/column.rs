//! Columns.

use trueup_contract::SourceError;
use trueup_state::{Address, Ident, Qualified};

use super::super::{attached, line, names, only, part::children};
use crate::toml::{
    node::{Node, Text},
    script::{Engine, Lines, Statements},
};

/// Whether the engine numbers its rows.
pub(super) fn is_identity(node: Node<'_>) -> bool {
    let ty = node.as_text().or(node.text("type"));
    node.flag("identity") == Some(true) || ty.is_some_and(|it| identity_word(it.text).is_some())
}

/// A column as it stands in CREATE TABLE.
pub(super) fn column<'a>(engine: Engine, node: Node<'a>) -> Result<Lines<'a>, SourceError> {
    only(engine, &[Engine::Postgres], node, &["storage", "statistics"])?;
    let mut lines = attached::directives(node);
    let name = engine.ident(node.key.text);
    match node.as_text().or(node.text("type")) {
        Some(ty) => typed(engine, &[&name, " "].concat(), ty, node, &mut lines),
        None => lines.line(name, node.key),
    }
    if let Some(collation) = node.text("collate") {
        let collation = match engine {
            Engine::MySql => collation.text.to_owned(),
            _ => engine.name(&names::qualified(collation.text, collation)?),
        };
        lines.behind(&[" COLLATE ", &collation].concat());
    }
    if let Some(expression) = node.text("generated") {
        let kind = if node.flag("stored") == Some(false) { ") VIRTUAL" } else { ") STORED" };
        lines.text("GENERATED ALWAYS AS (", expression, kind);
    }
    if node.flag("identity") == Some(true) {
        lines.behind(&[" ", identity(engine)].concat());
    }
    match (node.flag("null"), engine) {
        (Some(false), _) => lines.behind(" NOT NULL"),
        (Some(true), Engine::MySql) => lines.behind(" NULL"),
        _ => (),
    }
    if let Some(default) = node.text("default") {
        lines.text("DEFAULT ", default, "");
    }
    if let Some(comment) = node.text("comment").filter(|_| engine == Engine::MySql) {
        lines.behind(&[" COMMENT ", &engine.string(comment.text)].concat());
    }
    Ok(lines)
}

/// The type with our word `identity` in the engine's words.
fn typed<'a>(engine: Engine, before: &str, ty: Text<'a>, node: Node<'a>, lines: &mut Lines<'a>) {
    let counts = engine == Engine::Sqlite && is_identity(node);
    let Some(at) = identity_word(ty.text) else {
        // SQLite numbers rows only under this very word.
        let bare = counts && is_whole_number(ty.text);
        return if bare { lines.line([before, "INTEGER"].concat(), ty) } else { lines.text(before, ty, "") };
    };
    let (head, rest) = ty.text.split_at(at);
    let head = if counts && is_whole_number(head) { "INTEGER " } else { head };
    lines.line([before, head, identity(engine), &rest["identity".len()..]].concat(), ty);
}

fn is_whole_number(ty: &str) -> bool {
    ["int", "integer", "bigint", "smallint"].iter().any(|it| ty.trim().eq_ignore_ascii_case(it))
}

/// How an engine says that it numbers the rows.
fn identity(engine: Engine) -> &'static str {
    match engine {
        Engine::Postgres => "GENERATED ALWAYS AS IDENTITY",
        Engine::MySql => "AUTO_INCREMENT",
        Engine::Sqlite => "PRIMARY KEY AUTOINCREMENT",
    }
}

/// Where our word `identity` stands: outside of quotes and parentheses, not in `AS IDENTITY`, and neither a
/// function nor a part of a name.
fn identity_word(ty: &str) -> Option<usize> {
    let (mut quote, mut depth, mut before, mut start) = (None, 0_usize, "", None);
    for (at, c) in ty.char_indices().chain([(ty.len(), ' ')]) {
        let is_letter = quote.is_none() && (c.is_alphanumeric() || c == '_');
        match (start, is_letter) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                let word = &ty[from..at];
                // Behind a dot it is a name, and before a parenthesis a function.
                let stands_alone = !ty[..from].ends_with('.') && !ty[at..].trim_start().starts_with('(');
                let is_ours = word.eq_ignore_ascii_case("identity") && !before.eq_ignore_ascii_case("as");
                if depth == 0 && from > 0 && is_ours && stands_alone {
                    return Some(from);
                }
                (before, start) = (word, None);
            }
            _ => (),
        }
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            _ => (),
        }
    }
    None
}

/// What CREATE TABLE has no words for, and what is attached to columns.
pub(super) fn follow_ups<'a>(
    engine: Engine,
    table: &Qualified,
    node: Node<'a>,
    statements: &mut Statements<'a>,
) -> Result<(), SourceError> {
    for column in children(node, "columns") {
        let address = Address::Column(table.clone(), Ident::from(column.key.text));
        let start = ["ALTER TABLE ", &engine.name(table), " ALTER COLUMN ", &engine.ident(column.key.text)].concat();
        for (key, words) in [("storage", " SET STORAGE "), ("statistics", " SET STATISTICS ")] {
            if let Some(it) = column.get(key) {
                let value = it.scalar().unwrap_or_default();
                statements.add(&address, line(&[&start, words, &value], it.key));
            }
        }
        attached::attached(engine, &address, column, statements)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::identity_word;

    #[test]
    fn our_word_is_told_from_the_standards() {
        assert_eq!(identity_word("bigint identity"), Some(7));
        assert_eq!(identity_word("bigint GENERATED ALWAYS AS IDENTITY"), None);
        assert_eq!(identity_word("text default 'identity'"), None);
        assert_eq!(identity_word("text default identity('x')"), None);
        assert_eq!(identity_word("app.identity not null"), None);
        assert_eq!(identity_word("text check (identity > 1)"), None);
        assert_eq!(identity_word("identity"), None, "a type may have this name");
    }
}
