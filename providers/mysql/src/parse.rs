//! Folding the statements of a script into a schema.

use trueup_contract::{RealizeError, Realized, Script};

use crate::facts::Facts;

/// The schema that a script makes.
pub(crate) fn script(_script: &Script, _facts: &Facts) -> Result<Realized, RealizeError> {
    Ok(Realized::default())
}
