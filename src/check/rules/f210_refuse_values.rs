//! F210 refuse-values: Values must be of a type that refuses some of them.

use trueup_contract::{Answer, Fact, Hazard};

use super::against;
use crate::check::{Level, Rule};

/// Values must be of a type that refuses some of them.
pub(super) static RULE: Rule = Rule { code: "F210", slug: "refuse-values", level: Level::Warn, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    let Fact::RefusesValues { to } = &hazard.fact else { return None };
    Some(against(hazard, answer, &["must be of type ", to].concat()))
}
