//! The table `trueup_state`, which keeps the lockfile and the journal inside the database.

use sqlx::{MySqlConnection, Row};
use trueup_contract::{DatabaseError, StateRecord, StateWrite};

use crate::connect::{code, execute, failed, message, number, rows};

/// Two that create it at the same time are kept apart by the lock of an apply.
const CREATE: &str = "CREATE TABLE IF NOT EXISTS `trueup_state` (`name` varchar(32) NOT NULL PRIMARY KEY, \
    `content` longtext NOT NULL) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

const EXISTS: &str = "SELECT 1 FROM information_schema.TABLES \
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'trueup_state'";

const READ: &str = "SELECT `name`, `content` FROM `trueup_state` WHERE `name` IN ('lockfile', 'journal')";

/// What the table holds; nothing where there is no such table.
pub(crate) async fn read(connection: &mut MySqlConnection) -> Result<StateRecord, DatabaseError> {
    let mut record = StateRecord::default();
    if !exists(connection).await? {
        return Ok(record);
    }
    for row in rows(connection, READ).await.map_err(|error| denied(error, "read"))? {
        let mut values = row.into_iter();
        match (values.next().flatten().as_deref(), values.next().flatten()) {
            (Some("lockfile"), content) => record.lockfile = content,
            (Some("journal"), content) => record.journal = content,
            _ => (),
        }
    }
    Ok(record)
}

/// Change what the table holds, in a transaction of its own. The lockfile is compared while nobody else can change it.
pub(crate) async fn write(connection: &mut MySqlConnection, write: &StateWrite) -> Result<(), DatabaseError> {
    if !exists(connection).await? {
        execute(connection, CREATE).await.map_err(|error| denied(error, "created"))?;
    }
    execute(connection, "START TRANSACTION").await.map_err(failed)?;
    let written = written(connection, write).await;
    let end = if written.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = execute(connection, end).await.map_err(failed);
    written.and(ended)
}

async fn written(connection: &mut MySqlConnection, write: &StateWrite) -> Result<(), DatabaseError> {
    let StateWrite { lockfile, journal } = write;
    if let Some((next, replaces)) = lockfile {
        let query = "SELECT `content` FROM `trueup_state` WHERE `name` = 'lockfile' FOR UPDATE";
        let found = sqlx::query(query).fetch_optional(&mut *connection).await;
        let found = found.map_err(|error| denied(error, "read"))?;
        let found = found.map(|row| row.try_get::<String, _>(0)).transpose().map_err(failed)?;
        if found != *replaces {
            return Err(DatabaseError::StateMoved);
        }
        put(connection, "lockfile", Some(next)).await?;
    }
    match journal {
        Some(next) => put(connection, "journal", next.as_ref()).await,
        None => Ok(()),
    }
}

async fn put(connection: &mut MySqlConnection, name: &str, content: Option<&String>) -> Result<(), DatabaseError> {
    let query = match content {
        Some(content) => sqlx::query("REPLACE INTO `trueup_state` (`name`, `content`) VALUES (?, ?)")
            .bind(name.to_owned())
            .bind(content.clone()),
        None => sqlx::query("DELETE FROM `trueup_state` WHERE `name` = ?").bind(name.to_owned()),
    };
    query.execute(connection).await.map(drop).map_err(|error| denied(error, "written"))
}

async fn exists(connection: &mut MySqlConnection) -> Result<bool, DatabaseError> {
    rows(connection, EXISTS).await.map(|rows| !rows.is_empty()).map_err(failed)
}

/// A missing privilege and a read-only server have a way out.
fn denied(error: sqlx::Error, what: &str) -> DatabaseError {
    let hint = match number(&error) {
        Some(number) if code::DENIED.contains(&number) => {
            "; grant the user what it needs (`GRANT CREATE, SELECT, INSERT, UPDATE, DELETE`), or keep the state in a file \
             with `--state PATH`"
        }
        Some(number) if code::READ_ONLY.contains(&number) => "; connect to the primary",
        Some(number) if code::LOCKED.contains(&number) => "; someone else is writing it",
        _ => return failed(error),
    };
    DatabaseError::Denied(["the state in table `trueup_state` cannot be ", what, ": ", &message(&error), hint].concat())
}
