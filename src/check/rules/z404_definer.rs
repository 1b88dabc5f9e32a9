//! Z404 definer: A routine runs as its owner with the search_path of its caller.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Level, Rule};

/// A routine runs as its owner with the search_path of its caller.
pub(super) static RULE: Rule = Rule { code: "Z404", slug: "definer", level: Level::Warn, judge };

fn judge(hazard: &Hazard, _: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::DefinerWithoutPath {
        return None;
    }
    Some(
        [
            hazard.address.kind(),
            " ",
            &shown(&hazard.address),
            " runs as its owner and finds names by the search_path of its caller",
        ]
        .concat(),
    )
}
