//! Z401 rls-weaker: More rows may be seen or written.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Level, Rule};

/// More rows may be seen or written.
pub(super) static RULE: Rule = Rule { code: "Z401", slug: "rls-weaker", level: Level::Warn, judge };

fn judge(hazard: &Hazard, _: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::WeakensRowSecurity {
        return None;
    }
    Some(
        [hazard.address.kind(), " ", &shown(&hazard.address), ": more rows may be seen or written than before"]
            .concat(),
    )
}
