//! M703 mysql-expression-default: A new column's default is computed for every row of a large table.

use trueup_contract::{Answer, Fact, Hazard};

use super::{about, shown};
use crate::check::{Level, Rule};

/// A new column's default is computed for every row of a large table.
pub(super) static RULE: Rule = Rule { code: "M703", slug: "mysql-expression-default", level: Level::Warn, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::ComputesDefault {
        return None;
    }
    let column = shown(&hazard.address);
    Some(
        ["the default of ", &column, " is computed for every row, so that the table is copied", &about(answer)]
            .concat(),
    )
}
