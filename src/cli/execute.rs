//! Carrying a plan out, with its hooks before and after, and the evidence of it.

use std::{path::Path, time::Instant};

use serde_json::json;
use trueup_contract::{DatabaseError, Inspection, Realized, redact_urls};

use super::{
    context,
    evidence::{Evidence, Told},
    failure::Failure,
    hooks::{self, Moment},
    options::PlanOptions,
    report::Report,
    session::{self, Session},
};
use crate::{
    apply::{self, Conditions},
    backend::Store,
    engine::{self, DesiredSource, EngineError, Settings, Workspace},
    evidence::{HookOutcome, Outcome, Refreshed, Second},
    plan::Plan,
};

/// A plan that is to be carried out.
pub(super) struct Execution<'a> {
    pub(super) session: &'a Session,
    pub(super) plan: &'a Plan,
    /// What it was made from, if it was made just now.
    pub(super) realized: Option<&'a Realized>,
    pub(super) report: &'a Report,
    /// Whether somebody has seen the plan and said yes.
    pub(super) asked: bool,
    pub(super) evidence: Option<Evidence>,
    /// What it was made from, as it is written.
    pub(super) source: String,
    /// The SOURCE that was given on the command line.
    pub(super) to: Option<&'a str>,
    /// The plan file, if it came from one.
    pub(super) plan_file: Option<&'a Path>,
    /// What a second plan is made from.
    pub(super) second: Option<(&'a DesiredSource, &'a Settings)>,
}

impl Execution<'_> {
    pub(super) async fn run(self, workspace: &mut Workspace) -> Result<u8, Failure> {
        let Execution { session, plan, report, asked, evidence, source, plan_file, to, .. } = &self;
        let before = match evidence {
            Some(evidence) => {
                let found = workspace.inspect().await?;
                if !plan.is_empty() || !evidence.has_outcome() {
                    evidence.planned(plan, workspace, &found, source, *plan_file)?;
                }
                Some(found)
            }
            None => None,
        };
        if std::env::var_os("CI").is_some() && matches!(workspace.store, Store::Own(_)) && !plan.is_empty() {
            report.warn("the lockfile is a local file of this CI job; commit it, or use `state = \"database\"`");
        }
        let mut ran_hooks = Vec::new();
        if !plan.is_empty() {
            apply::require_consent(plan, *asked, "plan.json")?;
            ran_hooks = hooks::run(session, Moment::BeforeApply, report).await?;
            if let Some(failure) = hooks::failure(&ran_hooks, "nothing was applied; the hook's own words say why") {
                self.leave(workspace, before.as_ref(), Some(&failure.message), (&ran_hooks, None)).await?;
                return Err(failure);
            }
        }
        let ran = self.apply(workspace).await;
        let outcome = match ran {
            Ok(outcome) => outcome,
            Err(error) => {
                let failure = Failure::from(error);
                self.leave(workspace, before.as_ref(), Some(&failure.message), (&ran_hooks, None)).await?;
                return Err(failure);
            }
        };
        let context = if plan.partial { None } else { context::refresh(session, workspace.provider, *to).await };
        if !plan.is_empty() {
            ran_hooks.extend(hooks::run(session, Moment::AfterApply, report).await?);
        }
        self.leave(workspace, before.as_ref(), None, (&ran_hooks, context.as_ref())).await?;
        self.tell(&outcome, &ran_hooks, context.as_ref());
        let hint = "the plan is applied; run the hook again by hand, or set `best_effort = true` if it may fail";
        match hooks::failure(&ran_hooks, hint).or_else(|| context::failure(context.as_ref())) {
            Some(_) if report.is_json() && !plan.is_empty() => Ok(1),
            Some(failure) => Err(failure),
            None => Ok(0),
        }
    }

    /// The apply itself, told step by step.
    async fn apply(&self, workspace: &mut Workspace) -> Result<apply::Outcome, EngineError> {
        let Execution { session, plan, realized, report, asked, evidence, .. } = self;
        let (now, new_lineage) = (session::now(), session::lineage());
        let wrong =
            |failure: Failure| EngineError::Wrong { what: failure.message, hint: failure.hint.unwrap_or_default() };
        let conditions = Conditions {
            lock_timeout: session.lock_timeout().map_err(wrong)?,
            lock_wait: session.lock_wait().map_err(wrong)?,
            now: &now,
            new_lineage: &new_lineage,
            asked: *asked,
        };
        let log = match evidence {
            Some(evidence) if !plan.is_empty() => Some(evidence.log(plan).map_err(wrong)?),
            _ => None,
        };
        let mut told = Told { lines: report.watcher(plan.steps.len()), log, plan, begun: Instant::now() };
        let ran = apply::apply(workspace, plan, &conditions, &mut told).await;
        let ran = ran.map_err(|error| placed(error, plan, *realized));
        let closed = match &ran {
            Ok(outcome) => told.close(Ok(&["The apply is done: ", &counts(plan, outcome), "."].concat())),
            Err(error) => told.close(Err(&error.to_string())),
        };
        if let Some(words) = closed {
            report.warn(&words);
        }
        ran
    }

    /// `04`. What is written after something was applied is no reason to fail.
    async fn leave(
        &self,
        workspace: &mut Workspace,
        before: Option<&Inspection>,
        failure: Option<&str>,
        (hooks, context): (&[HookOutcome], Option<&Refreshed>),
    ) -> Result<(), Failure> {
        let (Some(evidence), Some(before)) = (&self.evidence, before) else { return Ok(()) };
        if self.plan.is_empty() && evidence.has_outcome() {
            return Ok(());
        }
        let after = workspace.inspect().await.ok();
        let second = match failure {
            Some(_) => Second::NotMade("the apply failed".to_owned()),
            None => self.second(workspace).await,
        };
        if let Second::Changes(_) = &second {
            self.report.warn("a second plan has something to do; `trueup plan` shows what");
        }
        let failure = failure.map(redact_urls);
        let page = Outcome {
            plan: self.plan,
            before,
            after: None,
            failure: failure.as_deref(),
            second: &second,
            hooks,
            context,
            snapshot: "",
        };
        match evidence.outcome(workspace, after.as_ref(), page) {
            Ok(()) => self.report.note(&["evidence written to ", &evidence.place()].concat()),
            Err(failure) => self.report.warn(&failure.message),
        }
        Ok(())
    }

    /// Whether another plan, made now, has anything to do.
    async fn second(&self, workspace: &mut Workspace) -> Second {
        if self.plan.partial {
            return Second::NotMade("the plan was partial".to_owned());
        }
        let planned = match self.second {
            Some((desired, settings)) => engine::plan(workspace, desired, settings).await.map_err(Failure::from),
            None => self.second_of_file(workspace).await,
        };
        match planned {
            Err(failure) => Second::NotMade(redact_urls(&failure.message)),
            Ok(planned) if planned.plan.desired != self.plan.desired => {
                Second::NotMade("the declared schema is not the one that the plan file was made from".to_owned())
            }
            Ok(planned) if planned.plan.is_empty() => Second::Empty,
            Ok(planned) => Second::Changes(planned.plan.changes.into_iter().map(|it| it.address).collect()),
        }
    }

    /// A plan file does not say what it was made from; the configuration does.
    async fn second_of_file(&self, workspace: &mut Workspace) -> Result<engine::Planned, Failure> {
        let desired = self.session.desired(None)?;
        let options = PlanOptions {
            connection: self.session.options().clone(),
            schema: self.plan.scope.include.clone(),
            ..PlanOptions::default()
        };
        let settings = self.session.settings(&options)?;
        Ok(engine::plan(workspace, &desired, &settings).await?)
    }

    fn tell(&self, outcome: &apply::Outcome, hooks: &[HookOutcome], context: Option<&Refreshed>) {
        let Execution { plan, report, evidence, .. } = self;
        if report.is_json() && !plan.is_empty() {
            report.value(&json!({
                "plan_id": plan.plan_id, "steps_run": outcome.steps, "steps_skipped": outcome.skipped,
                "serial": outcome.serial, "summary": plan.summary, "hooks": hooks::values(hooks),
                "evidence": evidence.as_ref().map(Evidence::place), "context": context::value(context),
            }));
        }
        let written = context.iter().flat_map(|it| &it.files).filter(|(_, what)| what != "as it was");
        written.for_each(|(path, what)| report.note(&[what, " ", path].concat()));
        if plan.is_empty() || (outcome.steps == 0 && !plan.steps.is_empty()) {
            return report.note("nothing to do");
        }
        let serial =
            outcome.serial.map_or_else(String::new, |it| [" (lockfile serial ", &it.to_string(), ")"].concat());
        report.note(&["applied: ", &counts(plan, outcome), "; the database is as declared", &serial].concat());
    }
}

/// What was done, in numbers.
fn counts(plan: &Plan, outcome: &apply::Outcome) -> String {
    if outcome.steps == 0 && !plan.steps.is_empty() {
        return "nothing was left to do".to_owned();
    }
    let summary = plan.summary;
    let counts = [
        (summary.create, " created"),
        (summary.update, " changed"),
        (summary.delete, " dropped"),
        (summary.rename, " renamed"),
    ];
    let done = counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| [&count.to_string(), *what].concat());
    done.collect::<Vec<_>>().join(", ")
}

/// A step that the database refuses is told with the place of what it carries out.
fn placed(error: EngineError, plan: &Plan, realized: Option<&Realized>) -> EngineError {
    let EngineError::Database(DatabaseError::Step { step, message }) = error else { return error };
    let failed = plan.steps.iter().map(|it| &it.step).find(|it| it.summary == step);
    let place = failed.and_then(|it| it.changes.iter().find_map(|address| realized?.place(address)));
    let place = place.map_or_else(String::new, |place| ["; declared at ", &place.to_string()].concat());
    EngineError::Database(DatabaseError::Step { step, message: message + &place })
}
