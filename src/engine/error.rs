//! What can go wrong, and the exit code that says so.

use trueup_contract::{BackendError, DatabaseError, DialectError, HandOver, LockFailure, RealizeError, SourceError};
use trueup_state::Address;

use crate::{
    plan::{Cycle, PlanFileError},
    registry,
};

/// Everything the engine may answer instead of what was asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The desired schema cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The desired schema is wrong.
    #[error(transparent)]
    Realize(#[from] RealizeError),
    /// The database says no.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The scratch database says no.
    #[error("the scratch database: {0}")]
    Scratch(DatabaseError),
    /// The state cannot be read or written.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// A lock is not to be had.
    #[error(transparent)]
    Lock(#[from] LockFailure),
    /// A change is beyond the database.
    #[error(transparent)]
    Dialect(#[from] DialectError),
    /// A provider's steps wait for each other.
    #[error("this is a bug in trueup: {0}")]
    Cycle(#[from] Cycle),
    /// The plan file cannot be used.
    #[error(transparent)]
    PlanFile(#[from] PlanFileError),
    /// The desired schema contradicts itself or the database.
    #[error("{what}")]
    Wrong {
        /// What is wrong, and where.
        what: String,
        /// What to do.
        hint: String,
    },
    /// The lockfile was written for another database.
    #[error("the lockfile belongs to another database than `{location}`, and what it records is not there")]
    OtherDatabase {
        /// Where we are connected.
        location: String,
    },
    /// The lockfile was written by another provider.
    #[error("the lockfile is of a {recorded} database, this one is {found}")]
    OtherProvider {
        /// The provider in the lockfile.
        recorded: String,
        /// The provider of the connection.
        found: String,
    },
    /// The plan does not fit what is there any more.
    #[error("the plan is stale: {0}")]
    Stale(String),
    /// We will not, until somebody says otherwise.
    #[error("{what}")]
    Refused {
        /// What is refused, and why.
        what: String,
        /// What would let it pass.
        hint: String,
    },
    /// A step is for another tool to carry out. What came before it is done.
    #[error("step {number}, {step}, is not run here: {}", .hand_over.reason)]
    Waits {
        /// Which of the plan's steps.
        number: usize,
        /// The step's summary.
        step: String,
        /// By what it can be done.
        hand_over: HandOver,
    },
    /// After the apply, an object is not as planned.
    #[error("after the apply, {} not as planned: {}", if .0.len() == 1 { "an object is" } else { "objects are" }, list(.0))]
    Mismatch(Vec<Address>),
    /// Objects of extensions are gone that the plan says nothing of.
    #[error("{}objects of extensions are gone: {}", if *.rolled_back { "the last steps were rolled back: " } else { "after the apply, " }, list(.gone))]
    Extensions {
        /// Which.
        gone: Vec<Address>,
        /// Whether they are there again.
        rolled_back: bool,
    },
    /// The steps would have led to something else than planned; their transaction was rolled back.
    #[error("the last steps were rolled back: {} not as planned after them: {}", if .0.len() == 1 { "an object was" } else { "objects were" }, list(.0))]
    RolledBack(Vec<Address>),
}

fn list(addresses: &[Address]) -> String {
    addresses.iter().map(|address| ["`", &address.to_string(), "`"].concat()).collect::<Vec<_>>().join(", ")
}

impl EngineError {
    /// The process's exit code: 1 error, 3 refused, 4 stale plan, 5 lock held by someone else.
    pub fn exit_code(&self) -> u8 {
        match self {
            EngineError::Stale(_)
            | EngineError::PlanFile(_)
            | EngineError::Database(DatabaseError::Moved | DatabaseError::StateMoved)
            | EngineError::Backend(BackendError::Stale { .. }) => 4,
            EngineError::Lock(LockFailure::Taken(_))
            | EngineError::Database(DatabaseError::Held(_) | DatabaseError::Blocked { .. }) => 5,
            EngineError::Refused { .. }
            | EngineError::Waits { .. }
            | EngineError::OtherDatabase { .. }
            | EngineError::Dialect(_)
            | EngineError::Realize(RealizeError::At { is_refusal: true, .. })
            | EngineError::Database(
                DatabaseError::Refused { .. } | DatabaseError::Unsupported(_) | DatabaseError::ForeignKeys { .. },
            ) => 3,
            _ => 1,
        }
    }

    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            EngineError::Wrong { hint, .. } | EngineError::Refused { hint, .. } => return Some(hint.clone()),
            EngineError::Realize(RealizeError::At { hint, .. })
            | EngineError::Source(SourceError::Malformed { hint, .. }) => return hint.clone(),
            EngineError::Source(SourceError::Program { what: _, hint }) => return Some(hint.clone()),
            EngineError::Waits { hand_over: HandOver { reason: _, commands, preflight }, .. } => {
                let lines = ["look first:"].into_iter().chain(preflight.iter().map(String::as_str));
                let look: Vec<&str> = if preflight.is_empty() { Vec::new() } else { lines.collect() };
                let run = ["run one of these, then this apply again; what came before is done:"];
                let all = look.into_iter().chain(run).chain(commands.iter().map(String::as_str));
                return Some(all.collect::<Vec<_>>().join("\n  "));
            }
            EngineError::Stale(_) | EngineError::Database(DatabaseError::Moved | DatabaseError::StateMoved) => {
                "make a new plan with `trueup plan`"
            }
            EngineError::PlanFile(_) => {
                "make the plan again with `trueup plan --out plan.json`; plan files are never edited"
            }
            EngineError::OtherDatabase { .. } => {
                "check the URL; if the database was moved on purpose, run `trueup state rebind`"
            }
            EngineError::Scratch(_) => "nothing was done; name another database with `--scratch`, or leave it out",
            EngineError::Database(DatabaseError::Missing(_)) => {
                "check the path and its folder; `trueup plan` takes a file that is not there yet for an empty database, and \
                 `apply` creates it"
            }
            EngineError::Database(DatabaseError::Busy { .. }) => {
                "find the program that is writing, or wait longer with `--lock-timeout 10s`"
            }
            EngineError::Database(DatabaseError::ReadOnly { location: _, way_out }) => return Some(way_out.clone()),
            EngineError::Database(DatabaseError::NoDatabase(_)) => {
                "check the name, or create it (`CREATE DATABASE`); trueup makes schemas, not databases"
            }
            EngineError::Database(DatabaseError::TooOld { .. }) => "update the server",
            EngineError::Database(DatabaseError::Blocked { .. }) => {
                "the step changed nothing; wait for them, end them, or wait longer with `--lock-timeout 10s`"
            }
            EngineError::Database(DatabaseError::Refused { .. }) => "correct these rows, then run it again",
            EngineError::Lock(LockFailure::Taken(_)) | EngineError::Database(DatabaseError::Held(_)) => {
                "wait for it with `--lock-wait 60s`"
            }
            EngineError::Backend(BackendError::Lockfile { .. }) => {
                "restore the lockfile from version control; `trueup state verify` tells when it is right"
            }
            EngineError::Source(SourceError::Missing(_)) => {
                let tried = "it begins with no scheme, so it was looked for as a file, a folder and a pattern of files";
                let schemes = ["; a database is given with ", &registry::schemes().join(", ")].concat();
                let check = "\ncheck `[schema] source` in trueup.toml, or `--to`";
                return Some([tried, &schemes, check].concat());
            }
            EngineError::Mismatch(_) => "run `trueup plan` to see what differs, and report this as a bug",
            EngineError::Extensions { gone: _, rolled_back: false } => {
                "look for what takes objects out of extensions, such as an event trigger; `DROP EXTENSION` and \
                 `CREATE EXTENSION` bring them back"
            }
            EngineError::Extensions { gone: _, rolled_back: true } | EngineError::RolledBack(_) => {
                "look for what changes objects as they are made, such as an event trigger; otherwise report this as a bug"
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }
}
