//! Rows that stand against a step.

use sqlx::{AssertSqlSafe, PgConnection, Row};
use trueup_contract::{DatabaseError, Fact, Hazard, Lock, Step};
use trueup_state::Qualified;

use super::{answer::answer, run::Stopped};
use crate::render::sql;

/// Refuse if rows stand against a step of the group.
///
/// All questions are asked before anything is locked, so that a refusal costs nobody anything. What the server would
/// not refuse by itself, such as rows in a table that is dropped, is asked again when nobody can write any more.
pub(super) async fn refuse(connection: &mut PgConnection, steps: &[Step]) -> Result<(), Stopped> {
    for step in steps {
        for hazard in &step.hazards {
            ask(connection, step, hazard).await?;
        }
    }
    for step in steps {
        for hazard in step.hazards.iter().filter(|hazard| !is_refused_by_server(&hazard.fact)) {
            if lock(connection, step, hazard).await.map_err(|error| Stopped::by(step, error))? {
                ask(connection, step, hazard).await?;
            }
        }
    }
    Ok(())
}

async fn ask(connection: &mut PgConnection, step: &Step, hazard: &Hazard) -> Result<(), Stopped> {
    let Some(question) = hazard.question.as_ref().filter(|question| question.must_be_zero) else { return Ok(()) };
    let answer = answer(connection, question).await.map_err(|error| Stopped::by(step, error))?;
    if answer.count == 0 {
        return Ok(());
    }
    let (address, counts) = (hazard.address.clone(), question.counts.clone());
    Err(Stopped::For(DatabaseError::Refused { address, counts, answer }))
}

/// The server itself checks every row for these.
fn is_refused_by_server(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::AddsRequiredColumn
            | Fact::ForbidsNull { .. }
            | Fact::AddsUnique
            | Fact::MakesUnique
            | Fact::AddsCheck
            | Fact::AddsForeignKey
            | Fact::RefusesValues { .. }
    )
}

/// Take the lock that the step takes, if it is one that keeps writers out of a table that is there. Whether it was.
async fn lock(connection: &mut PgConnection, step: &Step, hazard: &Hazard) -> Result<bool, sqlx::Error> {
    let mode = match step.lock {
        Lock::ReadsAndWrites | Lock::DatabaseWrites => "IN ACCESS EXCLUSIVE MODE",
        Lock::Writes => "IN SHARE ROW EXCLUSIVE MODE",
        Lock::None => return Ok(false),
    };
    let asks = hazard.question.as_ref().is_some_and(|question| question.must_be_zero);
    let Some(table) = hazard.address.relation().filter(|_| asks) else { return Ok(false) };
    if !is_table(connection, table).await? {
        return Ok(false);
    }
    let statement = sql("LOCK TABLE").name(table).raw(mode).finish();
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await?;
    Ok(true)
}

async fn is_table(connection: &mut PgConnection, name: &Qualified) -> Result<bool, sqlx::Error> {
    let query = sqlx::query(include_str!("is_table.sql")).bind(name.namespace.text()).bind(name.name.text());
    query.fetch_one(connection).await?.try_get(0)
}
