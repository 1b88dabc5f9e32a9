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
mod origins;
mod schema;
mod text;

pub use address::{Address, AddressError, DefaultScope, ObjectKind, PartKind};
pub use change::{ApplyError, Change, Pair};
pub use diff::diff;
pub use fingerprint::{Fingerprint, FingerprintError};
pub use graph::References;
pub use ident::{Ident, Qualified};
pub use journal::{Boundary, Journal, JournalError};
pub use lock::{Entry, HistoryEntry, LockError, Lockfile, Seal};
pub use origins::Origins;
pub use schema::{
    Argument, ArgumentMode, Attribute, Check, CheckExtra, Column, ColumnExtra, CompositeType, Conflict, Deferral,
    Defined, Definition, Domain, Enabled, EnumType, Exclude, Extension, ForeignKey, ForeignKeyExtra, ForeignTable,
    Generated, Grant, Identity, Index, IndexExtra, IndexKind, InheritedColumn, KeyExtra, MaterializedView, MySqlCheck,
    MySqlColumn, MySqlDatabase, MySqlEvent, MySqlIndex, MySqlKey, MySqlObject, MySqlPart, MySqlRoutine, MySqlSequence,
    MySqlTable, MySqlTrigger, MySqlView, Namespace, Object, Options, Parallel, Part, PartExtra, Partition, PartitionBy,
    PartitionDefinition, Partitions, Policy, PostgresCheck, PostgresColumn, PostgresForeignKey, PostgresIndex,
    PostgresKey, PostgresObject, PostgresPart, PostgresTable, PostgresTrigger, PostgresView, PrimaryKey, Query,
    ReferentialAction, ReplicaIdentity, Routine, RoutineBody, Rule, Schema, Sequence, SequenceOptions, SqliteColumn,
    SqliteKey, SqliteTable, Table, TableExtra, Term, Trigger, TriggerExtra, Unique, View, ViewExtra, VirtualTable,
    Volatility,
};
pub use text::{SqlText, with_written};
