//! L101 index-build-blocking: An index is built while writers wait.

use trueup_contract::{Answer, Fact, Hazard};

use super::{about, shown};
use crate::check::{Level, Rule};

/// An index is built while writers wait.
pub(super) static RULE: Rule = Rule { code: "L101", slug: "index-build-blocking", level: Level::Warn, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::BuildsIndex {
        return None;
    }
    Some(
        ["an index on ", &shown(&hazard.address), " is built while writing to the table waits", &about(answer)]
            .concat(),
    )
}
