//! CREATE VIEW.

use trueup_state::{MySqlView, Query};

use super::{Created, Cursor, Prefix, ReadError};
use crate::canonical::{self, Names};

/// What follows `VIEW`.
pub(super) fn read(mut cursor: Cursor<'_, '_>, prefix: Prefix) -> Result<Created, ReadError> {
    let name = cursor.created_name()?;
    let start = cursor;
    if cursor.peek_is("(") {
        cursor.names()?;
    }
    cursor.expect("as")?;
    if cursor.is_done() {
        return Err(cursor.wrong("a query"));
    }
    let tokens = start.rest();
    let (length, check_option) = check_option(tokens);
    let definition = canonical::text(start.source(), &tokens[..length], Names::Any);
    let Prefix { definer, algorithm, invoker, aggregate: _ } = prefix;
    let extra = MySqlView { definer, algorithm, invoker, check_option };
    Ok(Created::View { name, query: Query { definition, extra: extra.into() } })
}

/// How many tokens there are without `WITH CHECK OPTION`, and what that says.
fn check_option(tokens: &[crate::token::Token<'_>]) -> (usize, Option<String>) {
    let ends_with = |words: &[&str]| {
        tokens.len() >= words.len()
            && tokens[tokens.len() - words.len()..].iter().zip(words).all(|(it, word)| it.is(word))
    };
    for (words, value) in [
        (["with", "cascaded", "check", "option"].as_slice(), "cascaded"),
        (["with", "local", "check", "option"].as_slice(), "local"),
        (["with", "check", "option"].as_slice(), "cascaded"),
    ] {
        if ends_with(words) {
            return (tokens.len() - words.len(), Some(value.to_owned()));
        }
    }
    (tokens.len(), None)
}
