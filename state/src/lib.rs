//! What a database schema is, how two of them differ, and the lockfile that pins one.
//!
//! Invariant: this package is pure. It reads no clock, no environment and no file, and it never builds SQL.

mod address;
mod change;
mod diff;
mod fingerprint;
mod graph;
mod ident;
mod journal;
mod lock;
mod schema;
mod text;

pub use address::{Address, AddressError};
pub use change::{ApplyError, Change, Pair};
pub use diff::diff;
pub use fingerprint::{Fingerprint, FingerprintError};
pub use graph::References;
pub use ident::{Ident, Qualified};
pub use journal::{Boundary, Journal, JournalError};
pub use lock::{Entry, HistoryEntry, LockError, Lockfile, Seal};
pub use schema::{
    Check, Column, ColumnExtra, Conflict, Deferral, Definition, ForeignKey, Generated, Index, KeyExtra, Namespace,
    Object, Part, PrimaryKey, ReferentialAction, Schema, SqliteColumn, SqliteKey, SqliteTable, Table, TableExtra, Term,
    Trigger, Unique, View, VirtualTable,
};
pub use text::SqlText;
