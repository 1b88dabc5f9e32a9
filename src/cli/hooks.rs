//! `[hooks]`: running the configured programs, and what came of them.

use std::{
    collections::VecDeque,
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::{Child, Command},
};
use trueup_contract::{Redacted, redact_urls};

use super::{failure::Failure, report::Report, session::Session};
use crate::{
    config::{HookConfig, HooksConfig},
    evidence::HookOutcome,
    registry,
};

/// When hooks are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    BeforeApply,
    AfterApply,
    AfterPull,
}

impl Moment {
    fn name(self) -> &'static str {
        match self {
            Moment::BeforeApply => "before_apply",
            Moment::AfterApply => "after_apply",
            Moment::AfterPull => "after_pull",
        }
    }

    fn of(self, hooks: &HooksConfig) -> &[HookConfig] {
        match self {
            Moment::BeforeApply => &hooks.before_apply,
            Moment::AfterApply => &hooks.after_apply,
            Moment::AfterPull => &hooks.after_pull,
        }
    }
}

/// Variables that hold a password whatever it looks like.
const SECRET: &[&str] = &["DATABASE_URL", "MYSQL_PWD", "PGPASSFILE", "PGPASSWORD"];

/// How much of what a hook says is kept.
const TAIL: usize = 4096;

/// Run the hooks of a moment, one after the other, up to the first that fails and must not.
pub(super) async fn run(session: &Session, moment: Moment, report: &Report) -> Result<Vec<HookOutcome>, Failure> {
    let hooks = session.config.as_ref().map_or(&[][..], |it| moment.of(&it.hooks));
    let mut outcomes = Vec::new();
    for hook in hooks {
        let outcome = run_one(session, moment, hook).await?;
        tell(report, &outcome);
        let stops = !outcome.succeeded && !outcome.best_effort;
        outcomes.push(outcome);
        if stops {
            break;
        }
    }
    Ok(outcomes)
}

/// The failure of the first hook that must not fail.
pub(super) fn failure(outcomes: &[HookOutcome], hint: &str) -> Option<Failure> {
    let failed = outcomes.iter().find(|it| !it.succeeded && !it.best_effort)?;
    let what = ["the hook ", failed.moment, " failed: `", &failed.command, "` ", &failed.result].concat();
    Some(Failure::with_hint(what, hint))
}

/// Hooks for programs.
pub(super) fn values(outcomes: &[HookOutcome]) -> Vec<serde_json::Value> {
    let value = |it: &HookOutcome| {
        let HookOutcome { moment, command, result, succeeded, best_effort, seconds, tail } = it;
        serde_json::json!({
            "moment": moment, "command": command, "result": result, "succeeded": succeeded,
            "best_effort": best_effort, "seconds": seconds.parse::<f64>().ok(), "tail": tail,
        })
    };
    outcomes.iter().map(value).collect()
}

fn tell(report: &Report, outcome: &HookOutcome) {
    let HookOutcome { moment, command, result, succeeded, best_effort: _, seconds, tail } = outcome;
    let line = ["hook ", moment, ": `", command, "` ", result, " (", seconds, " s)"].concat();
    if *succeeded {
        return report.note(&line);
    }
    report.warn(&line);
    tail.lines().for_each(|it| report.note(&["  | ", it].concat()));
}

async fn run_one(session: &Session, moment: Moment, hook: &HookConfig) -> Result<HookOutcome, Failure> {
    let begun = Instant::now();
    let (result, said) = match started(session, moment, hook) {
        Err(error) => (Err(["could not be started: ", &error.to_string()].concat()), Vec::new()),
        Ok(mut running) => {
            let mut said = VecDeque::new();
            let ended = tokio::time::timeout(hook.timeout()?, watched(&mut running.0, &mut said)).await;
            let result = match ended {
                Err(_) => Err(["was ended after ", hook.timeout.as_deref().unwrap_or("10m")].concat()),
                Ok(Err(error)) => Err(error.to_string()),
                Ok(Ok(status)) if status.success() => Ok(()),
                Ok(Ok(status)) => Err(["failed, ", &status.to_string()].concat()),
            };
            (result, Vec::from(said))
        }
    };
    let private = Private::of(session, hook);
    Ok(HookOutcome {
        moment: moment.name(),
        command: private.scrub(&hook.run.join(" ")),
        succeeded: result.is_ok(),
        result: private.scrub(&result.err().unwrap_or_else(|| "ok".to_owned())),
        best_effort: hook.best_effort,
        seconds: format!("{:.1}", begun.elapsed().as_secs_f64()),
        tail: private.scrub(&String::from_utf8_lossy(&said)),
    })
}

/// A hook that runs; dropping it ends it with all that it started.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(group) = self.0.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed())) {
            // It leads a group of its own, so that its children are ended, too. One that is gone already is no matter.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

fn started(session: &Session, moment: Moment, hook: &HookConfig) -> std::io::Result<Running> {
    let (program, args) = hook.run.split_first().ok_or(std::io::ErrorKind::InvalidInput)?;
    let folder = std::path::absolute(match session.folder() {
        folder if folder.as_os_str().is_empty() => std::path::Path::new("."),
        folder => folder,
    })?;
    // What names a path is of the folder that the hook runs in; a mere name is looked for in PATH.
    let beside = folder.join(program);
    let mut command = if program.contains('/') { Command::new(beside) } else { Command::new(program) };
    command.args(args).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.kill_on_drop(true).env("TRUEUP_HOOK", moment.name());
    if let Some(environment) = &session.environment {
        command.env("TRUEUP_ENVIRONMENT", environment);
    }
    for (name, _) in std::env::vars_os() {
        let is_named = hook.env.iter().any(|it| name.to_str() == Some(it));
        if !is_named && is_secret(session, &name) {
            command.env_remove(name);
        }
    }
    for name in &hook.env {
        if let Ok(value) = session.variable(name) {
            command.env(name, value);
        }
    }
    #[cfg(unix)]
    command.process_group(0);
    command.spawn().map(Running)
}

/// Whether a variable holds a database URL or a password: by its value, by its name, or as the configuration names it.
fn is_secret(session: &Session, name: &std::ffi::OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    let is_url = |value: String| {
        let scheme = value.contains("://").then(|| Redacted::new(value).scheme()).flatten();
        scheme.is_some_and(|it| registry::provider(&it).is_some())
    };
    SECRET.contains(&name) || session.names_variable(name) || std::env::var(name).is_ok_and(is_url)
}

/// How long the last words of a hook that has ended may take to arrive.
const GRACE: Duration = Duration::from_millis(200);

/// Wait for a hook to end, with what it says last. What it leaves running keeps nobody waiting.
async fn watched(child: &mut Child, said: &mut VecDeque<u8>) -> std::io::Result<ExitStatus> {
    let (mut out, mut error) = (child.stdout.take(), child.stderr.take());
    let (mut first, mut second) = ([0; 1024], [0; 1024]);
    let mut ended: Option<(ExitStatus, tokio::time::Instant)> = None;
    while out.is_some() || error.is_some() || ended.is_none() {
        let until = ended.map_or_else(tokio::time::Instant::now, |(_, until)| until);
        tokio::select! {
            read = next(&mut out, &mut first), if out.is_some() => keep(said, &first, read, &mut out),
            read = next(&mut error, &mut second), if error.is_some() => keep(said, &second, read, &mut error),
            status = child.wait(), if ended.is_none() => {
                ended = Some((status?, tokio::time::Instant::now() + GRACE));
            }
            () = tokio::time::sleep_until(until), if ended.is_some() => break,
        }
    }
    ended.map(|(status, _)| status).ok_or_else(|| std::io::ErrorKind::Other.into())
}

async fn next<T: AsyncRead + Unpin>(stream: &mut Option<T>, buffer: &mut [u8]) -> usize {
    match stream {
        Some(stream) => stream.read(buffer).await.unwrap_or(0),
        None => 0,
    }
}

/// Keep the end of what is said; a stream that says nothing more is closed.
fn keep<T>(said: &mut VecDeque<u8>, buffer: &[u8], read: usize, stream: &mut Option<T>) {
    if read == 0 {
        *stream = None;
    }
    said.extend(&buffer[..read]);
    said.drain(..said.len().saturating_sub(TAIL));
}

/// What must be in nothing that is told.
struct Private(Vec<Redacted>);

impl Private {
    /// The connection, what the hook was given, and what was kept from it.
    fn of(session: &Session, hook: &HookConfig) -> Private {
        let kept = std::env::vars().filter(|(name, _)| is_secret(session, name.as_ref())).map(|(_, value)| value);
        let given = hook.env.iter().filter_map(|name| session.variable(name).ok());
        // What is too short would be found in any text.
        let values = kept.chain(given).filter(|it| it.len() > 2).map(Redacted::new);
        Private(session.url().into_iter().chain(values).collect())
    }

    fn scrub(&self, text: &str) -> String {
        redact_urls(&self.0.iter().fold(text.to_owned(), |text, url| url.scrub(&text)))
    }
}
