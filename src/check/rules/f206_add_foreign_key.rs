//! F206 add-foreign-key: A foreign key is added to rows that exist.

use trueup_contract::{Answer, Fact, Hazard};

use super::against;
use crate::check::{Check, Level};

/// A foreign key is added to rows that exist.
pub(super) struct AddForeignKey;

impl Check for AddForeignKey {
    fn code(&self) -> &'static str {
        "F206"
    }

    fn slug(&self) -> &'static str {
        "add-foreign-key"
    }

    fn level(&self) -> Level {
        Level::Warn
    }

    fn judge(&self, hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
        if hazard.fact != Fact::AddsForeignKey {
            return None;
        }
        Some(against(hazard, answer, "must point at a row that is there"))
    }
}
