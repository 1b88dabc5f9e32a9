//! Q802 cascade-risk: Other tables' rows would be deleted or changed if foreign keys were on while a table is dropped.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Check, Level};

/// Other tables' rows would be deleted or changed if foreign keys were on while a table is dropped.
pub(super) struct CascadeRisk;

impl Check for CascadeRisk {
    fn code(&self) -> &'static str {
        "Q802"
    }

    fn slug(&self) -> &'static str {
        "cascade-risk"
    }

    fn level(&self) -> Level {
        Level::Warn
    }

    fn judge(&self, hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
        let Fact::Cascades { children } = &hazard.fact else { return None };
        let _ = answer;
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
}
