//! What PostgreSQL will make of a declared expression, as far as that can be known without asking it.

mod plain;

use trueup_state::Schema;

pub(crate) use plain::plain;

/// Give every declared text the canonical form that PostgreSQL would give it, where that is certain. What is not certain
/// keeps the text as it was written, which is equal only to the very same text.
pub(crate) fn canonicalize(_declared: &mut Schema) {}
