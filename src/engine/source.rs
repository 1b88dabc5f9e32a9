//! Finding out what a SOURCE is, and loading it.

use std::path::Path;

use trueup_contract::{Access, Depends, Desired, Inspection, Provider, Redacted, Source, SourceError};
use trueup_sources::SqlFiles;

use super::EngineError;
use crate::registry;

/// A desired schema's origin.
pub enum DesiredSource {
    /// What is there: nothing is declared anew, and nothing changes.
    Observed,
    /// SQL in files.
    Files(SqlFiles),
    /// Another database.
    Database {
        /// Its provider.
        provider: &'static dyn Provider,
        /// Where it is.
        url: Redacted,
    },
}

/// What a SOURCE means: a URL of a known provider, or a path relative to `base`.
///
/// # Errors
/// When it is of a form that is not known.
pub fn locate(source: &str, base: &Path) -> Result<DesiredSource, EngineError> {
    let url = Redacted::new(source);
    if let Some(provider) = url.scheme().and_then(|scheme| registry::provider(&scheme)) {
        let url = registry::relative_to(&url, base);
        return Ok(DesiredSource::Database { provider, url });
    }
    let path = base.join(source);
    if source.contains("://") || (url.scheme().is_some() && !path.exists()) {
        let known = registry::schemes().join(", ");
        let reason = ["sources are .sql files, folders, patterns, and URLs of ", &known].concat();
        return Err(SourceError::Unknown { what: url.to_string(), reason }.into());
    }
    let known = path.is_dir() || !path.exists() || path.extension().is_some_and(|it| it.eq_ignore_ascii_case("sql"));
    if !known {
        let reason = "a file source must end in .sql".to_owned();
        return Err(SourceError::Unknown { what: source.to_owned(), reason }.into());
    }
    Ok(DesiredSource::Files(SqlFiles::new(path, source)))
}

/// Load a source.
///
/// # Errors
/// When it cannot be read.
pub async fn load(source: &DesiredSource) -> Result<Desired, EngineError> {
    match source {
        DesiredSource::Observed => {
            Ok(Desired::Schema { schema: trueup_state::Schema::default(), depends: Depends::new() })
        }
        DesiredSource::Files(files) => Ok(files.load()?),
        DesiredSource::Database { provider, url } => {
            let mut database = provider.connect(url, Access::Read).await?;
            let Inspection { schema, depends, .. } = database.inspect().await?;
            Ok(Desired::Schema { schema, depends })
        }
    }
}
