//! F201 add-required-column: A column is added that every row must fill, and nothing fills it.

use trueup_contract::{Answer, Fact, Hazard};

use super::against;
use crate::check::{Level, Rule};

/// A column is added that every row must fill, and nothing fills it.
pub(super) static RULE: Rule = Rule { code: "F201", slug: "add-required-column", level: Level::Warn, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::AddsRequiredColumn {
        return None;
    }
    Some(against(hazard, answer, "is NOT NULL and has no default"))
}
