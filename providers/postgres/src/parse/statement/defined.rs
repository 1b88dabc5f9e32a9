//! Objects that are managed by their definition.

use squawk_syntax::ast;

use crate::parse::fold::{Fold, Fold1};

/// Objects of rare kinds: CREATE, ALTER and DROP.
pub(crate) fn fold(_fold: &mut Fold<'_>, _stmt: &ast::Stmt) -> Option<Fold1> {
    None
}
