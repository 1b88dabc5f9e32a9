//! The canonical form of MySQL's texts: what is left when spacing, case, quoting and comments are taken away.

#[cfg(test)]
mod tests;
mod text;

use trueup_state::SqlText;

pub(crate) use text::{literal, sendable_literal, strip_parentheses, written};

use crate::token::Token;

/// What becomes of names in backquotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    /// Columns, in an expression: in lower case, as these are compared.
    Columns,
    /// Anything, in views and bodies: they keep their case.
    Any,
}

/// A text over these tokens of `source`, outer parentheses stripped.
pub(crate) fn expression(source: &str, tokens: &[Token<'_>]) -> SqlText {
    let tokens = strip_parentheses(tokens);
    SqlText::new(text::canonical(tokens, Names::Columns), written(source, tokens))
}

/// A text over these tokens of `source`, as they are.
pub(crate) fn text(source: &str, tokens: &[Token<'_>], names: Names) -> SqlText {
    SqlText::new(text::canonical(tokens, names), written(source, tokens))
}

/// A text whose canonical form is that of other tokens than it is written with.
pub(crate) fn spelled(source: &str, tokens: &[Token<'_>], canonical: &[Token<'_>]) -> SqlText {
    SqlText::new(text::canonical(canonical, Names::Columns), written(source, tokens))
}

/// A name in canonical form: without quotes where it is a plain word.
pub(crate) fn identifier(name: &str) -> String {
    text::identifier(name)
}
