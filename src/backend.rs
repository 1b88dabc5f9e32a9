//! Where lockfiles and journals are kept.

mod database;
mod file;

use trueup_contract::{Backend, Database};

pub use database::DatabaseBackend;
pub(crate) use database::{journal_text, lockfile_text};
pub use file::FileBackend;

/// Where the state of one database is kept.
pub enum Store {
    /// Nowhere: every run looks at the database alone.
    None,
    /// In a place of its own.
    Own(Box<dyn Backend>),
    /// In the database itself, written on the connection that runs the steps.
    Database,
}

impl Store {
    /// The backend, if there is one. The database is the one that the state is about.
    pub fn backend<'a>(&'a mut self, database: &'a mut dyn Database) -> Option<Box<dyn Backend + 'a>> {
        match self {
            Store::None => None,
            Store::Own(backend) => Some(Box::new(backend.as_mut())),
            Store::Database => Some(Box::new(DatabaseBackend::new(database))),
        }
    }
}
