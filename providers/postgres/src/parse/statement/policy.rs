//! Row-level security policies.

use squawk_syntax::ast;

use crate::parse::fold::{Fold, Fold1};

/// CREATE, ALTER and DROP POLICY.
pub(crate) fn fold(_fold: &mut Fold<'_>, _stmt: &ast::Stmt) -> Option<Fold1> {
    None
}
