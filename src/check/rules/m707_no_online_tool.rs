//! M707 no-online-tool: No tool can change a large table beside its users.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Level, Rule};

/// No tool can change a large table beside its users.
pub(super) static RULE: Rule = Rule { code: "M707", slug: "no-online-tool", level: Level::Warn, judge };

fn judge(hazard: &Hazard, _answer: Option<&Answer>) -> Option<String> {
    let Fact::HasNoOnlineTool { reasons } = &hazard.fact else { return None };
    Some(["no tool can change ", &shown(&hazard.address), " beside its users: ", &reasons.join("; ")].concat())
}
