//! Going on where an apply was cut off.

use std::collections::BTreeSet;

use trueup_state::{Address, Journal, Lockfile, Schema};

use crate::{
    engine::EngineError,
    plan::{Condition, Plan},
};

/// Whether this very plan was begun, or finished, before: then it is not stale, whatever has moved.
pub(super) fn resumes(plan: &Plan, lockfile: Option<&Lockfile>, journal: Option<&Journal>) -> bool {
    journal.is_some_and(|journal| journal.plan == plan.plan_id)
        || lockfile.is_some_and(|lockfile| lockfile.plan == Some(plan.plan_id))
}

/// How many steps of the plan have been run: the beginning of the plan after which every object that the plan touches
/// would be as it is now; the longest one, or where texts are not known beforehand, the shortest.
pub(super) fn steps_run(plan: &Plan, observed: &Schema) -> Result<usize, EngineError> {
    let holds = |condition: &Condition| condition.holds(observed);
    // Where texts are left out, an object may be as before a step and as after it; running the step again is harmless
    // then, leaving it out is not. What is exact before the plan tells the two apart as soon as a text has changed.
    let prefers_fewer = plan.steps.iter().flat_map(|step| &step.postcondition).any(|condition| condition.outline);
    let mut touched: BTreeSet<&Address> = BTreeSet::new();
    let mut wrong: BTreeSet<&Address> = BTreeSet::new();
    for condition in plan.steps.iter().flat_map(|step| &step.precondition) {
        if touched.insert(&condition.address) && !holds(condition) {
            wrong.insert(&condition.address);
        }
    }
    let first_wrong = wrong.first().map(ToString::to_string).unwrap_or_default();
    let mut run = wrong.is_empty().then_some(0);
    for (at, step) in plan.steps.iter().enumerate() {
        for condition in &step.postcondition {
            if holds(condition) {
                wrong.remove(&condition.address);
            } else {
                wrong.insert(&condition.address);
            }
        }
        if wrong.is_empty() && !(prefers_fewer && run.is_some()) {
            run = Some(at + 1);
        }
    }
    run.ok_or_else(|| {
        EngineError::Stale(["`", &first_wrong, "` is neither as before the plan nor as after a step of it"].concat())
    })
}
