//! The providers of this build.

use std::path::Path;

use trueup_contract::{Provider, Redacted};
use trueup_mysql::MySql;
use trueup_postgres::Postgres;
use trueup_sqlite::Sqlite;

static MYSQL: MySql = MySql;
static POSTGRES: Postgres = Postgres;
static SQLITE: Sqlite = Sqlite;
static PROVIDERS: &[&'static dyn Provider] = &[&SQLITE, &POSTGRES, &MYSQL];

/// The provider for a URL scheme.
pub fn provider(scheme: &str) -> Option<&'static dyn Provider> {
    PROVIDERS.iter().copied().find(|provider| provider.schemes().contains(&scheme))
}

/// The provider of a dialect: `sqlite`, `postgres`.
pub fn dialect(name: &str) -> Option<&'static dyn Provider> {
    PROVIDERS.iter().copied().find(|provider| provider.dialect().name() == name)
}

/// Every dialect, for messages.
pub fn dialects() -> Vec<&'static str> {
    PROVIDERS.iter().map(|provider| provider.dialect().name()).collect()
}

/// Every scheme, for messages.
pub fn schemes() -> Vec<String> {
    PROVIDERS.iter().flat_map(|provider| provider.schemes()).map(|scheme| [scheme, ":"].concat()).collect()
}

/// A URL with a relative file path, read from `base` instead of from the working directory.
pub fn relative_to(url: &Redacted, base: &Path) -> Redacted {
    let text = url.expose();
    let Some(rest) = text.strip_prefix("sqlite:").filter(|_| !base.as_os_str().is_empty()) else { return url.clone() };
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path.is_empty() || path.starts_with(':') || Path::new(path).is_absolute() {
        return url.clone();
    }
    Redacted::new(["sqlite:", &base.join(path).display().to_string()].concat())
}
