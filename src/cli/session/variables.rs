//! The variables of a run: those of the environment, and, where it has none, those of the project's `.env`.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use trueup_contract::Redacted;

use crate::{
    cli::failure::Failure,
    config::{DOTENV, dotenv},
};

/// The variable that holds the database's URL where nothing else says which database is meant.
pub(in crate::cli) const DATABASE_URL: &str = "DATABASE_URL";

/// The variables of a run. What `.env` holds is looked up here and never put into the environment, where the programs
/// that we start would find it.
#[derive(Clone, Default)]
pub(in crate::cli) struct Variables {
    file: Arc<BTreeMap<String, String>>,
}

impl Variables {
    /// Those of the environment, and of the `.env` in this folder.
    pub(in crate::cli) fn beside(folder: &Path) -> Result<Variables, Failure> {
        Ok(Variables { file: Arc::new(dotenv(folder, &of_process)?) })
    }

    /// The value of a variable; an empty one is none.
    fn get(&self, name: &str) -> Option<String> {
        of_process(name).or_else(|| self.file.get(name).cloned()).filter(|value| !value.is_empty())
    }

    /// Where a variable is set: `the environment`, `.env`, or nowhere.
    pub(in crate::cli) fn origin(&self, name: &str) -> Option<&'static str> {
        self.get(name)?;
        Some(if of_process(name).is_some() { "the environment" } else { DOTENV })
    }

    /// Whether the project's `.env` sets a variable.
    pub(in crate::cli) fn is_in_file(&self, name: &str) -> bool {
        self.file.contains_key(name)
    }

    /// What `env:NAME` stands for, or the text itself.
    pub(in crate::cli) fn resolved(&self, text: &str) -> Result<String, Failure> {
        let Some(name) = text.strip_prefix("env:") else { return Ok(text.to_owned()) };
        self.get(name).ok_or_else(|| {
            let what = ["environment variable `", name, "` is not set, and `.env` does not set it"].concat();
            Failure::with_hint(what, "set it, or write it into `.env` beside trueup.toml, which is not committed")
        })
    }

    /// A URL as it was written, or `env:NAME` for one, with what completes it where it is silent.
    pub(in crate::cli) fn url(&self, text: &str) -> Result<Redacted, Failure> {
        Ok(self.completed(Redacted::new(self.resolved(text)?)))
    }

    /// A URL with what completes it where it is silent.
    pub(in crate::cli) fn completed(&self, url: Redacted) -> Redacted {
        url.with_variables(&self.file)
    }
}

/// A variable of this process; one that is no text is none.
fn of_process(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
