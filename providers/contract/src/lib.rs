//! What every provider, source and state backend implements. Nothing here knows a dialect.
//!
//! Invariant: a [`Dialect`] is pure; only [`Database`], [`Realize`], [`Provider`] and [`Backend`] do I/O.

mod backend;
#[cfg(feature = "conformance")]
pub mod conformance;
mod coverage;
mod database;
mod dialect;
mod file_lock;
mod hazard;
mod nesting;
mod preflight;
mod provider;
mod realize;
mod redacted;
mod source;
mod sql;
mod step;
pub mod url;
mod written;

pub use backend::{Backend, BackendError, Held, Holder, LockFailure};
pub use coverage::{Brought, Coverage, Covered};
pub use database::{
    Answer, Cluster, Database, DatabaseError, Depends, Group, Inspection, Observer, Progress, Server, Settled,
    StateRecord, StateWrite, Unmodelled,
};
pub use dialect::{Declaration, Dialect, DialectError, Work};
pub use file_lock::FileLock;
pub use hazard::{Fact, Hazard, Question};
pub use nesting::{DEEPEST, TOO_DEEP, enclosing, too_deep};
pub use preflight::{Need, On, Preflight, Privilege, Tls};
pub use provider::{Access, Provider};
pub use realize::{
    Asked, Desired, Directive, DirectiveKind, Finding as SourceFinding, Place, Realize, RealizeError, Realized,
};
pub use redacted::{Redacted, is_perhaps_url, redact_urls};
pub use source::{Loaded, Origin, Script, Source, SourceError, SourceFile, origin};
pub use sql::{Quoting, Sql};
pub use step::{Action, HandOver, Lock, Names, Step, Transaction};
pub use written::{Loss, Written};
