//! Many statements in one message, each with an answer of its own.

use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, Either, MySqlConnection, Row, mysql::MySqlRow};

/// The rows of one statement; every value is text or NULL.
pub(crate) type Rows = Vec<Vec<Option<String>>>;

/// How many statements go together, and about how many bytes (`max_allowed_packet` is 16 MiB at least by default, and was
/// lowered to 1 MiB by some).
const MOST_STATEMENTS: usize = 500;
const MOST_BYTES: usize = 262_144;

/// Send statements, many together, and give each its answer. One that the server refuses keeps the others from nothing:
/// those behind it are sent again. What is no refusal, such as a connection that breaks, is an error of the whole.
pub(crate) async fn ask(
    connection: &mut MySqlConnection,
    statements: &[String],
) -> Result<Vec<Result<Rows, sqlx::Error>>, sqlx::Error> {
    let mut answers = Vec::with_capacity(statements.len());
    while answers.len() < statements.len() {
        let start = answers.len();
        let mut bytes = 0;
        let fits = |it: &&String| {
            bytes += it.len();
            bytes < MOST_BYTES
        };
        let many = statements[start..].iter().take(MOST_STATEMENTS).take_while(fits).count().max(1);
        together(connection, &statements[start..start + many], &mut answers).await?;
    }
    Ok(answers)
}

/// One message, up to the first statement that is refused.
async fn together(
    connection: &mut MySqlConnection,
    statements: &[String],
    answers: &mut Vec<Result<Rows, sqlx::Error>>,
) -> Result<(), sqlx::Error> {
    // A statement may end with a comment to the end of the line.
    let script = statements.join("\n;\n");
    let mut stream = sqlx::raw_sql(AssertSqlSafe(script)).fetch_many(connection);
    let mut rows = Ok(Rows::new());
    loop {
        match stream.try_next().await {
            Ok(None) => return Ok(()),
            Ok(Some(Either::Left(_))) => answers.push(std::mem::replace(&mut rows, Ok(Rows::new()))),
            Ok(Some(Either::Right(row))) => match (&mut rows, texts(&row)) {
                (Ok(rows), Ok(row)) => rows.push(row),
                (Ok(_), Err(error)) => rows = Err(error),
                (Err(_), _) => (),
            },
            Err(error @ sqlx::Error::Database(_)) => {
                answers.push(Err(error));
                return Ok(());
            }
            Err(error) => return Err(error),
        }
    }
}

/// The rows of one statement.
pub(crate) async fn rows(connection: &mut MySqlConnection, statement: &str) -> Result<Rows, sqlx::Error> {
    let mut answers = Vec::new();
    together(connection, &[statement.to_owned()], &mut answers).await?;
    answers.pop().unwrap_or_else(|| Ok(Rows::new()))
}

/// Run one statement, or several, whatever they answer.
pub(crate) async fn execute(connection: &mut MySqlConnection, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await.map(drop)
}

/// The first value of the first row.
pub(crate) fn value(rows: &Rows) -> Option<String> {
    rows.first()?.first()?.clone()
}

fn texts(row: &MySqlRow) -> Result<Vec<Option<String>>, sqlx::Error> {
    let text = |at: usize| {
        let bytes = row.try_get_unchecked::<Option<Vec<u8>>, _>(at)?;
        let text = bytes.map(String::from_utf8).transpose();
        text.map_err(|_| sqlx::Error::Decode("it has bytes that are no UTF-8".into()))
    };
    (0..row.len()).map(text).collect()
}
