//! Z402 rls-stricter: Fewer rows may be seen or written.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Level, Rule};

/// Fewer rows may be seen or written.
pub(super) static RULE: Rule = Rule { code: "Z402", slug: "rls-stricter", level: Level::Warn, judge };

fn judge(hazard: &Hazard, _: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::TightensRowSecurity {
        return None;
    }
    Some(
        [
            hazard.address.kind(),
            " ",
            &shown(&hazard.address),
            ": fewer rows may be seen or written than before, perhaps none",
        ]
        .concat(),
    )
}
