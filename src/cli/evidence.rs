//! `--evidence`: what a run knows, told to the pages of `crate::evidence`.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;
use trueup_contract::{Inspection, Provider, Step, redact_urls};

use super::{
    check,
    failure::Failure,
    report::StepLines,
    session::{self, Direction, Session},
};
use crate::{
    apply::{Watcher, missing_consent},
    config::EvidenceConfig,
    engine::{Sight, Workspace},
    evidence::{
        self, CONNECTION, Difference, EXECUTION, EvidenceError, ExecutionLog, Folder, Intent, OUTCOME, Occasion,
        Outcome, PLAN, Pulled, Row,
    },
    mirror::Snapshot,
    plan::Plan,
    preflight::Purpose,
};

#[derive(Args, Clone, Debug, Default)]
pub(super) struct EvidenceOptions {
    /// Write what was found, planned and done into this folder, as Markdown [default: `[evidence] dir`, if it is set]
    #[arg(long, value_name = "DIR")]
    pub(super) evidence: Option<PathBuf>,
}

/// The evidence of one run.
pub(super) struct Evidence {
    folder: Folder,
    names: EvidenceConfig,
    occasion: Occasion,
    sight: Sight,
}

impl Evidence {
    /// The evidence that was asked for, on the command line or in the configuration.
    pub(super) fn asked(
        session: &Session,
        options: &EvidenceOptions,
        direction: Direction,
    ) -> Result<Option<Evidence>, Failure> {
        let names = session.config.as_ref().map_or_else(EvidenceConfig::default, |it| it.evidence.clone());
        let configured = names.dir.as_ref().map(|dir| session.folder().join(dir));
        let Some(path) = options.evidence.clone().or(configured) else { return Ok(None) };
        let url = session.url().ok();
        let provider = url.as_ref().and_then(|url| session.provider(url).ok());
        let occasion = Occasion {
            task: names.task.clone(),
            owner: names.owner.clone(),
            command: command_line(),
            environment: session.environment.clone(),
            authority: session.authority()?.place(),
            direction: direction.words(),
            dialect: provider.map_or_else(|| "not known".to_owned(), |it| it.dialect().name().to_owned()),
            target: url.map_or_else(|| "none".to_owned(), |url| url.to_string()),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            now: session::now(),
        };
        let sight = Sight { scope: session.scope()?, exclude: session.ignored()? };
        Ok(Some(Evidence { folder: Folder::new(path, private_paths()), names, occasion, sight }))
    }

    /// Where it is.
    pub(super) fn place(&self) -> String {
        self.folder.path().display().to_string()
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        self.folder.write(name, text).map_err(failed)
    }

    /// `00`: what a connection is good for, looked at before anything else is done.
    pub(super) async fn preflight(&self, session: &Session, purpose: Purpose) -> Result<(), Failure> {
        let found = check::preflight(session, purpose).await?;
        self.write(CONNECTION, &evidence::connection_check(&self.occasion, &found))
    }

    /// The evidence that was asked for, with what the connection is good for where there is a database already, and where
    /// there is none and can be none.
    pub(super) async fn asked_of(
        session: &Session,
        options: &EvidenceOptions,
        purpose: Purpose,
        opened: &Result<Workspace, Failure>,
    ) -> Result<Option<Evidence>, Failure> {
        let evidence = Evidence::asked(session, options, Direction::CodeToDatabase)?;
        if let Some(evidence) = &evidence
            && !opened.as_ref().is_ok_and(|it| it.is_vacant)
        {
            evidence.preflight(session, purpose).await?;
        }
        Ok(evidence)
    }

    /// A snapshot for programs; its name below the folder.
    fn snapshot(&self, when: &str, workspace: &Workspace, found: &Inspection) -> Result<String, Failure> {
        let name = [&self.names.artifacts, "/schema-", when, ".json"].concat();
        let provider = workspace.provider.dialect().name();
        let mut snapshot = Snapshot::of(provider, &workspace.server, found);
        let Snapshot { schema, depends, unmodelled, .. } = &mut snapshot;
        self.sight.narrow_all(schema, depends, unmodelled);
        self.write(&name, &snapshot.render())?;
        Ok(name)
    }

    /// `01`, `02` and what programs read of a plan.
    pub(super) fn planned(
        &self,
        plan: &Plan,
        workspace: &Workspace,
        before: &Inspection,
        source: &str,
        plan_file: Option<&Path>,
    ) -> Result<(), Failure> {
        self.difference(plan, workspace, before, source, false)?;
        let file = [&self.names.artifacts, "/plan.json"].concat();
        let text = plan.render().map_err(crate::engine::EngineError::from)?;
        self.write(&file, &text)?;
        let missing: Vec<String> = missing_consent(plan, true).iter().map(|it| it.what()).collect();
        let copy = self.folder.path().join(&file);
        let given = plan_file.unwrap_or(&copy).display().to_string();
        let page = Intent { plan, missing: &missing, copy: &file, file: &given };
        self.write(PLAN, &evidence::intent(&self.occasion, page))
    }

    /// `01`, as a preview or as a report of drift.
    pub(super) fn difference(
        &self,
        plan: &Plan,
        workspace: &Workspace,
        before: &Inspection,
        source: &str,
        is_drift: bool,
    ) -> Result<(), Failure> {
        let snapshot = self.snapshot("before", workspace, before)?;
        let source = redact_urls(source);
        let page = Difference { is_drift, plan, before, source: &source, snapshot: &snapshot };
        self.write(&self.names.diff, &evidence::difference(&self.occasion, page))
    }

    /// Whether an earlier apply to this database has left its log and outcome here: one that does nothing takes nothing away.
    pub(super) fn has_outcome(&self) -> bool {
        let outcome = self.folder.read(OUTCOME);
        self.folder.read(EXECUTION).is_some() && outcome.is_some_and(|it| evidence::is_of(&it, &self.occasion))
    }

    /// `03`, to be written as it goes.
    pub(super) fn log(&self, plan: &Plan) -> Result<ExecutionLog, Failure> {
        let is_first = self.folder.read(EXECUTION).is_none();
        let text = evidence::execution_begin(&self.occasion, &plan.plan_id.to_string(), is_first);
        Ok(ExecutionLog::new(self.folder.extend(EXECUTION, &text).map_err(failed)?))
    }

    /// `04`, and the snapshot afterwards.
    pub(super) fn outcome(
        &self,
        workspace: &Workspace,
        after: Option<&Inspection>,
        page: Outcome<'_>,
    ) -> Result<(), Failure> {
        let snapshot = match after {
            Some(found) => self.snapshot("after", workspace, found)?,
            None => String::new(),
        };
        let page = Outcome { snapshot: &snapshot, after, ..page };
        self.write(OUTCOME, &evidence::outcome(&self.occasion, page))
    }

    /// A pull that has read nothing.
    pub(super) fn not_pulled(&self, failure: &str) -> Result<(), Failure> {
        let (name, text) = evidence::pull_failed(&self.occasion, &redact_urls(failure));
        self.write(name, &text)
    }

    /// The four files of a pull, and what it read.
    pub(super) fn pulled(&self, provider: &dyn Provider, found: &Snapshot, pulled: Pulled) -> Result<(), Failure> {
        let snapshot = [&self.names.artifacts, "/snapshot.json"].concat();
        self.write(&snapshot, &found.render())?;
        let pulled = Pulled { snapshot, ..pulled };
        let occasion = Occasion { dialect: provider.dialect().name().to_owned(), ..self.occasion.clone() };
        let pages = evidence::pull_pages(&occasion, &pulled);
        pages.iter().try_for_each(|(name, text)| self.write(name, text))
    }
}

fn failed(error: EvidenceError) -> Failure {
    Failure::with_hint(error.to_string(), "choose a folder that can be written to with `--evidence`")
}

/// The command line as somebody would type it, without its secrets.
fn command_line() -> String {
    let is_plain =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "-_./:=,@%+*".contains(c));
    let quoted = |text: String| if is_plain(&text) { text } else { ["'", &text.replace('\'', "'\\''"), "'"].concat() };
    let words = std::env::args_os().skip(1).map(|it| quoted(redact_urls(&it.to_string_lossy())));
    let words: Vec<String> = ["trueup".to_owned()].into_iter().chain(words).collect();
    words.join(" ")
}

/// Paths of this machine that say nothing to others, the longest first.
fn private_paths() -> Vec<(String, &'static str)> {
    let here = std::env::current_dir().ok().map(|it| (it.display().to_string(), "."));
    let home = std::env::var("HOME").ok().map(|it| (it, "~"));
    let mut paths: Vec<_> = here.into_iter().chain(home).filter(|(path, _)| path.len() > 1).collect();
    paths.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
    paths
}

/// Tells the steps of an apply to people and to the log.
pub(super) struct Told<'a> {
    pub(super) lines: StepLines,
    pub(super) log: Option<ExecutionLog>,
    pub(super) plan: &'a Plan,
    pub(super) begun: Instant,
}

impl Told<'_> {
    /// The apply has ended: what is said at the end of the log. A log that could not be written is told.
    pub(super) fn close(&mut self, result: Result<&str, &str>) -> Option<String> {
        let log = self.log.as_mut()?;
        let sentence = match result {
            Ok(words) => words.to_owned(),
            Err(error) => {
                let error = redact_urls(error);
                log.failed(&error);
                ["**The apply failed:** ", &error.replace('\n', " ")].concat()
            }
        };
        let failure = log.close(&sentence)?;
        Some(["the execution log could not be written: ", &failure.to_string()].concat())
    }
}

impl Watcher for Told<'_> {
    fn started(&mut self, number: usize, step: &Step) {
        self.lines.started(number, step);
        self.begun = Instant::now();
        if let Some(log) = &mut self.log {
            let id = self.plan.steps.get(number).map_or("", |it| it.id.as_str());
            let statement = step.action.sql().to_owned();
            let (time, step, seconds) = (session::now(), id.to_owned(), String::new());
            log.started(Row { time, step, statement, seconds, result: "begun".to_owned() });
        }
    }

    fn finished(&mut self, number: usize, step: &Step) {
        self.lines.finished(number, step);
        let seconds = format!("{:.3}", self.begun.elapsed().as_secs_f64());
        if let Some(log) = &mut self.log {
            log.ended(seconds, "ran");
        }
    }

    fn committed(&mut self) {
        self.lines.committed();
        if let Some(log) = &mut self.log {
            log.committed();
        }
    }
}
