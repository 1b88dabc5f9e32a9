//! The lock that keeps two applies apart: a file beside the database.
//!
//! The database file itself must not be opened a second time: closing any handle to it would drop SQLite's own POSIX
//! locks (sqlite.org/howtocorrupt.html, section 2.2).

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

/// Where the lock of a database lies.
pub(crate) fn beside(database: &Path) -> PathBuf {
    let mut name = OsString::from(database);
    name.push(".trueup-lock");
    PathBuf::from(name)
}
