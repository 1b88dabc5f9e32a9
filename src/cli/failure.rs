//! A failed command, as it is told.

use trueup_contract::{BackendError, DatabaseError, Place, RealizeError, SourceError};

use crate::{config::ConfigError, engine::EngineError};

/// What went wrong, what to do, and the exit code.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) message: String,
    pub(super) hint: Option<String>,
    pub(super) code: u8,
    /// Where in a source file, to show it.
    pub(super) snippet: Option<Snippet>,
}

/// A place in a file with what stands there.
#[derive(Debug)]
pub(super) struct Snippet {
    pub(super) place: Place,
    pub(super) offset: usize,
    pub(super) length: usize,
}

impl Failure {
    pub(super) fn plain(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), hint: None, code: 1, snippet: None }
    }

    pub(super) fn with_hint(message: impl Into<String>, hint: impl Into<String>) -> Failure {
        Failure { hint: Some(hint.into()), ..Failure::plain(message) }
    }

    pub(super) fn refused(message: impl Into<String>, hint: impl Into<String>) -> Failure {
        Failure { code: 3, ..Failure::with_hint(message, hint) }
    }

    pub(super) fn interrupted() -> Failure {
        let hint = "what was committed is recorded in the journal; run the same command again to go on";
        Failure::with_hint("interrupted; what was not committed is rolled back", hint)
    }
}

impl<T: Into<EngineError>> From<T> for Failure {
    fn from(error: T) -> Self {
        let error: EngineError = error.into();
        let snippet = match &error {
            EngineError::Realize(RealizeError::At { place, length, offset, message: _, hint: _, is_refusal: _ }) => {
                Some(Snippet { place: place.clone(), offset: *offset, length: *length })
            }
            EngineError::Source(SourceError::Malformed { place, length, offset, message: _, hint: _ }) => {
                Some(Snippet { place: place.clone(), offset: *offset, length: *length })
            }
            _ => None,
        };
        let mut message = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            let text = cause.to_string();
            if !message.contains(&text) {
                message = [&message, ": ", &text].concat();
            }
            source = cause.source();
        }
        Failure { message, hint: error.hint(), code: error.exit_code(), snippet }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Failure::plain(error.to_string())
    }
}

impl Failure {
    /// The failure of reading or writing a file.
    pub(super) fn file(path: &std::path::Path, action: &str, error: &std::io::Error) -> Failure {
        Failure::plain([&path.display().to_string(), " cannot be ", action, ": ", &error.to_string()].concat())
    }

    /// The failure of a state backend.
    pub(super) fn backend(error: BackendError) -> Failure {
        EngineError::from(error).into()
    }

    /// The failure of a database.
    pub(super) fn database(error: DatabaseError) -> Failure {
        EngineError::from(error).into()
    }
}
