//! Q803 restore-objects: Objects that the database drops along the way are made again.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::{
    check::{Level, Rule},
    words::counted,
};

/// Objects that the database drops along the way are made again.
pub(super) static RULE: Rule = Rule { code: "Q803", slug: "restore-objects", level: Level::Warn, judge };

fn judge(hazard: &Hazard, _: Option<&Answer>) -> Option<String> {
    let Fact::Restores { objects } = &hazard.fact else { return None };
    let count = |kind: &str| objects.iter().filter(|it| it.kind() == kind).count();
    let parts =
        [(count("trigger"), "trigger"), (count("index"), "index"), (count("primary key"), "AUTOINCREMENT mark")];
    let said: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| counted(*count, what)).collect();
    Some(["with table ", &shown(&hazard.address), " made again: ", &said.join(", ")].concat())
}
