//! The lock that keeps two applies apart: an advisory lock of a session of its own, which sits outside of transactions.
//!
//! The server frees it when the session ends, however it ends. Who holds it is told in two places that others can read:
//! whole in the text of the session's query, which roles see of each other's sessions only with `pg_read_all_stats`, and
//! in short in its application name.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use tokio::task::JoinHandle;
use trueup_contract::{Access, DatabaseError, Held, Holder, LockFailure};

use crate::{
    connect::{self, Target, failed},
    render::sql,
};

/// `trueup` in ASCII. Advisory locks are apart for each database already.
const KEY: i64 = 0x7472_7565_7570;

/// How long a lock that is refused is asked for again, whatever the caller waits: a session that has just ended keeps
/// its locks until the server has noticed.
const GRACE: Duration = Duration::from_millis(250);

/// How often to ask again.
const EVERY: Duration = Duration::from_millis(50);

/// How often the session is found to be alive.
const PING: Duration = Duration::from_secs(1);

/// An application name has no more bytes (`NAMEDATALEN`).
const LONGEST_NAME: usize = 63;

/// The server notices within a minute that our machine is gone; by default, after two hours. A connection through a
/// socket ignores it.
const KEEPALIVE: &str = "SET tcp_keepalives_idle = 20; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3";

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
    main: &mut PgConnection,
    holder: &Holder,
    wait: Duration,
) -> Result<Box<dyn Held>, LockFailure> {
    let target = target.with_application_name(&short(holder));
    let told = |error: DatabaseError| LockFailure::Failed(error.to_string());
    let mut session = connect::connect(&target, Access::Write).await.map_err(told)?;
    refuse_pooler(main, &mut session).await?;
    let _ = sqlx::raw_sql(KEEPALIVE).execute(&mut session).await;
    let statement = try_lock(holder)?;
    let start = Instant::now();
    while !ask(&mut session, &statement).await.map_err(|error| told(failed(error)))? {
        if start.elapsed() >= wait.max(GRACE) {
            let taken = held_by(&mut session).await.map_err(|error| told(failed(error)))?;
            return Err(LockFailure::Taken(taken));
        }
        tokio::time::sleep(EVERY).await;
    }
    let alive = Arc::new(AtomicBool::new(true));
    let pings = tokio::spawn(keep(session, Arc::clone(&alive)));
    Ok(Box::new(Session { alive, pings }))
}

/// Hold the session until it breaks.
async fn keep(mut session: PgConnection, alive: Arc<AtomicBool>) {
    loop {
        tokio::time::sleep(PING).await;
        if session.ping().await.is_err() {
            alive.store(false, Ordering::Release);
            return;
        }
    }
}

/// A pooler that gives each transaction another backend makes session locks mean nothing. Two connections that are on
/// one backend, or one that changes it while another is busy, are such a pooler's.
async fn refuse_pooler(main: &mut PgConnection, session: &mut PgConnection) -> Result<(), LockFailure> {
    let told = |error: sqlx::Error| LockFailure::Failed(failed(error).to_string());
    let ours = pid(session).await.map_err(told)?;
    let theirs = pid(main).await.map_err(told)?;
    let again = pid(session).await.map_err(told)?;
    if ours == theirs || ours != again {
        let reason = "statements of one connection run in different sessions, as behind a pooler in transaction mode; \
                      give the URL of the server itself, or of a pooler in session mode";
        return Err(LockFailure::Failed(reason.to_owned()));
    }
    Ok(())
}

async fn pid(connection: &mut PgConnection) -> Result<i32, sqlx::Error> {
    // Not prepared: a pooler may have prepared it elsewhere.
    let row = sqlx::raw_sql("SELECT pg_backend_pid()").fetch_one(connection).await?;
    row.try_get_unchecked(0)
}

/// The statement that asks for the lock, and says who asks.
fn try_lock(holder: &Holder) -> Result<String, LockFailure> {
    let who = serde_json::to_string(holder).map_err(|error| LockFailure::Failed(error.to_string()))?;
    let key = KEY.to_string();
    Ok(sql("SELECT pg_try_advisory_lock(").raw(&key).raw(")::int4,").string(&who).finish())
}

async fn ask(session: &mut PgConnection, statement: &str) -> Result<bool, sqlx::Error> {
    let row = sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).fetch_one(session).await?;
    row.try_get_unchecked::<i32, _>(0).map(|given| given == 1)
}

/// Who holds the lock, if that is to be seen.
async fn held_by(session: &mut PgConnection) -> Result<Option<Holder>, sqlx::Error> {
    let query = sqlx::query(include_str!("database/holder.sql")).bind(KEY);
    let Some(row) = query.fetch_optional(session).await? else { return Ok(None) };
    let text = |column: &str| row.try_get::<Option<String>, _>(column);
    let whole = text("query")?.and_then(|query| whole_of(&query));
    Ok(whole.or(text("application_name")?.and_then(|name| whole_of_short(&name))))
}

/// The holder in the text of a statement that asked for the lock.
fn whole_of(statement: &str) -> Option<Holder> {
    let (_, literal) = statement.split_once(")::int4, '")?;
    serde_json::from_str(&literal.strip_suffix('\'')?.replace("''", "'")).ok()
}

/// The holder in few bytes; what is cut is the end of the host's name.
fn short(holder: &Holder) -> String {
    let Holder { pid, host, since, command } = holder;
    let without_host = ["trueup ", command, " ", &pid.to_string(), " ", since, " "].concat();
    let room = LONGEST_NAME.saturating_sub(without_host.len());
    let host: String = host.chars().filter(char::is_ascii_graphic).take(room).collect();
    [without_host, host].concat()
}

fn whole_of_short(name: &str) -> Option<Holder> {
    let rest = name.strip_prefix("trueup ")?;
    let mut parts = rest.rsplitn(4, ' ');
    let (host, since, pid, command) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let pid = pid.parse().ok()?;
    Some(Holder { pid, host: host.to_owned(), since: since.to_owned(), command: command.to_owned() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

    use super::*;

    fn holder(host: &str) -> Holder {
        let (since, command) = ("2000-01-01T00:00:00Z".to_owned(), "state unlock".to_owned());
        Holder { pid: 4_194_304, host: host.to_owned(), since, command }
    }

    #[test]
    fn a_holder_is_read_back_from_the_statement() {
        let holder = holder("it's \"odd\" \\ \u{1F600}");
        assert_eq!(whole_of(&try_lock(&holder).unwrap()), Some(holder));
        assert_eq!(whole_of("<insufficient privilege>"), None);
    }

    #[test]
    fn a_holder_is_read_back_from_the_application_name() {
        assert_eq!(whole_of_short(&short(&holder("db1"))), Some(holder("db1")));
        let long = short(&holder("a-name-that-goes-on-and-on.in-a-domain.example"));
        assert_eq!(long.len(), LONGEST_NAME);
        assert_eq!(whole_of_short(&long).unwrap().pid, 4_194_304);
        assert_eq!(whole_of_short("psql"), None);
    }
}
