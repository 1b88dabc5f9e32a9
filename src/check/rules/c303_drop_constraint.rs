//! C303 drop-constraint: A rule about rows is given up.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Level, Rule};

/// A rule about rows is given up.
pub(super) static RULE: Rule = Rule { code: "C303", slug: "drop-constraint", level: Level::Warn, judge };

fn judge(hazard: &Hazard, _: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::DropsConstraint {
        return None;
    }
    Some(
        [hazard.address.kind(), " ", &shown(&hazard.address), " holds no longer; rows that break it may come in"]
            .concat(),
    )
}
