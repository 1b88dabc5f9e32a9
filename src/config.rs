//! `trueup.toml`: strict, so that a misspelt key is never a silent default.

mod authority;
mod dotenv;
mod evidence;
mod hooks;
mod pull;
mod read;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Deserialize;
use trueup_state::Address;

pub use authority::{Authority, Chosen, MODE_FILE, choose};
pub use dotenv::{DOTENV, dotenv};
pub use evidence::EvidenceConfig;
pub use hooks::{HookConfig, HooksConfig};
pub use pull::{Layout, PullConfig};
pub use read::{ConfigError, duration};

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The version of this format: 1.
    pub version: u32,
    /// Which side is right where code and database differ, if it is said here.
    pub authority: Option<Authority>,
    /// The declared schema.
    #[serde(default)]
    pub schema: SchemaConfig,
    /// The environments.
    #[serde(default)]
    pub env: BTreeMap<String, Environment>,
    /// Renames.
    #[serde(default)]
    pub moved: Vec<Moved>,
    /// Objects that are never dropped.
    #[serde(default)]
    pub protect: Vec<Protect>,
    /// What not to look at.
    #[serde(default)]
    pub ignore: Ignore,
    /// Levels of rules, by code.
    #[serde(default)]
    pub hazards: BTreeMap<String, HazardConfig>,
    /// What `trueup pull` writes; `None` where the file does not say.
    pub pull: Option<PullConfig>,
    /// Where a run leaves its evidence.
    #[serde(default)]
    pub evidence: EvidenceConfig,
    /// Programs that are run before and after.
    #[serde(default)]
    pub hooks: HooksConfig,
    /// The folder of the file; paths in it are relative to this.
    #[serde(skip)]
    pub folder: PathBuf,
    /// The file itself.
    #[serde(skip)]
    pub file: PathBuf,
}

/// `[schema]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemaConfig {
    /// A SOURCE.
    pub source: Option<String>,
    /// The interpreter for models of SQLAlchemy; without it, that of the project's virtual environment, or of `PATH`.
    pub python: Option<String>,
    /// Whether it counts to whom objects are declared to belong (`OWNER TO`).
    #[serde(default)]
    pub owners: bool,
}

/// `[env.NAME]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// A URL, or `env:NAME` for a variable that holds one; `env:DATABASE_URL` where nothing is said.
    pub url: Option<String>,
    /// Which namespaces to look at.
    #[serde(default)]
    pub schemas: Schemas,
    /// Whether a plan needs an approval; where it is not said, one for production does.
    pub approval: Option<ApprovalConfig>,
    /// Whether data loss needs a backup; where it is not said, it does in production.
    pub backup: Option<BackupConfig>,
    /// Another environment that must have this same schema first.
    pub promote_from: Option<String>,
    /// How long to wait for other users of the database.
    pub lock_timeout: Option<String>,
    /// Where the lockfile is kept: `file`, `database` or `none`.
    pub state: Option<String>,
    /// An empty database of the same product: a URL, or `env:NAME` for a variable that holds one.
    pub scratch: Option<String>,
    /// The oldest SQLite among the programs that open the database.
    pub min_sqlite: Option<String>,
}

/// `schemas = { include = […], exclude = […] }`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schemas {
    /// Only these, unless empty.
    #[serde(default)]
    pub include: Vec<String>,
    /// Never these.
    #[serde(default)]
    pub exclude: Vec<String>,
}

/// `approval = …`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the words of the file")]
pub enum ApprovalConfig {
    None,
    Required,
}

/// `backup = …`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the words of the file")]
pub enum BackupConfig {
    None,
    RequiredForDestructive,
}

/// `[[moved]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    /// The address before.
    pub from: Address,
    /// The address after.
    pub to: Address,
}

/// `[[protect]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protect {
    /// The object.
    pub address: Address,
}

/// `[ignore]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ignore {
    /// Patterns of addresses.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// Attributes that are no difference.
    #[serde(default)]
    pub attributes: Vec<IgnoredAttribute>,
}

/// An attribute that may be ignored. SQLite has no comments, and the order of columns is never a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words of the file")]
pub enum IgnoredAttribute {
    Comment,
    ColumnOrder,
}

/// `[hazards.CODE]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HazardConfig {
    /// What it takes to go on.
    pub level: crate::check::Level,
    /// Only for this object.
    pub address: Option<Address>,
    /// Only up to this day, `2026-12-31`.
    pub until: Option<String>,
}

impl Config {
    /// Read and check a file.
    ///
    /// # Errors
    /// When it cannot be read, is not TOML, or says something that it cannot mean.
    pub fn load(path: &Path) -> Result<Config, ConfigError> {
        read::load(path)
    }

    /// The environment of this name.
    ///
    /// # Errors
    /// When there is none.
    pub fn environment(&self, name: &str) -> Result<&Environment, ConfigError> {
        self.env.get(name).ok_or_else(|| ConfigError::NoEnvironment {
            name: name.to_owned(),
            known: self.env.keys().cloned().collect::<Vec<_>>().join(", "),
        })
    }

    /// Where the lockfile of an environment is, when it is a file.
    pub fn lockfile(&self, environment: &str) -> PathBuf {
        self.folder.join("state").join([environment, ".lock"].concat())
    }
}

/// Parts of names of environments that want an approval, and a backup before data may be lost, unless they say otherwise.
const PRODUCTION: &[&str] = &["live", "prod", "production"];

/// Parts of names of environments that others depend on besides: one of these is never taken without being named.
const SHARED: &[&str] = &["staging", "stage", "preproduction", "preprod", "uat", "acceptance"];

/// Whether this is the name of a production: `production`, `eu-prod`, `prod_2`.
fn is_production(name: &str) -> bool {
    has_part(name, PRODUCTION)
}

/// Whether others depend on an environment of this name: a production, or `staging_2`.
pub fn is_shared(name: &str) -> bool {
    is_production(name) || has_part(name, SHARED)
}

fn has_part(name: &str, words: &[&str]) -> bool {
    let name = name.to_lowercase();
    name.split(|c: char| !c.is_ascii_alphabetic()).any(|part| words.contains(&part))
}

impl Environment {
    /// Whether a plan for this environment, of this name, needs an approval.
    pub fn wants_approval(&self, name: &str) -> bool {
        self.approval.map_or_else(|| is_production(name), |it| it == ApprovalConfig::Required)
    }

    /// Whether a plan for this environment, of this name, needs a backup before data may be lost.
    pub fn wants_backup(&self, name: &str) -> bool {
        self.backup.map_or_else(|| is_production(name), |it| it == BackupConfig::RequiredForDestructive)
    }

    /// How long to wait for other users of the database, where it is said.
    ///
    /// # Errors
    /// When it is not a duration.
    pub fn lock_timeout(&self) -> Result<Option<Duration>, ConfigError> {
        self.lock_timeout.as_deref().map(duration).transpose()
    }
}
