//! L111 stored-generated: A column that is computed for every row writes the whole table anew.

use trueup_contract::{Answer, Fact, Hazard};

use super::{about, shown};
use crate::check::{Level, Rule};

/// A column that is computed for every row writes the whole table anew.
pub(super) static RULE: Rule = Rule { code: "L111", slug: "stored-generated", level: Level::Warn, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::RewritesForStored {
        return None;
    }
    Some(
        [
            hazard.address.kind(),
            " ",
            &shown(&hazard.address),
            " is computed for every row: the table is written anew while nobody can read or write it",
            &about(answer),
        ]
        .concat(),
    )
}
