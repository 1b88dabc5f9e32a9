//! Carrying a plan out: lock, look again, run, look again, record.

mod consent;
mod record;
mod resume;
mod verify;

use std::{collections::BTreeSet, time::Duration};

use trueup_contract::{Database, DatabaseError, Group, Observer, Progress, Step, Transaction};
use trueup_state::{Address, Boundary, Change, Fingerprint, Journal, Lockfile, Schema};

use crate::{
    backend::Store,
    engine::{EngineError, Workspace, covered_fingerprint},
    failpoint,
    plan::{ChangeAction, Plan, PlannedChange},
};
pub use consent::{Missing, missing_consent, require_consent};
pub use record::recorded;

/// What an apply needs besides the plan.
pub struct Conditions<'a> {
    /// How long to wait for other users of the database.
    pub lock_timeout: Duration,
    /// How long to wait for another apply.
    pub lock_wait: Duration,
    /// The time, in RFC 3339.
    pub now: &'a str,
    /// A lineage for a first lockfile.
    pub new_lineage: &'a str,
    /// Whether somebody was asked; without, a possible rename is refused.
    pub asked: bool,
}

/// What an apply did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How many steps were run; fewer than the plan has after a resume.
    pub steps: usize,
    /// How many steps had been run before.
    pub skipped: usize,
    /// The lockfile's serial afterwards, where there is one.
    pub serial: Option<u64>,
}

/// Someone who watches an apply.
pub trait Watcher: Send {
    /// A step begins.
    fn started(&mut self, number: usize, step: &Step);
    /// It has run; durable only after the next commit.
    fn finished(&mut self, number: usize, step: &Step);
    /// What ran so far is committed.
    fn committed(&mut self);
}

/// Carry out a plan.
///
/// # Errors
/// When consent is missing, the plan is stale, a lock is taken, rows stand against a step, or the database refuses one.
pub async fn apply(
    workspace: &mut Workspace,
    plan: &Plan,
    conditions: &Conditions<'_>,
    watcher: &mut dyn Watcher,
) -> Result<Outcome, EngineError> {
    require_consent(plan, conditions.asked)?;
    if plan.target.identity != workspace.server.identity {
        let what = ["it was made for ", &plan.target.location, ", this is ", &workspace.server.location].concat();
        return Err(EngineError::Stale(what));
    }
    let locks = workspace.lock("apply", conditions.now, conditions.lock_wait).await?;
    let managed = plan.managed.iter().map(|it| &it.address).chain(plan.changes.iter().map(|it| &it.address));
    workspace.owners = managed.filter(|it| matches!(it, Address::Owner(_))).cloned().collect();
    let known = workspace.known().await?;
    let resumes = resume::resumes(plan, known.lockfile.as_ref(), known.journal.as_ref());
    let observed = &known.inspection.schema;
    if !resumes {
        refuse_stale(plan, known.lockfile.as_ref(), observed)?;
    }
    let skipped = resume::steps_run(plan, observed)?;
    let steps: Vec<Step> = plan.steps[skipped..].iter().map(|it| it.step.clone()).collect();
    let mut run = Run {
        workspace,
        journal: Journal::new(plan.plan_id, known.lockfile.as_ref().map(|it| it.serial)),
        observed: observed.clone(),
        revision: known.inspection.revision,
        lock_timeout: conditions.lock_timeout,
        watcher,
    };
    failpoint::hit("apply-locked");
    let mut done = 0;
    for group in groups(&steps) {
        if !locks.are_held() {
            return Err(EngineError::Stale("the lock was lost while the plan was running".to_owned()));
        }
        run.group(done, group).await?;
        done += group.len();
    }
    // What was seen after the last step: under our lock, nothing of ours has run since.
    let (workspace, after) = (run.workspace, run.observed);
    let keeps_texts = workspace.provider.dialect().keeps_texts();
    let renames = if keeps_texts { Vec::new() } else { renames(plan) };
    let renamed =
        if renames.is_empty() { None } else { Some(workspace.provider.realize().rename(observed, &renames).await?) };
    verify::verify(plan, renamed.as_ref().unwrap_or(observed), &after, keeps_texts)?;
    failpoint::hit("apply-verified");
    let serial = record::record(workspace, plan, known.lockfile, &after, conditions).await?;
    Ok(Outcome { steps: steps.len(), skipped, serial })
}

/// The renames of a plan.
fn renames(plan: &Plan) -> Vec<Change> {
    let renames = plan.changes.iter().filter(|it| it.action == ChangeAction::Rename);
    let pair = |it: &PlannedChange| Some(Change::Rename { from: it.previous_address.clone()?, to: it.address.clone() });
    renames.filter_map(pair).collect()
}

/// A plan is stale when the lockfile or what is there is not as it was when the plan was made.
fn refuse_stale(plan: &Plan, lockfile: Option<&Lockfile>, observed: &Schema) -> Result<(), EngineError> {
    let lineage = lockfile.map(|it| it.lineage.clone());
    if plan.lineage != lineage {
        return Err(EngineError::Stale("the lockfile has another lineage than the plan".to_owned()));
    }
    if plan.serial != lockfile.map(|it| it.serial) {
        let serial = |serial: Option<u64>| serial.map_or_else(|| "none".to_owned(), |it| it.to_string());
        let now = serial(lockfile.map(|it| it.serial));
        return Err(EngineError::Stale(
            ["it was made at serial ", &serial(plan.serial), ", the lockfile has ", &now].concat(),
        ));
    }
    let touched: BTreeSet<Address> = plan
        .changes
        .iter()
        .flat_map(|it| [Some(&it.address), it.previous_address.as_ref()])
        .flatten()
        .cloned()
        .collect();
    let found = covered_fingerprint(observed, lockfile, plan.managed.iter().map(|it| &it.address), &touched);
    if found == plan.observed {
        return Ok(());
    }
    let moved = plan.changes.iter().find(|change| {
        let address = change.previous_address.as_ref().unwrap_or(&change.address);
        observed.object(address) != change.before.as_ref().map(|it| it.as_object())
    });
    let what = moved.map_or_else(|| "the schema".to_owned(), |it| ["`", &it.address.to_string(), "`"].concat());
    Err(EngineError::Stale([&what, " changed in the database since the plan was made"].concat()))
}

/// Runs of steps that share a transaction, and steps that stand alone.
fn groups(steps: &[Step]) -> Vec<&[Step]> {
    let together = |a: &Step, b: &Step| a.transaction == Transaction::Inside && b.transaction == Transaction::Inside;
    steps.chunk_by(together).collect()
}

struct Run<'a> {
    workspace: &'a mut Workspace,
    journal: Journal,
    /// What is there, and the catalogue's revision that says so.
    observed: Schema,
    revision: Option<i64>,
    lock_timeout: Duration,
    watcher: &'a mut dyn Watcher,
}

struct GroupObserver<'a> {
    watcher: &'a mut dyn Watcher,
    steps: &'a [Step],
    first: usize,
}

impl Observer for GroupObserver<'_> {
    fn observe(&mut self, progress: Progress) {
        match progress {
            Progress::Started(at) => self.watcher.started(self.first + at, &self.steps[at]),
            Progress::Finished(at) => {
                failpoint::hit("step-finished");
                self.watcher.finished(self.first + at, &self.steps[at]);
            }
            Progress::Committing => failpoint::hit("before-commit"),
            Progress::Committed => {
                failpoint::hit("after-commit");
                self.watcher.committed();
            }
        }
    }
}

impl Run<'_> {
    /// Run one group between its two lines in the journal.
    async fn group(&mut self, first: usize, steps: &[Step]) -> Result<(), EngineError> {
        let touched = steps.iter().flat_map(|step| step.changes.iter().chain(&step.provides).chain(&step.removes));
        let intent: BTreeSet<Address> = touched.cloned().collect();
        self.journal.boundaries.push(Boundary { intent: intent.iter().cloned().collect(), done: None });
        self.write_journal().await?;
        failpoint::hit("journal-intent");
        if matches!(self.workspace.store, Store::Database) {
            // Writing the journal may have made its own table and so moved the revision. Only if nothing else has
            // changed is the new revision the one that we looked at.
            let now = self.workspace.inspect().await?;
            if now.schema != self.observed {
                return Err(DatabaseError::Moved.into());
            }
            self.revision = now.revision;
        }
        let group = Group { steps, revision: self.revision, lock_timeout: self.lock_timeout, write: None };
        let mut observer = GroupObserver { watcher: self.watcher, steps, first };
        self.workspace.database.run_group(&group, &mut observer).await?;
        let inspection = self.workspace.inspect().await?;
        self.revision = inspection.revision;
        self.observed = inspection.schema;
        let found = |address: &Address| self.observed.object(address).map(Fingerprint::of_object);
        if let Some(boundary) = self.journal.boundaries.last_mut() {
            boundary.done = Some(intent.iter().map(|address| (address.clone(), found(address))).collect());
        }
        self.write_journal().await?;
        failpoint::hit("journal-done");
        Ok(())
    }

    async fn write_journal(&mut self) -> Result<(), EngineError> {
        let database: &mut dyn Database = self.workspace.database.as_mut();
        if let Some(mut backend) = self.workspace.store.backend(database) {
            backend.record(Some(&self.journal)).await?;
        }
        Ok(())
    }
}
