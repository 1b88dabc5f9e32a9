//! F207 implicit-zero: A column that every row must fill is added without a default, and rows get one that nobody chose.

use trueup_contract::{Answer, Fact, Hazard};

use super::{said, shown};
use crate::check::{Level, Rule};

/// A column that every row must fill is added without a default, and rows get one that nobody chose.
pub(super) static RULE: Rule = Rule { code: "F207", slug: "implicit-zero", level: Level::Consent, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::FillsImplicitly {
        return None;
    }
    if answer.is_some_and(|it| it.count == 0) {
        return None;
    }
    let rows = said(answer);
    Some([&rows, " get an empty value in ", &shown(&hazard.address), ", which is NOT NULL and has no default"].concat())
}
