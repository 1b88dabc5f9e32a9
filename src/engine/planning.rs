//! From two schemas and a lockfile to a plan.

use std::collections::BTreeSet;

use trueup_contract::{Coverage, Desired, DirectiveKind, Fact, Hazard, Inspection, Loaded, Realized, Step, Work};
use trueup_state::{Address, Change, Fingerprint, Lockfile, ObjectKind, Origins, Pair, PartKind, Schema};

use super::{
    DesiredSource, EngineError, Known, Settings, Workspace,
    changes::{planned_changes, possible_renames},
    covered_fingerprint, dangling, drift,
    ladder::{self, Compared, Ladder},
    overlay::{self, Beyond},
    owners,
    placing::place,
    renames, scope, selection, source,
};
use crate::{
    check::{self, Answers},
    plan::{ChangeAction, Drift, FORMAT_VERSION, Managed, Plan, PlannedStep, Summary, Target, order},
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
    let (mut known, mut realized, coverage) = look_and_realize(workspace, desired).await?;
    owners::join(workspace, &mut known, &mut realized, settings.owners);
    if settings.blocking {
        known.inspection.cluster.large.clear();
    }
    let observed = &known.inspection.schema;
    refuse_unmodelled(&known, &realized)?;
    let dialect = workspace.provider.dialect();
    let renames = renames::renames(&settings.moved, &realized.directives, (observed, &realized.schema), dialect)?;
    let renamed =
        if renames.is_empty() { None } else { Some(workspace.provider.realize().rename(observed, &renames).await?) };
    let before = renamed.as_ref().unwrap_or(observed);
    let mut desired = dialect.normalize(std::mem::take(&mut realized.schema), before, &known.inspection.cluster);
    overlay::complete(&mut desired, before, &coverage);
    // What was declared stays beside the form that the database gives it, where that is another.
    let spelled = (!dialect.keeps_texts()).then(|| desired.clone());
    let ladder = match &spelled {
        None => Ladder::of_texts(&desired),
        Some(declared) => {
            let depends = &realized.depends;
            let compared = Compared { known: &known, before, declared, depends, settings };
            ladder::climb(workspace, &compared, &mut desired).await?
        }
    };
    let beyond = Beyond { coverage: &coverage, there: before, desired: &desired };
    let drafted = draft(&known, settings, &realized, beyond, &renames)?;
    let mut warnings = lint(settings, &desired, before, &drafted.selection.target, &realized)?;
    if known.is_rebound {
        warnings.push(
            "the lockfile was written for another database that had this same schema; it is used for this one"
                .to_owned(),
        );
    }
    warnings.extend(ladder.warnings());
    let declared = spelled.as_ref().unwrap_or(&desired);
    let work = Work {
        observed,
        before,
        after: &drafted.selection.target,
        declared,
        depends: Pair { before: &known.inspection.depends, after: &realized.depends },
        replaceable: &ladder.replaceable,
        cluster: &known.inspection.cluster,
        changes: &drafted.changes,
        version: &workspace.server.version,
        minimum_version: settings.minimum_version.as_deref(),
    };
    // Where nothing changes, what needs what is not worth finding out.
    let mut steps: Vec<Step> = if work.changes.is_empty() { Vec::new() } else { dialect.steps(&work)? };
    mark_unproven(&mut steps, &ladder);
    let answers = if settings.data_checks { ask(workspace, &steps).await } else { Answers::new() };
    let hazards = check::check(&steps, &answers, &settings.levels);
    let ordered = order(steps)?;
    let steps = place(ordered, observed, &drafted.selection.target, dialect.keeps_texts());
    let sides = Sides { desired: &desired, declared };
    let plan = assemble(workspace, &known, settings, &realized, sides, ladder, drafted, steps, hazards);
    realized.schema = spelled.unwrap_or(desired);
    let target = plan.1;
    Ok(Planned { plan: plan.0.identified(), known, realized, target, warnings })
}

/// Read the database and the declarations, side by side where the dialect allows it.
async fn look_and_realize(
    workspace: &mut Workspace,
    desired: &DesiredSource,
) -> Result<(Known, Realized, Coverage), EngineError> {
    let provider = workspace.provider;
    let loaded = match desired {
        DesiredSource::Observed => None,
        other => Some(source::load_for(other, provider, Some(&workspace.server)).await?),
    };
    let coverage = loaded.as_ref().map(|it| it.coverage.clone()).unwrap_or_default();
    let early = loaded.clone().filter(|_| provider.realize().is_independent()).map(|loaded| {
        let runtime = tokio::runtime::Handle::current();
        let nothing = Inspection::default();
        tokio::task::spawn_blocking(move || runtime.block_on(source::realize(provider, loaded, &nothing)))
    });
    let known = workspace.known().await?;
    if let Some(early) = early
        && let Ok(Ok(realized)) = early.await
        && realized.asked.is_moot(&known.inspection)
    {
        return Ok((known, realized, coverage));
    }
    let recorded = || Desired::Schema { schema: recorded_part(&known), depends: known.inspection.depends.clone() };
    let loaded = loaded.unwrap_or_else(|| Loaded::whole(recorded()));
    let realized = source::realize(provider, loaded, &known.inspection).await?;
    Ok((known, realized, coverage))
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
    beyond: Beyond<'_>,
    renames: &[Change],
) -> Result<Draft, EngineError> {
    let Beyond { coverage, there: before, desired } = beyond;
    let lockfile = known.lockfile.as_ref();
    let origins = Origins::of(renames);
    let begun: BTreeSet<&Address> =
        known.journal.iter().flat_map(|it| &it.boundaries).flat_map(|boundary| &boundary.intent).collect();
    let recorded = |address: &Address| lockfile.is_some_and(|it| it.owns(address)) || begun.contains(address);
    let is_recorded = |address: &Address| recorded(address) || recorded(&origins.now(address));
    // What could not be declared is never ours, and goes as what it belongs to goes.
    let owned = |address: &Address| match beyond.goes_with(address) {
        Some(whole) => is_recorded(&beyond.goes_with(&whole).unwrap_or(whole)),
        None => is_recorded(address),
    };
    let protected_now = protections(settings, realized);
    let protected = |address: &Address| {
        let entry = |address: &Address| lockfile.and_then(|it| it.objects.get(address)).is_some_and(|it| it.protected);
        let is_protected =
            |address: &Address| protected_now.contains(address) || entry(address) || entry(&origins.now(address));
        // The columns of a protected table hold what is protected.
        let table = matches!(address, Address::Column(..)).then(|| address.owner().cloned()).flatten();
        is_protected(address) || table.is_some_and(|table| is_protected(&Address::Table(table)))
    };
    let mut ignore = settings.ignore.clone();
    for directive in realized.directives.iter().filter(|it| it.kind == DirectiveKind::Ignore) {
        ignore.extend(super::Pattern::parse(&directive.address.to_string()).ok());
    }
    let scope = scope::effective(&settings.scope, &realized.namespaces);
    let everything = settings.unmanaged == super::Unmanaged::Drop;
    let mut selection = selection::select(&selection::Input {
        before,
        desired,
        covers: &|address: &Address| {
            let is_ours = everything || desired.object(address).is_some() || owned(address);
            scope::covers(&scope, address, is_ours)
        },
        beyond: &|address: &Address| beyond.keeps(address),
        owned: &owned,
        protected: &protected,
        unmanaged: settings.unmanaged,
        ignore: &ignore,
        exclude: &settings.exclude,
        targets: &settings.targets,
        depends: (!known.inspection.depends.is_empty()).then_some(&known.inspection.depends),
    })?;
    let mut drift =
        lockfile.map_or_else(Vec::new, |it| drift::drift(&known.inspection.schema, it, known.journal.as_ref()));
    // What is not looked at, or not any more, has not drifted.
    let is_ignored = |address: &Address| ignore.iter().chain(&settings.exclude).any(|it| it.matches(address));
    drift.retain(|it| scope::covers(&scope, &it.address, true) && !is_ignored(&it.address));
    overlay::relevant_drift(&mut drift, (&known.inspection.schema, desired), coverage);
    selection.beyond.retain(|it| !coverage.ignores(it));
    let changes = renames.iter().chain(&selection.changes).cloned().collect();
    Ok(Draft { selection, changes, drift })
}

/// Objects that must not be dropped, by configuration or directive.
fn protections(settings: &Settings, realized: &Realized) -> BTreeSet<Address> {
    let directives = realized.directives.iter().filter(|it| it.kind == DirectiveKind::Protect);
    settings.protect.iter().chain(directives.map(|it| &it.address)).cloned().collect()
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
struct Sides<'a> {
    desired: &'a Schema,
    declared: &'a Schema,
}

/// A change that may be one of spelling alone is harmless where it replaces a text, and asked about where it does more.
fn mark_unproven(steps: &mut [Step], ladder: &Ladder) {
    for step in steps {
        let unproven = step.changes.iter().filter(|it| ladder.unproven.contains(*it) && costs(it)).cloned();
        let hazards: Vec<Hazard> =
            unproven.map(|address| Hazard { address, fact: Fact::Unproven, question: None }).collect();
        step.hazards.extend(hazards);
    }
}

/// Whether changing such an object scans, rewrites or drops anything.
fn costs(address: &Address) -> bool {
    match address {
        Address::Column(..)
        | Address::Check(..)
        | Address::Index(..)
        | Address::Part(PartKind::Exclude, ..)
        | Address::Object(ObjectKind::MaterializedView | ObjectKind::Domain, _) => true,
        Address::Namespace(_)
        | Address::Table(_)
        | Address::PrimaryKey(_)
        | Address::Unique(..)
        | Address::ForeignKey(..)
        | Address::Trigger(..)
        | Address::View(_)
        | Address::VirtualTable(_)
        | Address::Object(..)
        | Address::Signed(..)
        | Address::Part(..)
        | Address::Grant(..)
        | Address::Comment(_)
        | Address::Owner(_)
        | Address::DefaultPrivileges(..) => false,
    }
}

#[allow(clippy::too_many_arguments, reason = "the last station: everything known flows into one record")]
fn assemble(
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
    let selection::Selection { changes: _, target, unmanaged, beyond, partial } = selection;
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
