//! `trueup pull`

pub(super) mod tell;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use clap::Args;
use trueup_contract::{Access, Provider};

use tell::word;

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
    engine,
    evidence::Pulled,
    mirror::{self, Comparison, Ground, MANIFEST, Manifest, Mirror, MirrorError, Obstacle, Snapshot, Why, slashed},
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
        let evidence = match self.check {
            true => None,
            false => Evidence::asked(&session, &self.evidence, Direction::DatabaseToCode)?,
        };
        let found = match self.narrowed(&session, report).await {
            Ok(found) => found,
            Err(failure) => {
                if let Some(evidence) = &evidence {
                    evidence.not_pulled(&failure.message)?;
                }
                return Err(failure);
            }
        };
        let folder = session.folder();
        let usual = PullConfig::usual();
        let config = session.config.as_ref().and_then(|it| it.pull.as_ref()).unwrap_or(&usual);
        let now = session::now();
        let ground = Ground { snapshot: &found.snapshot, provider: found.provider, config, folder, now: &now };
        let mirror = mirror::mirror(&ground).map_err(unmade)?;
        let comparison = Comparison::of(folder, &mirror, &manifest(folder)?, self.overwrite).map_err(failed)?;
        let strangers = mirror::strangers(&ground, &mirror, &comparison).map_err(failed)?;
        tell::warn(report, &found.snapshot, &strangers);
        if self.check {
            return Ok(tell::check(report, &found, &mirror, &comparison));
        }
        let refused = refuse(&comparison.obstacles, "the database");
        let written = refused.and_then(|()| comparison.carry_out(folder).map_err(failed));
        let mut hooks = Vec::new();
        if written.is_ok() {
            tell::done(report, &mirror, &comparison);
            if !comparison.changes.is_empty() {
                hooks = hooks::run(&session, Moment::AfterPull, report).await?;
            }
        }
        if let Some(evidence) = &evidence {
            let failure = written.as_ref().err().map(|it| it.message.clone());
            let pulled = self.pulled(&session, &found, &mirror, &comparison);
            evidence.pulled(found.provider, &found.snapshot, Pulled { failure, hooks: hooks.clone(), ..pulled })?;
        }
        written?;
        tell::all(report, &found, &mirror, &comparison, &hooks);
        let hint = "the mirror is written; run the hook again by hand, or set `best_effort = true` if it may fail";
        match hooks::failure(&hooks, hint) {
            Some(_) if report.is_json() => Ok(1),
            Some(failure) => Err(failure),
            None => Ok(0),
        }
    }

    /// As much of what was found as is looked at.
    async fn narrowed(&self, session: &Session, report: &Report) -> Result<Found, Failure> {
        session.require_database_authority("pull")?;
        let mut found = self.found(session, report).await?;
        let Snapshot { schema, depends, unmodelled, .. } = &mut found.snapshot;
        let mut sight = self.scope.sight(session.scope()?)?;
        sight.exclude.extend(session.ignored()?);
        sight.narrow_all(schema, depends, unmodelled);
        Ok(found)
    }

    /// What the evidence says of this pull.
    fn pulled(&self, session: &Session, found: &Found, mirror: &Mirror, comparison: &Comparison) -> Pulled {
        let changes: BTreeMap<&Path, &str> =
            comparison.changes.iter().map(|it| (it.path.as_path(), word(it))).collect();
        let changed = |path: &Path| changes.get(path).copied().unwrap_or("as it was");
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
            files: paths.map(|path| (slashed(path), changed(path).to_owned())).collect(),
            losses: losses.map(|(form, it)| [form, ": ", &it.address.to_string(), ": ", &it.what].concat()).collect(),
            ..Pulled::default()
        }
    }

    /// What is mirrored: of a database, or of a file.
    async fn found(&self, session: &Session, report: &Report) -> Result<Found, Failure> {
        if let Some(path) = &self.from_snapshot {
            let (snapshot, provider) = snapshot_in(path).await?;
            let (direction, name) = (Direction::DatabaseToCode.words(), provider.dialect().name());
            let environment = session.environment.as_deref().unwrap_or("not named");
            let (from, to) = (path.display().to_string(), to(session));
            let facts =
                ["direction: ", direction, " · environment: ", environment, " · dialect: ", name, " · code: ", &to];
            report.note(&[&facts.concat(), " · snapshot: ", &from].concat());
            return Ok(Found { snapshot, provider, environment: session.environment.clone() });
        }
        let provider = session.provider(&session.url()?)?;
        session.announce(report, Direction::DatabaseToCode, &to(session))?;
        let mut workspace = session.workspace(Access::Read).await?;
        let inspection = workspace.database.inspect().await.map_err(Failure::database)?;
        let snapshot = Snapshot::of(provider.dialect().name(), &workspace.server, &inspection).read_back();
        let snapshot = snapshot.map_err(|error| Failure::plain(error.to_string()))?;
        Ok(Found { snapshot, provider, environment: session.environment.clone() })
    }
}

/// What a pull starts from.
struct Found {
    snapshot: Snapshot,
    provider: &'static dyn Provider,
    environment: Option<String>,
}

/// The snapshot in a file, and the provider whose it is. Whoever edits the file can put anything into its texts, so it is
/// believed only as far as it reads back.
async fn snapshot_in(path: &Path) -> Result<(Snapshot, &'static dyn Provider), Failure> {
    let prefix = [&path.display().to_string(), ": "].concat();
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, "read", &error))?;
    let snapshot = Snapshot::parse(&text).map_err(|error| {
        let hint = "`trueup inspect --format json` of the database writes one";
        Failure::with_hint([prefix.as_str(), &error.to_string()].concat(), hint)
    })?;
    let provider = registry::dialect(&snapshot.provider).ok_or_else(|| {
        let what = ["there is no provider `", &snapshot.provider, "` in this build"].concat();
        Failure::with_hint(what, ["there are ", &registry::dialects().join(", ")].concat())
    })?;
    engine::read_back(provider, &snapshot.schema, &snapshot.depends, snapshot.cluster()).await.map_err(|error| {
        let mut failure = Failure::from(error);
        failure.message.insert_str(0, &prefix);
        failure
    })?;
    Ok((snapshot, provider))
}

/// What is written, as `[pull]` says.
fn to(session: &Session) -> String {
    let usual = PullConfig::usual();
    let config = session.config.as_ref().and_then(|it| it.pull.as_ref()).unwrap_or(&usual);
    config.paths().into_iter().map(slashed).collect::<Vec<_>>().join(", ")
}

/// What was written the last time.
pub(super) fn manifest(folder: &Path) -> Result<Manifest, Failure> {
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

/// The failure of making a mirror.
pub(super) fn unmade(error: MirrorError) -> Failure {
    match error {
        MirrorError::Source(error) => error.into(),
        MirrorError::File(error) => failed(error),
        MirrorError::Twice { .. } => {
            Failure::with_hint(error.to_string(), "give each form of `[pull]` in trueup.toml a path of its own")
        }
    }
}

/// The failure of reading or writing a file.
pub(super) fn failed(error: mirror::FileError) -> Failure {
    Failure::plain(error.to_string())
}

/// Nothing is written where a file is not ours to change. `origin` is what the files are made from.
pub(super) fn refuse(obstacles: &[Obstacle], origin: &str) -> Result<(), Failure> {
    let of =
        |why: Why| obstacles.iter().filter(move |it| it.why == why).map(|it| slashed(&it.path)).collect::<Vec<_>>();
    let (edited, foreign) = (of(Why::Edited), of(Why::Foreign));
    if !edited.is_empty() {
        let what = ["generated files were edited by hand: ", &edited.join(", ")].concat();
        let hint = ["nothing was written; change ", origin, " instead, or give `--overwrite` to lose the edits"];
        return Err(Failure::refused(what, hint.concat()));
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
