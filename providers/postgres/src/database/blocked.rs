//! Finding out who keeps us waiting, from a second connection.

use std::time::Duration;

use sqlx::{PgConnection, Row, postgres::PgRow};
use trueup_contract::Access;

use crate::connect::{self, Target};

/// A second connection that looks while the first one waits: afterwards nobody waits any more, and nothing is to be seen.
pub(super) struct Lookout {
    connection: Option<PgConnection>,
    waiting: i32,
    /// Who was seen last.
    pub(super) holders: Vec<String>,
}

impl Lookout {
    /// Look for who keeps `waiting` waiting. Without a connection nothing will be seen, and that is no error.
    pub(super) async fn open(target: &Target, waiting: i32) -> Lookout {
        let connection = connect::connect(target, Access::Read).await.ok();
        Lookout { connection, waiting, holders: Vec::new() }
    }

    /// Keep looking; it ends only by being dropped.
    pub(super) async fn keep_looking(&mut self, every: Duration) -> std::convert::Infallible {
        loop {
            tokio::time::sleep(every).await;
            let Some(connection) = &mut self.connection else { continue };
            let query = sqlx::query(include_str!("blockers.sql")).bind(self.waiting);
            match query
                .fetch_all(connection)
                .await
                .and_then(|rows| rows.iter().map(described).collect::<Result<Vec<_>, _>>())
            {
                Ok(holders) if holders.is_empty() => (),
                Ok(holders) => self.holders = holders,
                Err(_) => self.connection = None,
            }
        }
    }
}

fn described(row: &PgRow) -> Result<String, sqlx::Error> {
    let text = |column: &str| row.try_get::<Option<String>, _>(column);
    let Some(pid) = row.try_get::<Option<i32>, _>("pid")? else { return Ok("a prepared transaction".to_owned()) };
    let mut words = ["process ", &pid.to_string()].concat();
    let mut add = |before: &str, text: Option<String>, after: &str| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            words = [&words, before, &text, after].concat();
        }
    };
    add(" of role `", text("role")?, "`");
    add(" (", text("application")?, ")");
    add(", ", text("state")?, "");
    add(", since ", text("since")?, " UTC");
    let query = text("query")?;
    if query.as_deref().is_some_and(str::is_empty) {
        add(", ", text("backend_type")?, "");
    }
    add(": ", query, "");
    Ok(words)
}
