//! `[hooks]`: programs that are run before and after an apply, and after a pull.

use std::time::Duration;

use serde::Deserialize;

use super::{ConfigError, duration};

/// `[hooks]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HooksConfig {
    /// Before anything is applied; one that fails stops the apply.
    #[serde(default)]
    pub before_apply: Vec<HookConfig>,
    /// After an apply that changed something.
    #[serde(default)]
    pub after_apply: Vec<HookConfig>,
    /// After a pull that wrote something.
    #[serde(default)]
    pub after_pull: Vec<HookConfig>,
}

/// One program.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a hook: `{ run = [\"program\", \"argument\"] }`")]
pub struct HookConfig {
    /// The program and its arguments; no shell is between.
    pub run: Vec<String>,
    /// Variables that it gets though they hold a database URL or a password.
    #[serde(default)]
    pub env: Vec<String>,
    /// How long it may take.
    pub timeout: Option<String>,
    /// Whether its failure is only a warning.
    #[serde(default)]
    pub best_effort: bool,
}

/// Long enough for a backup of a small database; who needs longer says so.
const TIMEOUT: Duration = Duration::from_secs(600);

impl HookConfig {
    /// How long it may take.
    ///
    /// # Errors
    /// When it is not a duration.
    pub fn timeout(&self) -> Result<Duration, ConfigError> {
        self.timeout.as_deref().map_or(Ok(TIMEOUT), duration)
    }
}

impl HooksConfig {
    /// What is wrong with them, if anything.
    pub(super) fn wrong(&self) -> Result<Option<String>, ConfigError> {
        let HooksConfig { before_apply, after_apply, after_pull } = self;
        let all = [("before_apply", before_apply), ("after_apply", after_apply), ("after_pull", after_pull)];
        for (moment, hooks) in all {
            for hook in hooks {
                hook.timeout()?;
                if hook.run.first().is_none_or(String::is_empty) {
                    return Ok(Some(["[hooks] ", moment, ": `run` names no program"].concat()));
                }
            }
        }
        Ok(None)
    }
}
