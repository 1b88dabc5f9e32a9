//! Q802 cascade-risk: Other tables' rows would be deleted or changed if foreign keys were on while a table is dropped.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Level, Rule};

/// Other tables' rows would be deleted or changed if foreign keys were on while a table is dropped.
pub(super) static RULE: Rule = Rule { code: "Q802", slug: "cascade-risk", level: Level::Warn, judge };

fn judge(hazard: &Hazard, _: Option<&Answer>) -> Option<String> {
    let Fact::Cascades { children } = &hazard.fact else { return None };
    let children: Vec<String> = children.iter().map(shown).collect();
    let rows = ["rows of ", &children.join(", ")].concat();
    Some(
        [
            &rows,
            " point at ",
            &shown(&hazard.address),
            " and act on its deletion; foreign keys are off meanwhile and compared before the commit",
        ]
        .concat(),
    )
}
