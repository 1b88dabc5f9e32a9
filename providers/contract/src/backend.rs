//! Where the lockfile and the journal are kept.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use trueup_state::{JournalError, LockError, Lockfile};

use crate::DatabaseError;

/// Who holds a lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The process.
    pub pid: u32,
    /// The machine.
    pub host: String,
    /// Since when, in RFC 3339.
    pub since: String,
    /// The command.
    pub command: String,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Holder { pid, host, since, command } = self;
        write!(f, "`trueup {command}`, process {pid} on {host}, since {since}")
    }
}

/// A lock that is held as long as this lives.
pub trait Held: Send {
    /// Whether it is still ours.
    fn is_held(&self) -> bool;
}

/// A lock was not to be had.
#[derive(Debug, thiserror::Error)]
pub enum LockFailure {
    /// Someone else has it.
    #[error("another apply is running: {}", .0.as_ref().map_or_else(|| "holder unknown".to_owned(), Holder::to_string))]
    Taken(Option<Holder>),
    /// It cannot be taken at all.
    #[error("the lock cannot be taken: {0}")]
    Failed(String),
}

/// State that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// The lockfile is not usable.
    #[error("{location}: {cause}")]
    Lockfile {
        /// Where it is kept.
        location: String,
        /// What is wrong with it.
        #[source]
        cause: LockError,
    },
    /// The journal is not usable.
    #[error("{location}: {cause}")]
    Journal {
        /// Where it is kept.
        location: String,
        /// What is wrong with it.
        #[source]
        cause: JournalError,
    },
    /// Someone else wrote a newer lockfile.
    #[error("the lockfile has serial {found}, expected {expected}: another apply has finished meanwhile")]
    Stale {
        /// The serial that is there, 0 for none.
        found: u64,
        /// The serial we meant to replace, 0 for none.
        expected: u64,
    },
    /// Reading or writing failed.
    #[error("{location} cannot be {action}")]
    Io {
        /// Where.
        location: String,
        /// `read` or `written`.
        action: &'static str,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// The database that keeps the state failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// A place for one database's lockfile and journal.
///
/// The suite in `conformance::backend` says what every one of them must do.
#[async_trait]
pub trait Backend: Send {
    /// Where it is, for people.
    fn location(&self) -> String;

    /// The lockfile, verified; `None` before the first write.
    async fn load(&mut self) -> Result<Option<Lockfile>, BackendError>;

    /// Replace the lockfile whose serial is `replaces` (`None`: there is none yet), atomically and durably.
    async fn save(&mut self, next: &Lockfile, replaces: Option<u64>) -> Result<(), BackendError>;

    /// The journal of an apply that has not finished.
    async fn journal(&mut self) -> Result<Option<trueup_state::Journal>, BackendError>;

    /// Replace the journal, durably; `None` removes it.
    async fn record(&mut self, journal: Option<&trueup_state::Journal>) -> Result<(), BackendError>;

    /// Keep other processes from writing this state.
    async fn lock(&mut self, holder: &Holder, wait: Duration) -> Result<Box<dyn Held>, LockFailure>;
}

#[async_trait]
impl<T: Backend + ?Sized> Backend for &mut T {
    fn location(&self) -> String {
        (**self).location()
    }

    async fn load(&mut self) -> Result<Option<Lockfile>, BackendError> {
        (**self).load().await
    }

    async fn save(&mut self, next: &Lockfile, replaces: Option<u64>) -> Result<(), BackendError> {
        (**self).save(next, replaces).await
    }

    async fn journal(&mut self) -> Result<Option<trueup_state::Journal>, BackendError> {
        (**self).journal().await
    }

    async fn record(&mut self, journal: Option<&trueup_state::Journal>) -> Result<(), BackendError> {
        (**self).record(journal).await
    }

    async fn lock(&mut self, holder: &Holder, wait: Duration) -> Result<Box<dyn Held>, LockFailure> {
        (**self).lock(holder, wait).await
    }
}
