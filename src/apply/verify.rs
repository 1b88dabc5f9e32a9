//! Looking again: whether what is there is what the plan promised.

use std::collections::{BTreeMap, BTreeSet};

use trueup_contract::Cluster;
use trueup_state::{Address, Change, Fingerprint, Ident, Object, ObjectKind, Pair, Qualified, Schema, diff};

use crate::{
    engine::EngineError,
    plan::{ChangeAction, Condition, Plan},
};

/// Compare what is there with what was promised: the plan's changes on top of what was there before. Objects that the
/// plan says nothing of may have changed meanwhile; they are not ours to judge.
///
/// A database that writes texts in its own way is held to everything but those texts where the plan touched an object,
/// and to every byte where it did not.
pub(super) fn verify(plan: &Plan, before: &Schema, after: &Schema, keeps_texts: bool) -> Result<(), EngineError> {
    let mut wrong: BTreeSet<Address> = broken_promises(plan, after, keeps_texts);
    wrong.extend(if keeps_texts { unmanaged_texts(plan, after) } else { untouched_changed(plan, before, after) });
    if !plan.changes.iter().any(|it| it.action == ChangeAction::Rename) {
        wrong.extend(changed_beside(plan, Pair { before, after }, keeps_texts));
    }
    if wrong.is_empty() { Ok(()) } else { Err(EngineError::Mismatch(wrong.into_iter().collect())) }
}

/// What belongs to extensions stays, unless the plan changes the extension or renames what it lies in.
pub(super) fn verify_extensions(plan: &Plan, before: &Cluster, after: &Cluster) -> Result<(), EngineError> {
    let changed = |extension: &Ident| {
        let address = Address::Object(ObjectKind::Extension, Qualified::bare(extension.clone()));
        plan.changes.iter().any(|change| change.address == address)
    };
    let moved = |address: &Address| {
        let names = plan.changes.iter().filter_map(|change| change.previous_address.as_ref());
        names.into_iter().any(|it| matches!(it, Address::Namespace(_)) && it.namespace() == address.namespace())
    };
    let missing = before.members.iter().filter(|(address, _)| !after.members.contains_key(*address));
    let gone: Vec<Address> = missing
        .filter(|(address, extension)| !changed(extension) && !moved(address))
        .map(|(address, _)| address.clone())
        .collect();
    if gone.is_empty() { Ok(()) } else { Err(EngineError::Extensions { gone, rolled_back: false }) }
}

/// Changes whose outcome is another.
fn broken_promises(plan: &Plan, after: &Schema, keeps_texts: bool) -> BTreeSet<Address> {
    let is_kept = |promised: Option<Object<'_>>, there: Option<Object<'_>>| match (promised, there) {
        (Some(promised), Some(there)) if !keeps_texts => {
            Fingerprint::of_outline(promised) == Fingerprint::of_outline(there)
        }
        (promised, there) => promised == there,
    };
    let broken = plan.changes.iter().filter(|change| {
        let promised = change.after.as_ref().map(|it| it.as_object());
        let gone = change.previous_address.as_ref().is_none_or(|it| after.object(it).is_none());
        !is_kept(promised, after.object(&change.address)) || (change.action == ChangeAction::Rename && !gone)
    });
    broken.map(|change| change.address.clone()).collect()
}

/// Objects that are ours and do not read as declared.
fn unmanaged_texts(plan: &Plan, after: &Schema) -> BTreeSet<Address> {
    let differs = |address: &Address, hash| after.object(address).map(Fingerprint::of_object) != Some(hash);
    let wrong = plan.managed.iter().filter(|managed| differs(&managed.address, managed.source));
    wrong.map(|managed| managed.address.clone()).collect()
}

/// Objects that are ours, and are neither as before nor as the last step that touched them was to leave them.
fn untouched_changed(plan: &Plan, before: &Schema, after: &Schema) -> BTreeSet<Address> {
    let conditions = plan.steps.iter().flat_map(|step| &step.postcondition);
    let last: BTreeMap<&Address, &Condition> = conditions.map(|it| (&it.address, it)).collect();
    let is_wrong = |address: &&Address| match last.get(address) {
        Some(condition) => !condition.holds(after),
        None => before.object(address) != after.object(address) && !follows(plan, address, before, after),
    };
    plan.managed.iter().map(|managed| &managed.address).filter(is_wrong).cloned().collect()
}

/// Whether an object reads otherwise only because the database wrote its texts anew for something it speaks of.
fn follows(plan: &Plan, address: &Address, before: &Schema, after: &Schema) -> bool {
    let outline = |schema: &Schema| schema.object(address).map(Fingerprint::of_outline);
    !plan.steps.is_empty() && outline(before) == outline(after)
}

/// What else changed in the tables that the plan touches: a step must leave everything beside it as it was, ours or not.
fn changed_beside(plan: &Plan, sides: Pair<&Schema>, keeps_texts: bool) -> Vec<Address> {
    let touched: BTreeSet<&Address> =
        plan.changes.iter().flat_map(|it| [Some(&it.address), it.previous_address.as_ref()]).flatten().collect();
    let relations: BTreeSet<_> = touched.iter().filter_map(|address| address.relation()).collect();
    let is_ours = |address: &Address| plan.managed.iter().any(|managed| managed.address == *address);
    let outline = |schema: &Schema, address: &Address| schema.object(address).map(Fingerprint::of_outline);
    let follows = |change: &Change| {
        let address = change.address();
        !keeps_texts && outline(sides.before, address) == outline(sides.after, address)
    };
    let others = diff(sides).into_iter().filter(|change| !follows(change)).map(|change| change.address().clone());
    others
        .filter(|it| {
            !touched.contains(it) && it.relation().is_some_and(|relation| relations.contains(relation)) && !is_ours(it)
        })
        .collect()
}
