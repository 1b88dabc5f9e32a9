//! The table `trueup_state`, which keeps the lockfile and the journal inside the database.

use sqlx::{Row, SqliteConnection};
use trueup_contract::{DatabaseError, StateRecord, StateWrite};

use crate::connect::failed;

const CREATE: &str = "CREATE TABLE IF NOT EXISTS main.trueup_state \
                      (kind TEXT NOT NULL PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID";

/// What the table holds; nothing where there is no such table.
pub(crate) async fn read(connection: &mut SqliteConnection) -> Result<StateRecord, DatabaseError> {
    let exists = sqlx::query("SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = 'trueup_state'")
        .fetch_optional(&mut *connection)
        .await
        .map_err(failed)?;
    let mut record = StateRecord::default();
    if exists.is_none() {
        return Ok(record);
    }
    let rows =
        sqlx::query("SELECT kind, content FROM main.trueup_state").fetch_all(connection).await.map_err(failed)?;
    for row in rows {
        let content: String = row.try_get(1).map_err(failed)?;
        match row.try_get::<&str, _>(0).map_err(failed)? {
            "lockfile" => record.lockfile = Some(content),
            "journal" => record.journal = Some(content),
            _ => (),
        }
    }
    Ok(record)
}

/// Change what the table holds, inside the caller's transaction.
pub(crate) async fn write(connection: &mut SqliteConnection, write: &StateWrite) -> Result<(), DatabaseError> {
    sqlx::query(CREATE).execute(&mut *connection).await.map_err(failed)?;
    let StateWrite { lockfile, journal } = write;
    if let Some((next, replaces)) = lockfile {
        if read(connection).await?.lockfile != *replaces {
            return Err(DatabaseError::StateMoved);
        }
        put(connection, "lockfile", Some(next)).await?;
    }
    if let Some(next) = journal {
        put(connection, "journal", next.as_ref()).await?;
    }
    Ok(())
}

async fn put(connection: &mut SqliteConnection, kind: &str, content: Option<&String>) -> Result<(), DatabaseError> {
    let query = match content {
        Some(content) => sqlx::query(
            "INSERT INTO main.trueup_state (kind, content) VALUES (?1, ?2) \
             ON CONFLICT (kind) DO UPDATE SET content = excluded.content",
        )
        .bind(kind)
        .bind(content),
        None => sqlx::query("DELETE FROM main.trueup_state WHERE kind = ?1").bind(kind),
    };
    query.execute(connection).await.map_err(failed)?;
    Ok(())
}
