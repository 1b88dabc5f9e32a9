//! D009 lose-history: What rows were like in the past goes.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Level, Rule};

/// What rows were like in the past goes.
pub(super) static RULE: Rule = Rule { code: "D009", slug: "lose-history", level: Level::Consent, judge };

fn judge(hazard: &Hazard, _answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::LosesHistory {
        return None;
    }
    Some(["what the rows of ", &shown(&hazard.address), " were like in the past will be gone"].concat())
}
