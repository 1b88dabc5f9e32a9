//! Going on where an apply was cut off.

use trueup_state::{Fingerprint, Journal, Lockfile, Schema};

use crate::{
    engine::EngineError,
    plan::{Condition, Plan},
};

/// Whether this very plan was begun, or finished, before: then it is not stale, whatever has moved.
pub(super) fn resumes(plan: &Plan, lockfile: Option<&Lockfile>, journal: Option<&Journal>) -> bool {
    journal.is_some_and(|journal| journal.plan == plan.plan_id)
        || lockfile.is_some_and(|lockfile| lockfile.plan == Some(plan.plan_id))
}

/// The positions of the steps that are still to be run. A step whose postconditions hold has been run; one whose
/// preconditions hold has not; anything else is neither, and nobody can tell what to do.
///
/// Steps of one plan may touch one object twice (drop, then create). What holds is judged from the end: the last step
/// that has been run says that those before it have been run too.
pub(super) fn remaining(plan: &Plan, observed: &Schema) -> Result<Vec<usize>, EngineError> {
    let holds = |condition: &Condition| observed.object(&condition.address).map(Fingerprint::of_object) == condition.is;
    let mut settled: Vec<&trueup_state::Address> = Vec::new();
    let mut remaining = Vec::new();
    for (at, step) in plan.steps.iter().enumerate().rev() {
        let open = |condition: &&Condition| !settled.contains(&&condition.address);
        let before: Vec<&Condition> = step.precondition.iter().filter(open).collect();
        let after: Vec<&Condition> = step.postcondition.iter().filter(open).collect();
        let later = plan.steps[at + 1..].iter().flat_map(|it| &it.precondition);
        let touched_later = |condition: &Condition| later.clone().any(|it| it.address == condition.address);
        let is_done = !after.is_empty() && after.iter().all(|it| holds(it)) && !before.iter().all(|it| holds(it));
        if is_done || (after.is_empty() && !step.postcondition.is_empty()) {
            settled.extend(step.postcondition.iter().map(|it| &it.address));
            continue;
        }
        let stands = before.iter().all(|it| holds(it) || touched_later(it) || was_touched(plan, at, it));
        if let Some(wrong) = before.iter().find(|it| !stands && !holds(it)) {
            let what =
                ["`", &wrong.address.to_string(), "` is neither as before nor as after step ", &step.id].concat();
            return Err(EngineError::Stale(what));
        }
        remaining.push(at);
    }
    remaining.reverse();
    Ok(remaining)
}

/// Whether a step before this one leaves the object as this step's precondition says.
fn was_touched(plan: &Plan, at: usize, condition: &Condition) -> bool {
    plan.steps[..at].iter().flat_map(|it| &it.postcondition).any(|it| it.address == condition.address)
}
