//! Evidence of a run, in Markdown for people: what was connected to, what differed, what was planned, what ran, what came
//! of it. Everything here is a pure function of what the run knows, but for `folder`, the one place that writes.

mod connection;
mod difference;
mod execution;
mod folder;
mod intent;
mod markdown;
mod mirrored;
mod outcome;
mod risk;

use markdown::Page;

pub use connection::connection_check;
pub use difference::{Difference, difference};
pub use execution::{ExecutionLog, Row, execution_begin};
pub use folder::{EvidenceError, Folder};
pub use intent::{Intent, intent};
pub use mirrored::{Pulled, pull_failed, pull_pages};
pub use outcome::{HookOutcome, Outcome, Refreshed, Second, outcome};
pub use risk::{Risk, risk};

/// The names of the files; that of the differences, and of the folder for programs, can be configured.
pub const CONNECTION: &str = "00-connection-check.md";
/// The plan: strategy, steps, way back, verification, approvals.
pub const PLAN: &str = "02-migration-plan.md";
/// What ran.
pub const EXECUTION: &str = "03-execution-log.md";
/// What came of it.
pub const OUTCOME: &str = "04-post-verify.md";

/// What stands at the head of every file.
#[derive(Clone, Debug, Default)]
pub struct Occasion {
    /// What the work is called.
    pub task: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The command line, redacted.
    pub command: String,
    /// The environment, where one was named.
    pub environment: Option<String>,
    /// Which side is right, and which file says so.
    pub authority: String,
    /// `code → database` or `database → code`.
    pub direction: &'static str,
    /// The provider's name.
    pub dialect: String,
    /// The database, redacted.
    pub target: String,
    /// The trueup that ran.
    pub tool_version: String,
    /// When, in RFC 3339.
    pub now: String,
}

/// Whether a page is of an occasion like this one: of the same environment and database.
pub fn is_of(page: &str, occasion: &Occasion) -> bool {
    let own = occasion.page("").finish();
    let is_named = |line: &&str| ["- **Environment:**", "- **Target:**"].iter().any(|it| line.starts_with(it));
    own.lines().filter(is_named).all(|line| page.lines().any(|it| it == line))
}

/// How the line with the time begins: the only one in which two runs that found the same may differ.
const TIME: &str = "- **Time (UTC):** ";

impl Occasion {
    /// The head of a file.
    fn page(&self, title: &str) -> Page {
        let Occasion { task, owner, command, environment, authority, direction, dialect, target, tool_version, now } =
            self;
        let mut page = Page::titled(title);
        let or = |text: &Option<String>, none: &str| text.clone().unwrap_or_else(|| none.to_owned());
        page.fact("Task", &or(task, "not named"));
        page.fact("Owner", &or(owner, "not named"));
        page.fact("Environment", &or(environment, "none named"));
        page.fact("Target", target);
        page.fact("Dialect", dialect);
        page.fact("Direction", direction);
        page.fact("Authority", authority);
        page.fact("Made by", &[&markdown::code(command), ", trueup ", tool_version].concat());
        page.line(&[TIME, now].concat());
        page
    }
}
