//! PostgreSQL as the engine sees it.

use async_trait::async_trait;
use trueup_contract::{Access, Database, DatabaseError, Dialect, Provider, Realize, Redacted};

use crate::{
    connect::{self, Target},
    database::PostgresDatabase,
};

/// The PostgreSQL provider.
#[derive(Clone, Copy, Debug, Default)]
pub struct Postgres;

#[async_trait]
impl Provider for Postgres {
    fn schemes(&self) -> &'static [&'static str] {
        &["postgres", "postgresql"]
    }

    fn dialect(&self) -> &dyn Dialect {
        self
    }

    fn realize(&self) -> &dyn Realize {
        self
    }

    async fn connect(&self, url: &Redacted, access: Access) -> Result<Box<dyn Database>, DatabaseError> {
        let target = Target::parse(url)?;
        let connection = connect::connect(&target, access).await?;
        Ok(Box::new(PostgresDatabase::new(connection, target, access)))
    }

    async fn scratch(&self, _url: &Redacted, _into: Option<&Redacted>) -> Result<Box<dyn Database>, DatabaseError> {
        Err(DatabaseError::Unsupported("not yet".to_owned()))
    }
}
