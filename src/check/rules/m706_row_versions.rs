//! M706 row-versions: A table is near the number of row versions that MySQL keeps.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Level, Rule};

/// A table is near the number of row versions that MySQL keeps.
pub(super) static RULE: Rule = Rule { code: "M706", slug: "row-versions", level: Level::Warn, judge };

/// How many there can be (MySQL 8.4 manual, 17.12.1), and from where on it is worth a word.
const MOST: u64 = 64;
const MANY: u64 = 56;

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    let count = answer?.count;
    if hazard.fact != Fact::AddsRowVersion || count < MANY {
        return None;
    }
    let table = shown(&hazard.address);
    let parts = [&table, " has ", &count.to_string(), " versions of its rows of about ", &MOST.to_string()];
    Some([&parts.concat(), "; when there are no more, a column can only come or go by writing the table anew"].concat())
}
