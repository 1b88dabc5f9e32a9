//! F202 forbid-null: A column must not be NULL any more.

use trueup_contract::{Answer, Fact, Hazard};

use super::{against, shown};
use crate::{
    check::{Level, Rule},
    words::counted,
};

/// A column must not be NULL any more.
pub(super) static RULE: Rule = Rule { code: "F202", slug: "forbid-null", level: Level::Warn, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    let Fact::ForbidsNull { default_fills } = &hazard.fact else { return None };
    if !default_fills {
        return Some(against(hazard, answer, "must not be NULL any more"));
    }
    let rows = answer.map_or_else(|| "rows".to_owned(), |it| counted(it.count, "row"));
    Some([&rows, " with NULL in ", &shown(&hazard.address), " get the default instead"].concat())
}
