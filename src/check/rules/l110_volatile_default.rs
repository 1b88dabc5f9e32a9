//! L110 volatile-default: A column with a volatile default writes the whole table anew.

use trueup_contract::{Answer, Fact, Hazard};

use super::{about, shown};
use crate::check::{Level, Rule};

/// A column with a volatile default writes the whole table anew.
pub(super) static RULE: Rule = Rule { code: "L110", slug: "volatile-default", level: Level::Warn, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::RewritesForDefault {
        return None;
    }
    Some(
        [
            hazard.address.kind(),
            " ",
            &shown(&hazard.address),
            " gets a value of its own in every row: the table is written anew while nobody can read or write it",
            &about(answer),
        ]
        .concat(),
    )
}
