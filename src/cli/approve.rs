//! `trueup approve`

use std::path::PathBuf;

use clap::Args;

use super::{failure::Failure, report::Report, session};
use crate::{
    check::is_known_allowance,
    engine::EngineError,
    plan::{Approval, Plan},
};

#[derive(Args)]
pub(super) struct Approve {
    /// The plan file
    #[arg(value_name = "plan.json")]
    plan: PathBuf,
    /// Who approves
    #[arg(long, value_name = "NAME")]
    by: String,
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
        let Approve { plan: path, by, allow, backup, accept_risk, json: _ } = self;
        if let Some(unknown) = allow.iter().find(|it| !is_known_allowance(it)) {
            return Err(Failure::plain(["`--allow ", unknown, "` means nothing"].concat()));
        }
        let text = std::fs::read_to_string(&path).map_err(|error| Failure::file(&path, "read", &error))?;
        let mut plan = Plan::parse(&text).map_err(EngineError::from)?;
        let plan_id = plan.plan_id;
        plan.approvals.push(Approval { plan_id, by: by.clone(), at: session::now(), allow, backup, accept_risk });
        let text = plan.render().map_err(EngineError::from)?;
        std::fs::write(&path, text).map_err(|error| Failure::file(&path, "written", &error))?;
        report.note(&["plan ", &plan_id.short(), " approved by ", &by].concat());
        if report.is_json() {
            report.value(&serde_json::json!({"plan_id": plan_id, "approvals": plan.approvals}));
        }
        Ok(0)
    }
}
