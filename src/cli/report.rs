//! The only code that prints: data to stdout, everything else to stderr.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::{
    io::{self, BufRead, IsTerminal, Write},
    process::ExitCode,
    time::Instant,
};

use indicatif::{ProgressBar, ProgressStyle};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource};
use serde_json::{Value, json};
use trueup_contract::{Loss, Step, redact_urls};

use super::failure::{Failure, Snippet};
use crate::{apply::Watcher, plan::render::Palette};

/// The way out for everything a command says.
pub(super) struct Report {
    json: bool,
}

impl Report {
    pub(super) fn new(json: bool) -> Report {
        Report { json }
    }

    /// Whether data is to be JSON.
    pub(super) fn is_json(&self) -> bool {
        self.json
    }

    /// The colours for stdout.
    pub(super) fn palette(&self) -> Palette {
        if colours(io::stdout().is_terminal()) { Palette::COLOUR } else { Palette::default() }
    }

    /// Data for people or programs. A reader that has gone away is no error.
    pub(super) fn data(&self, text: &str) {
        let mut out = io::stdout().lock();
        let _ = out.write_all(text.as_bytes());
        if !text.ends_with('\n') {
            let _ = out.write_all(b"\n");
        }
        let _ = out.flush();
    }

    /// Data for programs.
    pub(super) fn value(&self, value: &Value) {
        self.data(&serde_json::to_string_pretty(value).unwrap_or_default());
    }

    /// A word about what happens; silent under `--json`.
    pub(super) fn note(&self, text: &str) {
        if !self.json {
            let _ = writeln!(io::stderr(), "{}", redact_urls(text));
        }
    }

    /// A warning.
    pub(super) fn warn(&self, text: &str) {
        let _ = writeln!(io::stderr(), "warning: {}", redact_urls(text));
    }

    /// What a format cannot hold, one line each.
    pub(super) fn losses(&self, losses: &[Loss]) {
        for Loss { address, what } in losses {
            let _ = writeln!(io::stderr(), "not held: {address}: {what}");
        }
    }

    /// Whether somebody is there to be asked.
    pub(super) fn can_ask(&self) -> bool {
        !self.json && io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Ask; only `yes` is yes.
    pub(super) fn ask(&self, question: &str) -> bool {
        let _ = write!(io::stderr(), "{question} Only `yes` is accepted: ");
        let _ = io::stderr().flush();
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer).is_ok() && answer.trim() == "yes"
    }

    /// A watcher that tells the steps of an apply.
    pub(super) fn watcher(&self, total: usize) -> StepLines {
        StepLines { silent: self.json, total, begun: Instant::now(), spinner: None }
    }
}

fn colours(is_terminal: bool) -> bool {
    is_terminal && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty())
}

/// A line for each step, with the time it took; a spinner meanwhile on a terminal.
pub(super) struct StepLines {
    silent: bool,
    total: usize,
    begun: Instant,
    spinner: Option<ProgressBar>,
}

impl Watcher for StepLines {
    fn started(&mut self, number: usize, step: &Step) {
        self.begun = Instant::now();
        if !self.silent && io::stderr().is_terminal() {
            let spinner = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("  {spinner} {msg} {elapsed}") {
                spinner.set_style(style);
            }
            let message = ["[", &(number + 1).to_string(), "/", &self.total.to_string(), "] ", &step.summary].concat();
            spinner.set_message(message);
            spinner.enable_steady_tick(std::time::Duration::from_millis(100));
            self.spinner = Some(spinner);
        }
    }

    fn finished(&mut self, number: usize, step: &Step) {
        if let Some(spinner) = self.spinner.take() {
            spinner.finish_and_clear();
        }
        if !self.silent {
            let seconds = self.begun.elapsed().as_secs_f64();
            let _ = writeln!(io::stderr(), "  [{}/{}] {} ({seconds:.2} s)", number + 1, self.total, step.summary);
        }
    }

    fn committed(&mut self) {
        if !self.silent {
            let _ = writeln!(io::stderr(), "  committed");
        }
    }
}

/// A wrong command line, in clap's words: help to stdout with 0, errors to stderr with 1, since 2 means changes.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    let plain = error.render().to_string();
    let clean = redact_urls(&plain);
    let _ = if clean == plain { error.print() } else { write!(io::stderr(), "{clean}") };
    ExitCode::from(u8::from(error.use_stderr()))
}

/// A mistake of this program. A message that was put together may hold anything, a password among it: it is not shown.
pub(super) fn panicked(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map_or_else(String::new, ToString::to_string);
    let message = panic.payload().downcast_ref::<&'static str>().copied().unwrap_or("the message is withheld");
    let _ = writeln!(io::stderr(), "error: trueup has a bug, at {place}: {message}");
    let _ = writeln!(io::stderr(), "\nhint: run it again with RUST_BACKTRACE=1, and report what it says");
    let trace = std::backtrace::Backtrace::capture();
    if trace.status() == std::backtrace::BacktraceStatus::Captured {
        let _ = writeln!(io::stderr(), "{trace}");
    }
}

/// A failed command.
pub(super) fn failed(failure: &Failure, json: bool) -> ExitCode {
    let Failure { message, hint, code, snippet } = failure;
    let (message, hint) = (redact_urls(message), hint.as_deref().map(redact_urls));
    if json {
        let place = snippet.as_ref().map(
            |it| json!({"file": it.place.file.display().to_string(), "line": it.place.line, "column": it.place.column}),
        );
        let value = json!({"error": {"message": message, "hint": hint, "exit_code": code, "place": place}});
        let _ = writeln!(io::stdout(), "{}", serde_json::to_string_pretty(&value).unwrap_or_default());
        return ExitCode::from(*code);
    }
    let _ = writeln!(io::stderr(), "error: {message}");
    if let Some(excerpt) = snippet.as_ref().and_then(excerpt) {
        let _ = writeln!(io::stderr(), "{excerpt}");
    }
    if let Some(hint) = hint {
        let _ = writeln!(io::stderr(), "\nhint: {hint}");
    }
    ExitCode::from(*code)
}

/// The text with everything after `://` masked that could hold a password, letter by letter, so that places stay.
fn masked(text: &str) -> String {
    let mut parts = text.split("://");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let line = part.lines().next().unwrap_or_default();
        let end = line.find(['"', '\'', '`']).unwrap_or(line.len());
        // A password may hold quotes.
        let end = line.rfind('@').map_or(end, |at| end.max(at));
        out.push_str("://");
        match &part[..end] {
            secret if secret.contains(['@', '?']) => out.push_str(&"*".repeat(end)),
            harmless => out.push_str(harmless),
        }
        out.push_str(&part[end..]);
    }
    out
}

/// The longest line, in bytes, of a source that is shown. The text that marks a place cannot be wider than 65,535 columns
/// (miette panics), and nobody reads such a line.
const WIDEST_LINE: usize = 10_000;

/// The lines of the source around a place.
fn excerpt(snippet: &Snippet) -> Option<String> {
    let Snippet { place, offset, length } = snippet;
    let text = masked(&std::fs::read_to_string(place.file.as_ref()).ok()?);
    if text.lines().any(|line| line.len() > WIDEST_LINE) {
        return None;
    }
    let theme =
        if colours(io::stderr().is_terminal()) { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let diagnostic =
        miette::MietteDiagnostic::new("here").with_label(LabeledSpan::new(None, (*offset).min(text.len()), *length));
    let report =
        miette::Report::new(diagnostic).with_source_code(NamedSource::new(place.file.display().to_string(), text));
    let mut out = String::new();
    GraphicalReportHandler::new_themed(theme).with_width(110).render_report(&mut out, report.as_ref()).ok()?;
    // The first lines repeat the message; the excerpt starts at the box.
    out.find('╭').map(|start| ["   ", out[start..].trim_end()].concat())
}
