//! `trueup diff`

use std::path::Path;

use clap::Args;
use serde_json::json;
use trueup_contract::{Access, Provider, Redacted, Work};
use trueup_state::{Pair, Schema, diff};

use super::{failure::Failure, report::Report};
use crate::{
    engine::{self, DesiredSource, EngineError},
    plan::order,
    registry,
};

#[derive(Args)]
pub(super) struct Diff {
    /// The schema before: a .sql file, folder or pattern, or a database URL
    from: String,
    /// The schema after
    to: String,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

impl Diff {
    pub(super) async fn run(self, report: &Report) -> Result<u8, Failure> {
        let from = engine::locate(&self.from, Path::new(""))?;
        let to = engine::locate(&self.to, Path::new(""))?;
        let provider = provider(&from).or_else(|| provider(&to)).or_else(|| registry::provider("sqlite"));
        let provider = provider.ok_or_else(|| Failure::plain("no provider"))?;
        let before = schema(provider, &from).await?;
        let after = provider.dialect().normalize(schema(provider, &to).await?, &before);
        let changes = diff(Pair { before: &before, after: &after });
        // Between two files nobody knows which library will run the statements: the one of this build.
        let memory = Redacted::new("sqlite::memory:");
        let mut memory = provider.connect(&memory, Access::Read).await.map_err(Failure::database)?;
        let version = memory.server().await.map_err(Failure::database)?.version;
        let work = Work {
            observed: &before,
            before: &before,
            after: &after,
            changes: &changes,
            version: &version,
            minimum_version: None,
        };
        let steps = provider.dialect().steps(&work).map_err(EngineError::from)?;
        let ordered = order(steps).map_err(EngineError::from)?;
        if report.is_json() {
            let steps: Vec<_> =
                ordered.iter().map(|(step, _)| json!({"summary": step.summary, "sql": step.action.sql()})).collect();
            report.value(&json!({"changes": changes, "steps": steps}));
            return Ok(0);
        }
        let text = ordered
            .iter()
            .map(|(step, _)| ["-- ", &step.summary, "\n", step.action.sql().trim_end_matches(';'), ";\n"].concat());
        let text = text.collect::<Vec<_>>().join("\n");
        if text.is_empty() {
            report.note("no difference")
        } else {
            report.data(&text)
        }
        Ok(0)
    }
}

fn provider(source: &DesiredSource) -> Option<&'static dyn Provider> {
    match source {
        DesiredSource::Database { provider, url: _ } => Some(*provider),
        DesiredSource::Files(_) | DesiredSource::Observed => None,
    }
}

async fn schema(provider: &'static dyn Provider, source: &DesiredSource) -> Result<Schema, Failure> {
    let loaded = engine::load(source).await?;
    Ok(provider.realize().realize(loaded, &Schema::default()).await?.schema)
}
