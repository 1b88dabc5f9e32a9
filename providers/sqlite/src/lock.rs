//! The lock that keeps two applies apart: a file beside the database.
//!
//! The database file itself must not be opened a second time: closing any handle to it would drop SQLite's own POSIX
//! locks (sqlite.org/howtocorrupt.html, section 2.2).

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use trueup_contract::{DatabaseError, FileLock};

use crate::connect::Location;

/// Where the lock of a database lies.
pub(crate) fn beside(database: &Path) -> PathBuf {
    let mut name = OsString::from(database);
    name.push(".trueup-lock");
    PathBuf::from(name)
}

/// An error with the name of who keeps the database busy, if that is another apply: one that has much to write locks
/// readers out before it commits (sqlite.org/lockingv3.html, section 5).
pub(crate) fn named(location: &Location, error: DatabaseError) -> DatabaseError {
    let Location::File(path) = location else { return error };
    if !matches!(error, DatabaseError::Busy { .. }) {
        return error;
    }
    let holder = FileLock::holder(&beside(path)).filter(|holder| holder.pid != std::process::id());
    holder.map_or(error, DatabaseError::Held)
}
