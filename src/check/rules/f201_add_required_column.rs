//! F201 add-required-column: A column is added that every row must fill, and nothing fills it.

use trueup_contract::{Answer, Fact, Hazard};

use super::against;
use crate::check::{Check, Level};

/// A column is added that every row must fill, and nothing fills it.
pub(super) struct AddRequiredColumn;

impl Check for AddRequiredColumn {
    fn code(&self) -> &'static str {
        "F201"
    }

    fn slug(&self) -> &'static str {
        "add-required-column"
    }

    fn level(&self) -> Level {
        Level::Warn
    }

    fn judge(&self, hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
        if hazard.fact != Fact::AddsRequiredColumn {
            return None;
        }
        Some(against(hazard, answer, "is NOT NULL and has no default"))
    }
}
