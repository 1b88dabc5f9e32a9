//! D001 drop-table: The rows of a table go with it.

use trueup_contract::{Answer, Fact, Hazard};

use super::{said, shown};
use crate::check::{Level, Rule};

/// The rows of a table go with it.
pub(super) static RULE: Rule = Rule { code: "D001", slug: "drop-table", level: Level::Consent, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::DropsTable {
        return None;
    }
    let rows = said(answer);
    Some([hazard.address.kind(), " ", &shown(&hazard.address), " and ", &rows, " will be gone"].concat())
}
