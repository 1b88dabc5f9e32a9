//! L107 unique-or-pk-inline: The index of a key is built under a lock that keeps everybody out.

use trueup_contract::{Answer, Fact, Hazard};

use super::{about, shown};
use crate::check::{Level, Rule};

/// The index of a key is built under a lock that keeps everybody out.
pub(super) static RULE: Rule = Rule { code: "L107", slug: "unique-or-pk-inline", level: Level::Warn, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::BuildsKey {
        return None;
    }
    Some(
        [
            "the index of ",
            hazard.address.kind(),
            " ",
            &shown(&hazard.address),
            " is built while nobody can read or write the table",
            &about(answer),
        ]
        .concat(),
    )
}
