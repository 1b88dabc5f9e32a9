//! Rows that stand against a step.

use sqlx::MySqlConnection;
use trueup_contract::{DatabaseError, Step};

use super::answer::answer;
use crate::connect::message;

/// Refuse if rows stand against a step. Nothing keeps others from writing between the question and the step; what the
/// server itself checks, it checks again.
pub(super) async fn refuse(connection: &mut MySqlConnection, step: &Step) -> Result<(), DatabaseError> {
    for hazard in &step.hazards {
        let Some(question) = hazard.question.as_ref().filter(|question| question.must_be_zero) else { continue };
        let answer = answer(connection, question).await.map_err(|error| DatabaseError::Step {
            step: step.summary.clone(),
            message: ["its rows cannot be asked: ", &message(&error)].concat(),
        })?;
        if answer.count > 0 {
            let (address, counts) = (hazard.address.clone(), question.counts.clone());
            return Err(DatabaseError::Refused { address, counts, answer });
        }
    }
    Ok(())
}
