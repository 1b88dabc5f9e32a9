//! From two schemas and a lockfile to a plan.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use trueup_contract::{DirectiveKind, Realized, Step, Work};
use trueup_state::{Address, Change, Definition, Fingerprint, Lockfile, Pair, Schema};

use super::{
    DesiredSource, EngineError, Known, Settings, Unmanaged, Workspace, covered_fingerprint, dangling, drift, renames,
    selection, source,
};
use crate::{
    check::{self, Answers},
    plan::{
        ChangeAction, Condition, Drift, DriftKind, FORMAT_VERSION, Managed, Plan, PlannedChange, PlannedStep,
        PossibleRename, Reason, Summary, Target, order,
    },
};

/// A plan with what it was made from.
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// What was known.
    pub known: Known,
    /// What the source says besides the schema: places, directives, skipped statements.
    pub realized: Realized,
    /// What will be there after the apply.
    pub target: Schema,
    /// Warnings about the declaration that stop nothing.
    pub warnings: Vec<String>,
}

/// Make a plan.
///
/// # Errors
/// When the desired schema is wrong, the database cannot be read, or a change is refused or impossible.
pub async fn plan(
    workspace: &mut Workspace,
    desired: &DesiredSource,
    settings: &Settings,
) -> Result<Planned, EngineError> {
    let known = workspace.known(&settings.scope).await?;
    let observed = &known.inspection.schema;
    let loaded = match desired {
        DesiredSource::Observed => trueup_contract::Desired::Schema(recorded_part(&known)),
        other => source::load(other).await?,
    };
    let mut realized = workspace.provider.realize().realize(loaded, observed).await?;
    refuse_unmodelled(&known, &realized)?;
    let renames = renames::renames(&settings.moved, &realized.directives, observed, &realized.schema)?;
    let renamed =
        if renames.is_empty() { None } else { Some(workspace.provider.realize().rename(observed, &renames).await?) };
    let before = renamed.as_ref().unwrap_or(observed);
    let dialect = workspace.provider.dialect();
    let desired = dialect.normalize(std::mem::take(&mut realized.schema), before);
    let drafted = draft(&known, settings, &realized, &desired, before, &renames)?;
    let warnings = lint(settings, &desired, before, &drafted.selection.target, &realized)?;
    let work = Work {
        observed,
        before,
        after: &drafted.selection.target,
        changes: &drafted.changes,
        version: &workspace.server.version,
        minimum_version: settings.minimum_version.as_deref(),
    };
    let steps: Vec<Step> = dialect.steps(&work)?;
    let answers = if settings.data_checks { ask(workspace, &steps).await } else { Answers::new() };
    let hazards = check::check(&steps, &answers, &settings.levels);
    let ordered = order(steps)?;
    let steps = place(ordered, observed, &drafted.selection.target);
    let plan = assemble(workspace, &known, settings, &realized, &desired, drafted, steps, hazards);
    realized.schema = desired;
    let target = plan.1;
    Ok(Planned { plan: plan.0.identified(), known, realized, target, warnings })
}

/// Of what is there, that which is recorded as ours.
fn recorded_part(known: &Known) -> Schema {
    let mut part = known.inspection.schema.clone();
    let ours = |address: &Address| known.lockfile.as_ref().is_some_and(|lockfile| lockfile.owns(address));
    let foreign: Vec<Address> =
        part.objects().into_iter().map(|(address, _)| address).filter(|address| !ours(address)).collect();
    // Owners come first, so what they own may be gone already.
    for address in &foreign {
        let _ = part.remove(address);
    }
    part
}

/// The changes that were selected.
struct Draft {
    selection: selection::Selection,
    /// Renames first.
    changes: Vec<Change>,
    drift: Vec<Drift>,
}

/// What is declared must be something that we understand where it is there.
fn refuse_unmodelled(known: &Known, realized: &Realized) -> Result<(), EngineError> {
    for unmodelled in &known.inspection.unmodelled {
        let declared = realized.schema.objects().into_iter().map(|(address, _)| address).find(|address| {
            address.name().is_some_and(|name| name.folded() == unmodelled.name.to_ascii_lowercase())
                && address.kind() == unmodelled.kind
        });
        if let Some(address) = declared {
            let what = ["`", &address.to_string(), "` cannot be compared: ", &unmodelled.reason].concat();
            let hint = "take it out of the declared schema; trueup leaves what it does not understand alone".to_owned();
            return Err(EngineError::Refused { what, hint });
        }
    }
    Ok(())
}

fn draft(
    known: &Known,
    settings: &Settings,
    realized: &Realized,
    desired: &Schema,
    before: &Schema,
    renames: &[Change],
) -> Result<Draft, EngineError> {
    let lockfile = known.lockfile.as_ref();
    let origin = origins(renames);
    let begun: BTreeSet<&Address> =
        known.journal.iter().flat_map(|it| &it.boundaries).flat_map(|boundary| &boundary.intent).collect();
    let recorded = |address: &Address| lockfile.is_some_and(|it| it.owns(address)) || begun.contains(address);
    let owned = |address: &Address| recorded(address) || recorded(&origin(address));
    let protected_now = protections(settings, realized);
    let protected = |address: &Address| {
        let entry = |address: &Address| lockfile.and_then(|it| it.objects.get(address)).is_some_and(|it| it.protected);
        let is_protected =
            |address: &Address| protected_now.contains(address) || entry(address) || entry(&origin(address));
        // The columns of a protected table hold what is protected.
        let table = matches!(address, Address::Column(..)).then(|| address.owner().cloned()).flatten();
        is_protected(address) || table.is_some_and(|table| is_protected(&Address::Table(table)))
    };
    let mut ignore = settings.ignore.clone();
    for directive in realized.directives.iter().filter(|it| it.kind == DirectiveKind::Ignore) {
        ignore.extend(super::Pattern::parse(&directive.address.to_string()).ok());
    }
    let selection = selection::select(&selection::Input {
        before,
        desired,
        owned: &owned,
        protected: &protected,
        unmanaged: settings.unmanaged,
        ignore: &ignore,
        exclude: &settings.exclude,
        targets: &settings.targets,
    })?;
    let drift = lockfile.map_or_else(Vec::new, |it| drift::drift(&known.inspection.schema, it, known.journal.as_ref()));
    let changes = renames.iter().chain(&selection.changes).cloned().collect();
    Ok(Draft { selection, changes, drift })
}

/// Objects that must not be dropped, by configuration or directive.
fn protections(settings: &Settings, realized: &Realized) -> BTreeSet<Address> {
    let directives = realized.directives.iter().filter(|it| it.kind == DirectiveKind::Protect);
    settings.protect.iter().chain(directives.map(|it| &it.address)).cloned().collect()
}

/// The address that an object had before the renames.
fn origins(renames: &[Change]) -> impl Fn(&Address) -> Address {
    let pairs: HashMap<Address, Address> = renames
        .iter()
        .filter_map(|change| match change {
            Change::Rename { from, to } => Some((to.clone(), from.clone())),
            _ => None,
        })
        .collect();
    move |address| {
        if let Some(from) = pairs.get(address) {
            return from.clone();
        }
        let owner =
            address.owner().and_then(|owner| pairs.get(&Address::Table(owner.clone()))).and_then(Address::relation);
        owner.map_or_else(|| address.clone(), |owner| address.with_owner(owner))
    }
}

/// Foreign keys to nothing: an error, or a warning where the database takes it.
fn lint(
    settings: &Settings,
    desired: &Schema,
    before: &Schema,
    target: &Schema,
    realized: &Realized,
) -> Result<Vec<String>, EngineError> {
    let external = |address: &Address| settings.ignore.iter().any(|pattern| pattern.matches(address));
    let mut warnings = Vec::new();
    for found in dangling(desired, Pair { before, after: target }, external) {
        let place = realized.place(&found.key).map(|place| [&place.to_string(), ": "].concat()).unwrap_or_default();
        let what =
            [&place, "`", &found.key.to_string(), "` points at `", &found.missing.to_string(), "`, which is not there"];
        if found.names_columns && before.object(&found.key) != desired.object(&found.key) {
            let hint =
                "declare it, correct the name, or list it under `[ignore] addresses` if others manage it".to_owned();
            return Err(EngineError::Wrong { what: what.concat(), hint });
        }
        warnings.push(what.concat());
    }
    Ok(warnings)
}

/// Ask every question of the steps. One that cannot be answered yet is answered at the apply, under the lock.
async fn ask(workspace: &mut Workspace, steps: &[Step]) -> Answers {
    let mut answers = Answers::new();
    for question in steps.iter().flat_map(|step| &step.hazards).filter_map(|hazard| hazard.question.as_ref()) {
        if !answers.contains_key(&question.sql)
            && let Ok(answer) = workspace.database.answer(question).await
        {
            answers.insert(question.sql.clone(), answer);
        }
    }
    answers
}

/// Give each step its id, and what holds before and after it.
fn place(ordered: Vec<(Step, Vec<usize>)>, observed: &Schema, target: &Schema) -> Vec<PlannedStep> {
    let id = |at: usize| ["s", &(at + 1).to_string()].concat();
    let hash = |schema: &Schema, address: &Address| schema.object(address).map(Fingerprint::of_object);
    let mut now: BTreeMap<Address, Option<Fingerprint>> = BTreeMap::new();
    let mut steps = Vec::with_capacity(ordered.len());
    for (at, (step, waits)) in ordered.into_iter().enumerate() {
        let touched: BTreeSet<&Address> = step.changes.iter().chain(&step.provides).chain(&step.removes).collect();
        let mut precondition = Vec::new();
        let mut postcondition = Vec::new();
        for address in touched {
            let before = now.get(address).copied().unwrap_or_else(|| hash(observed, address));
            let removed = step.removes.contains(address) && !step.provides.contains(address);
            let after = if removed { None } else { hash(target, address) };
            precondition.push(Condition { address: address.clone(), is: before });
            postcondition.push(Condition { address: address.clone(), is: after });
            now.insert(address.clone(), after);
        }
        steps.push(PlannedStep {
            id: id(at),
            depends_on: waits.into_iter().map(id).collect(),
            step,
            precondition,
            postcondition,
        });
    }
    steps
}

/// What is ours after the apply: declared, and there as declared.
fn managed(desired: &Schema, target: &Schema, protected: &BTreeSet<Address>) -> Vec<Managed> {
    let as_declared = desired.objects().into_iter().filter(|(address, it)| target.object(address) == Some(*it));
    as_declared
        .map(|(address, object)| Managed {
            source: Fingerprint::of_object(object),
            protected: protected.contains(&address),
            address,
        })
        .collect()
}

#[allow(clippy::too_many_arguments, reason = "the last station: everything known flows into one record")]
fn assemble(
    workspace: &Workspace,
    known: &Known,
    settings: &Settings,
    realized: &Realized,
    desired: &Schema,
    drafted: Draft,
    steps: Vec<PlannedStep>,
    hazards: Vec<check::Finding>,
) -> (Plan, Schema) {
    let Draft { selection, changes, drift } = drafted;
    let selection::Selection { changes: _, target, unmanaged, partial } = selection;
    let observed = &known.inspection.schema;
    let managed = managed(desired, &target, &protections(settings, realized));
    let origin = origins(&changes);
    let renamed: BTreeSet<&Address> =
        changes.iter().filter(|it| matches!(it, Change::Rename { .. })).map(Change::address).collect();
    let planned: Vec<PlannedChange> = changes
        .iter()
        .filter(|it| matches!(it, Change::Rename { .. }) || !renamed.contains(it.address()))
        .map(|change| {
            let from = Some(origin(change.address())).filter(|from| from != change.address());
            planned_change(change, from, known, settings, &target, &drift)
        })
        .collect();
    let touched: BTreeSet<Address> =
        planned.iter().flat_map(|it| [Some(&it.address), it.previous_address.as_ref()]).flatten().cloned().collect();
    let count = |action: ChangeAction| planned.iter().filter(|it| it.action == action).count() as u64;
    let (create, update) = (count(ChangeAction::Create), count(ChangeAction::Update));
    let lockfile = known.lockfile.as_ref();
    let desired_hash = Fingerprint::of_set(managed.iter().map(|it| (&it.address, it.source)));
    let in_step = planned.is_empty() && only_manages(lockfile, &managed);
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
        policy: settings.policy,
        equality: BTreeMap::from([("realized".to_owned(), managed.len() as u64)]),
        managed,
        unmanaged,
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
fn possible_renames(changes: &[PlannedChange], observed: &Schema, target: &Schema) -> Vec<PossibleRename> {
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
