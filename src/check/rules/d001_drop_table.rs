//! D001 drop-table: The rows of a table go with it.

use trueup_contract::{Answer, Fact, Hazard};

use super::{said, shown};
use crate::check::{Check, Level};

/// The rows of a table go with it.
pub(super) struct DropTable;

impl Check for DropTable {
    fn code(&self) -> &'static str {
        "D001"
    }

    fn slug(&self) -> &'static str {
        "drop-table"
    }

    fn level(&self) -> Level {
        Level::Consent
    }

    fn judge(&self, hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
        if hazard.fact != Fact::DropsTable {
            return None;
        }
        let rows = said(answer);
        Some([hazard.address.kind(), " ", &shown(&hazard.address), " and ", &rows, " will be gone"].concat())
    }
}
