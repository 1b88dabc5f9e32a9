//! F206 add-foreign-key: A foreign key is added to rows that exist.

use trueup_contract::{Answer, Fact, Hazard};

use super::against;
use crate::check::{Level, Rule};

/// A foreign key is added to rows that exist.
pub(super) static RULE: Rule = Rule { code: "F206", slug: "add-foreign-key", level: Level::Warn, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::AddsForeignKey {
        return None;
    }
    Some(against(hazard, answer, "must point at a row that is there"))
}
