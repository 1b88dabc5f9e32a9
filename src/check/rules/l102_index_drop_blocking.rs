//! L102 index-drop-blocking: An index is dropped under a lock that keeps everybody out.

use trueup_contract::{Answer, Fact, Hazard};

use super::{about, shown};
use crate::check::{Level, Rule};

/// An index is dropped under a lock that keeps everybody out.
pub(super) static RULE: Rule = Rule { code: "L102", slug: "index-drop-blocking", level: Level::Warn, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::DropsIndex {
        return None;
    }
    Some(
        [
            "dropping ",
            hazard.address.kind(),
            " ",
            &shown(&hazard.address),
            " waits for, and then keeps out, everybody who uses its table",
            &about(answer),
        ]
        .concat(),
    )
}
