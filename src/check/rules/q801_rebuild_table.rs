//! Q801 rebuild-table: A table is copied, and the database is locked for writing meanwhile.

use trueup_contract::{Answer, Fact, Hazard};

use super::{shown, size};
use crate::{
    check::{Level, Rule},
    words::counted,
};

/// A table is copied, and the database is locked for writing meanwhile.
pub(super) static RULE: Rule = Rule { code: "Q801", slug: "rebuild-table", level: Level::Warn, judge };

fn judge(hazard: &Hazard, answer: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::Rebuilds {
        return None;
    }
    let size = match answer {
        Some(Answer { count, bytes: Some(bytes), samples: _ }) => {
            [&counted(*count, "row"), ", ", &size(*bytes), "; needs about that much free disk again"].concat()
        }
        Some(answer) => counted(answer.count, "row"),
        None => "all rows".to_owned(),
    };
    Some(["table ", &shown(&hazard.address), " is copied (", &size, "), and nobody else can write meanwhile"].concat())
}
