//! Q804 old-library: Programs that open the database need a newer library.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Level, Rule};

/// Programs that open the database need a newer library.
pub(super) static RULE: Rule = Rule { code: "Q804", slug: "old-library", level: Level::Warn, judge };

fn judge(hazard: &Hazard, _: Option<&Answer>) -> Option<String> {
    let Fact::NeedsLibrary { feature, since, minimum } = &hazard.fact else { return None };
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
