//! L109 type-rewrite: A change of type writes the whole table anew.

use trueup_contract::{Answer, Fact, Hazard};

use super::{about, shown};
use crate::check::{Level, Rule};

/// A change of type writes the whole table anew.
pub(super) static RULE: Rule = Rule { code: "L109", slug: "type-rewrite", level: Level::Warn, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::RewritesForType {
        return None;
    }
    Some(
        [
            "changing the type of ",
            hazard.address.kind(),
            " ",
            &shown(&hazard.address),
            " writes the table and its indexes anew while nobody can read or write it",
            &about(answer),
        ]
        .concat(),
    )
}
