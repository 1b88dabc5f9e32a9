//! Asking the rows.

use sqlx::{AssertSqlSafe, PgConnection, Row};
use trueup_contract::{Answer, DatabaseError, Question};

use crate::connect::failed;

/// Ask one question. Its query gives the count, sample keys as a JSON array or NULL, and bytes or NULL.
pub(super) async fn answer(connection: &mut PgConnection, question: &Question) -> Result<Answer, sqlx::Error> {
    // The simple protocol takes whatever types the query gives, as text; a question need not cast.
    let row = sqlx::raw_sql(AssertSqlSafe(question.sql.clone())).fetch_one(connection).await?;
    let text = |at: usize| row.try_get_unchecked::<Option<String>, _>(at);
    let samples: Vec<serde_json::Value> =
        text(1)?.and_then(|samples| serde_json::from_str(&samples).ok()).unwrap_or_default();
    let shown = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    let number = |text: String| text.split('.').next().and_then(|whole| whole.parse().ok());
    let count =
        text(0)?.and_then(number).ok_or_else(|| sqlx::Error::Protocol("a question gives no count".to_owned()))?;
    Ok(Answer { count, samples: samples.into_iter().map(shown).collect(), bytes: text(2)?.and_then(number) })
}

/// Ask one question outside of any transaction, no longer than this many milliseconds.
pub(super) async fn ask(connection: &mut PgConnection, question: &Question) -> Result<Answer, DatabaseError> {
    answer(connection, question).await.map_err(failed)
}
