//! Where desired schemas come from.

use std::{path::PathBuf, sync::Arc};

use crate::Desired;

/// SQL text from one or more files.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// In the order of their names.
    pub files: Vec<SourceFile>,
}

/// One file.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// As it was named or found.
    pub path: Arc<PathBuf>,
    /// Its text.
    pub text: Arc<str>,
}

/// A source that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// There is no such file or folder, or a pattern that matches none.
    #[error("desired schema `{0}` does not exist")]
    Missing(String),
    /// There are no files of the right kind.
    #[error("desired schema `{0}` holds no .sql file")]
    Empty(String),
    /// It is not a form of source that this build knows.
    #[error("desired schema `{what}` is of no known form: {reason}")]
    Unknown {
        /// What was given, redacted.
        what: String,
        /// What is known.
        reason: String,
    },
    /// The text is not UTF-8.
    #[error("`{}` is not UTF-8 text (byte {offset})", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// Where the first wrong byte is.
        offset: usize,
    },
    /// Reading failed.
    #[error("`{}` cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
}

/// Something that can be loaded as a desired schema.
pub trait Source: Send + Sync {
    /// Read it.
    ///
    /// # Errors
    /// When it is not there or cannot be read as what it should be.
    fn load(&self) -> Result<Desired, SourceError>;
}
