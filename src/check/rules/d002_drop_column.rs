//! D002 drop-column: The values of a column go with it.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::{
    check::{Level, Rule},
    words::counted,
};

/// The values of a column go with it.
pub(super) static RULE: Rule = Rule { code: "D002", slug: "drop-column", level: Level::Consent, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::DropsColumn {
        return None;
    }
    let values = match answer {
        Some(answer) => counted(answer.count, "value"),
        None => "its values".to_owned(),
    };
    Some(["column ", &shown(&hazard.address), " and ", &values, " will be gone"].concat())
}
