//! The lock that keeps two applies apart: a named lock of a session of its own.
//!
//! The server frees it when the session ends, however it ends. Who holds it is told by the statement that the session runs
//! meanwhile, which other sessions of the same user see, and those with the privilege `PROCESS`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::MySqlConnection;
use tokio::task::JoinHandle;
use trueup_contract::{Access, DatabaseError, Held, Holder, LockFailure};

use crate::{
    connect::{self, Target, failed, rows, value},
    render::sql,
};

/// The lock's name. Names are the whole server's, and have at most 64 characters.
const NAME: &str = "CONCAT('trueup:', LEFT(SHA2(DATABASE(), 256), 32))";

/// The name of a lock that the session has which runs steps, as long as it runs them: a server finishes the statement of a
/// client that has gone.
pub(crate) const STEPS: &str = "CONCAT('trueup_steps:', LEFT(SHA2(DATABASE(), 256), 32))";

/// How long a lock that is refused is asked for again, whatever the caller waits: a session that has just ended keeps
/// its locks until the server has noticed, which is at the end of its statement.
const GRACE: Duration = Duration::from_millis(750);

/// How often to ask again.
const EVERY: Duration = Duration::from_millis(50);

/// How long the session's statement takes, in seconds: it is then found to be alive, and to have the lock.
const PING: &str = "0.5";

/// How long one statement of the session may take before the server is taken for gone.
const SILENCE: Duration = Duration::from_secs(30);

/// How often the holder's statement is looked for: between two of them there is none.
const LOOKS: usize = 40;

/// A session with the lock.
struct Session {
    alive: Arc<AtomicBool>,
    /// It owns the connection, and closes it when it is aborted.
    pings: JoinHandle<()>,
}

impl Held for Session {
    fn is_held(&self) -> bool {
        self.alive.load(Ordering::Acquire)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.pings.abort();
    }
}

/// Take the lock. `main` is the connection that will do the work, to find out whether the two are what they seem.
pub(crate) async fn take(
    target: &Target,
    main: &mut MySqlConnection,
    holder: &Holder,
    wait: Duration,
) -> Result<Box<dyn Held>, LockFailure> {
    let told = |error: DatabaseError| LockFailure::Failed(error.to_string());
    let by = |error: sqlx::Error| LockFailure::Failed(failed(error).to_string());
    let (mut session, _) = connect::connect(target, Access::Write).await.map_err(told)?;
    refuse_pooler(main, &mut session).await?;
    let ask = sql("SELECT GET_LOCK(").raw(NAME).raw(", 0)").finish();
    let start = Instant::now();
    while number(&mut session, &ask).await.map_err(by)? != Some(1) {
        if start.elapsed() >= wait.max(GRACE) {
            return Err(LockFailure::Taken(held_by(&mut session).await.map_err(by)?));
        }
        tokio::time::sleep(EVERY).await;
    }
    refuse_running(&mut session, start, wait).await?;
    let statement = statement(holder)?;
    let alive = Arc::new(AtomicBool::new(true));
    let pings = tokio::spawn(keep(session, statement, Arc::clone(&alive)));
    Ok(Box::new(Session { alive, pings }))
}

/// An apply that was killed may still run its last statement. What comes of it is not to be seen before its end.
async fn refuse_running(session: &mut MySqlConnection, start: Instant, wait: Duration) -> Result<(), LockFailure> {
    let by = |error: sqlx::Error| LockFailure::Failed(failed(error).to_string());
    let ask = sql("SELECT IS_USED_LOCK(").raw(STEPS).raw(")").finish();
    while let Some(id) = number(session, &ask).await.map_err(by)? {
        if start.elapsed() >= wait.max(GRACE) {
            let id = id.to_string();
            let what = [
                "connection ",
                &id,
                " still runs a statement of an apply that has gone; wait for it, or `KILL ",
                &id,
                "`",
            ];
            return Err(LockFailure::Failed(what.concat()));
        }
        tokio::time::sleep(EVERY).await;
    }
    Ok(())
}

/// Hold the session until it breaks or has lost the lock.
async fn keep(mut session: MySqlConnection, statement: String, alive: Arc<AtomicBool>) {
    loop {
        let asked = tokio::time::timeout(SILENCE, number(&mut session, &statement)).await;
        if !matches!(asked, Ok(Ok(Some(1)))) {
            alive.store(false, Ordering::Release);
            return;
        }
    }
}

/// A proxy that gives each transaction another session makes locks of a session mean nothing. Two connections that are in
/// one session, or one that changes it while another is busy, are such a proxy's.
async fn refuse_pooler(main: &mut MySqlConnection, session: &mut MySqlConnection) -> Result<(), LockFailure> {
    const ID: &str = "SELECT CONNECTION_ID()";
    let told = |error: sqlx::Error| LockFailure::Failed(failed(error).to_string());
    let ours = number(session, ID).await.map_err(told)?;
    let theirs = number(main, ID).await.map_err(told)?;
    let again = number(session, ID).await.map_err(told)?;
    if ours == theirs || ours != again {
        let reason = "statements of one connection run in different sessions, as behind a proxy that shares them; \
                      give the URL of the server itself";
        return Err(LockFailure::Failed(reason.to_owned()));
    }
    Ok(())
}

async fn number(session: &mut MySqlConnection, sql: &str) -> Result<Option<u64>, sqlx::Error> {
    Ok(value(&rows(session, sql).await?).and_then(|it| it.parse().ok()))
}

/// The statement that a session with the lock runs all the time, and that says who it is. In a literal, a backslash stands
/// for itself only when it is doubled.
fn statement(holder: &Holder) -> Result<String, LockFailure> {
    let who = serde_json::to_string(holder).map_err(|error| LockFailure::Failed(error.to_string()))?;
    let ask = sql("SELECT IS_USED_LOCK(").raw(NAME).raw(") = CONNECTION_ID() AND SLEEP(").raw(PING).raw(") = 0,");
    Ok(ask.string(&who.replace('\\', "\\\\")).finish())
}

/// Who holds the lock, if that is to be seen.
async fn held_by(session: &mut MySqlConnection) -> Result<Option<Holder>, sqlx::Error> {
    let ask = sql("SELECT IS_USED_LOCK(").raw(NAME).raw(")").finish();
    for _ in 0..LOOKS {
        let Some(id) = number(session, &ask).await? else { return Ok(None) };
        let id = id.to_string();
        let sessions = rows(session, "SHOW FULL PROCESSLIST").await?;
        let own = sessions.iter().find(|row| row.first().is_some_and(|it| it.as_deref() == Some(&id)));
        // MariaDB has a column behind the statement.
        let statement = own.and_then(|row| row.get(7)).and_then(Option::as_deref);
        if let Some(holder) = statement.and_then(whole_of) {
            return Ok(Some(holder));
        }
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    Ok(None)
}

/// The holder in the text of a statement that says who has the lock.
fn whole_of(statement: &str) -> Option<Holder> {
    let (_, literal) = statement.split_once(") = 0, '")?;
    let text = literal.trim_end().strip_suffix('\'')?.replace("''", "'").replace("\\\\", "\\");
    serde_json::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

    use super::*;

    #[test]
    fn a_holder_is_read_back_from_the_statement() {
        let (since, command) = ("2000-01-01T00:00:00Z".to_owned(), "state unlock".to_owned());
        let host = "it's \"odd\" \\ \u{1F600}".to_owned();
        let holder = Holder { pid: 4_194_304, host, since, command };
        assert_eq!(whole_of(&statement(&holder).unwrap()), Some(holder));
        assert_eq!(whole_of("SELECT 1"), None);
    }
}
