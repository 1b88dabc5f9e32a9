//! SQL files: one file, every `.sql` file below a folder, or a pattern.

use std::{path::PathBuf, sync::Arc};

use trueup_contract::{Desired, Loaded, Script, Source, SourceError, SourceFile};

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
        let mut script = Script::default();
        for path in self.files()? {
            let bytes = std::fs::read(&path).map_err(|cause| SourceError::Unreadable { path: path.clone(), cause })?;
            let text = String::from_utf8(bytes).map_err(|error| SourceError::NotText {
                path: path.clone(),
                offset: error.utf8_error().valid_up_to(),
            })?;
            script.files.push(SourceFile { path: Arc::new(path), text: Arc::from(text) });
        }
        Ok(Loaded::whole(Desired::Script(script)))
    }
}
