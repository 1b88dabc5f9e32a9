//! What stands against a connection, and what to do about it.

use serde::Serialize;
use trueup_contract::DatabaseError;

use super::Missing;
use crate::engine::EngineError;

/// One thing that is wrong, or worth knowing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// What it is about: `auth`, `network`, `permission`, `environment`, …
    pub kind: &'static str,
    /// What is wrong, without secrets.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Problem {
    /// Why there is no connection, or why it ended.
    pub(super) fn of(error: EngineError) -> Problem {
        let (kind, hint) = match &error {
            EngineError::Database(cause) => described(cause),
            EngineError::Backend(_) => ("state", None),
            _ => ("failed", None),
        };
        Problem { kind, hint: error.hint().or(hint.map(str::to_owned)), message: error.to_string() }
    }

    pub(super) fn of_missing(missing: &Missing) -> Problem {
        let Missing { privilege, on, serves, required: _, remedy } = missing;
        let message = ["the user lacks ", privilege, " on ", on, ", which is for ", serves].concat();
        let hint = remedy.as_ref().map(|remedy| ["have it granted: ", remedy].concat());
        Problem { kind: "permission", message, hint }
    }

    pub(super) fn read_only(reason: &str) -> Problem {
        let hint = "connect to the primary, or to a copy that can be written to; `--for plan` asks for reading only";
        Problem {
            kind: "read-only",
            message: ["nothing can be written: ", reason].concat(),
            hint: Some(hint.to_owned()),
        }
    }

    pub(super) fn not_encrypted() -> Problem {
        let hint = "ask for TLS in the URL: `sslmode=verify-full` (PostgreSQL), `ssl-mode=VERIFY_IDENTITY` (MySQL)";
        let message = "the connection is not encrypted, and it leaves this machine".to_owned();
        Problem { kind: "network", message, hint: Some(hint.to_owned()) }
    }
}

/// What an error of the database is about, and what helps where the error itself does not say.
fn described(error: &DatabaseError) -> (&'static str, Option<&'static str>) {
    match error {
        DatabaseError::Url(_) => {
            ("url", Some("write `scheme://user:password@host:port/database`, special characters as `%` and code"))
        }
        DatabaseError::Missing(_) => ("environment", None),
        DatabaseError::NotADatabase { .. } => ("environment", Some("is this the file that is meant?")),
        DatabaseError::NoDatabase(_) => {
            ("environment", Some("is this the server of the environment that is meant? check host, port and name"))
        }
        DatabaseError::Unreachable { .. } => (
            "network",
            Some("check host and port, the VPN or firewall between, and whether it is this environment's address"),
        ),
        DatabaseError::Denied(_) => {
            ("auth", Some("check user and password, and whether they are those of this environment"))
        }
        DatabaseError::ReadOnly { .. } => ("read-only", None),
        DatabaseError::TooOld { .. } => ("version", None),
        DatabaseError::Busy { .. }
        | DatabaseError::Held(_)
        | DatabaseError::Blocked { .. }
        | DatabaseError::Moved
        | DatabaseError::StateMoved => ("busy", Some("try again in a moment")),
        DatabaseError::Unsealed
        | DatabaseError::Refused { .. }
        | DatabaseError::ForeignKeys { .. }
        | DatabaseError::Unsupported(_)
        | DatabaseError::Step { .. }
        | DatabaseError::Failed(_) => ("failed", None),
    }
}
