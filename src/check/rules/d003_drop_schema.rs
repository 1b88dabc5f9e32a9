//! D003 drop-schema: A namespace goes with everything in it.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Level, Rule};

/// A namespace goes with everything in it.
pub(super) static RULE: Rule = Rule { code: "D003", slug: "drop-schema", level: Level::Consent, judge };

fn judge(hazard: &Hazard, _: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::DropsNamespace {
        return None;
    }
    Some(["schema ", &shown(&hazard.address), " will be gone with everything in it"].concat())
}
