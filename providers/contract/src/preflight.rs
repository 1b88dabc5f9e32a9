//! What a connection is good for, before anything is planned or applied.

use std::time::Duration;

use trueup_state::{Ident, Qualified};

/// What a provider finds out about a connection and its user. Nothing is written to find it out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preflight {
    /// How long one round trip takes, the shortest of a few.
    pub latency: Duration,
    /// Whether others on the way can read what is sent.
    pub tls: Tls,
    /// As whom we are connected; `None` where there are no users.
    pub role: Option<String>,
    /// Why nothing can be written, if so: `the server is a standby`.
    pub read_only: Option<String>,
    /// The privileges that count, held or not.
    pub privileges: Vec<Privilege>,
}

/// Whether a connection is encrypted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Tls {
    /// There is no network: a file, or a socket of this machine.
    #[default]
    Local,
    /// It is not.
    Off,
    /// It is, in this version of the protocol: `TLSv1.3`.
    On(String),
}

/// A privilege, held or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Privilege {
    /// In the database's words: `CREATE`, or `ownership`.
    pub name: String,
    /// On what.
    pub on: On,
    /// What cannot be done without it.
    pub need: Need,
    /// What it is for, for people: `views`.
    pub serves: &'static str,
    /// Whether the user has it.
    pub held: bool,
    /// The statement that would give it.
    pub remedy: Option<String>,
}

/// What a privilege is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum On {
    /// The database.
    Database(Ident),
    /// A namespace.
    Namespace(Ident),
    /// A table, view, sequence, …
    Relation(Qualified),
}

/// What cannot be done without a privilege.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Nothing: a plan is more exact with it, or it is needed for what [`Privilege::serves`] says and nothing else.
    Some,
    /// An apply.
    Apply,
    /// Not even a plan: something would not be seen.
    Plan,
}

impl std::fmt::Display for On {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            On::Database(name) => write!(f, "database {}", name.text()),
            On::Namespace(name) => write!(f, "schema {}", name.text()),
            On::Relation(name) => write!(f, "{name}"),
        }
    }
}
