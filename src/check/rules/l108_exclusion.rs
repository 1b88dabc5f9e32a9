//! L108 exclusion: An exclusion constraint is built under a lock that keeps everybody out.

use trueup_contract::{Answer, Fact, Hazard};

use super::{about, shown};
use crate::check::{Level, Rule};

/// An exclusion constraint is built under a lock that keeps everybody out.
pub(super) static RULE: Rule = Rule { code: "L108", slug: "exclusion", level: Level::Warn, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::BuildsExclusion {
        return None;
    }
    Some(
        [
            hazard.address.kind(),
            " ",
            &shown(&hazard.address),
            " is built while nobody can read or write the table; there is no other way to add it",
            &about(answer),
        ]
        .concat(),
    )
}
