//! Running a script statement by statement, and saying precisely what SQLite has against it.

use sqlx::{AssertSqlSafe, SqliteConnection};
use trueup_contract::RealizeError;
use trueup_state::Schema;

use super::{Declared, places::find_word};
use crate::{
    connect::{self, message},
    inspect,
    statement::Statement,
    token::Kind,
};

/// Run everything in an in-memory database, in the order given, and inspect that.
pub(super) async fn run(declared: &[Declared<'_>]) -> Result<Schema, RealizeError> {
    let mut connection = connect::memory().await?;
    for it in declared {
        execute(&mut connection, it).await?;
    }
    let inspection = inspect::inspect(&mut connection).await?;
    match inspection.unmodelled.first() {
        None => Ok(inspection.schema),
        Some(unmodelled) => {
            let named = |it: &&Declared<'_>| {
                it.statement.tokens.iter().any(|token| token.unquoted() == unmodelled.name.as_str())
            };
            let message =
                ["trueup does not understand ", &unmodelled.kind, " `", &unmodelled.name, "`: ", &unmodelled.reason]
                    .concat();
            Err(match declared.iter().find(named) {
                Some(it) => it.places.error(it.statement.at, 1, message, None),
                None => trueup_contract::DatabaseError::Unsupported(message).into(),
            })
        }
    }
}

/// Run one statement. What only the application's own connection has (functions, collations, modules) is not held
/// against it: nobody can check more of it here.
pub(super) async fn execute(connection: &mut SqliteConnection, it: &Declared<'_>) -> Result<(), RealizeError> {
    let text = it.statement.text;
    let Err(error) = sqlx::raw_sql(AssertSqlSafe(text.to_owned())).execute(&mut *connection).await else {
        return Ok(());
    };
    let words = message(&error);
    if needs_application(&words) {
        return Ok(());
    }
    let (at, length) = locate(connection, &it.statement, &words).await;
    Err(it.places.error(at, length, words.clone(), hint(&words)))
}

pub(super) fn needs_application(message: &str) -> bool {
    ["no such function: ", "no such collation sequence: ", "no such module: "].iter().any(|it| message.starts_with(it))
}

/// Where in the statement SQLite's message points: the first token whose prefix of the statement fails in the same
/// way, or the name that the message ends with.
async fn locate(connection: &mut SqliteConnection, statement: &Statement<'_>, message: &str) -> (usize, usize) {
    if let Some(near) = message.strip_prefix("near \"").and_then(|rest| rest.rsplit_once('"')).map(|(near, _)| near) {
        for token in statement.tokens.iter().filter(|token| token.text == near) {
            let prefix = &statement.text[..token.end() - statement.at];
            let explained = ["EXPLAIN ", prefix].concat();
            let outcome = sqlx::raw_sql(AssertSqlSafe(explained)).execute(&mut *connection).await;
            if outcome.is_err_and(|error| crate::connect::message(&error) == message) {
                return (token.at, token.text.len());
            }
        }
        return find_word(statement, near);
    }
    if message == "incomplete input" {
        let end = statement.tokens.last().map_or(statement.at, |token| token.end());
        return (end, 0);
    }
    let named = message.rsplit([' ', ':']).next().unwrap_or_default().trim_matches(['"', '`', '\'']);
    let quoted = message.split('"').nth(1);
    let last = statement
        .tokens
        .iter()
        .rev()
        .find(|token| token.kind != Kind::Symbol && token.unquoted().eq_ignore_ascii_case(named));
    match (last, quoted) {
        (Some(token), _) => (token.at, token.text.len()),
        (None, Some(quoted)) => find_word(statement, quoted),
        (None, None) => find_word(statement, named),
    }
}

fn hint(message: &str) -> Option<String> {
    let hint = if message.contains("syntax error") {
        "SQLite does not understand the statement from here on"
    } else if message.starts_with("no such column") || message.contains("has no column named") {
        "declare the column, or correct the name"
    } else if message.starts_with("no such table") {
        "declare the table, or correct the name"
    } else if message == "incomplete input" {
        "the statement ends too early; a `)` or `END` may be missing"
    } else {
        return None;
    };
    Some(hint.to_owned())
}
