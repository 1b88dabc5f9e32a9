//! D002 drop-column: The values of a column go with it.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::{
    check::{Check, Level},
    words::counted,
};

/// The values of a column go with it.
pub(super) struct DropColumn;

impl Check for DropColumn {
    fn code(&self) -> &'static str {
        "D002"
    }

    fn slug(&self) -> &'static str {
        "drop-column"
    }

    fn level(&self) -> Level {
        Level::Consent
    }

    fn judge(&self, hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
        if hazard.fact != Fact::DropsColumn {
            return None;
        }
        let values = match answer {
            Some(answer) => counted(answer.count, "value"),
            None => "its values".to_owned(),
        };
        Some(["column ", &shown(&hazard.address), " and ", &values, " will be gone"].concat())
    }
}
