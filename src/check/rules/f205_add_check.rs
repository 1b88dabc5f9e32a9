//! F205 add-check: A check is added to rows that exist.

use trueup_contract::{Answer, Fact, Hazard};

use super::against;
use crate::check::{Check, Level};

/// A check is added to rows that exist.
pub(super) struct AddCheck;

impl Check for AddCheck {
    fn code(&self) -> &'static str {
        "F205"
    }

    fn slug(&self) -> &'static str {
        "add-check"
    }

    fn level(&self) -> Level {
        Level::Warn
    }

    fn judge(&self, hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
        if hazard.fact != Fact::AddsCheck {
            return None;
        }
        Some(against(hazard, answer, "must hold for every row"))
    }
}
