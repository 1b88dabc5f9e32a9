//! Q804 old-library: Programs that open the database need a newer library.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Check, Level};

/// Programs that open the database need a newer library.
pub(super) struct OldLibrary;

impl Check for OldLibrary {
    fn code(&self) -> &'static str {
        "Q804"
    }

    fn slug(&self) -> &'static str {
        "old-library"
    }

    fn level(&self) -> Level {
        Level::Warn
    }

    fn judge(&self, hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
        let Fact::NeedsLibrary { feature, since, minimum } = &hazard.fact else { return None };
        let _ = answer;
        Some(
            [
                &shown(&hazard.address),
                " uses ",
                feature,
                ", which SQLite has since ",
                since,
                "; `min_sqlite` says ",
                minimum,
                " is in use",
            ]
            .concat(),
        )
    }
}
