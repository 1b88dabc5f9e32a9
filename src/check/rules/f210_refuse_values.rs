//! F210 refuse-values: Values must be of a type that refuses some of them.

use trueup_contract::{Answer, Fact, Hazard};

use super::against;
use crate::check::{Check, Level};

/// Values must be of a type that refuses some of them.
pub(super) struct RefuseValues;

impl Check for RefuseValues {
    fn code(&self) -> &'static str {
        "F210"
    }

    fn slug(&self) -> &'static str {
        "refuse-values"
    }

    fn level(&self) -> Level {
        Level::Warn
    }

    fn judge(&self, hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
        let Fact::RefusesValues { to } = &hazard.fact else { return None };
        Some(against(hazard, answer, &["must be of type ", to].concat()))
    }
}
