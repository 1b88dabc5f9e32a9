//! `trueup pull`

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::json;
use trueup_contract::{Access, Provider};

use super::{
    evidence::{Evidence, EvidenceOptions},
    failure::Failure,
    hooks::{self, Moment},
    options::{ConnectionOptions, ScopeOptions},
    report::Report,
    session::{self, Direction, Session},
};
use crate::{
    config::PullConfig,
    evidence::Pulled,
    mirror::{
        self, Comparison, FileChange, Ground, MANIFEST, Manifest, Mirror, MirrorError, Mirrored, Obstacle, Snapshot,
        Why,
    },
    registry,
};

#[derive(Args)]
pub(super) struct Pull {
    #[command(flatten)]
    pub(super) options: ConnectionOptions,
    #[command(flatten)]
    scope: ScopeOptions,
    /// Take the schema from a file that `trueup inspect --format json` wrote: no database is connected to
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    from_snapshot: Option<PathBuf>,
    /// Write nothing; exit with 2 where a file is not as it shall be
    #[arg(long, conflicts_with = "overwrite")]
    check: bool,
    /// Write over edits of files that a pull had written
    #[arg(long)]
    overwrite: bool,
    #[command(flatten)]
    evidence: EvidenceOptions,
}

impl Pull {
    pub(super) async fn run(self, report: &Report) -> Result<u8, Failure> {
        let session = Session::open(&self.options)?;
        session.require_database_authority("pull")?;
        let mut found = self.found(&session, report).await?;
        let Snapshot { schema, depends, unmodelled, .. } = &mut found.snapshot;
        let mut sight = self.scope.sight(session.scope()?)?;
        sight.exclude.extend(session.ignored()?);
        sight.narrow_all(schema, depends, unmodelled);
        let folder = session.folder();
        let usual = PullConfig::usual();
        let config = session.config.as_ref().and_then(|it| it.pull.as_ref()).unwrap_or(&usual);
        let now = session::now();
        let ground = Ground { snapshot: &found.snapshot, provider: found.provider, config, folder, now: &now };
        let mirror = mirror::mirror(&ground).map_err(unmade)?;
        let manifest = manifest(folder)?;
        let comparison = Comparison::of(folder, &mirror, &manifest, self.overwrite).map_err(failed)?;
        warn(report, &found.snapshot);
        if self.check {
            return Ok(self.tell_check(report, &found, &mirror, &comparison));
        }
        let evidence = Evidence::asked(&session, &self.evidence, Direction::DatabaseToCode)?;
        let refused = refuse(&comparison.obstacles).err();
        if let Some(evidence) = &evidence {
            let failure = refused.as_ref().map(|it| it.message.clone());
            evidence.pulled(found.provider, &self.pulled(&session, &found, &mirror, &comparison, failure))?;
        }
        if let Some(refused) = refused {
            return Err(refused);
        }
        comparison.carry_out(folder).map_err(failed)?;
        tell(report, &found, &mirror, &comparison);
        let is_changed = !comparison.changes.is_empty();
        let hooks = if is_changed { hooks::run(&session, Moment::AfterPull, report).await? } else { Vec::new() };
        let hint = "the mirror is written; run the hook again by hand, or set `best_effort = true` if it may fail";
        match hooks::failure(&hooks, hint) {
            Some(_) if report.is_json() => Ok(1),
            Some(failure) => Err(failure),
            None => Ok(0),
        }
    }

    /// What the evidence says of this pull.
    fn pulled(
        &self,
        session: &Session,
        found: &Found,
        mirror: &Mirror,
        comparison: &Comparison,
        failure: Option<String>,
    ) -> Pulled {
        let changed = |path: &Path| comparison.changes.iter().find(|it| it.path == path).map_or("as it was", word);
        let gone = comparison.changes.iter().filter(|it| it.after.is_none()).map(|it| it.path.as_path());
        let paths = mirror.forms.iter().flat_map(|it| it.files.keys()).map(|it| it.as_path()).chain(gone);
        let losses = mirror.forms.iter().flat_map(|it| it.losses.iter().map(|loss| (it.form, loss)));
        let environment = found.environment.as_ref().map_or_else(String::new, |it| [" --env ", it].concat());
        Pulled {
            from: match &self.from_snapshot {
                Some(path) => path.display().to_string(),
                None => session.url().map_or_else(|_| "the database".to_owned(), |url| url.to_string()),
            },
            inspect_command: ["trueup inspect", &environment, " --format json > snapshot.json"].concat(),
            objects: found.snapshot.schema.objects().len(),
            unmodelled: found.snapshot.unmodelled.iter().map(|it| [&it.kind, " ", &it.name].concat()).collect(),
            files: paths.map(|path| (shown(path), changed(path).to_owned())).collect(),
            losses: losses.map(|(form, it)| [form, ": ", &it.address.to_string(), ": ", &it.what].concat()).collect(),
            failure,
        }
    }

    /// What is mirrored: of a database, or of a file.
    async fn found(&self, session: &Session, report: &Report) -> Result<Found, Failure> {
        if let Some(path) = &self.from_snapshot {
            let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, "read", &error))?;
            let snapshot = Snapshot::parse(&text).map_err(|error| {
                let hint = "`trueup inspect --format json` of the database writes one";
                Failure::with_hint([&path.display().to_string(), ": ", &error.to_string()].concat(), hint)
            })?;
            let provider = registry::dialect(&snapshot.provider).ok_or_else(|| {
                let what = ["there is no provider `", &snapshot.provider, "` in this build"].concat();
                Failure::with_hint(what, ["there are ", &registry::dialects().join(", ")].concat())
            })?;
            announce(report, session, provider, &path.display().to_string());
            return Ok(Found { snapshot, provider, environment: session.environment.clone() });
        }
        let provider = session.provider(&session.url()?)?;
        announce(report, session, provider, "database");
        let mut workspace = session.workspace(Access::Read).await?;
        let inspection = workspace.database.inspect().await.map_err(Failure::database)?;
        let snapshot = Snapshot::of(provider.dialect().name(), &workspace.server, &inspection).read_back();
        let snapshot = snapshot.map_err(|error| Failure::plain(error.to_string()))?;
        Ok(Found { snapshot, provider, environment: session.environment.clone() })
    }

    fn tell_check(&self, report: &Report, found: &Found, mirror: &Mirror, comparison: &Comparison) -> u8 {
        if report.is_json() {
            report.value(&value(found, mirror, comparison));
        } else if comparison.is_fresh() {
            report.note("the mirror is as the database");
        } else {
            for change in &comparison.changes {
                report.data(&[word(change), " ", &shown(&change.path)].concat());
                report.data(&mirror::excerpt(change));
            }
            for Obstacle { path, why } in &comparison.obstacles {
                report.data(&[reason(*why), " ", &shown(path)].concat());
            }
            report.note("the mirror is stale; `trueup pull` brings it up to date");
        }
        if comparison.is_fresh() { 0 } else { 2 }
    }
}

/// What a pull starts from.
struct Found {
    snapshot: Snapshot,
    provider: &'static dyn Provider,
    environment: Option<String>,
}

/// Which way, of what, in which dialect: said before anything is done.
fn announce(report: &Report, session: &Session, provider: &dyn Provider, from: &str) {
    let environment = session.environment.as_deref().map(|it| [", environment ", it].concat()).unwrap_or_default();
    report.note(&["pull: ", from, " → code", &environment, ", dialect ", provider.dialect().name()].concat());
}

fn manifest(folder: &Path) -> Result<Manifest, Failure> {
    let path = folder.join(MANIFEST);
    match std::fs::read_to_string(&path) {
        Ok(text) => Manifest::parse(&text).map_err(|error| {
            let hint = "take it from version control again, or remove it together with the files that it lists";
            Failure::with_hint(error.to_string(), hint)
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Manifest::default()),
        Err(error) => Err(Failure::file(&path, "read", &error)),
    }
}

fn unmade(error: MirrorError) -> Failure {
    match error {
        MirrorError::Source(error) => error.into(),
        MirrorError::File(error) => failed(error),
        MirrorError::Twice { .. } => {
            Failure::with_hint(error.to_string(), "give each form of `[pull]` in trueup.toml a path of its own")
        }
    }
}

fn failed(error: mirror::FileError) -> Failure {
    Failure::plain(error.to_string())
}

/// Nothing is written where a file is not ours to change.
fn refuse(obstacles: &[Obstacle]) -> Result<(), Failure> {
    let of = |why: Why| obstacles.iter().filter(move |it| it.why == why).map(|it| shown(&it.path)).collect::<Vec<_>>();
    let (edited, foreign) = (of(Why::Edited), of(Why::Foreign));
    if !edited.is_empty() {
        let what = ["generated files were edited by hand: ", &edited.join(", ")].concat();
        return Err(Failure::refused(
            what,
            "nothing was written; change the database instead, or give `--overwrite` to lose the edits",
        ));
    }
    if !foreign.is_empty() {
        let what = ["files that no pull has written are in the way: ", &foreign.join(", ")].concat();
        return Err(Failure::refused(
            what,
            "nothing was written; move them away, or let `[pull]` in trueup.toml write elsewhere",
        ));
    }
    Ok(())
}

/// What was not understood is in no form.
fn warn(report: &Report, snapshot: &Snapshot) {
    for it in &snapshot.unmodelled {
        report.warn(&["not understood, so not mirrored: ", &it.kind, " ", &it.name, ": ", &it.reason].concat());
    }
}

/// How many objects are named of those that are lost for one reason.
const NAMED: usize = 3;

/// What the forms cannot hold, by reason.
fn tell_losses(report: &Report, mirror: &Mirror) {
    for Mirrored { form, losses, is_shared: _, files: _ } in &mirror.forms {
        let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for loss in losses {
            reasons.entry(&loss.what).or_default().push(loss.address.to_string());
        }
        for (what, addresses) in reasons {
            let named = addresses[..addresses.len().min(NAMED)].join(", ");
            let more = match addresses.len().checked_sub(NAMED) {
                Some(more) if more > 0 => [" and ", &more.to_string(), " more"].concat(),
                _ => String::new(),
            };
            report.note(&["not in ", form, ": ", what, ": ", &named, &more].concat());
        }
    }
    if mirror.forms.iter().any(|it| it.losses.len() > NAMED) {
        report.note("`--json` lists everything that a form cannot hold");
    }
}

fn tell(report: &Report, found: &Found, mirror: &Mirror, comparison: &Comparison) {
    if report.is_json() {
        return report.value(&value(found, mirror, comparison));
    }
    for change in &comparison.changes {
        report.data(&[word(change), " ", &shown(&change.path)].concat());
    }
    let total: usize = mirror.forms.iter().map(|it| it.files.len()).sum();
    let said = [&comparison.changes.len().to_string(), " of ", &total.to_string(), " files changed"].concat();
    report.note(&said);
    tell_losses(report, mirror);
}

fn value(found: &Found, mirror: &Mirror, comparison: &Comparison) -> serde_json::Value {
    let changes: Vec<_> =
        comparison.changes.iter().map(|it| json!({"path": shown(&it.path), "change": word(it)})).collect();
    let obstacles: Vec<_> =
        comparison.obstacles.iter().map(|it| json!({"path": shown(&it.path), "reason": it.why})).collect();
    let losses: Vec<_> = mirror
        .forms
        .iter()
        .flat_map(|it| {
            it.losses.iter().map(|loss| json!({"form": it.form, "address": loss.address, "what": loss.what}))
        })
        .collect();
    json!({
        "direction": "database-to-code",
        "environment": found.environment,
        "provider": found.provider.dialect().name(),
        "in_step": comparison.is_fresh(),
        "changes": changes,
        "obstacles": obstacles,
        "losses": losses,
        "unmodelled": found.snapshot.unmodelled,
    })
}

/// A path as every system shows it in version control.
fn shown(path: &Path) -> String {
    path.components().map(|it| it.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn word(change: &FileChange) -> &'static str {
    match (&change.before, &change.after) {
        (None, _) => "created",
        (Some(_), Some(_)) => "changed",
        (Some(_), None) => "removed",
    }
}

fn reason(why: Why) -> &'static str {
    match why {
        Why::Edited => "edited",
        Why::Foreign => "foreign",
    }
}
