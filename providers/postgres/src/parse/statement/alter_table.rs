//! ALTER TABLE and ALTER FOREIGN TABLE.

use squawk_syntax::ast;

use crate::parse::fold::{Fold, Fold1};

/// ALTER TABLE.
pub(crate) fn fold(_fold: &mut Fold<'_>, _stmt: &ast::Stmt) -> Option<Fold1> {
    None
}
