//! From two schemas and a lockfile to a plan.

mod assemble;
mod draft;
mod look;

use trueup_contract::{Fact, Hazard, Realized, Step, Work};
use trueup_state::{Address, ObjectKind, Pair, PartKind, Schema};

use self::{
    assemble::{Sides, assemble},
    draft::{draft, lint, refuse_unmodelled},
    look::look_and_realize,
};
use super::{
    DesiredSource, EngineError, Known, Settings, Workspace,
    ladder::{self, Compared, Ladder},
    overlay::{self, Beyond},
    owners,
    placing::place,
    renames,
};
use crate::{
    check::{self, Answers},
    plan::{Plan, order},
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
