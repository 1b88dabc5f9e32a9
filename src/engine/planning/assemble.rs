//! Everything known, as one record: the plan.

use std::collections::BTreeSet;

use trueup_contract::Realized;
use trueup_state::{Address, Fingerprint, Lockfile, Schema};

use super::draft::{Draft, protections};
use crate::{
    check,
    engine::{
        Known, Settings, Workspace,
        changes::{planned_changes, possible_renames},
        covered_fingerprint,
        ladder::Ladder,
        selection::Selection,
    },
    plan::{ChangeAction, FORMAT_VERSION, Managed, Plan, PlannedStep, Summary, Target},
};

/// What is ours after the apply: declared, and there as declared.
fn managed(sides: Sides<'_>, target: &Schema, protected: &BTreeSet<Address>) -> Vec<Managed> {
    let as_declared = sides.desired.objects().into_iter().filter(|(address, it)| target.object(address) == Some(*it));
    as_declared
        .map(|(address, object)| Managed {
            source: Fingerprint::of_object(sides.declared.object(&address).unwrap_or(object)),
            protected: protected.contains(&address),
            address,
        })
        .collect()
}

/// A declared schema twice: as the database would write it, and as it was declared.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a> {
    pub(super) desired: &'a Schema,
    pub(super) declared: &'a Schema,
}

#[allow(clippy::too_many_arguments, reason = "the last station: everything known flows into one record")]
pub(super) fn assemble(
    workspace: &Workspace,
    known: &Known,
    settings: &Settings,
    realized: &Realized,
    sides: Sides<'_>,
    ladder: Ladder,
    drafted: Draft,
    steps: Vec<PlannedStep>,
    hazards: Vec<check::Finding>,
) -> (Plan, Schema) {
    let Draft { selection, changes, drift } = drafted;
    let Selection { changes: _, target, unmanaged, beyond, partial } = selection;
    let observed = &known.inspection.schema;
    let managed = managed(sides, &target, &protections(settings, realized));
    let planned = planned_changes(&changes, known, settings, &target, &drift);
    let touched: BTreeSet<Address> =
        planned.iter().flat_map(|it| [Some(&it.address), it.previous_address.as_ref()]).flatten().cloned().collect();
    let count = |action: ChangeAction| planned.iter().filter(|it| it.action == action).count() as u64;
    let (create, update) = (count(ChangeAction::Create), count(ChangeAction::Update));
    let lockfile = known.lockfile.as_ref();
    let desired_hash = Fingerprint::of_set(managed.iter().map(|it| (&it.address, it.source)));
    // What is there is then what is declared, word for word; otherwise the two are hashed apart.
    let keeps_texts = workspace.provider.dialect().keeps_texts();
    let in_step = keeps_texts && planned.is_empty() && only_manages(lockfile, &managed);
    let plan = Plan {
        format_version: FORMAT_VERSION.to_owned(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        plan_id: Fingerprint::of_bytes(b""),
        environment: settings.environment.clone(),
        provider: workspace.provider.dialect().name().to_owned(),
        target: Target {
            location: workspace.server.location.clone(),
            identity: workspace.server.identity,
            version: workspace.server.version.clone(),
        },
        lineage: lockfile.map(|it| it.lineage.clone()),
        serial: lockfile.map(|it| it.serial),
        observed: if in_step {
            desired_hash
        } else {
            covered_fingerprint(observed, lockfile, managed.iter().map(|it| &it.address), &touched)
        },
        desired: desired_hash,
        possible_renames: possible_renames(&planned, observed, &target),
        summary: Summary {
            create,
            update,
            delete: count(ChangeAction::Delete),
            rename: count(ChangeAction::Rename),
            unchanged: (managed.len() as u64).saturating_sub(create + update),
            steps: steps.len() as u64,
        },
        drift,
        changes: planned,
        steps,
        hazards,
        allow: settings.allow.clone(),
        scope: settings.scope.planned(),
        policy: settings.policy,
        equality: ladder.equality,
        managed,
        unmanaged,
        beyond,
        unmodelled: known.inspection.unmodelled.clone(),
        skipped_statements: realized
            .skipped
            .iter()
            .map(|it| [&it.place.to_string(), ": ", &it.message].concat())
            .collect(),
        partial,
        approvals: Vec::new(),
        proof: None,
    };
    (plan, target)
}

/// Whether everything recorded is declared too: then what a plan without changes covers is what is declared.
fn only_manages(lockfile: Option<&Lockfile>, managed: &[Managed]) -> bool {
    let Some(lockfile) = lockfile else { return true };
    let declared: BTreeSet<&Address> = managed.iter().map(|it| &it.address).collect();
    lockfile.objects.keys().all(|address| declared.contains(address))
}
