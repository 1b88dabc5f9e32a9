//! What programs of the project may see: everything but how to get at databases.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use trueup_contract::{Redacted, redact_urls};
use trueup_sources::Surroundings;

use crate::{config::Config, registry};

/// Variables by which clients of databases are told where they are, and passwords.
const WITHHELD: [&str; 7] =
    ["DATABASE_URL", "PGPASSWORD", "PGPASSFILE", "PGSERVICE", "PGSERVICEFILE", "MYSQL_PWD", "SQLALCHEMY_DATABASE_URI"];

/// The surroundings of models. No variable that holds a database URL or a password is among them.
pub(in crate::cli) fn surroundings(config: Option<&Config>) -> Surroundings {
    let named: BTreeSet<&str> = config
        .iter()
        .flat_map(|it| it.env.values())
        .flat_map(|it| [it.url.as_ref(), it.scratch.as_ref()])
        .flatten()
        .filter_map(|text| text.strip_prefix("env:"))
        .collect();
    let is_withheld = |name: &str, value: &str| {
        named.contains(name) || WITHHELD.contains(&name) || is_database(value) || redact_urls(value) != value
    };
    let (withheld, variables): (Vec<_>, Vec<_>) =
        std::env::vars_os().partition(|(name, value)| is_withheld(&name.to_string_lossy(), &value.to_string_lossy()));
    Surroundings {
        folder: config.map_or_else(PathBuf::new, |it| Path::new(&it.folder).to_owned()),
        python: config.and_then(|it| it.schema.python.clone()),
        variables,
        withheld: withheld
            .into_iter()
            .map(|(name, _)| name.to_string_lossy().into_owned())
            .chain(named.iter().chain(&WITHHELD).map(|it| (*it).to_owned()))
            .collect(),
    }
}

/// Whether a text is the URL of a database that this build knows, or of one that a driver is named for
/// (`postgresql+psycopg://`).
fn is_database(text: &str) -> bool {
    let scheme = Redacted::new(text.trim()).scheme().unwrap_or_default();
    let product = scheme.split('+').next().unwrap_or_default();
    registry::provider(product).is_some()
}
