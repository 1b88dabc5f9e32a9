//! What the server or the driver said, in our words and with what to do about it.

use std::io;

use sqlx::mysql::MySqlDatabaseError;
use trueup_contract::DatabaseError;

use super::Target;

/// The numbers of errors (dev.mysql.com/doc/mysql-errors, mariadb.com/kb/en/mariadb-error-code-reference).
pub(crate) mod code {
    /// Without the privilege for the database, the server, a table, a column or a routine.
    pub(crate) const DENIED: [u16; 6] = [1044, 1142, 1143, 1227, 1370, 1419];
    /// There is no such table, routine, trigger, event, database or sequence.
    pub(crate) const ABSENT: [u16; 6] = [1146, 1305, 1360, 1539, 1049, 4091];
    /// A lock was waited for long enough; a deadlock; `NOWAIT`.
    pub(crate) const LOCKED: [u16; 3] = [1205, 1213, 3572];
    /// The server, the session's transaction or InnoDB is read-only.
    pub(crate) const READ_ONLY: [u16; 4] = [1290, 1792, 1836, 1874];
    /// This algorithm or lock is not to be had, or the words for it are not known.
    pub(crate) const OTHER_WAY: [u16; 4] = [1845, 1846, 1221, 1235];
    /// A statement took longer than it may.
    pub(crate) const OUT_OF_TIME: [u16; 2] = [1969, 3024];
}

/// The server's number of an error, if it sent one.
pub(crate) fn number(error: &sqlx::Error) -> Option<u16> {
    let server = error.as_database_error()?.try_downcast_ref::<MySqlDatabaseError>()?;
    Some(server.number())
}

/// A driver's error after the connection was opened.
pub(crate) fn failed(error: sqlx::Error) -> DatabaseError {
    DatabaseError::Failed(message(&error))
}

/// The server's own words with the number of the error, by which it is found in manuals.
pub(crate) fn message(error: &sqlx::Error) -> String {
    match (error.as_database_error(), number(error)) {
        (Some(server), Some(number)) => [server.message(), " (error ", &number.to_string(), ")"].concat(),
        _ => match error {
            sqlx::Error::Io(cause) => ["the connection to the server broke: ", &cause.to_string()].concat(),
            other => other.to_string(),
        },
    }
}

/// Why there is no connection.
pub(super) fn explained(target: &Target, error: sqlx::Error) -> DatabaseError {
    let unreachable =
        |reason: String| DatabaseError::Unreachable { location: target.server(), reason: target.scrub(&reason) };
    match &error {
        sqlx::Error::Database(_) => by_number(target, number(&error).unwrap_or(0), target.scrub(&message(&error))),
        sqlx::Error::Io(cause) => unreachable(why_not(target, cause)),
        sqlx::Error::Tls(cause) => unreachable(tls(&cause.to_string())),
        // The driver sends such a password encrypted by TLS alone.
        sqlx::Error::Configuration(cause) if cause.to_string().contains("RSA") => {
            DatabaseError::Denied(needs_tls(target))
        }
        sqlx::Error::Configuration(cause) => DatabaseError::Url(target.scrub(&cause.to_string())),
        sqlx::Error::Protocol(words) => match words.split_once("unknown authentication plugin: ") {
            Some((_, plugin)) => DatabaseError::Denied(unknown_plugin(target, plugin)),
            None => unreachable(["it does not answer as MySQL does: ", words].concat()),
        },
        _ => unreachable(error.to_string()),
    }
}

fn by_number(target: &Target, number: u16, words: String) -> DatabaseError {
    let with = |hint: &str| [&words, "; ", hint].concat();
    let unreachable = |reason: String| DatabaseError::Unreachable { location: target.server(), reason };
    match number {
        1049 => DatabaseError::NoDatabase(target.database().to_owned()),
        1045 | 1698 => {
            DatabaseError::Denied(with("check user and password in the URL, or the password in `MYSQL_PWD`"))
        }
        1044 => DatabaseError::Denied(with("the user needs privileges on the database, or there is no such database")),
        1130 => DatabaseError::Denied(with("no user of the server may come from this host")),
        1129 => unreachable(with("`FLUSH HOSTS` on the server lets this host in again")),
        1040 | 1203 | 1226 => unreachable(with("close other connections, or raise the limit on the server")),
        1053 => unreachable(with("try again in a moment")),
        1820 | 1862 => DatabaseError::Denied(with("set a new password with another client first")),
        3118 | 4151 => DatabaseError::Denied(with("unlock the account on the server")),
        3159 => DatabaseError::Denied(with("`ssl-mode=REQUIRED` in the URL")),
        1251 | 1275 | 1524 => DatabaseError::Denied(with("give the user another authentication plugin")),
        number if code::READ_ONLY.contains(&number) => DatabaseError::Denied(words),
        _ => DatabaseError::Failed(words),
    }
}

fn unknown_plugin(target: &Target, plugin: &str) -> String {
    let words = "` is not supported; `mysql_native_password` and `caching_sha2_password` are";
    ["user `", target.user(), "` is authenticated by `", plugin, words].concat()
}

fn needs_tls(target: &Target) -> String {
    let words = "` is sent over TLS alone, which the server does not offer: turn it on there, or give the user \
                 the plugin `mysql_native_password`";
    ["the password of `", target.user(), words].concat()
}

fn why_not(target: &Target, cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::ConnectionRefused => "nothing listens there; is the server running, on this port?".to_owned(),
        io::ErrorKind::NotFound if target.server().starts_with('/') => "there is no such socket".to_owned(),
        io::ErrorKind::TimedOut => {
            "it does not answer; check host and port, and whether a firewall is between".to_owned()
        }
        io::ErrorKind::UnexpectedEof => "it closed the connection at once; is it MySQL or MariaDB?".to_owned(),
        _ if cause.to_string().contains("lookup address") => {
            ["there is no host of this name (", &cause.to_string(), ")"].concat()
        }
        // rustls tells of certificates through an error of input and output.
        io::ErrorKind::InvalidData => tls(&cause.to_string()),
        _ => cause.to_string(),
    }
}

fn tls(words: &str) -> String {
    if words.contains("does not support TLS") {
        return "it does not offer TLS; `ssl-mode=PREFERRED` takes what there is, `ssl-mode=DISABLED` goes without"
            .to_owned();
    }
    let hint = "`ssl-ca` names the certificate of who signed the server's, and `ssl-mode` says how much is verified";
    ["TLS: ", words, "; ", hint].concat()
}
