//! The engine: the one place that wires sources, providers, state, rules and plans together.

mod changes;
mod coverage;
mod drift;
mod error;
mod integrity;
mod ladder;
mod overlay;
pub(crate) mod owners;
mod pattern;
mod placing;
mod planning;
mod reading;
mod renames;
mod scope;
mod scratch;
mod selection;
mod source;

use std::{collections::BTreeSet, time::Duration};

use trueup_contract::{Access, Database, DatabaseError, Held, Holder, Inspection, Provider, Redacted, Server};
use trueup_state::{Address, Journal, Lockfile};

use crate::{backend::Store, check::Levels, plan::Policy};
pub use coverage::covered_fingerprint;
pub use error::EngineError;
pub use integrity::{Dangling, dangling};
pub use overlay::complete_all;
pub use pattern::{Pattern, PatternError};
pub use planning::{Planned, plan};
pub use reading::read_back;
pub use scope::{Scope, Sight, effective};
pub use source::{DesiredSource, load, locate, realize, refuse_other_product};

/// What to do with objects that are there, not declared and not ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unmanaged {
    /// Keep and list them.
    #[default]
    Keep,
    /// Treat them as ours.
    Drop,
    /// Refuse to go on.
    Error,
}

/// Everything that shapes a plan besides the two schemas.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The environment's name.
    pub environment: Option<String>,
    /// What to look at.
    pub scope: Scope,
    /// What to do with unmanaged objects.
    pub unmanaged: Unmanaged,
    /// Consent given beforehand.
    pub allow: Vec<String>,
    /// Only these objects and what they need, unless empty.
    pub targets: Vec<Address>,
    /// Not these, in this plan.
    pub exclude: Vec<Pattern>,
    /// Never these.
    pub ignore: Vec<Pattern>,
    /// Whether it counts to whom objects are declared to belong.
    pub owners: bool,
    /// Renames, as (from, to).
    pub moved: Vec<(Address, Address)>,
    /// Objects that must never be dropped.
    pub protect: Vec<Address>,
    /// Whether to count rows.
    pub data_checks: bool,
    /// Whether the database is asked how it would write down what is declared.
    pub asks_database: bool,
    /// An empty database of the same product, to see there how the rest of what is declared is written down.
    pub scratch: Option<Redacted>,
    /// Whether work on large tables may keep others out, so that it is in one transaction with the rest.
    pub blocking: bool,
    /// The oldest version of the database's library in use elsewhere.
    pub minimum_version: Option<String>,
    /// Configured levels of rules.
    pub levels: Levels,
    /// What the environment demands.
    pub policy: Policy,
}

/// A database with its state.
pub struct Workspace {
    /// The provider.
    pub provider: &'static dyn Provider,
    /// The URL, for a scratch copy.
    pub url: Redacted,
    /// The connection.
    pub database: Box<dyn Database>,
    /// What it is connected to.
    pub server: Server,
    /// Where the lockfile is kept.
    pub store: Store,
    /// Whether the database is not there yet, and an empty one stands in its place that leaves nothing behind.
    pub is_vacant: bool,
    /// The objects whose owners are looked at, as [`Address::Owner`].
    pub owners: BTreeSet<Address>,
}

/// What is known before anything is planned.
pub struct Known {
    /// What is there.
    pub inspection: Inspection,
    /// What is recorded.
    pub lockfile: Option<Lockfile>,
    /// What an apply that was cut off left.
    pub journal: Option<Journal>,
    /// Whether the lockfile was written for another database that was the same in all that is recorded.
    pub is_rebound: bool,
}

impl Workspace {
    /// Connect.
    ///
    /// # Errors
    /// When the database is not there, or not what it should be.
    pub async fn open(
        provider: &'static dyn Provider,
        url: Redacted,
        access: Access,
        store: Store,
    ) -> Result<Workspace, EngineError> {
        let database = provider.connect(&url, access).await?;
        Workspace::of(provider, url, database, store, false).await
    }

    /// The same to plan with: a database that is not there and could be created is an empty one, and none is created.
    ///
    /// # Errors
    /// When it cannot be created, or there is something else in its place.
    pub async fn open_to_plan(
        provider: &'static dyn Provider,
        url: Redacted,
        access: Access,
        store: Store,
    ) -> Result<Workspace, EngineError> {
        let (database, is_vacant) = match provider.connect(&url, access).await {
            Err(DatabaseError::Missing(_)) => (provider.vacant(&url).await?, true),
            connected => (connected?, false),
        };
        Workspace::of(provider, url, database, store, is_vacant).await
    }

    async fn of(
        provider: &'static dyn Provider,
        url: Redacted,
        mut database: Box<dyn Database>,
        store: Store,
        is_vacant: bool,
    ) -> Result<Workspace, EngineError> {
        let server = database.server().await?;
        Ok(Workspace { provider, url, database, server, store, is_vacant, owners: BTreeSet::new() })
    }

    /// Read what is there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn inspect(&mut self) -> Result<Inspection, EngineError> {
        let mut inspection = self.database.inspect().await?;
        owners::observe(&mut inspection, &self.owners);
        Ok(inspection)
    }

    /// Read what is there after steps that touched these objects and no others.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn look(&mut self, known: &Inspection, touched: &BTreeSet<Address>) -> Result<Inspection, EngineError> {
        let mut inspection = self.database.look(known, touched).await?;
        owners::observe(&mut inspection, &self.owners);
        Ok(inspection)
    }

    /// Read the recorded and the observed state.
    ///
    /// # Errors
    /// When one of them cannot be read, or the recorded state belongs to another database.
    pub async fn known(&mut self) -> Result<Known, EngineError> {
        let (lockfile, journal) = match self.store.backend(self.database.as_mut()) {
            Some(mut backend) => (backend.load().await?, backend.journal().await?),
            None => (None, None),
        };
        if self.owners.is_empty() {
            let recorded = lockfile.iter().flat_map(|it| it.objects.keys());
            self.owners = recorded.filter(|it| matches!(it, Address::Owner(_))).cloned().collect();
        }
        if let Some(lockfile) = lockfile.as_ref().filter(|_| self.is_vacant) {
            return Err(gone(lockfile, &self.server.location));
        }
        let inspection = self.inspect().await?;
        let is_rebound = match &lockfile {
            Some(lockfile) => self.is_rebound(lockfile, journal.as_ref(), &inspection)?,
            None => false,
        };
        Ok(Known { inspection, lockfile, journal, is_rebound })
    }

    /// A lockfile of another database is refused, unless that database is the same in all that is recorded: then it is
    /// a copy put in its place, such as a restored backup.
    fn is_rebound(
        &self,
        lockfile: &Lockfile,
        journal: Option<&Journal>,
        inspection: &Inspection,
    ) -> Result<bool, EngineError> {
        let provider = self.provider.dialect().name();
        if lockfile.provider != provider {
            let (recorded, found) = (lockfile.provider.clone(), provider.to_owned());
            return Err(EngineError::OtherProvider { recorded, found });
        }
        if lockfile.target == self.server.identity || lockfile.serial == 0 {
            return Ok(false);
        }
        if drift::is_as_recorded(&inspection.schema, lockfile, journal) {
            return Ok(true);
        }
        Err(EngineError::OtherDatabase { location: self.server.location.clone() })
    }

    /// Take the locks of the database and of the state, so that nobody else plans to write either.
    ///
    /// # Errors
    /// When someone else has one of them longer than we wait.
    pub async fn lock(&mut self, command: &str, now: &str, wait: Duration) -> Result<Locks, EngineError> {
        let host = gethostname::gethostname().to_string_lossy().into_owned();
        let holder = Holder { pid: std::process::id(), host, since: now.to_owned(), command: command.to_owned() };
        let mut locks = vec![self.database.lock(&holder, wait).await?];
        if let Store::Own(backend) = &mut self.store {
            locks.push(backend.lock(&holder, wait).await?);
        }
        Ok(Locks(locks))
    }
}

/// A database that was there before is not created anew.
fn gone(lockfile: &Lockfile, place: &str) -> EngineError {
    let objects = lockfile.objects.len().to_string();
    let what = ["the lockfile records ", &objects, " objects of `", place, "`, which is not there"].concat();
    let hint = "check the path, or restore the database; to start anew, remove the lockfile".to_owned();
    EngineError::Refused { what, hint }
}

/// Locks, held as long as this lives.
pub struct Locks(Vec<Box<dyn Held>>);

impl Locks {
    /// Whether they are still ours.
    pub fn are_held(&self) -> bool {
        self.0.iter().all(|lock| lock.is_held())
    }
}
