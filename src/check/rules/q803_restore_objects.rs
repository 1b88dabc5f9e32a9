//! Q803 restore-objects: Objects that the database drops along the way are made again.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::{
    check::{Check, Level},
    words::counted,
};

/// Objects that the database drops along the way are made again.
pub(super) struct RestoreObjects;

impl Check for RestoreObjects {
    fn code(&self) -> &'static str {
        "Q803"
    }

    fn slug(&self) -> &'static str {
        "restore-objects"
    }

    fn level(&self) -> Level {
        Level::Warn
    }

    fn judge(&self, hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
        let Fact::Restores { objects } = &hazard.fact else { return None };
        let _ = answer;
        let count = |kind: &str| objects.iter().filter(|it| it.kind() == kind).count();
        let parts =
            [(count("trigger"), "trigger"), (count("index"), "index"), (count("primary key"), "AUTOINCREMENT mark")];
        let said: Vec<String> =
            parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| counted(*count, what)).collect();
        Some(["with table ", &shown(&hazard.address), " made again: ", &said.join(", ")].concat())
    }
}
