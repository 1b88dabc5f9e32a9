//! What the server or the driver said, in our words and with what to do about it.

use std::{borrow::Cow, io};

use sqlx::postgres::{PgDatabaseError, PgErrorPosition};
use trueup_contract::DatabaseError;

use super::Target;

/// The SQLSTATE of an error, if the server sent one (postgresql.org/docs/current/errcodes-appendix.html).
pub(crate) fn code(error: &sqlx::Error) -> Option<Cow<'_, str>> {
    error.as_database_error()?.code()
}

/// A driver's error after the connection was opened.
pub(crate) fn failed(error: sqlx::Error) -> DatabaseError {
    DatabaseError::Failed(message(&error, None))
}

/// The server's own words with its detail, its hint and the place in the statement.
pub(crate) fn message(error: &sqlx::Error, statement: Option<&str>) -> String {
    let Some(server) = error.as_database_error().and_then(|it| it.try_downcast_ref::<PgDatabaseError>()) else {
        return match error {
            sqlx::Error::Io(cause) => ["the connection to the server broke: ", &cause.to_string()].concat(),
            other => other.to_string(),
        };
    };
    let mut words = server.message().to_owned();
    let mut add = |what: &str, text: &str| words = [&words, "; ", what, text].concat();
    if let Some(detail) = server.detail() {
        add("", detail);
    }
    if let Some(hint) = server.hint() {
        add("hint: ", hint);
    }
    let place = match server.position() {
        Some(PgErrorPosition::Original(at)) => statement.map(|statement| line_at(statement, at)),
        Some(PgErrorPosition::Internal { position, query }) => Some(line_at(query, position)),
        None => None,
    };
    if let Some(place) = place.filter(|place| !place.is_empty()) {
        add("at `", &[&place, "`"].concat());
    }
    words
}

/// What stands at a position, which counts characters from one: the rest of its line, in short.
fn line_at(statement: &str, position: usize) -> String {
    let rest = statement.chars().skip(position.saturating_sub(1));
    rest.take_while(|c| *c != '\n').take(60).collect::<String>().trim_end().to_owned()
}

/// Why there is no connection.
pub(super) fn explained(target: &Target, error: sqlx::Error) -> DatabaseError {
    let unreachable =
        |reason: String| DatabaseError::Unreachable { location: target.server(), reason: target.scrub(&reason) };
    match &error {
        sqlx::Error::Database(server) => {
            let words = target.scrub(&message(&error, None));
            by_code(target, server.code().as_deref().unwrap_or_default(), words)
        }
        sqlx::Error::Io(cause) => unreachable(why_not(target, cause)),
        sqlx::Error::Tls(cause) => unreachable(tls(&cause.to_string())),
        sqlx::Error::Configuration(cause) => DatabaseError::Url(target.scrub(&cause.to_string())),
        sqlx::Error::Protocol(words) => unreachable(["it does not answer as PostgreSQL does: ", words].concat()),
        _ => unreachable(error.to_string()),
    }
}

fn by_code(target: &Target, code: &str, words: String) -> DatabaseError {
    let with = |hint: &str| [&words, "; ", hint].concat();
    let unreachable = |reason: String| DatabaseError::Unreachable { location: target.server(), reason };
    match code {
        "3D000" => DatabaseError::NoDatabase(target.database().to_owned()),
        "28P01" => {
            DatabaseError::Denied(with("check the password in the URL, in `PGPASSWORD` or in the password file"))
        }
        "28000" if words.contains("does not exist") => DatabaseError::Denied(with("check the user's name in the URL")),
        "28000" => {
            DatabaseError::Denied(with("pg_hba.conf on the server decides who may come from where, and with TLS"))
        }
        "42501" => DatabaseError::Denied(with("the role needs the privilege CONNECT on the database")),
        "53300" => unreachable(with("close other connections, or raise `max_connections` on the server")),
        "57P03" => unreachable(with("try again in a moment")),
        _ => DatabaseError::Failed(words),
    }
}

fn why_not(target: &Target, cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::ConnectionRefused => "nothing listens there; is the server running, on this port?".to_owned(),
        io::ErrorKind::NotFound if target.server().starts_with('/') => "there is no such socket".to_owned(),
        io::ErrorKind::TimedOut => {
            "it does not answer; check host and port, and whether a firewall is between".to_owned()
        }
        io::ErrorKind::UnexpectedEof => "it closed the connection at once; is it PostgreSQL?".to_owned(),
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
        return "it does not offer TLS; `sslmode=prefer` takes what there is, `sslmode=disable` goes without"
            .to_owned();
    }
    let hint =
        "`sslrootcert` names the certificate of who signed the server's, and `sslmode` says how much is verified";
    ["TLS: ", words, "; ", hint].concat()
}
