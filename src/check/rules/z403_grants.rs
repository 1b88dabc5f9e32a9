//! Z403 grants: Privileges change.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Level, Rule};

/// Privileges change.
pub(super) static RULE: Rule = Rule { code: "Z403", slug: "grants", level: Level::Warn, judge };

fn judge(hazard: &Hazard, _: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::ChangesPrivileges {
        return None;
    }
    Some([hazard.address.kind(), " ", &shown(&hazard.address), " changes who may do what"].concat())
}
