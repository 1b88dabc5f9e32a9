//! Running a group of steps up to its commit.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Row, SqliteConnection};
use trueup_contract::{DatabaseError, Group, Observer, Progress, Step};

use super::{answer, foreign_keys};
use crate::{
    connect::{SQLITE_BUSY, failed, message, result_code},
    inspect, state_tables,
};

/// Run a group in one transaction.
///
/// Foreign keys are off before BEGIN: inside a transaction the pragma does nothing, and with it on, DROP TABLE deletes
/// the rows first and so cascades into other tables (sqlite.org/lang_altertable.html, section 7).
pub(super) async fn run(
    connection: &mut SqliteConnection,
    group: &Group<'_>,
    observer: &mut dyn Observer,
) -> Result<(), DatabaseError> {
    let waits = ["PRAGMA busy_timeout = ", &group.lock_timeout.as_millis().to_string()].concat();
    execute(connection, &waits).await.map_err(failed)?;
    execute(connection, "PRAGMA foreign_keys = OFF").await.map_err(failed)?;
    let on = sqlx::query("PRAGMA foreign_keys").fetch_one(&mut *connection).await.map_err(failed)?;
    if on.try_get::<i64, _>(0).map_err(failed)? != 0 {
        return Err(DatabaseError::Failed("foreign keys cannot be switched off on this connection".to_owned()));
    }
    execute(connection, "BEGIN IMMEDIATE").await.map_err(|error| begun(error, group.lock_timeout))?;
    match within(connection, group, observer).await {
        Ok(()) => {
            observer.observe(Progress::Committing);
            if let Err(error) = execute(connection, "COMMIT").await {
                let reason = begun(error, group.lock_timeout);
                roll_back(connection).await;
                return Err(reason);
            }
            observer.observe(Progress::Committed);
            Ok(())
        }
        Err(error) => {
            roll_back(connection).await;
            Err(error)
        }
    }
}

async fn within(
    connection: &mut SqliteConnection,
    group: &Group<'_>,
    observer: &mut dyn Observer,
) -> Result<(), DatabaseError> {
    let Group { steps, revision, lock_timeout: _, write } = group;
    if let Some(expected) = revision
        && inspect::revision(connection).await? != *expected
    {
        return Err(DatabaseError::Moved);
    }
    for step in *steps {
        refuse_if_rows_stand_against(connection, step).await?;
    }
    let compares = steps.iter().any(|step| step.compares_foreign_keys);
    let before = if compares { foreign_keys::violations(connection).await? } else { Default::default() };
    for (at, step) in steps.iter().enumerate() {
        observer.observe(Progress::Started(at));
        execute(connection, step.action.sql()).await.map_err(|error| step_failed(step, &error))?;
        observer.observe(Progress::Finished(at));
    }
    if compares {
        foreign_keys::compare(&before, &foreign_keys::violations(connection).await?)?;
    }
    if observer.seals() {
        let found = inspect::inspect(connection).await?;
        state_tables::write(connection, &observer.seal(found)?).await?;
    }
    if let Some(write) = write {
        state_tables::write(connection, write).await?;
    }
    Ok(())
}

async fn refuse_if_rows_stand_against(connection: &mut SqliteConnection, step: &Step) -> Result<(), DatabaseError> {
    for hazard in &step.hazards {
        let Some(question) = hazard.question.as_ref().filter(|question| question.must_be_zero) else { continue };
        let answer = answer(connection, question).await.map_err(|error| unanswered(step, error))?;
        if answer.count > 0 {
            let (address, counts) = (hazard.address.clone(), question.counts.clone());
            return Err(DatabaseError::Refused { address, counts, answer });
        }
    }
    Ok(())
}

async fn execute(connection: &mut SqliteConnection, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await.map(drop)
}

/// After a failed statement SQLite may have rolled back by itself; then this fails, and nothing is left to undo.
async fn roll_back(connection: &mut SqliteConnection) {
    let _ = execute(connection, "ROLLBACK").await;
    let _ = execute(connection, "PRAGMA legacy_alter_table = OFF").await;
}

fn begun(error: sqlx::Error, waited: Duration) -> DatabaseError {
    if result_code(&error) == Some(SQLITE_BUSY) { DatabaseError::Busy { waited } } else { failed(error) }
}

fn unanswered(step: &Step, error: DatabaseError) -> DatabaseError {
    match error {
        DatabaseError::Failed(message) => refused_by_sqlite(step, message),
        other => other,
    }
}

fn step_failed(step: &Step, error: &sqlx::Error) -> DatabaseError {
    refused_by_sqlite(step, message(error))
}

fn refused_by_sqlite(step: &Step, message: String) -> DatabaseError {
    if message.starts_with("no such function")
        || message.starts_with("no such collation")
        || message.starts_with("no such module")
    {
        let hint = "only your application's own connection has it, so trueup cannot write a table that uses it";
        return DatabaseError::Unsupported([&step.summary, ": ", &message, "; ", hint].concat());
    }
    DatabaseError::Step { step: step.summary.clone(), message }
}
