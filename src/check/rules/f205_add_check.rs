//! F205 add-check: A check is added to rows that exist.

use trueup_contract::{Answer, Fact, Hazard};

use super::against;
use crate::check::{Level, Rule};

/// A check is added to rows that exist.
pub(super) static RULE: Rule = Rule { code: "F205", slug: "add-check", level: Level::Warn, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::AddsCheck {
        return None;
    }
    Some(against(hazard, answer, "must hold for every row"))
}
