//! Where desired schemas come from.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{Coverage, Desired, Place, Server, SourceFinding};

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

/// A source as it was read.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What it declares.
    pub desired: Desired,
    /// What its format can say: what it cannot say, it does not deny.
    pub coverage: Coverage,
    /// Where the text comes from, if it was made from something else.
    pub origins: Vec<Origin>,
    /// What is worth a word and is no error.
    pub findings: Vec<SourceFinding>,
}

impl Loaded {
    /// Something declared in the database's own words, as it stands in the files.
    pub fn whole(desired: Desired) -> Loaded {
        Loaded { desired, coverage: Coverage::default(), origins: Vec::new(), findings: Vec::new() }
    }
}

/// Where a stretch of generated text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The generated line from which on it counts, from 1, up to the next origin.
    pub line: usize,
    /// The place in the file that a person wrote.
    pub place: Place,
    /// The same as an offset in bytes.
    pub offset: usize,
    /// How many bytes are meant, to underline.
    pub length: usize,
}

/// The origin of a line of generated text.
pub fn origin(origins: &[Origin], line: usize) -> Option<&Origin> {
    let after = origins.partition_point(|it| it.line <= line);
    after.checked_sub(1).map(|at| &origins[at])
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
    #[error("{place}: not UTF-8 text (byte {offset})")]
    NotText {
        /// Where the first wrong byte is.
        place: Place,
        /// The same as an offset in bytes.
        offset: usize,
    },
    /// It is wrong at a place.
    #[error("{place}: {message}")]
    Malformed {
        /// Where.
        place: Place,
        /// The same as an offset in bytes.
        offset: usize,
        /// How many bytes are meant, to underline.
        length: usize,
        /// What is wrong.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
    /// Another program that was to tell it failed.
    #[error("{what}")]
    Program {
        /// What failed, redacted.
        what: String,
        /// What to do.
        hint: String,
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

impl SourceError {
    /// The text of a file.
    ///
    /// # Errors
    /// When the file cannot be read or is not UTF-8.
    pub fn text_of(path: &Path) -> Result<String, SourceError> {
        let bytes = std::fs::read(path).map_err(|cause| SourceError::Unreadable { path: path.to_owned(), cause })?;
        String::from_utf8(bytes).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(error.as_bytes().get(..offset).unwrap_or_default());
            let line = before.matches('\n').count() + 1;
            let column =
                before.rsplit('\n').next().unwrap_or_default().trim_start_matches('\u{feff}').chars().count() + 1;
            let place = Place { file: Arc::new(path.to_owned()), line, column };
            SourceError::NotText { place, offset }
        })
    }
}

/// Something that can be loaded as a desired schema.
pub trait Source: Send + Sync {
    /// Read it, for a dialect such as `postgres`.
    ///
    /// # Errors
    /// When it is not there or cannot be read as what it should be.
    fn load(&self, dialect: &str) -> Result<Loaded, SourceError>;

    /// The same for a server that is known: a format may become other words for another product or version.
    ///
    /// # Errors
    /// As [`Source::load`].
    fn load_for(&self, dialect: &str, server: Option<&Server>) -> Result<Loaded, SourceError> {
        let _ = server;
        self.load(dialect)
    }
}
