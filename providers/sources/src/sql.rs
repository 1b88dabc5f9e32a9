//! SQL files: one file, every `.sql` file below a folder, or a pattern, and what they include.

mod include;

use std::path::PathBuf;

use trueup_contract::{Desired, Loaded, Script, Source, SourceError};

use crate::paths;

/// A file, a folder or a glob pattern of SQL files.
#[derive(Clone, Debug)]
pub struct SqlFiles {
    /// As it was given.
    path: PathBuf,
    /// How it is called in messages.
    name: String,
}

impl SqlFiles {
    /// Read from `path`; messages call it `name`.
    pub fn new(path: impl Into<PathBuf>, name: impl Into<String>) -> SqlFiles {
        SqlFiles { path: path.into(), name: name.into() }
    }

    /// The files, in the order of their paths.
    ///
    /// # Errors
    /// When there are none, or a folder cannot be read.
    pub fn files(&self) -> Result<Vec<PathBuf>, SourceError> {
        paths::find(&self.path, &self.name, "sql")
    }
}

impl Source for SqlFiles {
    fn load(&self, _dialect: &str) -> Result<Loaded, SourceError> {
        let mut reading = include::Reading::default();
        for path in self.files()? {
            reading.read(&path)?;
        }
        let script = Script { files: reading.files };
        Ok(Loaded::whole(Desired::Script(script)))
    }
}
