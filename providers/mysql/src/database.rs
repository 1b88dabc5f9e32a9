//! One connection to one database of MySQL or MariaDB.

mod answer;
mod blocked;
mod preflight;
pub(crate) mod privileges;
mod refuse;
mod rehearse;
mod run;
mod scratch;
mod server;
#[cfg(test)]
#[path = "../tests/support/mod.rs"]
pub(crate) mod support;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, time::Duration};

use async_trait::async_trait;
use sqlx::MySqlConnection;
use trueup_contract::{
    Access, Answer, Database, DatabaseError, Group, Held, Holder, Inspection, LockFailure, Observer, Preflight,
    Question, Server, Settled, StateRecord, Step,
};
use trueup_state::{Address, Schema};

use crate::{
    connect::{READ_ONLY, READ_WRITE, Target, execute, failed},
    inspect, lock, oracle, state_tables,
    version::Version,
};

pub(crate) use scratch::{Scratch, copy};

/// A connection, and where it leads.
pub(crate) struct Session {
    connection: MySqlConnection,
    version: Version,
    target: Target,
    access: Access,
    /// What is to go after the connection has.
    _scratch: Option<Scratch>,
}

impl Session {
    pub(crate) fn new((connection, version): (MySqlConnection, Version), target: Target, access: Access) -> Self {
        Session { connection, version, target, access, _scratch: None }
    }

    /// The same, with a copy that goes when this is dropped.
    pub(crate) fn with_scratch(self, scratch: Option<Scratch>) -> Self {
        Session { _scratch: scratch, ..self }
    }
}

#[async_trait]
impl Database for Session {
    async fn server(&mut self) -> Result<Server, DatabaseError> {
        server::describe(self).await
    }

    async fn preflight(&mut self) -> Result<Preflight, DatabaseError> {
        preflight::ask(self).await
    }

    async fn inspect(&mut self) -> Result<Inspection, DatabaseError> {
        inspect::inspect(&mut self.connection, self.version).await
    }

    async fn look(&mut self, known: &Inspection, touched: &BTreeSet<Address>) -> Result<Inspection, DatabaseError> {
        inspect::look(&mut self.connection, self.version, known, touched).await
    }

    async fn answer(&mut self, question: &Question) -> Result<Answer, DatabaseError> {
        answer::answer_alone(&mut self.connection, self.version, question).await
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
        // The oracle makes temporary tables and views of a moment, and leaves nothing.
        if self.access == Access::Read {
            execute(&mut self.connection, READ_WRITE).await.map_err(failed)?;
        }
        let settled = oracle::settle(&mut self.connection, self.version, declared, inspection, differing).await;
        if self.access == Access::Read {
            execute(&mut self.connection, READ_ONLY).await.map_err(failed)?;
        }
        settled
    }

    async fn rehearse(&mut self, steps: &[Step]) -> Result<Inspection, DatabaseError> {
        if self.access == Access::Read {
            return Err(run::read_only(self));
        }
        rehearse::rehearse(self, steps).await
    }
}
