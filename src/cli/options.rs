//! Options that several commands take.

use std::{collections::BTreeSet, path::PathBuf};

use clap::{Args, ValueEnum};
use trueup_state::Ident;

use super::failure::Failure;
use crate::engine::{Pattern, Scope, Sight, Unmanaged};

/// Where the database and its state are.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct ConnectionOptions {
    /// The configuration file [default: trueup.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// The environment of the configuration
    #[arg(long, global = true, value_name = "ENV", conflicts_with = "url")]
    pub(super) env: Option<String>,
    /// The database, or env:NAME for a variable that holds its URL
    #[arg(long, global = true, value_name = "URL")]
    pub(super) url: Option<String>,
    /// The lockfile: a path, `database` or `none`
    #[arg(long, global = true, value_name = "PATH")]
    pub(super) state: Option<String>,
    /// How long to wait for other users of the database [default: 500ms]
    #[arg(long, global = true, value_name = "DURATION")]
    pub(super) lock_timeout: Option<String>,
    /// How long to wait for another apply [default: 0]
    #[arg(long, global = true, value_name = "DURATION", default_value = "0", hide_default_value = true)]
    pub(super) lock_wait: String,
    /// Print JSON
    #[arg(long, global = true)]
    pub(super) json: bool,
}

/// What a command looks at that plans nothing.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct ScopeOptions {
    /// Look at these schemas only [default: what the environment's `schemas` say]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) schema: Vec<String>,
    /// Leave these objects out
    #[arg(long, value_name = "PATTERN")]
    pub(super) exclude: Vec<String>,
}

impl ScopeOptions {
    /// What is looked at, where the configuration says `configured`.
    pub(super) fn sight(&self, configured: Scope) -> Result<Sight, Failure> {
        let asked: BTreeSet<Ident> = self.schema.iter().map(|it| it.as_str().into()).collect();
        let include = if asked.is_empty() { configured.include } else { asked };
        let pattern = |text: &String| Pattern::parse(text).map_err(|error| Failure::plain(error.to_string()));
        let exclude = self.exclude.iter().map(pattern).collect::<Result<_, _>>()?;
        Ok(Sight { scope: Scope { include, exclude: configured.exclude }, exclude })
    }
}

/// What shapes a plan.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct PlanOptions {
    #[command(flatten)]
    pub(super) connection: ConnectionOptions,
    /// The desired schema: a .sql file, folder or pattern, or a database URL
    #[arg(long, value_name = "SOURCE")]
    pub(super) to: Option<String>,
    /// Look at these schemas too, besides those that the source names (databases that have schemas)
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) schema: Vec<String>,
    /// Leave these objects out of this plan
    #[arg(long, value_name = "PATTERN")]
    pub(super) exclude: Vec<String>,
    /// Only these objects and what they need
    #[arg(long, value_name = "ADDRESS")]
    pub(super) target: Vec<String>,
    /// What to do with objects that are neither declared nor ours
    #[arg(long, value_enum, default_value_t = UnmanagedOption::Keep)]
    pub(super) unmanaged: UnmanagedOption,
    /// Consent: `destructive`, a code such as D002, or D002:column:users.email
    #[arg(long, value_name = "CODE[:ADDRESS]")]
    pub(super) allow: Vec<String>,
    /// Do not count rows before planning; apply counts them all the same
    #[arg(long)]
    pub(super) no_data_checks: bool,
    /// Do not ask the database how it would write what is declared (PostgreSQL, MySQL: no temporary objects are made)
    #[arg(long)]
    pub(super) no_oracle: bool,
    /// An empty database of the same product and major version, or env:NAME for its URL: what the database itself could
    /// not be asked is made there and rolled back (PostgreSQL)
    #[arg(long, value_name = "URL")]
    pub(super) scratch: Option<String>,
    /// Work on large tables as on small ones, even where others have to wait (PostgreSQL: in the plan's transaction)
    #[arg(long)]
    pub(super) blocking: bool,
    /// Let it count to whom objects are declared to belong: `OWNER TO` (PostgreSQL)
    #[arg(long)]
    pub(super) owners: bool,
}

/// `--unmanaged`
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum UnmanagedOption {
    /// Keep and list them
    #[default]
    Keep,
    /// Drop them as if they were ours
    Drop,
    /// Refuse to go on
    Error,
}

impl From<UnmanagedOption> for Unmanaged {
    fn from(option: UnmanagedOption) -> Self {
        match option {
            UnmanagedOption::Keep => Unmanaged::Keep,
            UnmanagedOption::Drop => Unmanaged::Drop,
            UnmanagedOption::Error => Unmanaged::Error,
        }
    }
}
