//! Creating, altering and dropping everything but tables and what lies in them.

use trueup_contract::{DialectError, Work};
use trueup_state::{Address, Object};

use super::{Alteration, Statement};

/// How this object gets from one form to the other. Views, materialized views, triggers, policies, rules, routines, types,
/// sequences, extensions, grants, comments, default privileges, and what is managed by definition.
pub(crate) fn alter(
    _work: &Work<'_>,
    _address: &Address,
    _before: Object<'_>,
    _after: Object<'_>,
) -> Result<Alteration, DialectError> {
    Ok(Alteration::Recreate)
}

/// The statements that create it.
pub(crate) fn create(_work: &Work<'_>, _address: &Address, _object: Object<'_>) -> Result<Vec<Statement>, DialectError> {
    Ok(Vec::new())
}

/// The statements that drop it.
pub(crate) fn drop(_work: &Work<'_>, _address: &Address, _object: Object<'_>) -> Result<Vec<Statement>, DialectError> {
    Ok(Vec::new())
}
