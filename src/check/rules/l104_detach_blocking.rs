//! L104 detach-blocking: A partition is detached while its parent is locked.

use trueup_contract::{Answer, Fact, Hazard};

use super::shown;
use crate::check::{Level, Rule};

/// A partition is detached while its parent is locked.
pub(super) static RULE: Rule = Rule { code: "L104", slug: "detach-blocking", level: Level::Warn, judge };

fn judge(hazard: &Hazard, _: Option<&Answer>) -> Option<String> {
    if hazard.fact != Fact::DetachesPartition {
        return None;
    }
    Some(["detaching ", &shown(&hazard.address), " keeps everybody out of the partitioned table for a moment"].concat())
}
