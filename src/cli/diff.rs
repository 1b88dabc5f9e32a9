//! `trueup diff`

use std::{collections::BTreeSet, path::Path};

use clap::Args;
use serde_json::json;
use trueup_contract::{Access, Coverage, Database, DatabaseError, Inspection, Provider, Redacted, Work};
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
        let (before, after) = sides(provider, (&from, &to), report).await?;
        let version = match before.version.or(after.version) {
            Some(version) => version,
            None => newest_version(provider).await?,
        };
        let (before_says, after_says) = (before.coverage, after.coverage);
        let Inspection { schema: before, depends, cluster, .. } = before.found;
        let Inspection { schema: after, depends: depends_after, .. } = after.found;
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

/// Both sides. Files mean what they mean to the server of the other side, if that is a database.
async fn sides(
    provider: &'static dyn Provider,
    (from, to): (&DesiredSource, &DesiredSource),
    report: &Report,
) -> Result<(Side, Side), EngineError> {
    let nothing = Inspection::default();
    if is_database(to) && !is_database(from) {
        let after = Side::of(provider, to, &nothing).await?;
        return Ok((Side::of(provider, from, &after.found).await?, after));
    }
    let before = match Side::of(provider, from, &nothing).await {
        Err(EngineError::Database(DatabaseError::Missing(path))) => {
            let side = Side::vacant(provider, from).await?;
            let path = path.display().to_string();
            report.note(&["`", &path, "` does not exist: this is the difference from nothing"].concat());
            side
        }
        other => other?,
    };
    let after = Side::of(provider, to, &before.found).await?;
    Ok((before, after))
}

/// What a database has, or what files declare to a server that is known.
struct Side {
    found: Inspection,
    /// What could have been declared.
    coverage: Coverage,
    /// The server's, if there is one.
    version: Option<String>,
}

impl Side {
    async fn of(
        provider: &'static dyn Provider,
        source: &DesiredSource,
        known: &Inspection,
    ) -> Result<Side, EngineError> {
        if let DesiredSource::Database { provider: theirs, url } = source {
            engine::refuse_other_product(*theirs, url, provider)?;
            return Side::observed(provider.connect(url, Access::Read).await?).await;
        }
        let loaded = engine::load(source, provider).await?;
        let coverage = loaded.coverage.clone();
        let realized = engine::realize(provider, loaded, known).await?;
        let cluster = known.cluster.clone();
        let schema = realized.schema;
        let found = Inspection { schema, depends: realized.depends, cluster, ..Inspection::default() };
        Ok(Side { found, coverage, version: None })
    }

    /// That of a database which is not there and could be created.
    async fn vacant(provider: &'static dyn Provider, source: &DesiredSource) -> Result<Side, EngineError> {
        match source {
            DesiredSource::Database { provider: _, url } => Side::observed(provider.vacant(url).await?).await,
            DesiredSource::Declared(_) | DesiredSource::Observed => {
                Side::of(provider, source, &Inspection::default()).await
            }
        }
    }

    async fn observed(mut database: Box<dyn Database>) -> Result<Side, EngineError> {
        let version = Some(database.server().await?.version);
        Ok(Side { found: database.inspect().await?, coverage: Coverage::default(), version })
    }
}

/// Between two files nobody knows what will run the statements: the newest version, or the library in this build.
async fn newest_version(provider: &'static dyn Provider) -> Result<String, EngineError> {
    match provider.dialect().newest_version() {
        Some(newest) => Ok(newest.to_owned()),
        None => Ok(provider.connect(&Redacted::new("sqlite::memory:"), Access::Read).await?.server().await?.version),
    }
}
