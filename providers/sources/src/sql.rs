//! SQL files: one file, every `.sql` file below a folder, or a pattern.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use globset::GlobBuilder;
use trueup_contract::{Desired, Loaded, Script, Source, SourceError, SourceFile};

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
        if self.path.is_file() {
            return Ok(vec![self.path.clone()]);
        }
        let pattern = self.path.to_string_lossy();
        let mut found = Vec::new();
        if self.path.is_dir() {
            collect(&self.path, &mut found)?;
            if found.is_empty() {
                return Err(SourceError::Empty(self.name.clone()));
            }
        } else if pattern.contains(['*', '?', '[', '{']) {
            found = self.matching(&pattern)?;
        } else {
            return Err(SourceError::Missing(self.name.clone()));
        }
        found.sort();
        Ok(found)
    }

    fn matching(&self, pattern: &str) -> Result<Vec<PathBuf>, SourceError> {
        let unknown =
            |error: globset::Error| SourceError::Unknown { what: self.name.clone(), reason: error.to_string() };
        let glob = GlobBuilder::new(pattern).literal_separator(true).build().map_err(unknown)?.compile_matcher();
        let fixed: PathBuf = self
            .path
            .components()
            .take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']))
            .collect();
        let root = if fixed.as_os_str().is_empty() { PathBuf::from(".") } else { fixed.clone() };
        let mut found = Vec::new();
        if root.is_dir() {
            collect(&root, &mut found)?;
        }
        let bare = |path: &PathBuf| path.strip_prefix("./").map_or_else(|_| path.clone(), Path::to_owned);
        found.retain(|path| glob.is_match(bare(path)) || glob.is_match(path));
        if found.is_empty() { Err(SourceError::Missing(self.name.clone())) } else { Ok(found) }
    }
}

/// Every `.sql` file below a folder; names that start with a dot are left out.
fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), SourceError> {
    let unreadable = |cause| SourceError::Unreadable { path: folder.to_owned(), cause };
    for entry in folder.read_dir().map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
            continue;
        }
        if path.is_dir() {
            collect(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("sql")) {
            found.push(path);
        }
    }
    Ok(())
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
