//! Options: names with values, of tables, partitions, keys and columns.

use trueup_state::Options;

use super::{Cursor, ReadError};
use crate::token::Kind;

/// A value: what a string says, a number, a word.
pub(crate) fn value(cursor: &mut Cursor<'_, '_>) -> Result<String, ReadError> {
    if cursor.peek().is_some_and(|it| it.kind == Kind::String) {
        return cursor.string();
    }
    let token = cursor.next("a value")?;
    match token.kind {
        Kind::Number => Ok(token.text.to_owned()),
        Kind::Word | Kind::Quoted => Ok(token.unquoted().into_owned()),
        _ => Err(cursor.refuse("expected a value before this")),
    }
}

/// `name = value`, an option that an engine of MariaDB defines, if it is next.
pub(crate) fn generic(cursor: &mut Cursor<'_, '_>, options: &mut Options) -> Result<bool, ReadError> {
    let named = cursor.peek().is_some_and(|it| it.is_name() && !it.is("default"));
    if !cursor.facts.is_mariadb() || !named || !cursor.peek_at(1).is_some_and(|it| it.is("=")) {
        return Ok(false);
    }
    let name = cursor.word("an option")?.text().to_lowercase();
    cursor.expect("=")?;
    let is_default = cursor.peek_is("default");
    let value = value(cursor)?;
    if !is_default {
        options.insert(name, value);
    }
    Ok(true)
}
