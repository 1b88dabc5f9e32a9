//! D006 change-collation: Text is written in another character set, or compared by another collation.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::{
    check::{Level, Rule},
    words::counted,
};

/// Text is written in another character set, or compared by another collation.
pub(super) static RULE: Rule = Rule { code: "D006", slug: "change-collation", level: Level::Consent, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    let Fact::ChangesCollation { from, to } = &hazard.fact else { return None };
    if answer.is_some_and(|it| it.count == 0) {
        return None;
    }
    let values = answer.map_or_else(|| "values".to_owned(), |it| counted(it.count, "value"));
    Some([&values, " of ", &shown(&hazard.address), " will be compared by ", to, " (now ", from, ")"].concat())
}
