//! COMMENT ON.

pub(super) mod subject;
#[cfg(test)]
mod tests;

use squawk_syntax::{ast, ast::AstNode};
use trueup_state::{Address, PostgresObject};

use super::defined::{lookup, tokens::Tokens};
use crate::parse::fold::{Fold, FoldResult, Folded, Trouble};
use subject::Subject;

/// What every database says of its schema `public`.
const PUBLIC: &str = "standard public schema";

/// COMMENT ON anything.
pub(crate) fn fold(fold: &mut Fold<'_>, stmt: &ast::Stmt) -> Option<FoldResult> {
    let mut tokens = Tokens::of(stmt.syntax());
    match stmt {
        ast::Stmt::CommentOn(_) => Some(comment(fold, &mut tokens)),
        ast::Stmt::SecurityLabel(_) => Some(Ok(Folded::Skipped("security labels are not managed".to_owned()))),
        _ => None,
    }
}

/// What can only be done when everything is declared.
pub(crate) fn finish(_fold: &mut Fold<'_>) -> Result<(), Trouble> {
    Ok(())
}

fn comment(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("COMMENT ON")?;
    let on = match subject::read(fold, tokens)? {
        Subject::Is(address) => address,
        Subject::Skipped(why) => return Ok(Folded::Skipped(why)),
    };
    tokens.need("IS")?;
    let text = if tokens.take("NULL") { String::new() } else { tokens.string()? };
    tokens.end()?;
    let is_usual = text == PUBLIC && matches!(&on, Address::Namespace(name) if name.text() == "public");
    let address = Address::Comment(Box::new(on));
    // PostgreSQL takes an empty comment for none.
    if text.is_empty() || is_usual {
        fold.schema.others.shift_remove(&address);
        return Ok(Folded::Nothing);
    }
    lookup::put(fold, &address, PostgresObject::Comment(text));
    Ok(Folded::Object(address))
}
