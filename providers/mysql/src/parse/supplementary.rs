//! Characters beyond the first 65536, such as emoji: servers keep what describes a table in `utf8mb3`, and show `?` instead.

use super::{Trouble, statement::Stmt};
use crate::{
    facts::Facts,
    statement::Class,
    token::{Kind, Token},
};

/// Refuses such a character where the server would show another, so that nothing could ever be compared with it.
pub(super) fn check(stmt: &Stmt<'_>, facts: &Facts) -> Result<(), Trouble> {
    let is_of_table = matches!(stmt.class, Class::CreateTable | Class::AlterTable | Class::CreateIndex);
    let is_program = matches!(stmt.class, Class::CreateRoutine | Class::CreateEvent | Class::Alter);
    if !is_of_table && !is_program {
        return Ok(());
    }
    for (at, token) in stmt.tokens.iter().enumerate() {
        let Some(character) = supplementary(token) else { continue };
        let is_comment = follows(&stmt.tokens, at, "comment");
        if !is_comment && (is_program || is_shown(&stmt.tokens, at, facts)) {
            continue;
        }
        let message = ["the server would show `?` for `", &character.to_string(), "` here"].concat();
        let hint = "comments, values of ENUM and SET, and some defaults and expressions hold characters up to U+FFFF";
        return Err(Trouble::at(token.at, token.text.len(), message).hint(hint).refusal());
    }
    Ok(())
}

fn supplementary(token: &Token<'_>) -> Option<char> {
    let is_text = token.kind == Kind::String && !token.text.is_ascii();
    token.text.chars().find(|it| is_text && *it > '\u{ffff}')
}

fn follows(tokens: &[Token<'_>], at: usize, word: &str) -> bool {
    let before = |count: usize| at.checked_sub(count).and_then(|at| tokens.get(at));
    before(1).is_some_and(|it| it.is(word))
        || (before(1).is_some_and(|it| it.is("=")) && before(2).is_some_and(|it| it.is(word)))
}

/// Whether a text in the definition of a table is shown as it is: on MariaDB in expressions, on MySQL as a plain default.
fn is_shown(tokens: &[Token<'_>], at: usize, facts: &Facts) -> bool {
    if !facts.is_mariadb() {
        return follows(tokens, at, "default");
    }
    let mut depth = 0usize;
    for (at, token) in tokens[..at].iter().enumerate().rev() {
        if token.is(")") {
            depth += 1;
        } else if token.is("(") && depth > 0 {
            depth -= 1;
        } else if token.is("(") {
            let before = &tokens[..at];
            let opens_table = tokens[0].is("create") && !before.iter().any(|it| it.is("("));
            return !opens_table && !before.last().is_some_and(|it| it.is_any(&["enum", "set"]));
        }
    }
    false
}
