//! U452 extension-version: An extension changes.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Level, Rule};

/// An extension changes.
pub(super) static RULE: Rule = Rule { code: "U452", slug: "extension-version", level: Level::Warn, judge };

fn judge(hazard: &Hazard, _: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::ChangesExtension {
        return None;
    }
    Some(
        [hazard.address.kind(), " ", &shown(&hazard.address), " is changed; what it brings may behave otherwise"]
            .concat(),
    )
}
