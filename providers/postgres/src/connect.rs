//! Opening connections, and saying what went wrong with one.

mod environment;
mod passwords;
mod refusal;
mod target;
#[cfg(test)]
mod tests;
mod url;

use std::time::Duration;

use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgSslMode};
use trueup_contract::{Access, DatabaseError};

pub(crate) use refusal::{code, failed, message};
pub(crate) use target::Target;

use crate::version::Version;

/// How long to wait for a connection where nobody says otherwise.
const PATIENCE: Duration = Duration::from_secs(15);

/// What every session of ours has, whatever the role, the database or the URL say. `search_path` is empty so that
/// everything that the server writes down is qualified; the rest makes its spelling the same everywhere.
const SESSION: &str = "SET search_path = ''; SET client_encoding = 'UTF8'; SET TimeZone = 'UTC'; \
    SET DateStyle = 'ISO, MDY'; SET IntervalStyle = 'postgres'; SET extra_float_digits = 1; \
    SET quote_all_identifiers = off; SET standard_conforming_strings = on; SET xmloption = content; \
    SET bytea_output = 'hex'; SET row_security = on; SET statement_timeout = 0; SET lock_timeout = 0; \
    SET idle_in_transaction_session_timeout = 0; SET idle_session_timeout = 0; \
    SET default_transaction_isolation = 'read committed'; SET default_transaction_deferrable = off; \
    SET synchronize_seqscans = off; SET jit = off; SET client_min_messages = warning";

/// A connection for reading writes nothing. Where the role or the database has this already, it is left alone for
/// writing too: someone wanted it so.
pub(crate) const READ_ONLY: &str = "SET default_transaction_read_only = on";

/// Open a connection and make its session ours.
pub(crate) async fn connect(target: &Target, access: Access) -> Result<PgConnection, DatabaseError> {
    let mut connection = open(target).await?;
    let version = Version::of(&connection);
    if !version.is_supported() {
        let (found, oldest) = (version.product(), Version::OLDEST.product());
        return Err(DatabaseError::TooOld { found, oldest });
    }
    sqlx::raw_sql(SESSION).execute(&mut connection).await.map_err(|error| target.refused(error))?;
    // Without it, the server goes on with a statement whose client has gone. Not every system has what it takes.
    let _ = sqlx::raw_sql("SET client_connection_check_interval = '1s'").execute(&mut connection).await;
    if access == Access::Read {
        sqlx::raw_sql(READ_ONLY).execute(&mut connection).await.map_err(|error| target.refused(error))?;
    }
    Ok(connection)
}

/// Open a connection. The driver has no second attempt with or without TLS, as `allow` and `prefer` ask for.
async fn open(target: &Target) -> Result<PgConnection, DatabaseError> {
    let other = match target.tls() {
        PgSslMode::Allow => Some(PgSslMode::Require),
        PgSslMode::Prefer => Some(PgSslMode::Disable),
        PgSslMode::Disable | PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull => None,
    };
    let first = match attempt(target, target.tls()).await {
        Ok(connection) => return Ok(connection),
        Err(error) => error,
    };
    // Only pg_hba.conf refuses a connection for being one with or without TLS, and a handshake may fail.
    let is_about_tls = code(&first) == Some("28000".into()) || matches!(first, sqlx::Error::Tls(_));
    if is_about_tls
        && let Some(other) = other
        && let Ok(connection) = attempt(target, other).await
    {
        return Ok(connection);
    }
    Err(target.refused(first))
}

async fn attempt(target: &Target, tls: PgSslMode) -> Result<PgConnection, sqlx::Error> {
    let options = target.options().clone().ssl_mode(tls);
    match tokio::time::timeout(target.timeout().unwrap_or(PATIENCE), options.connect()).await {
        Ok(opened) => opened,
        Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}

/// Say goodbye; a server that does not listen any more is no matter.
pub(crate) async fn close(connection: PgConnection) {
    let _ = connection.close().await;
}
