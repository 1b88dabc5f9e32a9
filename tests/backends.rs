//! Every state backend does what a state backend must.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::{collections::BTreeMap, sync::Mutex, time::Duration};

use async_trait::async_trait;
use trueup::backend::{DatabaseBackend, FileBackend};
use trueup_contract::{
    Access, Backend, BackendError, Database, Held, Holder, LockFailure, Provider, Redacted,
    conformance::backend::{MemoryBackend, backend},
};
use trueup_sqlite::Sqlite;
use trueup_state::{Journal, Lockfile};

fn check(outcome: Result<(), String>) {
    if let Err(broken) = outcome {
        panic!("{broken}");
    }
}

/// A database of its own for each handle; `DatabaseBackend` only borrows one.
struct Connected(Box<dyn Database>);

#[async_trait]
impl Backend for Connected {
    fn location(&self) -> String {
        "a database".to_owned()
    }

    async fn load(&mut self) -> Result<Option<Lockfile>, BackendError> {
        DatabaseBackend::new(&mut *self.0).load().await
    }

    async fn save(&mut self, next: &Lockfile, replaces: Option<u64>) -> Result<(), BackendError> {
        DatabaseBackend::new(&mut *self.0).save(next, replaces).await
    }

    async fn journal(&mut self) -> Result<Option<Journal>, BackendError> {
        DatabaseBackend::new(&mut *self.0).journal().await
    }

    async fn record(&mut self, journal: Option<&Journal>) -> Result<(), BackendError> {
        DatabaseBackend::new(&mut *self.0).record(journal).await
    }

    async fn lock(&mut self, holder: &Holder, wait: Duration) -> Result<Box<dyn Held>, LockFailure> {
        DatabaseBackend::new(&mut *self.0).lock(holder, wait).await
    }
}

/// What a backend may get wrong.
#[derive(Clone, Copy)]
enum Fault {
    ForgetsSerial,
    SavesWhenStale,
    MixesJournal,
    NeverLocks,
    HidesHolder,
    WaitsForNobody,
}

/// State in memory with one fault.
struct Faulty(MemoryBackend, Fault);

/// A lock on nothing.
struct Nothing;

impl Held for Nothing {
    fn is_held(&self) -> bool {
        true
    }
}

#[async_trait]
impl Backend for Faulty {
    fn location(&self) -> String {
        self.0.location()
    }

    async fn load(&mut self) -> Result<Option<Lockfile>, BackendError> {
        let mut found = self.0.load().await?;
        if let (Fault::ForgetsSerial, Some(lockfile)) = (self.1, &mut found) {
            lockfile.serial = 1;
        }
        Ok(found)
    }

    async fn save(&mut self, next: &Lockfile, replaces: Option<u64>) -> Result<(), BackendError> {
        let there = self.0.load().await?.map(|lockfile| lockfile.serial);
        let stale = self.0.save(next, replaces).await;
        if stale.is_err() && matches!(self.1, Fault::SavesWhenStale) {
            self.0.save(next, there).await?;
        }
        stale
    }

    async fn journal(&mut self) -> Result<Option<Journal>, BackendError> {
        let lost = matches!(self.1, Fault::MixesJournal) && self.0.load().await?.is_some();
        if lost { Ok(None) } else { self.0.journal().await }
    }

    async fn record(&mut self, journal: Option<&Journal>) -> Result<(), BackendError> {
        self.0.record(journal).await
    }

    async fn lock(&mut self, holder: &Holder, wait: Duration) -> Result<Box<dyn Held>, LockFailure> {
        match self.1 {
            Fault::NeverLocks => Ok(Box::new(Nothing)),
            Fault::HidesHolder => self.0.lock(holder, wait).await.map_err(|_| LockFailure::Taken(None)),
            Fault::WaitsForNobody => self.0.lock(holder, Duration::ZERO).await,
            _ => self.0.lock(holder, wait).await,
        }
    }
}

#[tokio::test]
async fn a_fault_is_found() {
    let faults = [
        (Fault::ForgetsSerial, "what is saved is what is loaded"),
        (Fault::SavesWhenStale, "a save that replaces another serial is refused"),
        (Fault::MixesJournal, "the lockfile and the journal do not touch each other"),
        (Fault::NeverLocks, "a lock excludes another handle"),
        (Fault::HidesHolder, "a lock excludes another handle"),
        (Fault::WaitsForNobody, "a lock is waited for"),
    ];
    for (fault, claim) in faults {
        let stores = Mutex::new(BTreeMap::<String, MemoryBackend>::new());
        let make = async |name: &str| {
            let store = stores.lock().unwrap().entry(name.to_owned()).or_default().clone();
            Ok(Box::new(Faulty(store, fault)) as Box<dyn Backend>)
        };
        let broken = backend(make).await.unwrap_err();
        assert!(broken.contains(claim), "{claim}: {broken}");
    }
}

#[tokio::test]
async fn files_keep_state() {
    let folder = tempfile::tempdir().unwrap();
    let make = async |name: &str| {
        let lockfile = folder.path().join("state").join([name, ".lock"].concat());
        Ok(Box::new(FileBackend::new(lockfile)) as Box<dyn Backend>)
    };
    check(backend(make).await);
}

#[tokio::test]
async fn memory_keeps_state() {
    let stores = Mutex::new(BTreeMap::<String, MemoryBackend>::new());
    let make = async |name: &str| {
        let store = stores.lock().unwrap().entry(name.to_owned()).or_default().clone();
        Ok(Box::new(store) as Box<dyn Backend>)
    };
    check(backend(make).await);
}

#[tokio::test]
async fn a_database_keeps_state() {
    let folder = tempfile::tempdir().unwrap();
    let make = async |name: &str| {
        let file = folder.path().join([name, ".db"].concat());
        let url = Redacted::new(["sqlite:", &file.display().to_string()].concat());
        let database = Sqlite.connect(&url, Access::Create).await.map_err(|error| error.to_string())?;
        Ok(Box::new(Connected(database)) as Box<dyn Backend>)
    };
    check(backend(make).await);
}
