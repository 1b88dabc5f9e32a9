//! D005 narrow-type: Values are converted to another type and may not survive as they are.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::{
    check::{Level, Rule},
    words::counted,
};

/// Values are converted to another type and may not survive as they are.
pub(super) static RULE: Rule = Rule { code: "D005", slug: "narrow-type", level: Level::Consent, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    let Fact::Narrows { from, to } = &hazard.fact else { return None };
    let values = match answer {
        Some(answer) if answer.count == 0 => return None,
        Some(answer) => counted(answer.count, "value"),
        None => "some values".to_owned(),
    };
    Some([&values, " of ", &shown(&hazard.address), " will read differently as ", to, " (now ", from, ")"].concat())
}
