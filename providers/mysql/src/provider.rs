//! MySQL and MariaDB as the engine sees them.

use async_trait::async_trait;
use trueup_contract::{Access, Database, DatabaseError, Dialect, Provider, Realize, Redacted};

use crate::{
    connect::{self, Target},
    database::Session,
};

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

    async fn connect(&self, url: &Redacted, access: Access) -> Result<Box<dyn Database>, DatabaseError> {
        let target = Target::parse(url)?;
        let opened = connect::connect(&target, access).await?;
        Ok(Box::new(Session::new(opened, target, access)))
    }

    async fn scratch(&self, _url: &Redacted, _into: Option<&Redacted>) -> Result<Box<dyn Database>, DatabaseError> {
        Err(DatabaseError::Unsupported("not yet".to_owned()))
    }
}
