//! M702 mysql-lock: Everybody who writes to a large table waits while it changes.

use trueup_contract::{Answer, Fact, Hazard};

use super::{about, shown};
use crate::check::{Level, Rule};

/// Everybody who writes to a large table waits while it changes.
pub(super) static RULE: Rule = Rule { code: "M702", slug: "mysql-lock", level: Level::Consent, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::LocksWrites {
        return None;
    }
    let table = shown(&hazard.address);
    Some([&table, " is changed in place, but everybody who writes to it waits", &about(answer)].concat())
}
