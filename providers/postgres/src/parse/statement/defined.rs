//! Objects of rare kinds: each is one text, everything that follows its name in the statement that creates it.

pub(super) mod lookup;
pub(super) mod rare;
pub(super) mod signature;
pub(super) mod text;
pub(crate) mod tokens;

use squawk_syntax::ast;

use crate::parse::fold::{Fold, Fold1};

/// CREATE, ALTER and DROP of rare kinds.
pub(crate) fn fold(_fold: &mut Fold<'_>, _stmt: &ast::Stmt) -> Option<Fold1> {
    None
}
