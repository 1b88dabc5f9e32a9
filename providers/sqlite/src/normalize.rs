//! Bringing a desired schema into the spelling of the database it is compared with.

mod adopt;
mod spelling;

use trueup_state::Schema;

pub(crate) use spelling::respell_references;

/// Spell names that differ only in case as the database does, and give unnamed constraints the names that equal ones
/// have there.
pub(crate) fn normalize(mut desired: Schema, observed: &Schema) -> Schema {
    spelling::respell(&mut desired, observed);
    adopt::adopt_names(&mut desired, observed);
    desired
}
