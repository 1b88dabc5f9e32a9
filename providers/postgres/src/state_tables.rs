//! The table `trueup.state`, which keeps the lockfile and the journal inside the database.

use sqlx::{PgConnection, Row};
use trueup_contract::{DatabaseError, StateRecord, StateWrite};

use crate::connect::{code, failed, message};

/// Two that create it at the same time are kept apart by the lock of an apply.
const CREATE: &str = "CREATE SCHEMA IF NOT EXISTS trueup; \
    CREATE TABLE IF NOT EXISTS trueup.state (name text NOT NULL PRIMARY KEY, content text NOT NULL)";

const EXISTS: &str = "SELECT to_regclass('trueup.state') IS NOT NULL";

/// What the table holds; nothing where there is no such table.
pub(crate) async fn read(connection: &mut PgConnection) -> Result<StateRecord, DatabaseError> {
    let mut record = StateRecord::default();
    if !exists(connection).await? {
        return Ok(record);
    }
    let query = sqlx::query("SELECT name, content FROM trueup.state WHERE name IN ('lockfile', 'journal')");
    for row in query.fetch_all(connection).await.map_err(|error| denied(error, "read"))? {
        let content: String = row.try_get(1).map_err(failed)?;
        match row.try_get::<&str, _>(0).map_err(failed)? {
            "lockfile" => record.lockfile = Some(content),
            _ => record.journal = Some(content),
        }
    }
    Ok(record)
}

/// Change what the table holds, inside the caller's transaction. The lockfile is compared and swapped in one statement,
/// which waits for others that write it.
pub(crate) async fn write(connection: &mut PgConnection, write: &StateWrite) -> Result<(), DatabaseError> {
    if !exists(connection).await? {
        sqlx::raw_sql(CREATE).execute(&mut *connection).await.map_err(|error| denied(error, "created"))?;
    }
    let StateWrite { lockfile, journal } = write;
    if let Some((next, replaces)) = lockfile {
        let query = match replaces {
            None => sqlx::query(
                "INSERT INTO trueup.state (name, content) VALUES ('lockfile', $1) ON CONFLICT (name) DO NOTHING",
            )
            .bind(next),
            Some(replaces) => {
                let query = "UPDATE trueup.state SET content = $1 WHERE name = 'lockfile' AND content = $2";
                sqlx::query(query).bind(next).bind(replaces)
            }
        };
        let done = query.execute(&mut *connection).await.map_err(|error| denied(error, "written"))?;
        if done.rows_affected() != 1 {
            return Err(DatabaseError::StateMoved);
        }
    }
    let query = match journal {
        None => return Ok(()),
        Some(Some(next)) => sqlx::query(
            "INSERT INTO trueup.state (name, content) VALUES ('journal', $1) \
             ON CONFLICT (name) DO UPDATE SET content = excluded.content",
        )
        .bind(next),
        Some(None) => sqlx::query("DELETE FROM trueup.state WHERE name = 'journal'"),
    };
    query.execute(connection).await.map_err(|error| denied(error, "written"))?;
    Ok(())
}

async fn exists(connection: &mut PgConnection) -> Result<bool, DatabaseError> {
    sqlx::query(EXISTS).fetch_one(connection).await.and_then(|row| row.try_get(0)).map_err(failed)
}

/// `insufficient_privilege` and `read_only_sql_transaction` have a way out.
fn denied(error: sqlx::Error, what: &str) -> DatabaseError {
    let hint = match code(&error).as_deref() {
        Some("42501") => {
            "; grant the role what it needs (`GRANT CREATE ON DATABASE`), or keep the state in a file with `--state PATH`"
        }
        Some("25006") => "; connect to the primary",
        _ => return failed(error),
    };
    DatabaseError::Denied(
        ["the state in schema `trueup` cannot be ", what, ": ", &message(&error, None), hint].concat(),
    )
}
