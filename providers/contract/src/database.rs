//! One connection to one database.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::Duration,
};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use trueup_state::{Address, Definition, Extension, Fingerprint, Ident, Qualified, Schema};

use crate::{Held, Holder, LockFailure, Preflight, Question, Step};

/// What we are connected to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Server {
    /// The product's name: `SQLite`.
    pub product: String,
    /// Its version.
    pub version: String,
    /// Where it is, redacted, for people.
    pub location: String,
    /// The hash of what makes this database this one (rules of each provider); never built from credentials.
    pub identity: Fingerprint,
    /// Whether writing is refused.
    pub read_only: bool,
    /// Further facts for `check`, as (name, value).
    pub facts: Vec<(String, String)>,
}

/// A catalogue object that we saw and cannot manage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unmodelled {
    /// The catalogue's word for its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Why we cannot.
    pub reason: String,
}

/// Everything found in a database.
#[derive(Clone, Debug, Default)]
pub struct Inspection {
    /// What we understand.
    pub schema: Schema,
    /// What we do not.
    pub unmodelled: Vec<Unmodelled>,
    /// A number that moves with every change of the catalogue, where the database keeps one.
    pub revision: Option<i64>,
    /// What the database itself says about which object needs which, beyond what the definitions say.
    pub depends: Depends,
    /// What is around the schema.
    pub cluster: Cluster,
}

/// For an object, the objects that it cannot be without.
pub type Depends = BTreeMap<Address, BTreeSet<Address>>;

/// What a schema may refer to and is not part of it: roles, and what extensions and the system bring.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cluster {
    /// The server's major version; `None` where there is no connection.
    pub major: Option<u32>,
    /// The role we are connected as; empty where there are none, or no connection.
    pub role: Ident,
    /// Every role.
    pub roles: BTreeSet<Ident>,
    /// Whose an object is, where it is not the connected role's.
    pub owners: BTreeMap<Address, Ident>,
    /// Data types that belong to extensions, with the namespaces they are in; while declarations are read that cannot
    /// declare some types that are there, those too.
    pub types: BTreeMap<Ident, Ident>,
    /// Routines that belong to extensions, with the namespaces they are in.
    pub routines: BTreeMap<Ident, Ident>,
    /// Objects that belong to extensions, with the extension's name: they are nobody else's to declare.
    pub members: BTreeMap<Address, Ident>,
    /// The grants by which extensions themselves give privileges on them, where these are not the usual ones.
    pub given: BTreeMap<Address, BTreeMap<String, bool>>,
    /// Tables so large that others would notice work on all of their rows, where the provider can work beside them.
    pub large: BTreeSet<Qualified>,
    /// Extensions that can be installed, as they are where nothing else is said.
    pub available: BTreeMap<Ident, Extension>,
    /// What decides, besides the text, what a declaration means on this server: its default storage engine, the collation
    /// of the database, …; the names are the provider's own.
    pub settings: BTreeMap<String, String>,
}

/// What the database itself says of declarations: how it would write them down.
#[derive(Clone, Debug, Default)]
pub struct Settled {
    /// Objects in the form in which the database would keep them.
    pub forms: Vec<(Address, Definition)>,
    /// Views and routines that can be replaced in place, without being dropped.
    pub replaceable: BTreeSet<Address>,
    /// Objects that it was asked about and could not tell.
    pub unproven: BTreeSet<Address>,
    /// Why nothing at all was asked, if so: `the server is a standby`.
    pub skipped: Option<String>,
}

/// What the rows say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// How many rows the question counts.
    pub count: u64,
    /// The keys of a few of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub samples: Vec<String>,
    /// How many bytes they take, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}

/// The state tables' content, for the `database` state backend.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StateRecord {
    /// The lockfile.
    pub lockfile: Option<String>,
    /// The journal.
    pub journal: Option<String>,
}

/// What to put into the state tables: each field only if it is to change, with `Some(None)` to remove.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StateWrite {
    /// The lockfile, and the text that must be there now (compare and swap).
    pub lockfile: Option<(String, Option<String>)>,
    /// The journal.
    pub journal: Option<Option<String>>,
}

/// Steps that share one commit boundary.
#[derive(Clone, Debug)]
pub struct Group<'a> {
    /// All `Inside` steps, or a single one that stands alone.
    pub steps: &'a [Step],
    /// The catalogue revision that the plan was made or checked against; a group that finds another one refuses.
    pub revision: Option<i64>,
    /// How long to wait for other users of the database.
    pub lock_timeout: Duration,
    /// State to write in the same transaction, where there is one.
    pub write: Option<StateWrite>,
}

/// What happens while a group runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The step at this position of the group begins.
    Started(usize),
    /// It has run; it is durable only when its group is committed.
    Finished(usize),
    /// The group is about to be committed.
    Committing,
    /// The group is committed.
    Committed,
}

/// Someone who watches a group run.
pub trait Observer: Send {
    /// Called at every event, in order.
    fn observe(&mut self, progress: Progress);

    /// Whether to look at what there is after a group's last step, before that is committed: [`Observer::seal`]. It takes
    /// an inspection while the group's locks are held.
    fn seals(&self) -> bool {
        false
    }

    /// What to write into the state tables in the group's own transaction, told by what is there then. It may be asked
    /// again where the transaction is repeated.
    ///
    /// # Errors
    /// When what is there is not what it should be: everything is rolled back, and the error is the group's.
    fn seal(&mut self, _found: Inspection) -> Result<StateWrite, DatabaseError> {
        Ok(StateWrite::default())
    }
}

/// What a database may answer instead of what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The URL is not one of this provider's.
    #[error("the database URL is wrong: {0}")]
    Url(String),
    /// There is no such database.
    #[error("database file `{}` does not exist", .0.display())]
    Missing(PathBuf),
    /// There is something else in its place.
    #[error("`{location}` is not a database: {reason}")]
    NotADatabase {
        /// Where, redacted.
        location: String,
        /// What it is.
        reason: String,
    },
    /// It cannot be written to.
    #[error("`{location}` cannot be written: it is read-only")]
    ReadOnly {
        /// Where, redacted.
        location: String,
        /// What to do about it.
        way_out: String,
    },
    /// Others hold a lock longer than we wait.
    #[error("the database is locked by another program (waited {waited:?})")]
    Busy {
        /// How long we waited.
        waited: Duration,
    },
    /// Another apply holds a lock that keeps even readers out.
    #[error("another apply is running: {0}")]
    Held(Holder),
    /// What the steps led to is not what they were to lead to; nothing of it was committed.
    #[error("the steps did not lead to what was planned; they were rolled back")]
    Unsealed,
    /// The catalogue changed after we looked.
    #[error("the schema changed while the plan was about to run")]
    Moved,
    /// The state tables changed after we looked.
    #[error("the recorded state changed meanwhile: another apply has finished")]
    StateMoved,
    /// Rows stand against a step; nothing was written.
    #[error("`{address}`: {} {counts}{}", .answer.count, samples(.answer))]
    Refused {
        /// What the step is about.
        address: Address,
        /// What was counted.
        counts: String,
        /// The count and sample keys.
        answer: Answer,
    },
    /// A rebuild would leave foreign keys violated that were not; nothing was written.
    #[error("{added} more foreign key violations than before ({details}); everything was rolled back")]
    ForeignKeys {
        /// How many more.
        added: u64,
        /// Which tables.
        details: String,
    },
    /// A step needs something that only the application's own connection has.
    #[error("{0}")]
    Unsupported(String),
    /// The database refused a step; its transaction was rolled back.
    #[error("{step}: {message}")]
    Step {
        /// The step's summary.
        step: String,
        /// The database's own words, redacted.
        message: String,
    },
    /// Nobody answers at the other end.
    #[error("`{location}` cannot be reached: {reason}")]
    Unreachable {
        /// Where, redacted.
        location: String,
        /// Why.
        reason: String,
    },
    /// The server does not let us in, or not do this.
    #[error("{0}")]
    Denied(String),
    /// The server has no such database.
    #[error("there is no database `{0}` on the server")]
    NoDatabase(String),
    /// The server is older than anything we know.
    #[error("the server is {found}; the oldest that is supported is {oldest}")]
    TooOld {
        /// What it is.
        found: String,
        /// What it must be at least.
        oldest: String,
    },
    /// Others hold a lock that a step needs.
    #[error("{step}: waited {waited:?} for a lock held by {}", .holders.join("; "))]
    Blocked {
        /// The step's summary.
        step: String,
        /// How long we waited.
        waited: Duration,
        /// Who holds it, since when, with which query.
        holders: Vec<String>,
    },
    /// Anything else that the database or its driver says.
    #[error("{0}")]
    Failed(String),
}

fn samples(answer: &Answer) -> String {
    if answer.samples.is_empty() { String::new() } else { [" (", &answer.samples.join(", "), ")"].concat() }
}

/// One connection.
#[async_trait]
pub trait Database: Send {
    /// What we are connected to.
    async fn server(&mut self) -> Result<Server, DatabaseError>;

    /// What the connection is good for. Nothing is written.
    async fn preflight(&mut self) -> Result<Preflight, DatabaseError>;

    /// The whole schema that is there, in canonical form. What a plan looks at is chosen later.
    async fn inspect(&mut self) -> Result<Inspection, DatabaseError>;

    /// What is there after steps that touched these objects and no others; `known` is what was there before them. Where
    /// reading everything takes long, only what was touched is read anew.
    async fn look(&mut self, _known: &Inspection, _touched: &BTreeSet<Address>) -> Result<Inspection, DatabaseError> {
        self.inspect().await
    }

    /// Count rows.
    async fn answer(&mut self, question: &Question) -> Result<Answer, DatabaseError>;

    /// Take the lock that keeps two applies apart. It is freed when the guard is dropped or the process dies.
    async fn lock(&mut self, holder: &Holder, wait: Duration) -> Result<Box<dyn Held>, LockFailure>;

    /// Run one group of steps up to its commit boundary, checking their questions first. On an error, nothing of the
    /// group is left behind if the database has transactions for it.
    async fn run_group(&mut self, group: &Group<'_>, observer: &mut dyn Observer) -> Result<(), DatabaseError>;

    /// The content of the state tables; nothing where there are none.
    async fn state(&mut self) -> Result<StateRecord, DatabaseError>;

    /// How the database would write down these declared objects, which are there and read otherwise. Nothing is left
    /// behind. A database whose texts are what was declared has nothing to add.
    async fn settle(
        &mut self,
        _declared: &Schema,
        _inspection: &Inspection,
        _differing: &[Address],
    ) -> Result<Settled, DatabaseError> {
        Ok(Settled::default())
    }

    /// Run steps in one transaction, look at what is there then, and roll everything back. For a database that writes
    /// expressions in its own way, and a scratch database of that product.
    async fn rehearse(&mut self, _steps: &[Step]) -> Result<Inspection, DatabaseError> {
        Err(DatabaseError::Unsupported("a database that keeps texts as they are needs no scratch database".to_owned()))
    }
}
