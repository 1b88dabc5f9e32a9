//! `trueup diff`

use std::{collections::BTreeSet, path::Path};

use clap::Args;
use serde_json::json;
use trueup_contract::{Access, Coverage, Inspection, Provider, Redacted, Work};
use trueup_state::{Pair, Schema, diff};

use super::{
    failure::Failure,
    options::{ConnectionOptions, ScopeOptions},
    report::Report,
    session::{self, Session, Variables},
};
use crate::{
    engine::{self, DesiredSource, EngineError, Scope},
    plan::order,
};

#[derive(Args)]
pub(super) struct Diff {
    /// The schema before: a .sql file, folder or pattern, or a database URL
    from: String,
    /// The schema after
    to: String,
    /// The dialect of the files, where no URL tells it: sqlite, postgres, mysql
    #[arg(long, value_name = "NAME")]
    dialect: Option<String>,
    #[command(flatten)]
    scope: ScopeOptions,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

impl Diff {
    pub(super) async fn run(self, report: &Report) -> Result<u8, Failure> {
        let variables = Variables::beside(Path::new(""))?;
        // Where the configuration cannot be read, files and databases are compared without it.
        let config = Session::open(&ConnectionOptions::default()).ok().and_then(|it| it.config);
        let surroundings = session::surroundings(config.as_ref());
        let from = session::source(&self.from, Path::new(""), (&variables, &surroundings))?;
        let to = session::source(&self.to, Path::new(""), (&variables, &surroundings))?;
        let named = match &self.dialect {
            Some(name) => Some(session::dialect_named(name)?),
            None => provider(&from).or_else(|| provider(&to)),
        };
        // Between two files the configuration tells what they are for, if there is one.
        let provider = match named {
            Some(provider) => provider,
            None => Session::open(&ConnectionOptions::default())?.offline_provider(None)?,
        };
        // Files mean what they mean to the server of the other side, if that is a database.
        let nothing = Inspection::default();
        let ((before, before_says), (after, after_says)) = if is_database(&to) && !is_database(&from) {
            let after = inspection(provider, &to, &nothing).await?;
            (inspection(provider, &from, &after.0).await?, after)
        } else {
            let before = inspection(provider, &from, &nothing).await?;
            let after = inspection(provider, &to, &before.0).await?;
            (before, after)
        };
        let Inspection { schema: before, depends, cluster, .. } = before;
        let Inspection { schema: after, depends: depends_after, .. } = after;
        let before = match is_database(&from) {
            true => before,
            false => provider.dialect().normalize(before, &Schema::default(), &cluster),
        };
        let mut before = before;
        let mut after = provider.dialect().normalize(after, &before, &cluster);
        // What a side cannot say is no difference.
        engine::complete_all(&mut after, &before, &after_says);
        engine::complete_all(&mut before, &after, &before_says);
        let sight = self.scope.sight(Scope::default())?;
        let mut changes = diff(Pair { before: &before, after: &after });
        changes.retain(|change| sight.covers(change.address()));
        let version = version(provider, [&from, &to]).await?;
        let work = Work {
            observed: &before,
            before: &before,
            after: &after,
            declared: &after,
            depends: Pair { before: &depends, after: &depends_after },
            replaceable: &BTreeSet::new(),
            cluster: &cluster,
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
            .map(|(step, _)| ["-- ", &step.summary, "\n", &provider.dialect().in_script(step.action.sql())].concat());
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
        DesiredSource::Declared(_) | DesiredSource::Observed => None,
    }
}

fn is_database(source: &DesiredSource) -> bool {
    matches!(source, DesiredSource::Database { .. })
}

/// What a database has, or what files declare to a server that is known, and what could have been declared.
async fn inspection(
    provider: &'static dyn Provider,
    source: &DesiredSource,
    known: &Inspection,
) -> Result<(Inspection, Coverage), Failure> {
    if let DesiredSource::Database { provider: theirs, url } = source {
        engine::refuse_other_product(*theirs, url, provider)?;
        let mut database = provider.connect(url, Access::Read).await.map_err(Failure::database)?;
        return Ok((database.inspect().await.map_err(Failure::database)?, Coverage::default()));
    }
    let loaded = engine::load(source, provider).await?;
    let coverage = loaded.coverage.clone();
    let realized = engine::realize(provider, loaded, known).await?;
    let cluster = known.cluster.clone();
    let schema = realized.schema;
    Ok((Inspection { schema, depends: realized.depends, cluster, ..Inspection::default() }, coverage))
}

/// The version that will run the statements: the server's; between two files nobody knows, and it is the newest one, or
/// that of the library in this build.
async fn version(provider: &'static dyn Provider, sources: [&DesiredSource; 2]) -> Result<String, Failure> {
    let memory = Redacted::new("sqlite::memory:");
    let url = sources.into_iter().find_map(|source| match source {
        DesiredSource::Database { provider: _, url } => Some(url),
        DesiredSource::Declared(_) | DesiredSource::Observed => None,
    });
    if let (None, Some(newest)) = (url, provider.dialect().newest_version()) {
        return Ok(newest.to_owned());
    }
    let mut database = provider.connect(url.unwrap_or(&memory), Access::Read).await.map_err(Failure::database)?;
    Ok(database.server().await.map_err(Failure::database)?.version)
}
