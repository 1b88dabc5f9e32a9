//! What the environment demands before an apply, and which variables its programs are not given.

use super::Session;
use crate::{cli::failure::Failure, plan::Policy};

impl Session {
    /// What the environment demands before an apply; nothing where none was chosen.
    pub(in crate::cli) fn policy(&self) -> Result<Policy, Failure> {
        let (Some(environment), Some(name)) = (self.environment()?, &self.environment) else {
            return Ok(Policy::default());
        };
        Ok(Policy {
            approval_required: environment.wants_approval(name),
            backup_required_for_destructive: environment.wants_backup(name),
        })
    }

    /// The value of a variable, of the environment or of `.env`.
    pub(in crate::cli) fn variable(&self, name: &str) -> Result<String, Failure> {
        self.variables.resolved(&["env:", name].concat())
    }

    /// Whether the configuration says that a variable of this name holds the URL of a database.
    pub(in crate::cli) fn names_variable(&self, name: &str) -> bool {
        let environments = self.config.iter().flat_map(|config| config.env.values());
        let mut urls = environments.flat_map(|it| [it.url.as_deref(), it.scratch.as_deref()]).flatten();
        urls.any(|url| url.strip_prefix("env:") == Some(name))
    }
}
