//! F203 add-unique: A unique key is added to rows that exist.

use trueup_contract::{Answer, Fact, Hazard};

use super::against;
use crate::check::{Check, Level};

/// A unique key is added to rows that exist.
pub(super) struct AddUnique;

impl Check for AddUnique {
    fn code(&self) -> &'static str {
        "F203"
    }

    fn slug(&self) -> &'static str {
        "add-unique"
    }

    fn level(&self) -> Level {
        Level::Warn
    }

    fn judge(&self, hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
        if hazard.fact != Fact::AddsUnique {
            return None;
        }
        Some(against(hazard, answer, "must be unique"))
    }
}
