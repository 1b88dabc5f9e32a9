//! Changes with both sides and a reason, as a plan carries them.

use std::collections::BTreeSet;

use trueup_state::{Address, Change, Definition, Fingerprint, Lockfile, Origins, Schema};

use super::{Known, Settings, Unmanaged};
use crate::plan::{ChangeAction, Drift, DriftKind, PlannedChange, PossibleRename, Reason};

/// Every change as the plan carries it. A renamed object has one line, whatever else changes about it.
pub(super) fn planned_changes(
    changes: &[Change],
    known: &Known,
    settings: &Settings,
    target: &Schema,
    drift: &[Drift],
) -> Vec<PlannedChange> {
    let origins = Origins::of(changes);
    let is_rename = |change: &&Change| matches!(change, Change::Rename { .. });
    let renamed: BTreeSet<&Address> = changes.iter().filter(is_rename).map(Change::address).collect();
    changes
        .iter()
        .filter(|change| is_rename(change) || !renamed.contains(change.address()))
        .map(|change| {
            let from = Some(origins.now(change.address())).filter(|from| from != change.address());
            planned_change(change, from, known, settings, target, drift)
        })
        .collect()
}

fn planned_change(
    change: &Change,
    from: Option<Address>,
    known: &Known,
    settings: &Settings,
    target: &Schema,
    drift: &[Drift],
) -> PlannedChange {
    let definition = |schema: &Schema, address: &Address| schema.object(address).map(|it| it.to_definition());
    let action = match change {
        Change::Create(_) => ChangeAction::Create,
        Change::Drop(_) => ChangeAction::Delete,
        Change::Alter(_) => ChangeAction::Update,
        Change::Rename { .. } => ChangeAction::Rename,
    };
    let address = change.address().clone();
    let from = from.filter(|_| action != ChangeAction::Create);
    let before: Option<Definition> = definition(&known.inspection.schema, from.as_ref().unwrap_or(&address));
    let after = if action == ChangeAction::Delete { None } else { definition(target, &address) };
    let reason = reason(change, known.lockfile.as_ref(), settings, target, drift);
    PlannedChange { address, previous_address: from, action, before, after, reason }
}

fn reason(
    change: &Change,
    lockfile: Option<&Lockfile>,
    settings: &Settings,
    target: &Schema,
    drift: &[Drift],
) -> Reason {
    let address = change.address();
    let entry = lockfile.and_then(|it| it.objects.get(address));
    let drifted = drift.iter().find(|it| it.address == *address).map(|it| it.kind);
    let declared_as_before =
        entry.is_some_and(|entry| target.object(address).is_some_and(|it| Fingerprint::of_object(it) == entry.source));
    match (change, drifted) {
        (Change::Rename { .. }, _) => Reason::Moved,
        (Change::Drop(_), _) if entry.is_none() && settings.unmanaged == Unmanaged::Drop => Reason::Unmanaged,
        (Change::Drop(_), _) => Reason::NoLongerDeclared,
        (Change::Create(_), Some(DriftKind::Missing)) => Reason::Drifted,
        (Change::Create(_), _) => Reason::Declared,
        (Change::Alter(_), Some(_)) if declared_as_before => Reason::Drifted,
        (Change::Alter(_), Some(_)) => Reason::DeclarationChangedAndDrifted,
        (Change::Alter(_), None) => Reason::DeclarationChanged,
    }
}

/// Drops of tables and columns beside creations of the same shape, each used once.
pub(super) fn possible_renames(changes: &[PlannedChange], observed: &Schema, target: &Schema) -> Vec<PossibleRename> {
    let mut taken = BTreeSet::new();
    let mut found = Vec::new();
    for drop in changes.iter().filter(|it| it.action == ChangeAction::Delete) {
        let twin = changes.iter().find(|create| {
            create.action == ChangeAction::Create
                && !taken.contains(&create.address)
                && same_shape(drop, create, observed, target)
        });
        if let Some(create) = twin {
            taken.insert(create.address.clone());
            found.push(PossibleRename { from: drop.address.clone(), to: create.address.clone() });
        }
    }
    found
}

fn same_shape(drop: &PlannedChange, create: &PlannedChange, observed: &Schema, target: &Schema) -> bool {
    match (&drop.address, &create.address) {
        (Address::Column(from, _), Address::Column(to, _)) => from == to && drop.before == create.after,
        (Address::Table(from), Address::Table(to)) => {
            let columns = |schema: &Schema, name| schema.table(name).map(|table| table.columns.clone());
            columns(observed, from) == columns(target, to)
        }
        (_, _) => false,
    }
}
