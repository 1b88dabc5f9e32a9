//! `trueup context`, and the same after an apply: the contract that other tools read of the declared schema.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use trueup_contract::{Inspection, Provider, Redacted, is_perhaps_url, redact_urls};
use trueup_sources::FileForm;

use super::{
    failure::Failure,
    options::ConnectionOptions,
    pull::{
        self,
        tell::{self, word},
    },
    report::Report,
    session::{self, Session},
};
use crate::{
    config::{MODE_FILE, PullConfig},
    engine,
    evidence::Refreshed,
    mirror::{self, Comparison, Declared, Snapshot, slashed},
};

#[derive(Args)]
pub(super) struct Context {
    #[command(flatten)]
    pub(super) options: ConnectionOptions,
    /// The dialect of the files, where no URL tells it: sqlite, postgres, mysql
    #[arg(long, value_name = "NAME")]
    dialect: Option<String>,
    /// Write nothing; exit with 2 where a file is not as it shall be
    #[arg(long, conflicts_with = "overwrite")]
    check: bool,
    /// Write over edits of the files
    #[arg(long)]
    overwrite: bool,
}

impl Context {
    pub(super) async fn run(self, report: &Report) -> Result<u8, Failure> {
        let session = Session::open(&self.options)?;
        session.require_code_authority("context")?;
        let path = path(&session).ok_or_else(|| {
            let hint = "set `[pull] context_json = \"docs/context/db/schema.json\"` in trueup.toml";
            Failure::with_hint("it is not said where the contract is to be", hint)
        })?;
        let provider = session.offline_provider(self.dialect.as_deref())?;
        let comparison = compared(&session, provider, &path, self.overwrite).await?;
        if !self.check {
            pull::refuse(&comparison.obstacles, "the declared schema")?;
            comparison.carry_out(session.folder()).map_err(pull::failed)?;
        }
        if report.is_json() {
            let in_step = comparison.is_fresh() || !self.check;
            report.value(&json!({"in_step": in_step, "changes": tell::changes(&comparison),
                "obstacles": tell::obstacles(&comparison)}));
        } else if self.check {
            tell::differences(report, &comparison);
        } else {
            comparison.changes.iter().for_each(|it| report.data(&[word(it), " ", &slashed(&it.path)].concat()));
        }
        let is_stale = self.check && !comparison.is_fresh();
        report.note(match (is_stale, comparison.is_fresh()) {
            (true, _) => "the contract is stale; `trueup context` brings it up to date",
            (false, true) => "the contract is as declared",
            (false, false) => "the contract is written",
        });
        Ok(if is_stale { 2 } else { 0 })
    }
}

/// Where the contract is to be, if anywhere: as `[pull]` says, or, where other tools have left their mode file, where they
/// look for it.
fn path(session: &Session) -> Option<PathBuf> {
    let configured = session.config.as_ref().and_then(|it| it.pull.as_ref());
    match configured {
        Some(pull) => pull.context_json.clone(),
        None if session.folder().join(MODE_FILE).is_file() => PullConfig::usual().context_json,
        None => None,
    }
}

/// The files that are there against the contract of the configured source. No database is asked, so that it is the same
/// everywhere.
async fn compared(
    session: &Session,
    provider: &dyn Provider,
    path: &PathBuf,
    overwrite: bool,
) -> Result<Comparison, Failure> {
    let source = session.source_text(None)?;
    let loaded = engine::load(&session.desired(None)?, provider).await?;
    let realized = engine::realize(provider, loaded, &Inspection::default()).await?;
    let snapshot = Snapshot::declared(provider.dialect().name(), realized.schema, realized.depends).read_back();
    let snapshot = snapshot.map_err(|error| Failure::plain(error.to_string()))?;
    let (folder, now) = (session.folder(), session::now());
    let is_prisma = FileForm::of(&folder.join(&source), &source).is_ok_and(|it| it == FileForm::Prisma);
    let source = if is_perhaps_url(&source) { Redacted::new(&source).to_string() } else { source };
    let declared = Declared { snapshot: &snapshot, folder, source: &source, is_prisma, path, now: &now };
    let contract = mirror::contract(&declared).map_err(pull::unmade)?;
    Comparison::of(folder, &contract, &pull::manifest(folder)?, overwrite).map_err(pull::failed)
}

/// Bring the contract up to date after an apply of `source`. The apply has happened whatever comes of it; `None` where no
/// contract is asked for, or where it was not the configured source that was applied.
pub(super) async fn refresh(session: &Session, provider: &dyn Provider, to: Option<&str>) -> Option<Refreshed> {
    let path = path(session)?;
    if to.is_some_and(|to| session.source_text(None).ok().as_deref() != Some(to)) {
        return None;
    }
    let refreshed = async {
        let comparison = compared(session, provider, &path, false).await?;
        pull::refuse(&comparison.obstacles, "the declared schema")?;
        comparison.carry_out(session.folder()).map_err(pull::failed)?;
        Ok::<_, Failure>(comparison)
    };
    let result = refreshed.await;
    let changed = |at: &PathBuf| {
        let changes = result.as_ref().map_or(&[][..], |it| &it.changes);
        changes.iter().find(|it| it.path == *at).map_or("as it was", word)
    };
    let files = [path.clone(), path.with_extension("v3.json")];
    let files = files.iter().map(|it| (slashed(it), changed(it).to_owned())).collect();
    Some(Refreshed { files, failure: result.err().map(|it| redact_urls(&it.message)) })
}

/// That the contract could not be brought up to date, after an apply.
pub(super) fn failure(refreshed: Option<&Refreshed>) -> Option<Failure> {
    let failure = refreshed?.failure.as_ref()?;
    let what = ["the contract could not be written: ", failure].concat();
    let hint = "the database is as declared all the same; when that is mended, `trueup context` writes the contract";
    Some(Failure::with_hint(what, hint))
}

/// The same for programs.
pub(super) fn value(refreshed: Option<&Refreshed>) -> serde_json::Value {
    let Some(Refreshed { files, failure }) = refreshed else { return serde_json::Value::Null };
    let files: Vec<_> = files.iter().map(|(path, change)| json!({"path": path, "change": change})).collect();
    json!({"files": files, "failure": failure})
}
