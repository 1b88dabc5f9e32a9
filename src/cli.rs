//! The command line: one file a command; what they share is in `options`, `session` and `report`.

mod apply;
mod approve;
mod check;
mod completions;
mod context;
mod detect;
mod diff;
mod drift;
mod evidence;
mod execute;
mod explain;
mod failure;
mod graph;
mod hooks;
mod import;
mod init;
mod inspect;
mod options;
mod plan;
mod prove;
mod pull;
mod report;
mod session;
mod state;
mod validate;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use failure::Failure;
use report::Report;

/// Keeps databases true to their declared schema: Terraform for schemas.
#[derive(Parser)]
#[command(name = "trueup", version, about, max_term_width = 110, arg_required_else_help = true, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done or nothing to do · 1 error · 2 changes or drift present \
                          (plan --detailed-exitcode, drift, pull --check, context --check) · 3 refused, or consent is missing · 4 stale plan · \
                          5 lock held by someone else";

#[derive(Subcommand)]
enum Command {
    /// Write trueup.toml, schema/ and .gitignore entries
    Init(init::Init),
    /// Check the declared schema, offline
    Validate(validate::Validate),
    /// Show what an apply would do
    Plan(plan::PlanCommand),
    /// Bring the database to its declared schema
    Apply(apply::Apply),
    /// Consent to a plan file
    Approve(approve::Approve),
    /// Try a plan on a copy of the database
    Prove(prove::Prove),
    /// Compare the database with what was recorded at the last apply
    Drift(drift::DriftCommand),
    /// Print the SQL between two sources
    Diff(diff::Diff),
    /// Mirror a database in the files of this repository
    Pull(pull::Pull),
    /// Write docs/context/db/schema.json of the declared schema, for other tools; an apply does, too
    Context(context::Context),
    /// Show the schema of a database
    Inspect(inspect::Inspect),
    /// Check the connection
    Check(check::CheckCommand),
    /// Take ownership of objects that are there
    Import(import::Import),
    /// Look at and change the recorded state
    State(state::State),
    /// Show what needs what
    Graph(graph::Graph),
    /// Say why an object changes, or does not
    Explain(explain::Explain),
    /// Print a completion script for a shell
    Completions(completions::Completions),
    /// Print the manual page
    Man,
}

/// The stack of every thread that reads a schema. Deeply nested SQL recurses: the deepest that is read
/// (`trueup_contract::DEEPEST`) takes 60 MB in a debug build. Memory that is not touched costs nothing.
const STACK: usize = 256 << 20;

/// Run the command line.
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(report::panicked));
    let main = std::thread::Builder::new().name("main".to_owned()).stack_size(STACK).spawn(run);
    match main.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        // The hook has told of it already.
        Ok(Err(panic)) => std::panic::resume_unwind(panic),
        Err(error) => report::failed(&Failure::plain(error.to_string()), false),
    }
}

fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return report::usage(&error),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().thread_stack_size(STACK).build() {
        Ok(runtime) => runtime,
        Err(error) => return report::failed(&Failure::plain(error.to_string()), false),
    };
    let json = cli.command.json();
    let report = Report::new(json);
    let outcome = runtime.block_on(async {
        tokio::select! {
            outcome = cli.command.run(&report) => outcome,
            // Dropping the command drops its connection, and with it every transaction that is not committed.
            _ = tokio::signal::ctrl_c() => Err(Failure::interrupted()),
        }
    });
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(failure) => report::failed(&failure, json),
    }
}

impl Command {
    fn json(&self) -> bool {
        match self {
            Command::Init(it) => it.json,
            Command::Validate(it) => it.options.json,
            Command::Plan(it) => it.options.connection.json,
            Command::Apply(it) => it.options.connection.json,
            Command::Approve(it) => it.json,
            Command::Prove(it) => it.options.json,
            Command::Drift(it) => it.options.connection.json,
            Command::Diff(it) => it.json,
            Command::Pull(it) => it.options.json,
            Command::Context(it) => it.options.json,
            Command::Inspect(it) => it.options.json,
            Command::Check(it) => it.options.json,
            Command::Import(it) => it.options.connection.json,
            Command::State(it) => it.options.json,
            Command::Graph(it) => it.options.connection.json,
            Command::Explain(it) => it.options.connection.json,
            Command::Completions(_) | Command::Man => false,
        }
    }

    async fn run(self, report: &Report) -> Result<u8, Failure> {
        match self {
            Command::Init(it) => it.run(report).await,
            Command::Validate(it) => it.run(report).await,
            Command::Plan(it) => it.run(report).await,
            Command::Apply(it) => it.run(report).await,
            Command::Approve(it) => it.run(report),
            Command::Prove(it) => it.run(report).await,
            Command::Drift(it) => it.run(report).await,
            Command::Diff(it) => it.run(report).await,
            Command::Pull(it) => it.run(report).await,
            Command::Context(it) => it.run(report).await,
            Command::Inspect(it) => it.run(report).await,
            Command::Check(it) => it.run(report).await,
            Command::Import(it) => it.run(report).await,
            Command::State(it) => it.run(report).await,
            Command::Graph(it) => it.run(report).await,
            Command::Explain(it) => it.run(report).await,
            Command::Completions(it) => it.run(report),
            Command::Man => completions::man(report),
        }
    }
}

/// The command line's definition, for completions and the manual page.
fn definition() -> clap::Command {
    Cli::command()
}
