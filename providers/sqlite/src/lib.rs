//! SQLite: reading its catalogue, the steps it can take, and running them.
//!
//! What SQLite keeps of a table is the text of its CREATE statement, so one strict reader of that text serves the
//! target and the desired schema alike. Whatever the reader does not understand to the last token is reported, and
//! what it did understand is compared with SQLite's own answer (`pragma_table_xinfo`) before it is believed.

mod affinity;
mod canonical;
mod connect;
mod database;
mod dialect;
mod inspect;
mod lock;
mod normalize;
mod provider;
mod read;
mod realize;
mod render;
mod state_tables;
mod statement;
mod steps;
mod token;
mod version;

pub use provider::Sqlite;
