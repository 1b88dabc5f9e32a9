//! Asking the rows.

use sqlx::MySqlConnection;
use trueup_contract::{Answer, DatabaseError, Question};

use crate::{
    connect::{ask, code, execute, failed, number, rows},
    version::{Flavor, Version},
};

/// Counting ends some day: the setting, and its value of five minutes and of no end.
fn limit(version: Version) -> (&'static str, &'static str) {
    match version.flavor {
        Flavor::MariaDb => ("SET SESSION max_statement_time = 300", "SET SESSION max_statement_time = 0"),
        Flavor::MySql => ("SET SESSION max_execution_time = 300000", "SET SESSION max_execution_time = 0"),
    }
}

/// Ask one question as it stands. Its query gives the count, sample keys as a JSON array or NULL, and bytes or NULL.
pub(super) async fn answer(connection: &mut MySqlConnection, question: &Question) -> Result<Answer, sqlx::Error> {
    read(&rows(connection, &question.sql).await?)
}

/// Ask one question on its own.
pub(super) async fn answer_alone(
    connection: &mut MySqlConnection,
    version: Version,
    question: &Question,
) -> Result<Answer, DatabaseError> {
    let (before, after) = limit(version);
    let asked = ask(connection, &[before.to_owned(), question.sql.clone()]).await.map_err(failed)?;
    execute(connection, after).await.map_err(failed)?;
    let answer = asked.into_iter().nth(1).unwrap_or_else(|| Ok(Vec::new())).and_then(|rows| read(&rows));
    answer.map_err(|error| match number(&error) {
        Some(number) if code::OUT_OF_TIME.contains(&number) => {
            DatabaseError::Failed(["counting ", &question.counts, " took longer than five minutes"].concat())
        }
        _ => failed(error),
    })
}

fn read(rows: &[Vec<Option<String>>]) -> Result<Answer, sqlx::Error> {
    let value = |at: usize| rows.first().and_then(|row| row.get(at)).and_then(Option::as_ref);
    let number = |text: &String| text.split('.').next().and_then(|whole| whole.parse::<u64>().ok());
    let shown = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    let none = || sqlx::Error::Protocol("a question gave no count".to_owned());
    let count = value(0).and_then(number).ok_or_else(none)?;
    let samples: Vec<serde_json::Value> =
        value(1).and_then(|samples| serde_json::from_str(samples).ok()).unwrap_or_default();
    Ok(Answer { count, samples: samples.into_iter().map(shown).collect(), bytes: value(2).and_then(number) })
}
