//! L105 constraint-validates: A constraint is added, and every row is looked at under a lock.

use trueup_contract::{Answer, Fact, Hazard};

use super::{about, shown};
use crate::check::{Level, Rule};

/// A constraint is added, and every row is looked at under a lock.
pub(super) static RULE: Rule = Rule { code: "L105", slug: "constraint-validates", level: Level::Warn, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::ValidatesConstraint {
        return None;
    }
    Some(
        [
            hazard.address.kind(),
            " ",
            &shown(&hazard.address),
            " is checked for every row while writing waits",
            &about(answer),
        ]
        .concat(),
    )
}
