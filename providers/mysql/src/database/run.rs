//! Running steps. Every statement that changes the schema commits by itself.

use std::time::{Duration, Instant};

use sqlx::MySqlConnection;
use trueup_contract::{Action, DatabaseError, Group, Observer, Progress, Step};

use super::{Session, blocked::Lookout, refuse::refuse};
use crate::{
    connect::{SESSION, ask, code, execute, failed, message, number, rows, value},
    inspect, lock, state_tables, statement,
    version::Version,
};

/// The least that a step waits for locks altogether.
const LEAST_BUDGET: Duration = Duration::from_secs(5);

/// How many times the lock timeout a step waits altogether.
const ATTEMPTS: u32 = 10;

/// How long what only reads waits for those who change the schema.
const PATIENCE: Duration = Duration::from_secs(60);

/// Run a group. All questions are asked before anything is done, so that a refusal leaves nothing half done; those about
/// what an earlier step has made first are asked when it has.
pub(super) async fn run(
    session: &mut Session,
    group: &Group<'_>,
    observer: &mut dyn Observer,
) -> Result<(), DatabaseError> {
    for (at, step) in group.steps.iter().enumerate() {
        match refuse(&mut session.connection, step).await {
            Err(DatabaseError::Step { .. }) if at > 0 => (),
            other => other?,
        }
    }
    if !group.steps.is_empty() {
        waits(session, group.lock_timeout).await?;
        told(session, "GET_LOCK", ", 0").await?;
    }
    let ran = steps(session, group, observer).await;
    if ran.is_err() {
        // A text of several statements may have stopped between a setting and its end.
        let own: Vec<String> = SESSION.iter().map(|it| (*it).to_owned()).collect();
        let _ = ask(&mut session.connection, &own).await;
    }
    if !group.steps.is_empty() {
        let _ = told(session, "RELEASE_LOCK", "").await;
        let _ = waits(session, PATIENCE).await;
    }
    ran?;
    if observer.seals() {
        let found = inspect::inspect(&mut session.connection, session.version).await?;
        let write = observer.seal(found)?;
        state_tables::write(&mut session.connection, &write).await?;
    }
    if let Some(write) = &group.write {
        state_tables::write(&mut session.connection, write).await?;
    }
    observer.observe(Progress::Committing);
    observer.observe(Progress::Committed);
    Ok(())
}

async fn steps(session: &mut Session, group: &Group<'_>, observer: &mut dyn Observer) -> Result<(), DatabaseError> {
    // Questions are about the names of before; what has one of them by then may be something else.
    let renames = |step: &Step| !step.removes.is_empty() && !step.provides.is_empty();
    for (at, step) in group.steps.iter().enumerate() {
        if at > 0 && !group.steps.iter().take(at).any(renames) {
            refuse(&mut session.connection, step).await?;
        }
        observer.observe(Progress::Started(at));
        one(session, step, group.lock_timeout).await?;
        observer.observe(Progress::Finished(at));
    }
    Ok(())
}

/// Run a step, in the next way where the server cannot do it in the one before.
async fn one(session: &mut Session, step: &Step, lock_timeout: Duration) -> Result<(), DatabaseError> {
    let ways: Vec<&Action> = std::iter::once(&step.action).chain(&step.fallbacks).collect();
    for (at, way) in ways.iter().enumerate() {
        match way_of(session, step, way, lock_timeout).await {
            Err(Stopped::OtherWay(_)) if at + 1 < ways.len() => (),
            Err(stopped) => return Err(stopped.told()),
            Ok(()) => return Ok(()),
        }
    }
    Ok(())
}

/// Why a step did not get to its end.
enum Stopped {
    /// The server would have to do it in a way that the statement rules out; nothing of it was done.
    OtherWay(DatabaseError),
    /// Anything else.
    For(DatabaseError),
}

impl Stopped {
    fn told(self) -> DatabaseError {
        match self {
            Stopped::OtherWay(error) | Stopped::For(error) => error,
        }
    }
}

/// Run the statements of an action one by one, each again and again while others hold a lock that it needs.
async fn way_of(session: &mut Session, step: &Step, way: &Action, lock_timeout: Duration) -> Result<(), Stopped> {
    let statements = statements(way.sql(), session.version);
    for (at, text) in statements.iter().enumerate() {
        if let Err(error) = patiently(session, step, text, lock_timeout).await {
            let is_other = matches!(&error, Failure::By(error) if is_other_way(error));
            let told = match error {
                Failure::Blocked(error) => error,
                Failure::By(error) => step_failed(session, step, &error),
            };
            return Err(if is_other && at == 0 { Stopped::OtherWay(told) } else { Stopped::For(told) });
        }
    }
    Ok(())
}

fn is_other_way(error: &sqlx::Error) -> bool {
    number(error).is_some_and(|number| code::OTHER_WAY.contains(&number))
}

/// Why a statement failed.
enum Failure {
    /// Others had a lock for too long.
    Blocked(DatabaseError),
    /// The server or the driver says so.
    By(sqlx::Error),
}

async fn patiently(session: &mut Session, step: &Step, text: &str, lock_timeout: Duration) -> Result<(), Failure> {
    let budget = (lock_timeout * ATTEMPTS).max(LEAST_BUDGET);
    let start = Instant::now();
    let mut pause = Duration::from_millis(50);
    let mut lookout = None;
    loop {
        let attempt = execute(&mut session.connection, text);
        let ran = match &mut lookout {
            None => attempt.await,
            Some(lookout) => watched(attempt, lookout).await,
        };
        let error = match ran {
            Ok(()) => return Ok(()),
            Err(error) if number(&error).is_some_and(|number| code::LOCKED.contains(&number)) => error,
            Err(error) => return Err(Failure::By(error)),
        };
        if start.elapsed() + pause >= budget {
            let holders = lookout.map(|it: Lookout| it.holders).unwrap_or_default();
            if holders.is_empty() {
                return Err(Failure::By(error));
            }
            let (step, waited) = (step.summary.clone(), start.elapsed());
            return Err(Failure::Blocked(DatabaseError::Blocked { step, waited, holders }));
        }
        tokio::time::sleep(pause + jitter(start)).await;
        pause = (pause * 2).min(Duration::from_secs(1));
        if lookout.is_none() {
            let waiting = id(&mut session.connection).await.map_err(Failure::By)?;
            lookout = Some(Lookout::open(&session.target, session.version, waiting).await);
        }
    }
}

/// Two that wait for each other do not try again at the same moment.
fn jitter(start: Instant) -> Duration {
    Duration::from_millis(u64::from(start.elapsed().subsec_nanos() % 50))
}

/// Do something while the lookout looks.
async fn watched<T>(work: impl Future<Output = T>, lookout: &mut Lookout) -> T {
    tokio::select! {
        done = work => done,
        never = lookout.keep_looking(Duration::from_millis(250)) => match never {},
    }
}

/// The statements of a text; one that cannot be taken apart is sent as it is.
fn statements(sql: &str, version: Version) -> Vec<&str> {
    match statement::split(sql, Some(version)) {
        Ok(split) => split.statements.iter().map(|it| it.text).collect(),
        Err(_) => vec![sql],
    }
}

/// The session's number, by which others see it.
async fn id(connection: &mut MySqlConnection) -> Result<String, sqlx::Error> {
    let id = rows(connection, "SELECT CONNECTION_ID()").await?;
    Ok(value(&id).unwrap_or_default())
}

/// How long statements wait for locks; the server counts whole seconds.
async fn waits(session: &mut Session, time: Duration) -> Result<(), DatabaseError> {
    let seconds = time.as_millis().div_ceil(1000).clamp(1, 86_400).to_string();
    let set = ["SET SESSION lock_wait_timeout = ", &seconds, ", innodb_lock_wait_timeout = ", &seconds].concat();
    execute(&mut session.connection, &set).await.map_err(failed)
}

/// Tell others that steps are running, or that they are not any more.
async fn told(session: &mut Session, function: &str, more: &str) -> Result<(), DatabaseError> {
    let call = ["DO ", function, "(", lock::STEPS, more, ")"].concat();
    execute(&mut session.connection, &call).await.map_err(failed)
}

/// Nobody may write here.
pub(super) fn read_only(session: &Session) -> DatabaseError {
    let way_out = "replicas and servers with `read_only` take no changes; connect to the primary";
    DatabaseError::ReadOnly { location: session.target.location(), way_out: way_out.to_owned() }
}

fn step_failed(session: &Session, step: &Step, error: &sqlx::Error) -> DatabaseError {
    let words = message(error);
    let is_read_only = number(error).is_some_and(|number| match number {
        // Other options of the server forbid other things with the same number.
        1290 => words.contains("read-only") || words.contains("read_only"),
        number => code::READ_ONLY.contains(&number),
    });
    if is_read_only {
        return read_only(session);
    }
    let message = match error {
        sqlx::Error::Database(_) => words,
        _ => [&words, "; nobody knows how far the step has come; plan again to find out"].concat(),
    };
    DatabaseError::Step { step: step.summary.clone(), message: session.target.scrub(&message) }
}
