//! MySQL and MariaDB as the engine sees them.

use async_trait::async_trait;
use trueup_contract::{Access, Database, DatabaseError, Dialect, Provider, Realize, Redacted};

/// The MySQL and MariaDB provider.
#[derive(Clone, Copy, Debug, Default)]
pub struct MySql;

#[async_trait]
impl Provider for MySql {
    fn schemes(&self) -> &'static [&'static str] {
        &["mysql", "mariadb"]
    }

    fn dialect(&self) -> &dyn Dialect {
        self
    }

    fn realize(&self) -> &dyn Realize {
        self
    }

    async fn connect(&self, _url: &Redacted, _access: Access) -> Result<Box<dyn Database>, DatabaseError> {
        Err(DatabaseError::Unsupported("not yet".to_owned()))
    }

    async fn scratch(&self, _url: &Redacted, _into: Option<&Redacted>) -> Result<Box<dyn Database>, DatabaseError> {
        Err(DatabaseError::Unsupported("not yet".to_owned()))
    }
}
