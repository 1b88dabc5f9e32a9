//! From a URL to a connection.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use sqlx::{ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};
use trueup_contract::{Access, DatabaseError, Redacted};
use trueup_state::Fingerprint;

use crate::lock;

/// What a URL names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    /// A file.
    File(PathBuf),
    /// A database that lives as long as its connection.
    Memory,
}

impl Location {
    /// `sqlite:path`, `sqlite://path`, `sqlite:///absolute/path`, `sqlite::memory:`.
    pub(crate) fn parse(url: &Redacted) -> Result<Location, DatabaseError> {
        let wrong = |what: &str| Err(DatabaseError::Url(what.to_owned()));
        let Some((_, rest)) = url.expose().split_once(':') else { return wrong("it has no scheme") };
        let path = rest.strip_prefix("//").unwrap_or(rest);
        if path == ":memory:" {
            return Ok(Location::Memory);
        }
        let host = rest.strip_prefix("//").and_then(|it| it.split('/').next()).unwrap_or_default();
        if host.contains('@') {
            return wrong("a SQLite URL names a file; it has no user, password or host");
        }
        if path.contains('?') {
            return wrong("a SQLite URL takes no parameters after `?`");
        }
        if path.is_empty() {
            return wrong("it names no file; write `sqlite:path.db` or `sqlite:///absolute/path.db`");
        }
        Ok(Location::File(PathBuf::from(path)))
    }

    /// What makes it this one and no other, the same before a file is there and after: its whole path, links resolved.
    pub(crate) fn identity(&self) -> Fingerprint {
        let path = match self {
            Location::Memory => PathBuf::from(":memory:"),
            Location::File(path) => path.canonicalize().unwrap_or_else(|_| to_come(path)),
        };
        Fingerprint::of_bytes(path.as_os_str().as_encoded_bytes())
    }

    /// Whether a file that is not there could be: nobody makes its folder.
    pub(crate) fn can_be_created(&self) -> Result<(), DatabaseError> {
        match self {
            Location::File(path) if !to_come(path).parent().is_some_and(Path::is_dir) => {
                Err(DatabaseError::Missing(path.clone()))
            }
            Location::File(_) | Location::Memory => Ok(()),
        }
    }

    /// For people.
    pub(crate) fn show(&self) -> String {
        match self {
            Location::File(path) => path.display().to_string(),
            Location::Memory => "an in-memory database".to_owned(),
        }
    }
}

/// The whole path that a file will have which is not there yet; a link that leads nowhere is created where it leads.
fn to_come(path: &Path) -> PathBuf {
    let folder = |path: &Path| match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    let path = path.read_link().map_or_else(|_| path.to_owned(), |target| folder(path).join(target));
    let folder = folder(&path);
    let folder = folder.canonicalize().unwrap_or(folder);
    path.file_name().map_or_else(|| folder.clone(), |name| folder.join(name))
}

/// Open a connection.
pub(crate) async fn connect(location: &Location, access: Access) -> Result<SqliteConnection, DatabaseError> {
    let options = match location {
        Location::Memory => return memory().await,
        Location::File(path) => {
            if access == Access::Create {
                location.can_be_created()?;
            }
            file_options(path, access)?
        }
    };
    let mut connection = options.connect().await.map_err(|error| not_opened(location, error))?;
    // Opening reads nothing; this does, and finds out what the file is.
    sqlx::query("SELECT count(*) FROM main.sqlite_schema")
        .execute(&mut connection)
        .await
        .map_err(|error| not_opened(location, error))?;
    Ok(connection)
}

/// A fresh in-memory database.
pub(crate) async fn memory() -> Result<SqliteConnection, DatabaseError> {
    let options = SqliteConnectOptions::from_str("sqlite::memory:").map_err(failed)?;
    options.foreign_keys(false).disable_statement_logging().connect().await.map_err(failed)
}

fn file_options(path: &Path, access: Access) -> Result<SqliteConnectOptions, DatabaseError> {
    if path.is_dir() {
        let reason = "it is a directory".to_owned();
        return Err(DatabaseError::NotADatabase { location: path.display().to_string(), reason });
    }
    if access != Access::Create && !path.exists() {
        return Err(DatabaseError::Missing(path.to_owned()));
    }
    if access != Access::Read && path.metadata().is_ok_and(|it| it.permissions().readonly()) {
        let way_out = "check the permissions of the file and its folder".to_owned();
        return Err(DatabaseError::ReadOnly { location: path.display().to_string(), way_out });
    }
    Ok(SqliteConnectOptions::new()
        .filename(path)
        .read_only(access == Access::Read)
        .create_if_missing(access == Access::Create)
        .foreign_keys(false)
        .busy_timeout(Duration::from_millis(500))
        .disable_statement_logging())
}

/// Why a database cannot be written to, if so. The lock of a writer is asked for and given back; nothing is written.
pub(crate) async fn read_only(location: &Location) -> Result<Option<String>, DatabaseError> {
    let mut connection = match connect(location, Access::Write).await {
        Ok(connection) => connection,
        Err(DatabaseError::ReadOnly { .. }) => return Ok(Some("the file is read-only".to_owned())),
        Err(error) => return Err(error),
    };
    let begun = sqlx::raw_sql("BEGIN IMMEDIATE; ROLLBACK").execute(&mut connection).await;
    // Another writer is at work: then it can be written to.
    if let Err(error) = begun
        && let Some(SQLITE_READONLY | SQLITE_CANTOPEN) = result_code(&error)
    {
        return Ok(Some(["the file or its file system is read-only (", &message(&error), ")"].concat()));
    }
    let Location::File(path) = location else { return Ok(None) };
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let is_closed = folder.metadata().is_ok_and(|it| it.permissions().readonly());
    Ok(is_closed.then(|| "nothing can be written into its folder, where SQLite puts the journal".to_owned()))
}

fn not_opened(location: &Location, error: sqlx::Error) -> DatabaseError {
    let reason = match result_code(&error) {
        Some(SQLITE_NOTADB) => "its content is something else, or encrypted".to_owned(),
        Some(SQLITE_CORRUPT) => "its content is damaged; restore it from a backup".to_owned(),
        _ => return lock::named(location, failed(error)),
    };
    DatabaseError::NotADatabase { location: location.show(), reason }
}

/// Primary result codes (sqlite.org/rescode.html).
pub(crate) const SQLITE_BUSY: u32 = 5;
const SQLITE_READONLY: u32 = 8;
const SQLITE_CORRUPT: u32 = 11;
const SQLITE_CANTOPEN: u32 = 14;
const SQLITE_NOTADB: u32 = 26;

/// The primary result code of an error, if it is SQLite's.
pub(crate) fn result_code(error: &sqlx::Error) -> Option<u32> {
    let code: u32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}

/// SQLite's own words.
pub(crate) fn message(error: &sqlx::Error) -> String {
    match error.as_database_error() {
        Some(error) => error.message().to_owned(),
        None => error.to_string(),
    }
}

/// An error of which nothing better is known.
pub(crate) fn failed(error: sqlx::Error) -> DatabaseError {
    let words = message(&error);
    match result_code(&error) {
        Some(SQLITE_BUSY) => DatabaseError::Busy { waited: Duration::from_millis(500) },
        Some(SQLITE_READONLY) => DatabaseError::Failed([&words, " (the file or its folder is read-only)"].concat()),
        Some(SQLITE_CANTOPEN) => DatabaseError::Failed([&words, " (check the path and its permissions)"].concat()),
        _ => DatabaseError::Failed(words),
    }
}
