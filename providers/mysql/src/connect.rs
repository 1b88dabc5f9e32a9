//! Opening connections, and saying what went wrong with one.

mod messages;
mod refusal;
mod target;
#[cfg(test)]
mod tests;
mod url;

use std::time::Duration;

use sqlx::{
    ConnectOptions, Connection, MySqlConnection,
    mysql::{MySqlConnectOptions, MySqlSslMode},
};
use trueup_contract::{Access, DatabaseError};

pub(crate) use messages::{Rows, ask, execute, rows, value};
pub(crate) use refusal::{code, failed, message, number};
pub(crate) use target::Target;

use crate::version::{Flavor, Version};

/// How long to wait for a connection where nobody says otherwise.
const PATIENCE: Duration = Duration::from_secs(15);

/// What every session of ours has, whatever the server and its `init_connect` say. A wrong value is refused and not made
/// fit, but dates of zeros stay possible: a table may have been declared with them. A zero in a column that becomes a
/// counter stays one. What is shown and counted is neither shortened nor in another spelling.
pub(crate) const SESSION: [&str; 2] = [
    "SET NAMES utf8mb4",
    "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO,STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', autocommit = 1, \
     completion_type = 0, sql_quote_show_create = 1, sql_select_limit = 18446744073709551615, sql_safe_updates = 0, \
     group_concat_max_len = 1048576, wait_timeout = 604800, net_read_timeout = 600, net_write_timeout = 600, \
     unique_checks = 1, lock_wait_timeout = 60",
];

/// What only one of the two products has. Where a version does not know it, or the user may not set it, the default does.
const MARIADB: [&str; 2] =
    ["SET SESSION max_statement_time = 0, check_constraint_checks = 1", "SET SESSION idle_transaction_timeout = 0"];
const MYSQL: [&str; 4] = [
    "SET SESSION max_execution_time = 0, information_schema_stats_expiry = 0",
    "SET SESSION show_create_table_verbosity = 0",
    // A key that the server makes by itself is nobody's declaration.
    "SET SESSION show_gipk_in_create_table_and_information_schema = 0",
    "SET SESSION show_create_table_skip_secondary_engine = 0",
];

/// A connection for reading writes nothing. Where the server has this already, it is left alone for writing too: someone
/// wanted it so.
pub(crate) const READ_ONLY: &str = "SET SESSION TRANSACTION READ ONLY";

/// Takes that back for a moment.
pub(crate) const READ_WRITE: &str = "SET SESSION TRANSACTION READ WRITE";

/// Open a connection and make its session ours.
pub(crate) async fn connect(target: &Target, access: Access) -> Result<(MySqlConnection, Version), DatabaseError> {
    let mut connection = open(target).await?;
    let statements: Vec<String> = ["SELECT VERSION()"].into_iter().chain(SESSION).map(str::to_owned).collect();
    let mut answers = ask(&mut connection, &statements).await.map_err(|error| target.refused(error))?.into_iter();
    let said = answers.next().transpose().map_err(|error| target.refused(error))?.unwrap_or_default();
    let said = value(&said).unwrap_or_default();
    let Some(version) = Version::parse(&said) else {
        let reason = ["its version, `", &said, "`, is neither MySQL's nor MariaDB's"].concat();
        return Err(DatabaseError::Unreachable { location: target.server(), reason });
    };
    version.supported()?;
    for answer in answers {
        answer.map_err(|error| target.refused(error))?;
    }
    let own: &[&str] = if version.flavor == Flavor::MariaDb { &MARIADB } else { &MYSQL };
    let own: Vec<String> = own.iter().map(|it| (*it).to_owned()).collect();
    ask(&mut connection, &own).await.map_err(|error| target.refused(error))?;
    if access == Access::Read {
        execute(&mut connection, READ_ONLY).await.map_err(|error| target.refused(error))?;
    }
    Ok((connection, version))
}

/// Open a connection. Where TLS is taken if there is any, one without is better than none.
async fn open(target: &Target) -> Result<MySqlConnection, DatabaseError> {
    let first = match attempt(target, target.tls()).await {
        Ok(connection) => return Ok(connection),
        Err(error) => error,
    };
    if matches!(target.tls(), MySqlSslMode::Preferred)
        && matches!(first, sqlx::Error::Tls(_))
        && let Ok(connection) = attempt(target, MySqlSslMode::Disabled).await
    {
        return Ok(connection);
    }
    Err(target.refused(first))
}

async fn attempt(target: &Target, tls: MySqlSslMode) -> Result<MySqlConnection, sqlx::Error> {
    let options: MySqlConnectOptions = target.options().clone().ssl_mode(tls);
    match tokio::time::timeout(target.timeout().unwrap_or(PATIENCE), options.connect()).await {
        Ok(opened) => opened,
        Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}

/// Say goodbye; a server that does not listen any more is no matter.
pub(crate) async fn close(connection: MySqlConnection) {
    let _ = connection.close().await;
}
