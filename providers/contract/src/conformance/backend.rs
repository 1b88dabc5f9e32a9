//! What every state backend must do, and the one that does it in memory.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use trueup_state::{Address, Boundary, Entry, Fingerprint, Journal, Lockfile, Qualified, Seal};

use super::{Claims, ensure, holder, is_taken, same, told};
use crate::{Backend, BackendError, Held, Holder, LockFailure};

/// The suite. `make` opens a new handle to the store of that name; a store that nobody named before is empty.
///
/// # Errors
/// When a claim does not hold: every such claim with its reason, one a line.
pub async fn backend<M>(make: M) -> Result<(), String>
where
    M: AsyncFn(&str) -> Result<Box<dyn Backend>, String>,
{
    let mut claims = Claims::default();
    claims.that("an empty store has no lockfile and no journal", starts_empty(&make).await);
    claims.that("what is saved is what is loaded", saves(&make).await);
    claims.that("a save that replaces another serial is refused and changes nothing", refuses_stale(&make).await);
    claims.that("of two handles that loaded the same serial one saves", compares_and_swaps(&make).await);
    claims.that("a journal is recorded, overwritten and cleared", keeps_journal(&make).await);
    claims.that("the lockfile and the journal do not touch each other", keeps_them_apart(&make).await);
    claims.that("stores do not touch each other", keeps_stores_apart(&make).await);
    claims.that("a lock excludes another handle until it is dropped", excludes(&make).await);
    claims.that("a lock is waited for, no longer than asked", waits(&make).await);
    claims.finish()
}

/// A lockfile with names that try the way it is written.
fn first() -> Lockfile {
    let hash = Fingerprint::of_bytes(b"conformance");
    let mut lockfile = Lockfile::new("11111111-2222-3333-4444-555555555555", "conformance", hash);
    for name in ["users", "odd \"name\" = '''.\n\\", "Ünïcødé ∞"] {
        let table = Qualified::bare(name);
        let column = Address::Column(table.clone(), "email".into());
        let entry = |depends| Entry { source: hash, observed: hash, protected: name == "users", depends };
        lockfile.objects.insert(column.clone(), entry(vec![Address::Table(table.clone())]));
        lockfile.objects.insert(Address::Table(table), entry(Vec::new()));
    }
    next(lockfile)
}

/// The lockfile that follows.
fn next(lockfile: Lockfile) -> Lockfile {
    lockfile.sealed(Seal { action: "apply".to_owned(), at: Some("2000-01-01T00:00:00Z".to_owned()) })
}

fn journal(boundaries: usize) -> Journal {
    let table = Address::Table(Qualified::bare("odd \"name\" = '''.\n\\"));
    let done = [(table.clone(), Some(Fingerprint::of_bytes(b"done"))), (Address::View(Qualified::bare("v")), None)];
    let boundary = Boundary { intent: vec![table], done: Some(done.into_iter().collect()) };
    let mut journal = Journal::new(Fingerprint::of_bytes(b"plan"), Some(1));
    journal.boundaries = vec![boundary; boundaries];
    journal.boundaries.push(Boundary { intent: Vec::new(), done: None });
    journal
}

fn is_stale(attempt: Result<(), BackendError>, found: u64, expected: u64) -> Result<(), String> {
    match attempt {
        Ok(()) => Err("it was saved".to_owned()),
        Err(BackendError::Stale { found: says_found, expected: says_expected }) => {
            same("(found, expected)", &(says_found, says_expected), &(found, expected))
        }
        Err(other) => Err(told(other)),
    }
}

async fn holds(backend: &mut dyn Backend, lockfile: Option<&Lockfile>) -> Result<(), String> {
    same("the lockfile", &backend.load().await.map_err(told)?.as_ref(), &lockfile)
}

async fn remembers(backend: &mut dyn Backend, journal: Option<&Journal>) -> Result<(), String> {
    same("the journal", &backend.journal().await.map_err(told)?.as_ref(), &journal)
}

async fn starts_empty(make: &impl AsyncFn(&str) -> Result<Box<dyn Backend>, String>) -> Result<(), String> {
    let mut one = make("empty").await?;
    ensure(!one.location().is_empty(), "its location has no words")?;
    holds(&mut *one, None).await?;
    remembers(&mut *one, None).await?;
    one.record(None).await.map_err(told)?;
    holds(&mut *one, None).await?;
    remembers(&mut *make("empty").await?, None).await
}

async fn saves(make: &impl AsyncFn(&str) -> Result<Box<dyn Backend>, String>) -> Result<(), String> {
    let mut one = make("saves").await?;
    let mut other = make("saves").await?;
    let mut lockfile = first();
    one.save(&lockfile, None).await.map_err(told)?;
    for _ in 0..3 {
        holds(&mut *one, Some(&lockfile)).await?;
        holds(&mut *other, Some(&lockfile)).await?;
        holds(&mut *make("saves").await?, Some(&lockfile)).await?;
        let serial = lockfile.serial;
        lockfile = next(lockfile);
        one.save(&lockfile, Some(serial)).await.map_err(told)?;
        std::mem::swap(&mut one, &mut other);
    }
    Ok(())
}

async fn refuses_stale(make: &impl AsyncFn(&str) -> Result<Box<dyn Backend>, String>) -> Result<(), String> {
    let mut one = make("stale").await?;
    let lockfile = first();
    is_stale(one.save(&lockfile, Some(7)).await, 0, 7)?;
    holds(&mut *one, None).await?;
    one.save(&lockfile, None).await.map_err(told)?;
    let following = next(lockfile.clone());
    for (replaces, expected) in [(None, 0), (Some(0), 0), (Some(2), 2), (Some(u64::MAX), u64::MAX)] {
        is_stale(one.save(&following, replaces).await, 1, expected)?;
        holds(&mut *one, Some(&lockfile)).await?;
    }
    Ok(())
}

async fn compares_and_swaps(make: &impl AsyncFn(&str) -> Result<Box<dyn Backend>, String>) -> Result<(), String> {
    let mut one = make("swap").await?;
    let mut other = make("swap").await?;
    one.save(&first(), None).await.map_err(told)?;
    let mine = one.load().await.map_err(told)?.ok_or("nothing is loaded")?;
    let theirs = other.load().await.map_err(told)?.ok_or("nothing is loaded")?;
    let mine = next(mine);
    one.save(&mine, Some(1)).await.map_err(told)?;
    let mut theirs = theirs;
    theirs.objects.clear();
    is_stale(other.save(&next(theirs), Some(1)).await, 2, 1)?;
    holds(&mut *one, Some(&mine)).await?;
    holds(&mut *other, Some(&mine)).await
}

async fn keeps_journal(make: &impl AsyncFn(&str) -> Result<Box<dyn Backend>, String>) -> Result<(), String> {
    let mut one = make("journal").await?;
    let mut other = make("journal").await?;
    for boundaries in [0, 40, 1] {
        let journal = journal(boundaries);
        one.record(Some(&journal)).await.map_err(told)?;
        remembers(&mut *one, Some(&journal)).await?;
        remembers(&mut *other, Some(&journal)).await?;
    }
    other.record(None).await.map_err(told)?;
    remembers(&mut *one, None).await?;
    one.record(None).await.map_err(told)?;
    remembers(&mut *other, None).await
}

async fn keeps_them_apart(make: &impl AsyncFn(&str) -> Result<Box<dyn Backend>, String>) -> Result<(), String> {
    let mut one = make("apart").await?;
    let (lockfile, journal) = (first(), journal(2));
    one.record(Some(&journal)).await.map_err(told)?;
    holds(&mut *one, None).await?;
    one.save(&lockfile, None).await.map_err(told)?;
    remembers(&mut *one, Some(&journal)).await?;
    is_stale(one.save(&lockfile, None).await, 1, 0)?;
    remembers(&mut *one, Some(&journal)).await?;
    one.record(None).await.map_err(told)?;
    holds(&mut *one, Some(&lockfile)).await?;
    remembers(&mut *one, None).await
}

async fn keeps_stores_apart(make: &impl AsyncFn(&str) -> Result<Box<dyn Backend>, String>) -> Result<(), String> {
    let mut one = make("left").await?;
    let mut other = make("right").await?;
    one.save(&first(), None).await.map_err(told)?;
    one.record(Some(&journal(1))).await.map_err(told)?;
    let guard = one.lock(&holder("left"), Duration::ZERO).await.map_err(told)?;
    holds(&mut *other, None).await?;
    remembers(&mut *other, None).await?;
    other.lock(&holder("right"), Duration::ZERO).await.map_err(told)?;
    ensure(guard.is_held(), "a lock was lost to another store")
}

async fn excludes(make: &impl AsyncFn(&str) -> Result<Box<dyn Backend>, String>) -> Result<(), String> {
    let mut one = make("lock").await?;
    let mut other = make("lock").await?;
    for command in ["apply", "state unlock"] {
        let first = holder(command);
        let guard = one.lock(&first, Duration::ZERO).await.map_err(told)?;
        ensure(guard.is_held(), "it is not held by who took it")?;
        is_taken(other.lock(&holder("other"), Duration::ZERO).await, &first)?;
        is_taken(make("lock").await?.lock(&holder("third"), Duration::ZERO).await, &first)?;
        ensure(guard.is_held(), "it was lost to an attempt that failed")?;
        drop(guard);
        // Handles take turns, so that none of them keeps a lock of its own.
        std::mem::swap(&mut one, &mut other);
    }
    Ok(())
}

async fn waits(make: &impl AsyncFn(&str) -> Result<Box<dyn Backend>, String>) -> Result<(), String> {
    let (short, long) = (Duration::from_millis(120), Duration::from_secs(20));
    let mut one = make("wait").await?;
    let mut other = make("wait").await?;
    let first = holder("first");
    let guard = one.lock(&first, Duration::ZERO).await.map_err(told)?;
    let start = Instant::now();
    is_taken(other.lock(&holder("second"), short).await, &first)?;
    let waited = start.elapsed();
    ensure(waited >= short && waited < long, format!("a wait of {short:?} took {waited:?}"))?;
    let freed = thread::spawn(move || {
        thread::sleep(short);
        drop(guard);
    });
    let start = Instant::now();
    let guard = other.lock(&holder("second"), long).await.map_err(told)?;
    let waited = start.elapsed();
    ensure(freed.join().is_ok(), "dropping the lock panicked")?;
    ensure(waited < long, format!("a lock that was freed after {short:?} was given after {waited:?}"))?;
    ensure(guard.is_held(), "it is not held by who waited for it")
}

/// State in memory, shared by every clone: what the suite means, in few words.
#[derive(Clone, Default)]
pub struct MemoryBackend {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    kept: Mutex<Kept>,
    freed: Condvar,
}

/// The texts, as a file would keep them, and who has the lock.
#[derive(Default)]
struct Kept {
    lockfile: Option<String>,
    journal: Option<String>,
    holder: Option<Holder>,
}

impl Shared {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A lock on state in memory.
struct MemoryLock {
    shared: Arc<Shared>,
}

impl Held for MemoryLock {
    fn is_held(&self) -> bool {
        true
    }
}

impl Drop for MemoryLock {
    fn drop(&mut self) {
        self.shared.kept().holder = None;
        self.shared.freed.notify_one();
    }
}

#[async_trait]
impl Backend for MemoryBackend {
    fn location(&self) -> String {
        "memory".to_owned()
    }

    async fn load(&mut self) -> Result<Option<Lockfile>, BackendError> {
        let failed = |cause| BackendError::Lockfile { location: self.location(), cause };
        self.shared.kept().lockfile.as_deref().map(Lockfile::parse).transpose().map_err(failed)
    }

    async fn save(&mut self, next: &Lockfile, replaces: Option<u64>) -> Result<(), BackendError> {
        let failed = |cause| BackendError::Lockfile { location: self.location(), cause };
        let mut kept = self.shared.kept();
        let there = kept.lockfile.as_deref().map(Lockfile::parse).transpose().map_err(failed)?;
        let found = there.map(|lockfile| lockfile.serial);
        if found != replaces {
            return Err(BackendError::Stale { found: found.unwrap_or(0), expected: replaces.unwrap_or(0) });
        }
        kept.lockfile = Some(next.render().map_err(failed)?);
        Ok(())
    }

    async fn journal(&mut self) -> Result<Option<Journal>, BackendError> {
        let failed = |cause| BackendError::Journal { location: self.location(), cause };
        self.shared.kept().journal.as_deref().map(Journal::parse).transpose().map_err(failed)
    }

    async fn record(&mut self, journal: Option<&Journal>) -> Result<(), BackendError> {
        let failed = |cause| BackendError::Journal { location: self.location(), cause };
        let text = journal.map(Journal::render).transpose().map_err(failed)?;
        self.shared.kept().journal = text;
        Ok(())
    }

    async fn lock(&mut self, holder: &Holder, wait: Duration) -> Result<Box<dyn Held>, LockFailure> {
        let free = self.shared.freed.wait_timeout_while(self.shared.kept(), wait, |kept| kept.holder.is_some());
        let (mut kept, _) = free.unwrap_or_else(PoisonError::into_inner);
        if kept.holder.is_some() {
            return Err(LockFailure::Taken(kept.holder.clone()));
        }
        kept.holder = Some(holder.clone());
        Ok(Box::new(MemoryLock { shared: Arc::clone(&self.shared) }))
    }
}
