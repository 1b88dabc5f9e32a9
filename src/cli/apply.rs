//! `trueup apply`

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use clap::Args;
use trueup_contract::{Access, Backend};

use super::{
    approve,
    evidence::{Evidence, EvidenceOptions},
    execute::Execution,
    failure::Failure,
    options::{ConnectionOptions, PlanOptions, UnmanagedOption},
    plan::{show, tell_vacant},
    report::Report,
    session::{Direction, Session},
};
use crate::{
    apply::{self, Missing, missing_consent},
    backend::{DatabaseBackend, Store},
    engine::{self, EngineError, Workspace},
    plan::{
        Plan,
        render::{Detail, render},
    },
    preflight::Purpose,
};

#[derive(Args)]
pub(super) struct Apply {
    /// A plan file; without one, apply plans, shows, asks and applies
    #[arg(value_name = "plan.json")]
    plan: Option<PathBuf>,
    #[command(flatten)]
    pub(super) options: PlanOptions,
    #[command(flatten)]
    evidence: EvidenceOptions,
    /// Do not ask; this is no consent to data loss
    #[arg(long)]
    auto_approve: bool,
    /// Show what would happen, and what is there already
    #[arg(long)]
    dry_run: bool,
    /// Show the SQL of every step
    #[arg(long)]
    sql: bool,
}

impl Apply {
    pub(super) async fn run(self, report: &Report) -> Result<u8, Failure> {
        let session = Session::open(&self.options.connection)?;
        session.require_code_authority("apply")?;
        session.refuse_way_round()?;
        let declared = match &self.plan {
            Some(path) => path.display().to_string(),
            None => session.source_text(self.options.to.as_deref())?,
        };
        session.announce(report, Direction::CodeToDatabase, &declared)?;
        let begun = Instant::now();
        loop {
            let outcome = match &self.plan {
                Some(path) => self.apply_file(&session, path, report).await,
                None => self.plan_and_apply(&session, report).await,
            };
            match outcome {
                // Another apply may keep even readers out, before its lock is asked for.
                Err(failure) if failure.code == 5 && begun.elapsed() < session.lock_wait()? => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                outcome => return outcome,
            }
        }
    }

    async fn apply_file(&self, session: &Session, path: &Path, report: &Report) -> Result<u8, Failure> {
        let PlanOptions {
            connection: _,
            to,
            schema,
            exclude,
            target,
            unmanaged,
            allow,
            no_data_checks,
            no_oracle,
            scratch,
            blocking,
            owners,
        } = &self.options;
        let switched = [no_data_checks, no_oracle, blocking, owners].into_iter().any(|it| *it) || scratch.is_some();
        let shapes = to.is_some() || switched || *unmanaged != UnmanagedOption::Keep;
        if shapes || [schema, exclude, target, allow].iter().any(|it| !it.is_empty()) {
            let hint = "give these options to `trueup plan`; consent after planning is `trueup approve`";
            return Err(Failure::with_hint("a plan file takes connection options only", hint));
        }
        let mut plan = approve::read(path)?;
        demand(session, &mut plan)?;
        if self.dry_run {
            report.data(&render(&plan, &report.palette(), Detail { sql: self.sql }));
            return Ok(0);
        }
        apply::require_consent(&plan, true, &path.display().to_string())?;
        let opened = session.workspace_to_plan(Access::Write).await;
        let evidence = Evidence::asked_of(session, &self.evidence, Purpose::Apply, &opened).await?;
        let mut workspace = opened?;
        self.promoted(session, &plan).await?;
        if workspace.is_vacant {
            apply::require_fresh(&mut workspace, &plan).await?;
            workspace = create(session, evidence.as_ref()).await?;
        }
        let source = path.display().to_string();
        // Passing the file is the approval, as in Terraform; what needs consent needs it all the same.
        let plan_file = Some(path);
        let (plan, realized, asked, second, to) = (&plan, None, true, None, None);
        let execution = Execution { session, plan, realized, report, asked, evidence, source, to, plan_file, second };
        execution.run(&mut workspace).await
    }

    /// Nobody has looked at a plan that is not asked about, so a stale one, as after waiting for another apply, is made
    /// again from what is there now.
    async fn plan_and_apply(&self, session: &Session, report: &Report) -> Result<u8, Failure> {
        let mut left = if self.auto_approve { 2 } else { 0 };
        loop {
            match self.attempt(session, report).await {
                Err(failure) if failure.code == 4 && left > 0 => {
                    left -= 1;
                    report.note(&[&failure.message, "; planning again"].concat());
                }
                outcome => return outcome,
            }
        }
    }

    async fn attempt(&self, session: &Session, report: &Report) -> Result<u8, Failure> {
        let settings = session.settings(&self.options)?;
        let desired = session.desired(self.options.to.as_deref())?;
        let access = if self.dry_run { Access::Read } else { Access::Write };
        let opened = session.workspace_to_plan(access).await;
        let evidence = match self.dry_run {
            true => None,
            false => Evidence::asked_of(session, &self.evidence, Purpose::Apply, &opened).await?,
        };
        let mut workspace = opened?;
        let mut planned = engine::plan(&mut workspace, &desired, &settings).await?;
        tell_vacant(report, &workspace);
        if self.dry_run {
            return dry_run(report, &planned, Detail { sql: self.sql });
        }
        if !report.is_json() || planned.plan.is_empty() {
            show(report, &planned, Detail { sql: self.sql })?;
        }
        self.promoted(session, &planned.plan).await?;
        let asked = !planned.plan.is_empty() && !self.auto_approve;
        if asked {
            ask(&planned.plan, report)?;
        }
        if workspace.is_vacant {
            apply::require_consent(&planned.plan, asked, "plan.json")?;
            workspace = create(session, evidence.as_ref()).await?;
            let again = engine::plan(&mut workspace, &desired, &settings).await?;
            if again.plan.changes != planned.plan.changes {
                return Err(EngineError::Stale("somebody else created the database meanwhile".to_owned()).into());
            }
            planned = again;
        }
        let source = session.source_text(self.options.to.as_deref())?;
        let second = Some((&desired, &settings));
        let (plan, realized, plan_file) = (&planned.plan, Some(&planned.realized), None);
        let to = self.options.to.as_deref();
        let execution = Execution { session, plan, realized, report, asked, evidence, source, to, plan_file, second };
        execution.run(&mut workspace).await
    }

    /// `promote_from`: another environment must have this very schema first.
    async fn promoted(&self, session: &Session, plan: &Plan) -> Result<(), Failure> {
        let Some(environment) = session.environment()? else { return Ok(()) };
        let Some(other) = &environment.promote_from else { return Ok(()) };
        let options =
            ConnectionOptions { env: Some(other.clone()), url: None, state: None, ..session.options().clone() };
        let other_session = Session::open(&options)?;
        let recorded = match other_session.store()? {
            Store::None => None,
            Store::Own(mut backend) => backend.load().await.map_err(Failure::backend)?,
            Store::Database => {
                let mut workspace = other_session.workspace(Access::Read).await?;
                let mut backend = DatabaseBackend::new(workspace.database.as_mut());
                backend.load().await.map_err(Failure::backend)?
            }
        };
        if recorded.is_some_and(|lockfile| lockfile.desired == plan.desired) {
            return Ok(());
        }
        let what = ["environment `", other, "` does not have this schema yet (promote_from)"].concat();
        Err(Failure::refused(what, ["apply it there first: `trueup apply --env ", other, "`"].concat()))
    }
}

/// A plan for one environment is not for another, and what an environment demands today holds for a plan of yesterday.
fn demand(session: &Session, plan: &mut Plan) -> Result<(), Failure> {
    let policy = session.policy()?;
    let (own, made_for) = (session.environment.as_deref(), plan.environment.as_deref());
    let is_strict = policy.approval_required || policy.backup_required_for_destructive;
    if let Some(own) = own.filter(|own| made_for != Some(own) && (made_for.is_some() || is_strict)) {
        let what = ["the plan is for `", made_for.unwrap_or("no environment"), "`, this is `", own, "`"].concat();
        let hint = ["make one for it: `trueup plan --env ", own, " --out plan.json`"].concat();
        return Err(Failure::refused(what, hint));
    }
    plan.policy.approval_required |= policy.approval_required;
    plan.policy.backup_required_for_destructive |= policy.backup_required_for_destructive;
    Ok(())
}

/// Create a database that is not there; with what its connection is good for as evidence.
async fn create(session: &Session, evidence: Option<&Evidence>) -> Result<Workspace, Failure> {
    let workspace = session.workspace(Access::Create).await?;
    if let Some(evidence) = evidence {
        evidence.preflight(session, Purpose::Apply).await?;
    }
    Ok(workspace)
}

/// What nobody can consent to here is said before anyone is asked.
fn ask(plan: &Plan, report: &Report) -> Result<(), Failure> {
    if !missing_consent(plan, true).is_empty() {
        return Ok(());
    }
    if !report.can_ask() {
        let hint = "run it in a terminal, give `--auto-approve`, or apply a plan file";
        return Err(Failure::refused("nobody is there to say yes", hint));
    }
    if !report.ask("Apply this plan?") {
        return Err(Failure::refused("not applied: the answer was not `yes`", "nothing was changed"));
    }
    Ok(())
}

/// What is there (✓), what would be done (ℹ), what to watch (⚠), with a count of each.
fn dry_run(report: &Report, planned: &engine::Planned, detail: Detail) -> Result<u8, Failure> {
    if report.is_json() {
        show(report, planned, detail)?;
        return Ok(0);
    }
    let plan = &planned.plan;
    let changing = |address: &trueup_state::Address| plan.changes.iter().any(|it| it.address == *address);
    let mut out = render(plan, &report.palette(), detail);
    out.push('\n');
    let there: Vec<_> = plan.managed.iter().filter(|it| !changing(&it.address)).collect();
    there.iter().for_each(|it| out.push_str(&["✓ ", &it.address.to_string(), "\n"].concat()));
    for change in &plan.changes {
        let verb = match change.action {
            crate::plan::ChangeAction::Create => "would be created",
            crate::plan::ChangeAction::Update => "would be changed",
            crate::plan::ChangeAction::Delete => "would be dropped",
            crate::plan::ChangeAction::Rename => "would be renamed",
        };
        out.push_str(&["ℹ ", &change.address.to_string(), " ", verb, "\n"].concat());
    }
    plan.hazards.iter().for_each(|it| out.push_str(&["⚠ ", &it.code, " ", &it.message, "\n"].concat()));
    let counts = [(there.len(), "✓ exist"), (plan.changes.len(), "ℹ would change"), (plan.hazards.len(), "⚠ to watch")];
    let counts: Vec<String> = counts.iter().map(|(count, what)| [&count.to_string(), " ", *what].concat()).collect();
    out.push_str(&["\n", &counts.join(" · "), "; nothing was written\n"].concat());
    report.data(&out);
    for missing in missing_consent(plan, true) {
        if !matches!(missing, Missing::Approval | Missing::Backup) {
            report.note(&["an apply would be refused: ", &missing.what()].concat());
        }
    }
    Ok(0)
}
