//! One SQLite connection at work.

mod foreign_keys;
mod run;

use std::time::{Duration, Instant};

use async_trait::async_trait;
use sqlx::{AssertSqlSafe, Row, SqliteConnection};
use trueup_contract::{
    Answer, Database, DatabaseError, FileLock, Group, Held, Holder, Inspection, LockFailure, Observer, Preflight,
    Question, Server, StateRecord,
};

use crate::{
    connect::{Location, failed, read_only},
    inspect, lock, state_tables,
};

/// A connection, and where it leads.
pub(crate) struct SqliteDatabase {
    connection: SqliteConnection,
    location: Location,
    read_only: bool,
    /// A file that is to go when this does.
    _temporary: Option<tempfile::TempDir>,
}

/// Nothing to hold: no other process can reach an in-memory database.
struct Alone;

impl Held for Alone {
    fn is_held(&self) -> bool {
        true
    }
}

impl SqliteDatabase {
    pub(crate) fn new(connection: SqliteConnection, location: Location, read_only: bool) -> Self {
        SqliteDatabase { connection, location, read_only, _temporary: None }
    }

    /// The same, with a folder that is removed when this is dropped.
    pub(crate) fn with_temporary(self, folder: tempfile::TempDir) -> Self {
        SqliteDatabase { _temporary: Some(folder), ..self }
    }

    async fn text(&mut self, query: &'static str) -> Result<String, DatabaseError> {
        let row = sqlx::query(query).fetch_one(&mut self.connection).await.map_err(failed);
        row.map_err(|error| lock::named(&self.location, error))?.try_get(0).map_err(failed)
    }
}

#[async_trait]
impl Database for SqliteDatabase {
    async fn server(&mut self) -> Result<Server, DatabaseError> {
        let version = self.text("SELECT sqlite_version()").await?;
        let journal = self.text("PRAGMA journal_mode").await?;
        let encoding = self.text("PRAGMA encoding").await?;
        Ok(Server {
            product: "SQLite".to_owned(),
            version,
            location: self.location.show(),
            identity: self.location.identity(),
            read_only: self.read_only,
            facts: vec![("journal mode".to_owned(), journal), ("encoding".to_owned(), encoding)],
        })
    }

    /// A file is there for whoever may open it, and there is nobody to ask for more.
    async fn preflight(&mut self) -> Result<Preflight, DatabaseError> {
        let start = Instant::now();
        self.text("SELECT sqlite_version()").await?;
        let latency = start.elapsed();
        let read_only = read_only(&self.location).await?;
        Ok(Preflight { latency, read_only, ..Preflight::default() })
    }

    async fn inspect(&mut self) -> Result<Inspection, DatabaseError> {
        inspect::inspect(&mut self.connection).await.map_err(|error| lock::named(&self.location, error))
    }

    async fn answer(&mut self, question: &Question) -> Result<Answer, DatabaseError> {
        answer(&mut self.connection, question).await.map_err(|error| lock::named(&self.location, error))
    }

    async fn lock(&mut self, holder: &Holder, wait: Duration) -> Result<Box<dyn Held>, LockFailure> {
        match &self.location {
            Location::Memory => Ok(Box::new(Alone)),
            Location::File(path) => Ok(Box::new(FileLock::take(&lock::beside(path), holder, wait)?)),
        }
    }

    async fn run_group(&mut self, group: &Group<'_>, observer: &mut dyn Observer) -> Result<(), DatabaseError> {
        run::run(&mut self.connection, group, observer).await
    }

    async fn state(&mut self) -> Result<StateRecord, DatabaseError> {
        state_tables::read(&mut self.connection).await.map_err(|error| lock::named(&self.location, error))
    }
}

/// Ask one question. Its query gives the count, sample keys as a JSON array, and bytes or NULL.
async fn answer(connection: &mut SqliteConnection, question: &Question) -> Result<Answer, DatabaseError> {
    let row = sqlx::query(AssertSqlSafe(question.sql.clone())).fetch_one(connection).await.map_err(failed)?;
    let count: i64 = row.try_get(0).map_err(failed)?;
    // A text in a row need not be UTF-8.
    let samples: Option<Vec<u8>> = row.try_get(1).map_err(failed)?;
    let bytes: Option<i64> = row.try_get(2).map_err(failed)?;
    let samples: Vec<serde_json::Value> =
        samples.and_then(|it| serde_json::from_str(&String::from_utf8_lossy(&it)).ok()).unwrap_or_default();
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    Ok(Answer {
        count: u64::try_from(count).unwrap_or(0),
        samples: samples.into_iter().map(text).collect(),
        bytes: bytes.and_then(|bytes| u64::try_from(bytes).ok()),
    })
}
