//! `trueup approve`

use std::path::{Path, PathBuf};

use clap::Args;

use super::{failure::Failure, report::Report, session};
use crate::{
    apply::{Missing, missing_consent},
    check::is_known_allowance,
    engine::EngineError,
    plan::{Approval, Plan},
};

/// It needs no database, no configuration and no terminal: the plan file says what it is for.
#[derive(Args)]
pub(super) struct Approve {
    /// The plan file
    #[arg(value_name = "plan.json")]
    plan: PathBuf,
    /// Who approves
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Refuse if the plan is for another environment than this
    #[arg(long, value_name = "ENV")]
    env: Option<String>,
    /// Consent: `destructive`, a code such as D002, or D002:column:users.email
    #[arg(long, value_name = "CODE[:ADDRESS]")]
    allow: Vec<String>,
    /// Where the backup is
    #[arg(long, value_name = "REF", conflicts_with = "accept_risk")]
    backup: Option<String>,
    /// Why no backup is needed
    #[arg(long, value_name = "REASON")]
    accept_risk: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

impl Approve {
    pub(super) fn run(self, report: &Report) -> Result<u8, Failure> {
        self.refuse_empty_words()?;
        let Approve { plan: path, by, env, allow, backup, accept_risk, json: _ } = self;
        let mut plan = read(&path)?;
        if let Some(env) = env.filter(|it| plan.environment.as_ref() != Some(it)) {
            let made_for = plan.environment.as_deref().unwrap_or("no environment");
            let what = ["the plan is for `", made_for, "`, not for `", &env, "`"].concat();
            let hint = ["make one for it: `trueup plan --env ", &env, " --out plan.json`"].concat();
            return Err(Failure::refused(what, hint));
        }
        let (plan_id, at) = (plan.plan_id, session::now());
        let approval = Approval { plan_id, by: by.clone(), at, allow, backup, accept_risk, confirms: None };
        plan.approvals.push(approval);
        let confirms = plan.confirmation();
        if let Some(approval) = plan.approvals.last_mut() {
            approval.confirms = Some(confirms);
        }
        let text = plan.render().map_err(EngineError::from)?;
        std::fs::write(&path, text).map_err(|error| Failure::file(&path, "written", &error))?;
        tell(&plan, report);
        Ok(0)
    }

    /// An approval by nobody, or with a backup that is nowhere, is none.
    fn refuse_empty_words(&self) -> Result<(), Failure> {
        if let Some(unknown) = self.allow.iter().find(|it| !is_known_allowance(it)) {
            let hint = "write `destructive`, a code such as `D002`, or `D002:column:users.email`";
            return Err(Failure::with_hint(["`--allow ", unknown, "` means nothing"].concat(), hint));
        }
        let said = [
            ("--by", Some(&self.by)),
            ("--backup", self.backup.as_ref()),
            ("--accept-risk", self.accept_risk.as_ref()),
        ];
        match said.into_iter().find(|(_, text)| text.is_some_and(|it| it.trim().is_empty())) {
            Some((option, _)) => Err(Failure::plain([option, " is empty"].concat())),
            None => Ok(()),
        }
    }
}

/// Read a plan file.
pub(super) fn read(path: &Path) -> Result<Plan, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, "read", &error))?;
    Ok(Plan::parse(&text).map_err(EngineError::from)?)
}

/// What was approved, and what is still missing.
fn tell(plan: &Plan, report: &Report) {
    let missing = missing_consent(plan, true);
    if report.is_json() {
        let missing: Vec<String> = missing.iter().map(Missing::what).collect();
        report.value(&serde_json::json!({"plan_id": plan.plan_id, "approvals": plan.approvals, "missing": missing}));
        return;
    }
    let Some(approval) = plan.approvals.last() else { return };
    report.note(&["plan ", &plan.plan_id.short(), " approved by ", &approval.by].concat());
    let confirms = plan.confirmation();
    let facts = [
        ("environment", confirms.environment.unwrap_or_else(|| "none named".to_owned())),
        ("target", confirms.target),
        ("destructive", confirms.destructive.words().to_owned()),
        ("backup", approval.backup_words()),
        ("strategy", confirms.strategy),
        ("scope", confirms.scope),
    ];
    facts.iter().for_each(|(name, value)| report.note(&format!("  {name:<12} {value}")));
    for it in missing {
        report.warn(&["an apply would still be refused: ", &it.what()].concat());
    }
}
