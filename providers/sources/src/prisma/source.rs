//! A Prisma schema as a source: one file, or every `.prisma` file below a folder.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use trueup_contract::{Loaded, Source, SourceError};

use super::{coverage::coverage, lower::lower, parse, resolve::resolve, syntax::File};

/// A `.prisma` file, or a folder of them.
#[derive(Clone, Debug)]
pub struct PrismaFiles {
    /// As it was given.
    path: PathBuf,
    /// How it is called in messages.
    name: String,
}

impl PrismaFiles {
    /// Read from `path`; messages call it `name`.
    pub fn new(path: impl Into<PathBuf>, name: impl Into<String>) -> PrismaFiles {
        PrismaFiles { path: path.into(), name: name.into() }
    }

    /// The syntax trees of all files, in the order of their paths.
    ///
    /// # Errors
    /// When there are none, or one cannot be read or is no Prisma schema.
    pub fn read(&self) -> Result<Vec<File>, SourceError> {
        let paths = if self.path.is_dir() { below(&self.path)? } else { vec![self.path.clone()] };
        if paths.is_empty() {
            return Err(SourceError::Empty(self.name.clone()));
        }
        paths.into_iter().map(read).collect()
    }
}

fn read(path: PathBuf) -> Result<File, SourceError> {
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
            return Err(SourceError::Missing(path.display().to_string()));
        }
        Err(cause) => return Err(SourceError::Unreadable { path, cause }),
    };
    let text = String::from_utf8(bytes).map_err(|error| SourceError::NotText {
        path: path.clone(),
        offset: error.utf8_error().valid_up_to(),
    })?;
    parse(Arc::new(path), Arc::from(text))
}

/// Every `.prisma` file below a folder, sorted; names that start with a dot are left out, and so are packages and migrations
/// of others that were installed there.
///
/// # Errors
/// When a folder cannot be read.
pub fn below(folder: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let unreadable = |cause| SourceError::Unreadable { path: folder.clone(), cause };
        for entry in folder.read_dir().map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if name.starts_with('.') || name == "node_modules" {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "prisma") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

impl Source for PrismaFiles {
    fn load(&self, dialect: &str) -> Result<Loaded, SourceError> {
        let files = self.read()?;
        let data = resolve(&files, dialect)?;
        let coverage = coverage(&data.datasource);
        Ok(lower(&data, &files).finish(self.path.clone(), coverage, Vec::new()))
    }
}
