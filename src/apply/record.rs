//! Writing the lockfile, last and atomically.

use std::collections::{BTreeMap, BTreeSet};

use trueup_state::{Address, Entry, Fingerprint, Lockfile, References, Schema, Seal};

use super::Conditions;
use crate::{
    engine::{EngineError, Workspace, covered_fingerprint},
    failpoint,
    plan::{ChangeAction, Plan},
};

/// Record the outcome of a plan; the serial, where there is a lockfile.
pub(super) async fn record(
    workspace: &mut Workspace,
    plan: &Plan,
    lockfile: Option<Lockfile>,
    after: &Schema,
    conditions: &Conditions<'_>,
) -> Result<Option<u64>, EngineError> {
    let replaces = lockfile.as_ref().map(|it| it.serial);
    let mut next = unsealed(plan, lockfile.as_ref(), after, (workspace.server.identity, conditions));
    let same = |it: &&Lockfile| plan.is_empty() && Lockfile { plan: it.plan, ..next.clone() } == **it;
    if let Some(lockfile) = lockfile.as_ref().filter(same) {
        // A deploy hook that finds nothing to do must not grow the lockfile at every run.
        next.plan = lockfile.plan;
    }
    let Some(mut backend) = workspace.store.backend(workspace.database.as_mut()) else { return Ok(None) };
    if lockfile.as_ref() == Some(&next) {
        backend.record(None).await?;
        return Ok(replaces);
    }
    let next = sealed(next, conditions);
    failpoint::hit("before-lockfile");
    backend.save(&next, replaces).await?;
    failpoint::hit("after-lockfile");
    backend.record(None).await?;
    Ok(Some(next.serial))
}

/// The lockfile after a plan with steps.
pub(super) fn next(
    plan: &Plan,
    lockfile: Option<&Lockfile>,
    after: &Schema,
    (target, conditions): (Fingerprint, &Conditions<'_>),
) -> Lockfile {
    sealed(unsealed(plan, lockfile, after, (target, conditions)), conditions)
}

fn unsealed(
    plan: &Plan,
    lockfile: Option<&Lockfile>,
    after: &Schema,
    (target, conditions): (Fingerprint, &Conditions<'_>),
) -> Lockfile {
    let fresh = || Lockfile::new(conditions.new_lineage, plan.provider.clone(), plan.target.identity);
    Lockfile { target, ..recorded(lockfile.cloned().unwrap_or_else(fresh), plan, after) }
}

fn sealed(lockfile: Lockfile, conditions: &Conditions<'_>) -> Lockfile {
    lockfile.sealed(Seal { action: "apply".to_owned(), at: Some(conditions.now.to_owned()) })
}

/// The lockfile after a plan: what the plan manages, as it is there now, and what was recorded before and is still
/// there though not declared, such as a protected object.
pub fn recorded(lockfile: Lockfile, plan: &Plan, after: &Schema) -> Lockfile {
    let mut next = lockfile;
    let gone: BTreeSet<&Address> = plan
        .changes
        .iter()
        .filter(|it| matches!(it.action, ChangeAction::Delete | ChangeAction::Rename))
        .filter_map(
            |it| if it.action == ChangeAction::Rename { it.previous_address.as_ref() } else { Some(&it.address) },
        )
        .collect();
    let protected: BTreeSet<Address> =
        next.objects.iter().filter(|(_, entry)| entry.protected).map(|(address, _)| address.clone()).collect();
    next.objects.retain(|address, _| !gone.contains(address) && after.object(address).is_some());
    let moved: BTreeMap<&Address, &Address> =
        plan.changes.iter().filter_map(|it| Some((&it.address, it.previous_address.as_ref()?))).collect();
    for managed in &plan.managed {
        let Some(object) = after.object(&managed.address) else { continue };
        let from = moved.get(&managed.address);
        let was_protected = protected.contains(&managed.address) || from.is_some_and(|from| protected.contains(*from));
        let entry = Entry {
            source: managed.source,
            observed: Fingerprint::of_object(object),
            protected: managed.protected || was_protected,
            depends: Vec::new(),
        };
        next.objects.insert(managed.address.clone(), entry);
    }
    with_dependencies(&mut next.objects, after);
    next.desired = plan.desired;
    next.observed = covered_fingerprint(after, None, next.objects.keys(), &BTreeSet::new());
    next.plan = Some(plan.plan_id);
    next
}

fn with_dependencies(objects: &mut BTreeMap<Address, Entry>, schema: &Schema) {
    let ours: BTreeSet<Address> = objects.keys().cloned().collect();
    let depends = References::of(schema).among(&ours);
    for (address, needed) in depends {
        if let Some(entry) = objects.get_mut(&address) {
            entry.depends = needed;
        }
    }
}
