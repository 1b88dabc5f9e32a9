//! Rows that stand against a step.

use sqlx::MySqlConnection;
use trueup_contract::{DatabaseError, Step};

use super::answer::answer;
use crate::connect::{message, number};

/// A table, or a column, is not there.
const UNKNOWN: [u16; 2] = [1146, 1054];

/// Refuse if rows stand against a step. Nothing keeps others from writing between the question and the step; what the
/// server itself checks, it checks again.
pub(super) async fn refuse(connection: &mut MySqlConnection, step: &Step) -> Result<(), DatabaseError> {
    for hazard in &step.hazards {
        let Some(question) = hazard.question.as_ref().filter(|question| question.must_be_zero) else { continue };
        let answer = match answer(connection, question).await {
            Ok(answer) => answer,
            // The question was put when the plan was made; steps before this one have given other names to what it is
            // about.
            Err(error) if number(&error).is_some_and(|number| UNKNOWN.contains(&number)) => continue,
            Err(error) => {
                let message = ["its rows cannot be asked: ", &message(&error)].concat();
                return Err(DatabaseError::Step { step: step.summary.clone(), message });
            }
        };
        if answer.count > 0 {
            let (address, counts) = (hazard.address.clone(), question.counts.clone());
            return Err(DatabaseError::Refused { address, counts, answer });
        }
    }
    Ok(())
}
