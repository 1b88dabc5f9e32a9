//! F204 make-unique: An index that allowed equal keys refuses them from now on.

use trueup_contract::{Answer, Fact, Hazard};

use super::against;
use crate::check::{Level, Rule};

/// An index that allowed equal keys refuses them from now on.
pub(super) static RULE: Rule = Rule { code: "F204", slug: "make-unique", level: Level::Warn, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::MakesUnique {
        return None;
    }
    Some(against(hazard, answer, "must be unique from now on"))
}
