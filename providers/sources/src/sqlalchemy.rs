//! SQLAlchemy models: `sqlalchemy:package.module:Base`.
//!
//! The project's own interpreter runs a small program that imports the module and tells, statement by statement, what
//! `metadata.create_all` would run. It connects to nothing, needs no driver and is given no database URL.

mod answer;
mod coverage;
mod run;

use std::{ffi::OsString, path::PathBuf};

use trueup_contract::{Loaded, Server, Source, SourceError};

/// What runs the models: told from above, as sources look at no environment of their own.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The project's folder: where the interpreter runs, and where modules are looked for first.
    pub folder: PathBuf,
    /// The interpreter that the configuration names.
    pub python: Option<String>,
    /// Every variable that the models may see.
    pub variables: Vec<(OsString, OsString)>,
    /// The names of those that they may not see, as they hold database URLs or passwords.
    pub withheld: Vec<String>,
}

/// The models of a project.
#[derive(Clone, Debug)]
pub struct SqlAlchemy {
    /// `package.module:name`.
    target: String,
    surroundings: Surroundings,
}

impl SqlAlchemy {
    /// The word before the colon.
    pub const SCHEME: &'static str = "sqlalchemy";

    /// The models that a base, a `MetaData` or a function that returns one knows: `package.module:name`.
    pub fn new(target: impl Into<String>, surroundings: Surroundings) -> SqlAlchemy {
        SqlAlchemy { target: target.into(), surroundings }
    }
}

impl Source for SqlAlchemy {
    fn load(&self, dialect: &str) -> Result<Loaded, SourceError> {
        self.load_for(dialect, None)
    }

    fn load_for(&self, dialect: &str, server: Option<&Server>) -> Result<Loaded, SourceError> {
        let product = server.map_or("", |it| &it.product);
        let version = server.map_or("", |it| &it.version);
        let said = run::describe(&self.surroundings, [dialect, product, version, &self.target])?;
        answer::read(&said, &self.target, &self.surroundings)
    }
}
