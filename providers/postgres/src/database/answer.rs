//! Asking the rows.

use sqlx::{AssertSqlSafe, PgConnection, Row};
use trueup_contract::{Answer, DatabaseError, Question};

use crate::connect::{code, failed};

/// A question outside of a transaction: declared texts in it mean what they mean in a step, and counting ends some day.
/// Statements that are sent together are one transaction (postgresql.org/docs/current/protocol-flow.html, "Multiple
/// Statements in a Simple Query"), in which the settings stay.
const BEFORE: &str = "SET LOCAL search_path = public, pg_temp; SET LOCAL statement_timeout = '5min'; ";

/// `query_canceled`, which is how `statement_timeout` ends a statement.
const CANCELED: &str = "57014";

/// Ask one question inside of a transaction. Its query gives the count, sample keys as a JSON array or NULL, and bytes
/// or NULL.
pub(super) async fn answer(connection: &mut PgConnection, question: &Question) -> Result<Answer, sqlx::Error> {
    ask(connection, question.sql.clone()).await
}

/// Ask one question on its own.
pub(super) async fn answer_alone(connection: &mut PgConnection, question: &Question) -> Result<Answer, DatabaseError> {
    ask(connection, [BEFORE, &question.sql].concat()).await.map_err(|error| match code(&error) {
        Some(code) if code == CANCELED => {
            DatabaseError::Failed(["counting ", &question.counts, " took longer than five minutes"].concat())
        }
        _ => failed(error),
    })
}

/// The simple protocol gives every value as text, whatever its type.
async fn ask(connection: &mut PgConnection, sql: String) -> Result<Answer, sqlx::Error> {
    let row = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_one(connection).await?;
    let text = |at: usize| row.try_get_unchecked::<Option<String>, _>(at);
    let number = |text: String| text.split('.').next().and_then(|whole| whole.parse::<u64>().ok());
    let shown = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    let none = || sqlx::Error::Protocol("a question gave no count".to_owned());
    let count = text(0)?.and_then(number).ok_or_else(none)?;
    let samples: Vec<serde_json::Value> = match text(1)? {
        Some(samples) => serde_json::from_str(&samples).unwrap_or_default(),
        None => Vec::new(),
    };
    Ok(Answer { count, samples: samples.into_iter().map(shown).collect(), bytes: text(2)?.and_then(number) })
}
