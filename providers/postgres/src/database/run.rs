//! Running a group of steps up to its commit.

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use sqlx::{AssertSqlSafe, PgConnection, Row};
use trueup_contract::{DatabaseError, Group, Inspection, Observer, Progress, StateWrite, Step, Transaction};

use super::{PostgresDatabase, batch, blocked::Lookout, denied::Denied, refuse::refuse};
use crate::{
    connect::{code, failed, message},
    inspect, state_tables,
};

/// How long statements wait that hinder nobody while they do, such as `CREATE INDEX CONCURRENTLY`, which waits for every
/// transaction that is older. What they leave when they fail is worth waiting for.
const PATIENCE: Duration = Duration::from_secs(600);

/// The least that a group waits for locks altogether.
const LEAST_BUDGET: Duration = Duration::from_secs(5);

/// How long a rehearsal waits for others: another rehearsal in the same database makes the same objects.
const REHEARSAL: Duration = Duration::from_secs(30);

/// How many times the lock timeout a group waits altogether.
const ATTEMPTS: u32 = 10;

/// `lock_not_available` and `deadlock_detected`: nothing is wrong with the step; it may succeed next time.
const LOCKED: [&str; 2] = ["55P03", "40P01"];

/// `insufficient_privilege`.
const DENIED: &str = "42501";

/// `read_only_sql_transaction`: a standby and a read-only default say so at the first statement that writes.
const READ_ONLY: &str = "25006";

/// What a transaction of ours has. Everything that we write is qualified; a declared text reads as it does in a session
/// that has set nothing.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL search_path = public, pg_temp; \
    SET LOCAL check_function_bodies = on; SET LOCAL lock_timeout = ";

/// Why a group did not get to its end.
pub(super) enum Stopped {
    /// Others have a lock that this step needs.
    Locked(String, DatabaseError),
    /// The role may not do this.
    Denied(Denied),
    /// Nobody may write here.
    ReadOnly,
    /// Something else that waiting does not mend.
    For(DatabaseError),
}

impl Stopped {
    /// What the server said about a step.
    pub(super) fn by(step: &Step, error: sqlx::Error) -> Stopped {
        let said = step_failed(step, &error);
        let failed = |message| DatabaseError::Step { step: step.summary.clone(), message };
        match code(&error).as_deref() {
            Some(code) if LOCKED.contains(&code) => Stopped::Locked(step.summary.clone(), failed(said)),
            Some(DENIED) => Stopped::Denied(Denied::new(step, said)),
            Some(READ_ONLY) => Stopped::ReadOnly,
            _ => Stopped::For(failed(said)),
        }
    }

    /// What is told of it, after the transaction was rolled back.
    async fn told(self, database: &mut PostgresDatabase) -> DatabaseError {
        match self {
            Stopped::For(error) | Stopped::Locked(_, error) => error,
            Stopped::Denied(denied) => denied.explained(&mut database.connection).await,
            Stopped::ReadOnly => read_only(database),
        }
    }
}

/// Run a group, again and again while others hold a lock that it needs.
pub(super) async fn run(
    database: &mut PostgresDatabase,
    group: &Group<'_>,
    observer: &mut dyn Observer,
) -> Result<(), DatabaseError> {
    let outside = group.steps.iter().any(|step| step.transaction == Transaction::Outside);
    if outside && group.steps.len() > 1 {
        let reason = "a step that cannot run in a transaction stands in a group with others";
        return Err(DatabaseError::Unsupported(reason.to_owned()));
    }
    let mut once = Once { observer, seen: None };
    if outside { alone(database, group, &mut once).await } else { together(database, group, &mut once).await }
}

/// Nobody may write here.
pub(super) fn read_only(database: &PostgresDatabase) -> DatabaseError {
    let way_out = "standbys and sessions with `default_transaction_read_only` take no changes; connect to the primary";
    DatabaseError::ReadOnly { location: database.target.location(), way_out: way_out.to_owned() }
}

/// Run steps, look at what is there then, and leave nothing of it.
pub(super) async fn rehearse(database: &mut PostgresDatabase, steps: &[Step]) -> Result<Inspection, DatabaseError> {
    if let Some(step) = steps.iter().find(|step| step.transaction == Transaction::Outside) {
        return Err(DatabaseError::Unsupported([&step.summary, ": cannot run in a transaction"].concat()));
    }
    let rehearsed = rehearsed(&mut database.connection, steps).await;
    roll_back(&mut database.connection).await;
    match rehearsed {
        Ok(found) => Ok(found),
        Err(stopped) => Err(stopped.told(database).await),
    }
}

/// The open transaction is the caller's to end.
async fn rehearsed(connection: &mut PgConnection, steps: &[Step]) -> Result<Inspection, Stopped> {
    let begin = [BEGIN, &milliseconds(REHEARSAL)].concat();
    execute(connection, &begin).await.map_err(|error| Stopped::For(failed(error)))?;
    for batch in batch::batches(steps) {
        run_batch(connection, steps, batch, &mut Nobody).await?;
    }
    // Everything that the server writes down is to be qualified.
    execute(connection, "SET LOCAL search_path = ''").await.map_err(|error| Stopped::For(failed(error)))?;
    inspect::inspect(connection).await.map_err(Stopped::For)
}

/// Nobody watches a rehearsal.
struct Nobody;

impl Observer for Nobody {
    fn observe(&mut self, _progress: Progress) {}
}

/// An observer to whom a repeated attempt is none: every event comes once and in order.
struct Once<'a> {
    observer: &'a mut dyn Observer,
    seen: Option<(usize, u8)>,
}

impl Observer for Once<'_> {
    fn observe(&mut self, progress: Progress) {
        let place = match progress {
            Progress::Started(at) => (at, 0),
            Progress::Finished(at) => (at, 1),
            Progress::Committing => (usize::MAX, 0),
            Progress::Committed => (usize::MAX, 1),
        };
        if self.seen.is_none_or(|seen| seen < place) {
            self.seen = Some(place);
            self.observer.observe(progress);
        }
    }

    fn seals(&self) -> bool {
        self.observer.seals()
    }

    fn seal(&mut self, found: Inspection) -> Result<StateWrite, DatabaseError> {
        self.observer.seal(found)
    }
}

/// Attempts in transactions, until one is committed or the time is up.
async fn together(
    database: &mut PostgresDatabase,
    group: &Group<'_>,
    observer: &mut Once<'_>,
) -> Result<(), DatabaseError> {
    let budget = (group.lock_timeout * ATTEMPTS).max(LEAST_BUDGET);
    let start = Instant::now();
    let mut pause = Duration::from_millis(50);
    let mut lookout = None;
    loop {
        let attempt = attempt(&mut database.connection, group, observer);
        let stopped = match &mut lookout {
            None => attempt.await,
            Some(lookout) => watched(attempt, lookout, group.lock_timeout / 4).await,
        };
        let (step, said) = match stopped {
            Ok(()) => return Ok(()),
            Err(stopped) => {
                roll_back(&mut database.connection).await;
                match stopped {
                    Stopped::Locked(step, said) => (step, said),
                    other => return Err(other.told(database).await),
                }
            }
        };
        if start.elapsed() + pause >= budget {
            let holders = lookout.map(|it| it.holders).unwrap_or_default();
            return Err(blocked(step, start.elapsed(), holders, said));
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(1));
        if lookout.is_none() {
            lookout = Some(Lookout::open(&database.target, pid(&mut database.connection).await.map_err(failed)?).await);
        }
    }
}

/// Do something while the lookout looks.
async fn watched<T>(work: impl Future<Output = T>, lookout: &mut Lookout, every: Duration) -> T {
    tokio::select! {
        done = work => done,
        never = lookout.keep_looking(every.clamp(Duration::from_millis(20), Duration::from_secs(1))) => match never {},
    }
}

/// Nobody was seen, for example because there was no second connection: then the server's words must do.
fn blocked(step: String, waited: Duration, holders: Vec<String>, said: DatabaseError) -> DatabaseError {
    if holders.is_empty() { said } else { DatabaseError::Blocked { step, waited, holders } }
}

async fn pid(connection: &mut PgConnection) -> Result<i32, sqlx::Error> {
    sqlx::query("SELECT pg_backend_pid()").fetch_one(connection).await?.try_get(0)
}

/// One attempt in one transaction.
async fn attempt(connection: &mut PgConnection, group: &Group<'_>, observer: &mut dyn Observer) -> Result<(), Stopped> {
    let begin = [BEGIN, &milliseconds(group.lock_timeout)].concat();
    execute(connection, &begin).await.map_err(|error| Stopped::For(failed(error)))?;
    refuse(connection, group.steps).await?;
    for batch in batch::batches(group.steps) {
        run_batch(connection, group.steps, batch, observer).await?;
    }
    if observer.seals() {
        // Everything that the server writes down is to be qualified.
        execute(connection, "SET LOCAL search_path = ''").await.map_err(|error| Stopped::For(failed(error)))?;
        let found = inspect::inspect(connection).await.map_err(Stopped::For)?;
        let write = observer.seal(found).map_err(Stopped::For)?;
        state_tables::write(connection, &write).await.map_err(Stopped::For)?;
    }
    if let Some(write) = &group.write {
        state_tables::write(connection, write).await.map_err(Stopped::For)?;
    }
    observer.observe(Progress::Committing);
    execute(connection, "COMMIT").await.map_err(|error| Stopped::For(not_committed(&error)))?;
    observer.observe(Progress::Committed);
    Ok(())
}

/// Run steps that go together; if that fails, one by one.
async fn run_batch(
    connection: &mut PgConnection,
    steps: &[Step],
    batch: Range<usize>,
    observer: &mut dyn Observer,
) -> Result<(), Stopped> {
    let mut done = false;
    if batch.len() > 1 {
        observer.observe(Progress::Started(batch.start));
        done = match execute(connection, &batch::together(&steps[batch.clone()])).await {
            Ok(()) => true,
            Err(error @ sqlx::Error::Database(_)) => {
                // Where nothing can be gone back to, the connection is lost.
                let gone_back = execute(connection, batch::GO_BACK).await;
                gone_back.map_err(|_| Stopped::by(&steps[batch.start], error))?;
                false
            }
            Err(error) => return Err(Stopped::by(&steps[batch.start], error)),
        };
    }
    for at in batch {
        observer.observe(Progress::Started(at));
        if !done {
            execute(connection, steps[at].action.sql()).await.map_err(|error| Stopped::by(&steps[at], error))?;
        }
        observer.observe(Progress::Finished(at));
    }
    Ok(())
}

/// Zero would mean to wait for ever.
fn milliseconds(time: Duration) -> String {
    time.as_millis().clamp(1, 86_400_000).to_string()
}

/// A single statement that cannot run in a transaction. State is written right after it.
async fn alone(
    database: &mut PostgresDatabase,
    group: &Group<'_>,
    observer: &mut Once<'_>,
) -> Result<(), DatabaseError> {
    let [step] = group.steps else { return Ok(()) };
    let connection = &mut database.connection;
    let questions = Group { steps: &[], write: None, ..group.clone() };
    let begin = [BEGIN, &milliseconds(questions.lock_timeout)].concat();
    execute(connection, &begin).await.map_err(failed)?;
    let asked = refuse(connection, group.steps).await;
    roll_back(connection).await;
    if let Err(stopped) = asked {
        return Err(stopped.told(database).await);
    }
    let connection = &mut database.connection;
    let patience = PATIENCE.max(group.lock_timeout);
    let before = ["SET search_path = public, pg_temp; SET lock_timeout = ", &milliseconds(patience)].concat();
    execute(connection, &before).await.map_err(failed)?;
    let waiting = pid(connection).await.map_err(failed)?;
    let mut lookout = Lookout::open(&database.target, waiting).await;
    observer.observe(Progress::Started(0));
    let start = Instant::now();
    let ran = watched(execute(&mut database.connection, step.action.sql()), &mut lookout, Duration::from_secs(1)).await;
    let after = execute(&mut database.connection, "SET search_path = ''; SET lock_timeout = 0").await;
    match ran.map_err(|error| Stopped::by(step, error)) {
        Ok(()) => observer.observe(Progress::Finished(0)),
        Err(Stopped::Locked(step, said)) => return Err(blocked(step, start.elapsed(), lookout.holders, said)),
        Err(other) => return Err(other.told(database).await),
    }
    after.map_err(failed)?;
    let write = Group { steps: &[], ..group.clone() };
    together(database, &write, observer).await
}

async fn execute(connection: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await.map(drop)
}

/// If the connection broke, the server rolls back by itself.
async fn roll_back(connection: &mut PgConnection) {
    let _ = execute(connection, "ROLLBACK").await;
}

fn step_failed(step: &Step, error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(_) => message(error, Some(step.action.sql())),
        _ => [&message(error, None), "; the server rolls back what was not committed"].concat(),
    }
}

/// Deferred constraints are checked at the commit. A connection that breaks there leaves open whether it was.
fn not_committed(error: &sqlx::Error) -> DatabaseError {
    let words = message(error, None);
    let message = match error {
        sqlx::Error::Database(_) => words,
        _ => [&words, "; nobody knows whether the server committed; plan again to find out"].concat(),
    };
    DatabaseError::Step { step: "commit".to_owned(), message }
}
