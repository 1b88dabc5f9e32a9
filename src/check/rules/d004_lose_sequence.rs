//! D004 lose-sequence: A mark that keeps ids from being used twice goes.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Check, Level};

/// A mark that keeps ids from being used twice goes.
pub(super) struct LoseSequence;

impl Check for LoseSequence {
    fn code(&self) -> &'static str {
        "D004"
    }

    fn slug(&self) -> &'static str {
        "lose-sequence"
    }

    fn level(&self) -> Level {
        Level::Consent
    }

    fn judge(&self, hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
        if hazard.fact != Fact::LosesSequence {
            return None;
        }
        let mark = answer
            .map_or_else(|| "the ids given so far".to_owned(), |it| ["ids up to ", &it.count.to_string()].concat());
        Some(["without AUTOINCREMENT, ", &mark, " may be given again in ", &shown(&hazard.address)].concat())
    }
}
