//! What the environment demands before an apply, and which variables its programs are not given.

use std::path::Path;

use super::{DATABASE_URL, Session};
use crate::{cli::failure::Failure, plan::Policy, registry};

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

    /// Refuse a `--url` that is the URL of an environment which wants an approval: the environment's own name is the way to
    /// it, so that what it demands holds.
    pub(in crate::cli) fn refuse_way_round(&self) -> Result<(), Failure> {
        let (Some(given), Some(config)) = (&self.options.url, &self.config) else { return Ok(()) };
        let given = registry::relative_to(&self.variables.url(given)?, Path::new(""));
        let by_variable = ["env:", DATABASE_URL].concat();
        let is_given = |url: &str| {
            // A variable that is not set is that of no database here.
            let url = self.variables.url(url).map(|url| registry::relative_to(&url, self.folder()));
            url.is_ok_and(|url| url == given)
        };
        let mut guarded = config.env.iter().filter(|(name, it)| it.wants_approval(name));
        match guarded.find(|(_, it)| is_given(it.url.as_deref().unwrap_or(&by_variable))) {
            None => Ok(()),
            Some((name, _)) => Err(Failure::refused(
                ["this is the database of environment `", name, "`, which wants an approval"].concat(),
                ["give `--env ", name, "` instead of `--url`"].concat(),
            )),
        }
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
