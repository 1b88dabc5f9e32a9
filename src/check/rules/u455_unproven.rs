//! U455 unproven: Nobody could say whether a text that is there means what is declared.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Check, Level};

/// Nobody could say whether a text that is there means what is declared.
pub(super) struct Unproven;

impl Check for Unproven {
    fn code(&self) -> &'static str {
        "U455"
    }

    fn slug(&self) -> &'static str {
        "unproven"
    }

    fn level(&self) -> Level {
        Level::Consent
    }

    fn judge(&self, hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
        let Fact::Unproven = hazard.fact else { return None };
        let _ = answer;
        let kind = hazard.address.kind();
        let what = [kind, " ", &shown(&hazard.address), " may be as declared already and only read otherwise"];
        Some([&what.concat(), "; the step scans, rewrites or drops it all the same"].concat())
    }
}
