//! U455 unproven: Nobody could say whether a text that is there means what is declared.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Level, Rule};

/// Nobody could say whether a text that is there means what is declared.
pub(super) static RULE: Rule = Rule { code: "U455", slug: "unproven", level: Level::Consent, judge };

fn judge(hazard: &Hazard, _: Option<&Answer>) -> Option<String> {
    let Fact::Unproven = hazard.fact else { return None };
    let kind = hazard.address.kind();
    let what = [kind, " ", &shown(&hazard.address), " may be as declared already and only read otherwise"];
    Some([&what.concat(), "; the step scans, rewrites or drops it all the same"].concat())
}
