//! D007 change-engine: A table goes to another storage engine, or a column to another spatial reference system.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Level, Rule};

/// A table goes to another storage engine, or a column to another spatial reference system.
pub(super) static RULE: Rule = Rule { code: "D007", slug: "change-engine", level: Level::Consent, judge };

fn judge(hazard: &Hazard, _answer: Option<&Answer>) -> Option<String> {
    let Fact::ChangesEngine { from, to } = &hazard.fact else { return None };
    Some([hazard.address.kind(), " ", &shown(&hazard.address), " goes from ", from, " to ", to].concat())
}
