//! F203 add-unique: A unique key is added to rows that exist.

use trueup_contract::{Answer, Fact, Hazard};

use super::against;
use crate::check::{Level, Rule};

/// A unique key is added to rows that exist.
pub(super) static RULE: Rule = Rule { code: "F203", slug: "add-unique", level: Level::Warn, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::AddsUnique {
        return None;
    }
    Some(against(hazard, answer, "must be unique"))
}
