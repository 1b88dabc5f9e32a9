//! `trueup drift`

use clap::Args;
use serde_json::json;
use trueup_contract::Access;

use super::{
    evidence::{Evidence, EvidenceOptions},
    failure::Failure,
    options::PlanOptions,
    report::Report,
    session::{Direction, Session},
};
use crate::{
    engine::{self, DesiredSource},
    plan::{DriftKind, Plan},
    preflight::Purpose,
    words::counted,
};

#[derive(Args)]
pub(super) struct DriftCommand {
    #[command(flatten)]
    pub(super) options: PlanOptions,
    #[command(flatten)]
    evidence: EvidenceOptions,
}

impl DriftCommand {
    /// With a lockfile: what is not as recorded. Without one: what is not as declared. Unmanaged objects are no drift.
    pub(super) async fn run(self, report: &Report) -> Result<u8, Failure> {
        let session = Session::open(&self.options.connection)?;
        let mut settings = session.settings(&self.options)?;
        settings.data_checks = false;
        let evidence = Evidence::asked(&session, &self.evidence, Direction::CodeToDatabase)?;
        if let Some(evidence) = &evidence {
            evidence.preflight(&session, Purpose::Plan).await?;
        }
        let mut workspace = session.workspace(Access::Read).await?;
        let has_lockfile = match workspace.store.backend(workspace.database.as_mut()) {
            Some(mut backend) => backend.load().await.map_err(Failure::backend)?.is_some(),
            None => false,
        };
        let desired = match session.desired(self.options.to.as_deref()) {
            Ok(desired) => desired,
            Err(_) if has_lockfile => DesiredSource::Observed,
            Err(failure) => return Err(failure),
        };
        let engine::Planned { plan, known, .. } = engine::plan(&mut workspace, &desired, &settings).await?;
        if let Some(evidence) = &evidence {
            let source = session.source_text(self.options.to.as_deref()).unwrap_or_else(|_| "as recorded".to_owned());
            evidence.difference(&plan, &workspace, &known.inspection, &source, true)?;
        }
        let lines = if has_lockfile { recorded(&plan) } else { declared(&plan) };
        tell(report, &plan, has_lockfile, &lines);
        Ok(if lines.is_empty() { 0 } else { 2 })
    }
}

fn recorded(plan: &Plan) -> Vec<String> {
    let line = |address: &trueup_state::Address, kind| {
        let what = match kind {
            DriftKind::Changed => " is not as recorded",
            DriftKind::Missing => " is gone",
        };
        [&address.to_string(), what].concat()
    };
    plan.drift.iter().map(|it| line(&it.address, it.kind)).collect()
}

fn declared(plan: &Plan) -> Vec<String> {
    plan.changes.iter().map(|it| [&it.address.to_string(), " is not as declared"].concat()).collect()
}

fn tell(report: &Report, plan: &Plan, has_lockfile: bool, lines: &[String]) {
    if report.is_json() {
        let changes: Vec<_> =
            plan.changes.iter().map(|it| json!({"address": it.address, "action": it.action})).collect();
        report.value(&json!({
            "drifted": !lines.is_empty(), "compared_with": if has_lockfile { "lockfile" } else { "declaration" },
            "drift": plan.drift, "pending_changes": changes, "unmanaged": plan.unmanaged,
        }));
        return;
    }
    let with = if has_lockfile { "the last apply" } else { "the declaration (there is no lockfile)" };
    if lines.is_empty() {
        report.data(&["in step with ", with].concat());
    } else {
        let head = ["drift: ", &counted(lines.len(), "difference"), " from ", with, "\n"].concat();
        report.data(&[head, lines.iter().map(|it| ["  ≠ ", it, "\n"].concat()).collect::<String>()].concat());
        report.note("`trueup plan` shows how an apply would put it right");
    }
    let is_drift = |address: &trueup_state::Address| plan.drift.iter().any(|it| it.address == *address);
    let pending = plan.changes.iter().filter(|it| !is_drift(&it.address)).count();
    if has_lockfile && pending > 0 {
        report.note(&["pending besides: ", &counted(pending, "declared change"), "; `trueup plan` shows"].concat());
    }
}
