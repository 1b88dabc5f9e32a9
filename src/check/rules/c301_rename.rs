//! C301 rename: Programs that use the old name fail.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Level, Rule};

/// Programs that use the old name fail.
pub(super) static RULE: Rule = Rule { code: "C301", slug: "rename", level: Level::Warn, judge };

fn judge(hazard: &Hazard, _: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::RenamesInUse {
        return None;
    }
    Some(
        [
            hazard.address.kind(),
            " ",
            &shown(&hazard.address),
            " goes by this name from now on; programs that use the old one fail",
        ]
        .concat(),
    )
}
