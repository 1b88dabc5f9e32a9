//! C302 drop-not-null: Readers will meet NULL.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Level, Rule};

/// Readers will meet NULL.
pub(super) static RULE: Rule = Rule { code: "C302", slug: "drop-not-null", level: Level::Warn, judge };

fn judge(hazard: &Hazard, _: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::AllowsNull {
        return None;
    }
    Some(
        [hazard.address.kind(), " ", &shown(&hazard.address), " may be NULL from now on; its readers must expect that"]
            .concat(),
    )
}
