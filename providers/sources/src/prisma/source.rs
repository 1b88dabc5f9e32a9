//! A Prisma schema as a source: one file, every `.prisma` file below a folder, or a pattern.

use std::{path::PathBuf, sync::Arc};

use trueup_contract::{Loaded, Source, SourceError};

use super::{coverage::coverage, findings::findings, lower::lower, parse, resolve::resolve, syntax::File};
use crate::paths;

/// A `.prisma` file, a folder of them, or a pattern.
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
        paths::find(&self.path, &self.name, "prisma")?.into_iter().map(read).collect()
    }
}

fn read(path: PathBuf) -> Result<File, SourceError> {
    let text = SourceError::text_of(&path)?;
    parse(Arc::new(path), Arc::from(text))
}

impl Source for PrismaFiles {
    fn load(&self, dialect: &str) -> Result<Loaded, SourceError> {
        let files = self.read()?;
        let data = resolve(&files, dialect)?;
        let coverage = coverage(&data);
        Ok(lower(&data, &files).finish(self.path.clone(), coverage, findings(&data, &files)))
    }
}
