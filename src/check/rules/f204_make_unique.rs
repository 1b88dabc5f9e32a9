//! F204 make-unique: An index that allowed equal keys refuses them from now on.

use trueup_contract::{Answer, Fact, Hazard};

use super::against;
use crate::check::{Check, Level};

/// An index that allowed equal keys refuses them from now on.
pub(super) struct MakeUnique;

impl Check for MakeUnique {
    fn code(&self) -> &'static str {
        "F204"
    }

    fn slug(&self) -> &'static str {
        "make-unique"
    }

    fn level(&self) -> Level {
        Level::Warn
    }

    fn judge(&self, hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
        if hazard.fact != Fact::MakesUnique {
            return None;
        }
        Some(against(hazard, answer, "must be unique from now on"))
    }
}
