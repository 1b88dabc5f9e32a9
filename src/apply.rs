//! Carrying a plan out: lock, look again, run, look again, record.

mod consent;
mod record;
mod resume;
mod seal;
mod verify;

use std::{collections::BTreeSet, time::Duration};

use trueup_contract::{Database, DatabaseError, Group, Inspection, Step, Transaction};
use trueup_state::{Address, Boundary, Change, Journal, Lockfile, Schema};

use crate::{
    backend::Store,
    engine::{EngineError, Workspace, covered_fingerprint},
    failpoint,
    plan::{ChangeAction, Plan, PlannedChange},
};
pub use consent::{Missing, missing_consent, require_consent};
pub use record::recorded;
use seal::{End, Seal, Watched, done};

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
    /// A step begins; `number` is its place in the plan, from 0.
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
    require_consent(plan, conditions.asked, "plan.json")?;
    refuse_other_target(plan, workspace)?;
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
    if !workspace.provider.dialect().has_transactions() && skipped == 0 {
        refuse_rows(workspace, steps.get(1..).unwrap_or_default()).await?;
    }
    let before = renamed(workspace, plan, observed).await?;
    let replaces = match workspace.store {
        Store::Database => workspace.database.state().await?.lockfile,
        Store::Own(_) | Store::None => None,
    };
    let mut end = End {
        plan,
        before: before.as_ref().unwrap_or(observed),
        cluster: &known.inspection.cluster,
        lockfile: known.lockfile.as_ref(),
        replaces,
        target: workspace.server.identity,
        keeps_texts: workspace.provider.dialect().keeps_texts(),
        conditions,
        recorded: None,
    };
    let mut run = Run {
        workspace,
        journal: Journal::new(plan.plan_id, known.lockfile.as_ref().map(|it| it.serial)),
        observed: known.inspection.clone(),
        lock_timeout: conditions.lock_timeout,
        watcher,
    };
    failpoint::hit("apply-locked");
    let groups = groups(&steps);
    let (mut done, mut left) = (0, groups.len());
    for group in groups {
        if !locks.are_held() {
            return Err(EngineError::Stale("the lock was lost while the plan was running".to_owned()));
        }
        left -= 1;
        if let [step] = group
            && let Some(hand_over) = plan.hand_over(step)
        {
            run.intend(group).await?;
            let number = skipped + done + 1;
            return Err(EngineError::Waits { number, step: step.summary.clone(), hand_over: hand_over.clone() });
        }
        run.group(skipped + done, group, &mut end, left == 0).await?;
        done += group.len();
    }
    let serial = match end.recorded {
        Some(serial) => {
            failpoint::hit("after-lockfile");
            Some(serial)
        }
        None => {
            // What was seen after the last step: under our lock, nothing of ours has run since.
            end.verify(&run.observed)?;
            failpoint::hit("apply-verified");
            record::record(run.workspace, plan, known.lockfile.clone(), &run.observed.schema, conditions).await?
        }
    };
    Ok(Outcome { steps: steps.len(), skipped, serial })
}

/// Rows that stand against a later step are found before the first one is run, where none of them could be taken back; the
/// first step's are asked about as it begins. The questions speak of what is there now.
async fn refuse_rows(workspace: &mut Workspace, steps: &[Step]) -> Result<(), EngineError> {
    for hazard in steps.iter().flat_map(|step| &step.hazards) {
        let Some(question) = hazard.question.as_ref().filter(|it| it.must_be_zero) else { continue };
        let answer = workspace.database.answer(question).await?;
        if answer.count > 0 {
            let (address, counts) = (hazard.address.clone(), question.counts.clone());
            return Err(DatabaseError::Refused { address, counts, answer }.into());
        }
    }
    Ok(())
}

/// What was there, as it is called after the renames of a plan; `None` where there are none.
async fn renamed(workspace: &mut Workspace, plan: &Plan, observed: &Schema) -> Result<Option<Schema>, EngineError> {
    let renames = if workspace.provider.dialect().keeps_texts() { Vec::new() } else { renames(plan) };
    if renames.is_empty() {
        return Ok(None);
    }
    Ok(Some(workspace.provider.realize().rename(observed, &renames).await?))
}

/// The renames of a plan.
fn renames(plan: &Plan) -> Vec<Change> {
    let renames = plan.changes.iter().filter(|it| it.action == ChangeAction::Rename);
    let pair = |it: &PlannedChange| Some(Change::Rename { from: it.previous_address.clone()?, to: it.address.clone() });
    renames.filter_map(pair).collect()
}

/// Refuse a plan that is not for what is there now, before a database is created for it.
///
/// # Errors
/// When the plan is for another database or stale, or what is there cannot be read.
pub async fn require_fresh(workspace: &mut Workspace, plan: &Plan) -> Result<(), EngineError> {
    refuse_other_target(plan, workspace)?;
    let known = workspace.known().await?;
    refuse_stale(plan, known.lockfile.as_ref(), &known.inspection.schema)
}

fn refuse_other_target(plan: &Plan, workspace: &Workspace) -> Result<(), EngineError> {
    if plan.target.identity == workspace.server.identity {
        return Ok(());
    }
    let what = ["it was made for ", &plan.target.location, ", this is ", &workspace.server.location].concat();
    Err(EngineError::Stale(what))
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
    /// What is there.
    observed: Inspection,
    lock_timeout: Duration,
    watcher: &'a mut dyn Watcher,
}

impl Run<'_> {
    /// Note in the journal what a group is about to touch.
    async fn intend(&mut self, steps: &[Step]) -> Result<BTreeSet<Address>, EngineError> {
        let touched = steps.iter().flat_map(|step| step.changes.iter().chain(&step.provides).chain(&step.removes));
        let intent: BTreeSet<Address> = touched.cloned().collect();
        self.journal.boundaries.push(Boundary { intent: intent.iter().cloned().collect(), done: None });
        self.write_journal().await?;
        Ok(intent)
    }

    /// Run one group between its two lines in the journal.
    async fn group(
        &mut self,
        first: usize,
        steps: &[Step],
        end: &mut End<'_>,
        is_last: bool,
    ) -> Result<(), EngineError> {
        let in_database = matches!(self.workspace.store, Store::Database);
        let has_transactions = self.workspace.provider.dialect().has_transactions();
        let intent = self.intend(steps).await?;
        failpoint::hit("journal-intent");
        if in_database && self.observed.revision.is_some() {
            // Writing the journal may have made its own table and so moved the revision. Only if nothing else has
            // changed is the new revision the one that we looked at.
            let now = self.workspace.inspect().await?;
            if now.schema != self.observed.schema {
                return Err(DatabaseError::Moved.into());
            }
            self.observed.revision = now.revision;
        }
        let group = Group { steps, revision: self.observed.revision, lock_timeout: self.lock_timeout, write: None };
        let mut watched = Watched {
            watcher: self.watcher,
            steps,
            first,
            seal: (in_database && has_transactions).then_some(Seal {
                end,
                is_last,
                intent: &intent,
                owners: &self.workspace.owners,
                journal: &mut self.journal,
                found: None,
                wrong: None,
            }),
        };
        let ran = self.workspace.database.run_group(&group, &mut watched).await;
        let found = match watched.seal {
            Some(seal) => {
                if let Some(wrong) = seal.wrong {
                    return Err(wrong);
                }
                seal.found
            }
            None => None,
        };
        ran?;
        self.observed = match found {
            Some(found) => found,
            None => {
                let found = match is_last {
                    true => self.workspace.inspect().await?,
                    false => self.workspace.look(&self.observed, &intent).await?,
                };
                done(&mut self.journal, &intent, &found.schema);
                self.write_journal().await?;
                found
            }
        };
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
