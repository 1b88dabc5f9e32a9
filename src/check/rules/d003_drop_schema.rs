//! D003 drop-schema: A namespace goes with everything in it.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Check, Level};

/// A namespace goes with everything in it.
pub(super) struct DropSchema;

impl Check for DropSchema {
    fn code(&self) -> &'static str {
        "D003"
    }

    fn slug(&self) -> &'static str {
        "drop-schema"
    }

    fn level(&self) -> Level {
        Level::Consent
    }

    fn judge(&self, hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
        if hazard.fact != Fact::DropsNamespace {
            return None;
        }
        let _ = answer;
        Some(["schema ", &shown(&hazard.address), " will be gone with everything in it"].concat())
    }
}
