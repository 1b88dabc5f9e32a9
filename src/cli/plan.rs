//! `trueup plan`

use std::path::PathBuf;

use clap::Args;
use serde_json::Value;
use trueup_contract::Access;

use super::{
    evidence::{Evidence, EvidenceOptions},
    failure::Failure,
    options::PlanOptions,
    report::Report,
    session::{Direction, Session},
};
use crate::{
    engine::{self, DesiredSource, Planned, Workspace},
    plan::render::{Detail, render},
    preflight::Purpose,
};

#[derive(Args)]
pub(super) struct PlanCommand {
    #[command(flatten)]
    pub(super) options: PlanOptions,
    #[command(flatten)]
    evidence: EvidenceOptions,
    /// Write the plan to this file, for `apply`
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Exit with 2 if there are changes
    #[arg(long)]
    detailed_exitcode: bool,
    /// Plan to record what is there, changing nothing
    #[arg(long)]
    refresh_only: bool,
    /// Show the SQL of every step
    #[arg(long)]
    sql: bool,
}

impl PlanCommand {
    pub(super) async fn run(self, report: &Report) -> Result<u8, Failure> {
        let session = Session::open(&self.options.connection)?;
        session.require_code_authority("plan")?;
        let declared =
            if self.refresh_only { "as it is".to_owned() } else { session.source_text(self.options.to.as_deref())? };
        session.announce(report, Direction::CodeToDatabase, &declared)?;
        let settings = session.settings(&self.options)?;
        let desired =
            if self.refresh_only { DesiredSource::Observed } else { session.desired(self.options.to.as_deref())? };
        let opened = session.workspace_to_plan(Access::Read).await;
        let evidence = Evidence::asked_of(&session, &self.evidence, Purpose::Plan, &opened).await?;
        let mut workspace = opened?;
        let planned = engine::plan(&mut workspace, &desired, &settings).await?;
        tell_vacant(report, &workspace);
        show(report, &planned, Detail { sql: self.sql })?;
        if let Some(evidence) = &evidence {
            evidence.planned(&planned.plan, &workspace, &planned.known.inspection, &declared, self.out.as_deref())?;
            report.note(&["evidence written to ", &evidence.place()].concat());
        }
        if let Some(path) = &self.out {
            let text = planned.plan.render().map_err(engine::EngineError::from)?;
            std::fs::write(path, text).map_err(|error| Failure::file(path, "written", &error))?;
            report.note(
                &[
                    "plan written to ",
                    &path.display().to_string(),
                    "; apply it with `trueup apply ",
                    &path.display().to_string(),
                    "`",
                ]
                .concat(),
            );
        }
        Ok(if self.detailed_exitcode && !planned.plan.is_empty() { 2 } else { 0 })
    }
}

/// Say that the database is still to be created, where it is.
pub(super) fn tell_vacant(report: &Report, workspace: &Workspace) {
    if workspace.is_vacant {
        let place = &workspace.server.location;
        report.note(&["`", place, "` does not exist: it is planned from nothing, and `apply` creates it"].concat());
    }
}

/// Print a plan with its warnings.
pub(super) fn show(report: &Report, planned: &Planned, detail: Detail) -> Result<(), Failure> {
    planned.warnings.iter().for_each(|warning| report.warn(warning));
    planned.realized.skipped.iter().for_each(|it| report.warn(&[&it.place.to_string(), ": ", &it.message].concat()));
    if report.is_json() {
        let value: Value = serde_json::to_value(&planned.plan).map_err(|error| Failure::plain(error.to_string()))?;
        report.value(&value);
    } else {
        report.data(&render(&planned.plan, &report.palette(), detail));
    }
    Ok(())
}
