//! Reading `trueup.toml`, with errors that say where and what to write instead.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use super::Config;
use crate::{check::rules::CHECKS, engine::Pattern};

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is no such file.
    #[error("configuration `{}` does not exist; `trueup init` writes one", .0.display())]
    Missing(PathBuf),
    /// It cannot be read.
    #[error("configuration `{}` cannot be read: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// It is not TOML of our form.
    #[error("{}:{line}:{column}: {message}{suggestion}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What is wrong.
        message: String,
        /// What was meant, perhaps.
        suggestion: String,
    },
    /// A value means nothing.
    #[error("{}: {what}", path.display())]
    Value {
        /// The file.
        path: PathBuf,
        /// Which value, and why.
        what: String,
    },
    /// There is no such environment.
    #[error("there is no environment `{name}` in trueup.toml; there are: {known}")]
    NoEnvironment {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// A text is not a duration.
    #[error("`{0}` is not a duration; write `500ms`, `10s` or `2m`")]
    Duration(String),
}

pub(super) fn load(path: &Path) -> Result<Config, ConfigError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
            return Err(ConfigError::Missing(path.to_owned()));
        }
        Err(cause) => return Err(ConfigError::Unreadable { path: path.to_owned(), cause }),
    };
    let mut config: Config = toml::from_str(&text).map_err(|error| malformed(path, &text, &error))?;
    config.folder = path.parent().map(Path::to_owned).unwrap_or_default();
    config.file = path.to_owned();
    check(path, &config)?;
    Ok(config)
}

fn malformed(path: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let at = error.span().map_or(0, |span| span.start).min(text.len());
    let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    ConfigError::Malformed {
        path: path.to_owned(),
        line: text[..at].matches('\n').count() + 1,
        column: text[line_start..at].chars().count() + 1,
        message: error.message().trim_end().to_owned(),
        suggestion: suggestion(error.message()),
    }
}

/// serde says ``unknown field `sorce`, expected one of `source`, …``; the nearest of those is what was meant.
fn suggestion(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let Some(wrong) = quoted.next().filter(|_| message.starts_with("unknown")) else { return String::new() };
    let near = quoted.map(|known| (strsim::damerau_levenshtein(wrong, known), known)).min();
    match near {
        Some((distance, known)) if distance <= 3 => ["; did you mean `", known, "`?"].concat(),
        _ => String::new(),
    }
}

fn check(path: &Path, config: &Config) -> Result<(), ConfigError> {
    let wrong = |what: String| Err(ConfigError::Value { path: path.to_owned(), what });
    if config.version != 1 {
        return wrong(["version = ", &config.version.to_string(), " is not known; write `version = 1`"].concat());
    }
    for pattern in &config.ignore.addresses {
        if let Err(error) = Pattern::parse(pattern) {
            return wrong(["[ignore] addresses: ", &error.to_string()].concat());
        }
    }
    for code in config.hazards.keys() {
        if !CHECKS.iter().any(|check| check.code() == code) {
            let codes: Vec<&str> = CHECKS.iter().map(|check| check.code()).collect();
            return wrong(
                ["[hazards.\"", code, "\"]: there is no such rule; the rules are ", &codes.join(", ")].concat(),
            );
        }
    }
    if let Some(what) = config.evidence.wrong() {
        return wrong(what);
    }
    if let Some(what) = config.hooks.wrong()? {
        return wrong(what);
    }
    for (name, environment) in &config.env {
        environment.lock_timeout()?;
        if let Some(other) = environment.promote_from.as_ref().filter(|other| !config.env.contains_key(*other)) {
            return wrong(["[env.", name, "] promote_from: there is no environment `", other, "`"].concat());
        }
        if let Some(state) = environment.state.as_deref().filter(|it| !matches!(*it, "file" | "database" | "none")) {
            return wrong(["[env.", name, "] state = \"", state, "\": write `file`, `database` or `none`"].concat());
        }
    }
    Ok(())
}

/// Read `500ms`, `10s`, `2m`, or `0`.
///
/// # Errors
/// When it is none of these.
pub fn duration(text: &str) -> Result<Duration, ConfigError> {
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    humantime::parse_duration(text).map_err(|_| ConfigError::Duration(text.to_owned()))
}
