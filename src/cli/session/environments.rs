//! Which environment is meant, and with it which database.

use std::path::Path;

use trueup_contract::Redacted;

use super::{DATABASE_URL, Session};
use crate::{
    cli::{failure::Failure, options::ConnectionOptions},
    config::{Config, is_shared},
    registry,
};

/// The environment that was named, or the only one that there is, if it is one's own.
pub(super) fn chosen(config: Option<&Config>, options: &ConnectionOptions) -> Result<Option<String>, Failure> {
    match (config, &options.env, &options.url) {
        (_, _, Some(_)) => Ok(None),
        (Some(_), Some(name), None) => Ok(Some(name.clone())),
        (None, Some(_), None) => {
            Err(Failure::with_hint("there is no trueup.toml here", "`trueup init` writes one, or give `--config`"))
        }
        (Some(config), None, None) => {
            let mut names = config.env.keys();
            let only = names.next().filter(|_| names.next().is_none());
            Ok(only.filter(|name| !is_shared(name)).cloned())
        }
        (None, None, None) => Ok(None),
    }
}

impl Session {
    /// The database's URL; relative paths of the configuration are relative to it.
    pub(in crate::cli) fn url(&self) -> Result<Redacted, Failure> {
        let by_variable = ["env:", DATABASE_URL].concat();
        let (text, base) = match (&self.options.url, self.environment()?) {
            (Some(url), _) => (url, Path::new("")),
            (None, Some(environment)) => (environment.url.as_ref().unwrap_or(&by_variable), self.folder()),
            (None, None) if self.falls_back() => (&by_variable, Path::new("")),
            (None, None) => return Err(self.which_database()),
        };
        Ok(registry::relative_to(&self.variables.url(text)?, base))
    }

    /// Whether `DATABASE_URL` says which database is meant: where no environment is configured.
    fn falls_back(&self) -> bool {
        let is_configured = self.config.as_ref().is_some_and(|config| !config.env.is_empty());
        !is_configured && self.variables.origin(DATABASE_URL).is_some()
    }

    /// The failure where nothing says which database is meant.
    fn which_database(&self) -> Failure {
        let what = "it is not said which database is meant";
        let names: Vec<&str> =
            self.config.as_ref().map_or(Vec::new(), |config| config.env.keys().map(String::as_str).collect());
        match names.as_slice() {
            [] => Failure::with_hint(
                what,
                "give `--url sqlite:path.db`, set `DATABASE_URL` (`.env` is read too), or run `trueup init`",
            ),
            [shared] => Failure::with_hint(
                [what, ": others depend on `", shared, "`, so it has to be named"].concat(),
                ["give `--env ", shared, "`"].concat(),
            ),
            names => Failure::with_hint(what, ["choose an environment with `--env`: ", &names.join(", ")].concat()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_depend_on_is_known_by_its_name() {
        for name in ["production", "Prod", "eu-prod", "staging_2", "pre-prod", "live", "prod2"] {
            assert!(is_shared(name), "{name}");
        }
        for name in ["dev", "local", "test", "products", "development", "delivery", "backstage"] {
            assert!(!is_shared(name), "{name}");
        }
    }
}
