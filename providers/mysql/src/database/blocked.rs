//! Finding out who keeps us waiting, from a second connection.

use std::time::Duration;

use sqlx::MySqlConnection;
use trueup_contract::Access;

use crate::{
    connect::{self, Target, rows},
    version::{Flavor, Version},
};

/// A second connection that looks while the first one waits: afterwards nobody waits any more, and nothing is to be seen.
pub(super) struct Lookout {
    connection: Option<MySqlConnection>,
    flavor: Flavor,
    waiting: String,
    /// Who was seen last.
    pub(super) holders: Vec<String>,
}

impl Lookout {
    /// Look for who keeps the session `waiting` waiting. Without a connection nothing will be seen, and that is no error.
    pub(super) async fn open(target: &Target, version: Version, waiting: String) -> Lookout {
        let connection = connect::connect(target, Access::Read).await.ok().map(|(connection, _)| connection);
        Lookout { connection, flavor: version.flavor, waiting, holders: Vec::new() }
    }

    /// Keep looking; it ends only by being dropped.
    pub(super) async fn keep_looking(&mut self, every: Duration) -> std::convert::Infallible {
        loop {
            tokio::time::sleep(every).await;
            let Some(connection) = &mut self.connection else { continue };
            let query = match self.flavor {
                Flavor::MySql => include_str!("blockers_mysql.sql"),
                Flavor::MariaDb => include_str!("blockers_mariadb.sql"),
            };
            match rows(connection, &query.replace("@waiting", &self.waiting)).await {
                Ok(found) if found.is_empty() => (),
                Ok(found) => self.holders = found.iter().map(|row| described(row)).collect(),
                Err(sqlx::Error::Database(_)) => (),
                Err(_) => self.connection = None,
            }
        }
    }
}

/// Its number, user, host, what it is doing, since when, and its statement.
fn described(row: &[Option<String>]) -> String {
    let marks = [(" ", ""), (" of `", "`"), (" on ", ""), (" (", ")"), (", since ", " UTC"), (": ", "")];
    let said = marks.iter().zip(row).filter_map(|((before, after), value)| {
        let value = value.as_ref().filter(|value| !value.is_empty())?;
        Some([*before, value, *after].concat())
    });
    std::iter::once("connection".to_owned()).chain(said).collect()
}
