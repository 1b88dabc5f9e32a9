//! Privileges.

use squawk_syntax::ast;

use crate::parse::fold::{Fold, Fold1, Trouble};

/// GRANT, REVOKE, ALTER DEFAULT PRIVILEGES.
pub(crate) fn fold(_fold: &mut Fold<'_>, _stmt: &ast::Stmt) -> Option<Fold1> {
    None
}

/// What can only be done when everything is declared.
pub(crate) fn finish(_fold: &mut Fold<'_>) -> Result<(), Trouble> {
    Ok(())
}
