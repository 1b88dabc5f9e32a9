//! D004 lose-sequence: A mark that keeps ids from being used twice goes.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Level, Rule};

/// A mark that keeps ids from being used twice goes.
pub(super) static RULE: Rule = Rule { code: "D004", slug: "lose-sequence", level: Level::Consent, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::LosesSequence {
        return None;
    }
    let mark =
        answer.map_or_else(|| "the ids given so far".to_owned(), |it| ["ids up to ", &it.count.to_string()].concat());
    Some(["without AUTOINCREMENT, ", &mark, " may be given again in ", &shown(&hazard.address)].concat())
}
