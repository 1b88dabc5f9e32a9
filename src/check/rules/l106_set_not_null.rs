//! L106 set-not-null: Every row is looked at for NULL under a lock that keeps everybody out.

use trueup_contract::{Answer, Fact, Hazard};

use super::{about, shown};
use crate::check::{Level, Rule};

/// Every row is looked at for NULL under a lock that keeps everybody out.
pub(super) static RULE: Rule = Rule { code: "L106", slug: "set-not-null", level: Level::Warn, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::ScansForNull {
        return None;
    }
    Some(
        [
            hazard.address.kind(),
            " ",
            &shown(&hazard.address),
            " is searched for NULL while nobody can read or write the table",
            &about(answer),
        ]
        .concat(),
    )
}
