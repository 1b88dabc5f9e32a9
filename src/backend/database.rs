//! State in the database itself, so that it commits together with what it is about.

use std::time::Duration;

use async_trait::async_trait;
use trueup_contract::{
    Backend, BackendError, Database, Group, Held, Holder, LockFailure, Observer, Progress, StateWrite,
};
use trueup_state::{Journal, Lockfile};

/// A lockfile in the state table of a database.
pub struct DatabaseBackend<'a> {
    database: &'a mut dyn Database,
}

/// Nobody watches a write of state.
struct Silent;

impl Observer for Silent {
    fn observe(&mut self, _: Progress) {}
}

const LOCATION: &str = "the state table in the database";

impl<'a> DatabaseBackend<'a> {
    /// Keep the state in this database.
    pub fn new(database: &'a mut dyn Database) -> DatabaseBackend<'a> {
        DatabaseBackend { database }
    }

    async fn write(&mut self, write: StateWrite) -> Result<(), BackendError> {
        let lock_timeout = Duration::from_secs(5);
        let group = Group { steps: &[], revision: None, lock_timeout, write: Some(write) };
        Ok(self.database.run_group(&group, &mut Silent).await?)
    }
}

/// A lockfile as the state table has it.
pub(crate) fn lockfile_text(lockfile: &Lockfile) -> Result<String, BackendError> {
    lockfile.render().map_err(|cause| BackendError::Lockfile { location: LOCATION.to_owned(), cause })
}

/// A journal as the state table has it.
pub(crate) fn journal_text(journal: &Journal) -> Result<String, BackendError> {
    journal.render().map_err(|cause| BackendError::Journal { location: LOCATION.to_owned(), cause })
}

#[async_trait]
impl Backend for DatabaseBackend<'_> {
    fn location(&self) -> String {
        LOCATION.to_owned()
    }

    async fn load(&mut self) -> Result<Option<Lockfile>, BackendError> {
        let failed = |cause| BackendError::Lockfile { location: LOCATION.to_owned(), cause };
        self.database.state().await?.lockfile.map(|text| Lockfile::parse(&text)).transpose().map_err(failed)
    }

    async fn save(&mut self, next: &Lockfile, replaces: Option<u64>) -> Result<(), BackendError> {
        let failed = |cause| BackendError::Lockfile { location: LOCATION.to_owned(), cause };
        let there = self.database.state().await?.lockfile;
        let found = there.as_deref().map(Lockfile::parse).transpose().map_err(failed)?.map(|it| it.serial);
        if found != replaces {
            return Err(BackendError::Stale { found: found.unwrap_or(0), expected: replaces.unwrap_or(0) });
        }
        let text = lockfile_text(next)?;
        self.write(StateWrite { lockfile: Some((text, there)), journal: None }).await
    }

    async fn journal(&mut self) -> Result<Option<Journal>, BackendError> {
        let failed = |cause| BackendError::Journal { location: LOCATION.to_owned(), cause };
        self.database.state().await?.journal.map(|text| Journal::parse(&text)).transpose().map_err(failed)
    }

    async fn record(&mut self, journal: Option<&Journal>) -> Result<(), BackendError> {
        let text = journal.map(journal_text).transpose()?;
        self.write(StateWrite { lockfile: None, journal: Some(text) }).await
    }

    async fn lock(&mut self, holder: &Holder, wait: Duration) -> Result<Box<dyn Held>, LockFailure> {
        self.database.lock(holder, wait).await
    }
}
