//! M701 mysql-copy: A large table is copied while everybody who writes to it waits.

use trueup_contract::{Answer, Fact, Hazard};

use super::{about, shown};
use crate::check::{Level, Rule};

/// A large table is copied while everybody who writes to it waits.
pub(super) static RULE: Rule = Rule { code: "M701", slug: "mysql-copy", level: Level::Consent, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::CopiesTable {
        return None;
    }
    let table = shown(&hazard.address);
    Some([&table, " is copied while everybody who writes to it waits", &about(answer)].concat())
}
