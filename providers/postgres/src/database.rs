//! One connection to one PostgreSQL database.

mod answer;
mod batch;
mod blocked;
mod denied;
mod preflight;
mod refuse;
mod run;
mod scratch;
mod server;
#[cfg(test)]
#[path = "../tests/support/mod.rs"]
mod support;
#[cfg(test)]
mod tests;

use std::time::Duration;

use async_trait::async_trait;
use sqlx::PgConnection;
use trueup_contract::{
    Access, Answer, Database, DatabaseError, Group, Held, Holder, Inspection, LockFailure, Observer, Preflight,
    Question, Server, Settled, StateRecord, Step,
};
use trueup_state::{Address, Schema};

use crate::{
    connect::{READ_ONLY, Target, failed},
    inspect, lock, oracle, state_tables,
};

pub(crate) use scratch::{Scratch, copy};

/// A connection, and where it leads.
pub(crate) struct PostgresDatabase {
    connection: PgConnection,
    target: Target,
    access: Access,
    /// What is to go after the connection has.
    _scratch: Option<Scratch>,
}

impl PostgresDatabase {
    pub(crate) fn new(connection: PgConnection, target: Target, access: Access) -> Self {
        PostgresDatabase { connection, target, access, _scratch: None }
    }

    /// The same, with a copy that goes when this is dropped.
    pub(crate) fn with_scratch(self, scratch: Option<Scratch>) -> Self {
        PostgresDatabase { _scratch: scratch, ..self }
    }

    async fn execute(&mut self, sql: &'static str) -> Result<(), DatabaseError> {
        sqlx::raw_sql(sql).execute(&mut self.connection).await.map(drop).map_err(failed)
    }
}

#[async_trait]
impl Database for PostgresDatabase {
    async fn server(&mut self) -> Result<Server, DatabaseError> {
        server::describe(&mut self.connection, &self.target, self.access == Access::Read).await
    }

    async fn preflight(&mut self) -> Result<Preflight, DatabaseError> {
        preflight::ask(&mut self.connection).await
    }

    /// All queries see one snapshot.
    async fn inspect(&mut self) -> Result<Inspection, DatabaseError> {
        self.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let found = inspect::inspect(&mut self.connection).await;
        let ended = self.execute("ROLLBACK").await;
        found.and_then(|found| ended.map(|()| found))
    }

    async fn answer(&mut self, question: &Question) -> Result<Answer, DatabaseError> {
        answer::answer_alone(&mut self.connection, question).await
    }

    async fn lock(&mut self, holder: &Holder, wait: Duration) -> Result<Box<dyn Held>, LockFailure> {
        lock::take(&self.target, &mut self.connection, holder, wait).await
    }

    async fn run_group(&mut self, group: &Group<'_>, observer: &mut dyn Observer) -> Result<(), DatabaseError> {
        if self.access == Access::Read {
            return Err(run::read_only(self));
        }
        run::run(self, group, observer).await
    }

    async fn state(&mut self) -> Result<StateRecord, DatabaseError> {
        state_tables::read(&mut self.connection).await
    }

    async fn settle(
        &mut self,
        declared: &Schema,
        inspection: &Inspection,
        differing: &[Address],
    ) -> Result<Settled, DatabaseError> {
        // The oracle creates temporary objects, which a read-only transaction does not allow; it leaves nothing.
        self.execute("RESET default_transaction_read_only").await?;
        let settled = oracle::settle(&mut self.connection, declared, inspection, differing).await;
        let ended = if self.access == Access::Read { self.execute(READ_ONLY).await } else { Ok(()) };
        settled.and_then(|settled| ended.map(|()| settled))
    }

    async fn rehearse(&mut self, steps: &[Step]) -> Result<Inspection, DatabaseError> {
        if self.access == Access::Read {
            return Err(run::read_only(self));
        }
        run::rehearse(self, steps).await
    }
}
