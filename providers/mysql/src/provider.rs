//! MySQL and MariaDB as the engine sees them.

use async_trait::async_trait;
use trueup_contract::{Access, Database, DatabaseError, Dialect, Provider, Realize, Redacted};

use crate::{
    connect::{self, Target},
    database::{self, Session},
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

    async fn scratch(&self, url: &Redacted, into: Option<&Redacted>) -> Result<Box<dyn Database>, DatabaseError> {
        let source = Target::parse(url)?;
        let into = into.map(Target::parse).transpose()?;
        if into.as_ref().is_some_and(|into| into.server() != source.server()) {
            let reason = "a scratch copy is made by the server itself, so it must be a database on the same server";
            return Err(DatabaseError::Unsupported(reason.to_owned()));
        }
        let (copy, scratch) = database::copy(&source, into.as_ref().map(Target::database)).await?;
        let target = into.unwrap_or(copy);
        let opened = connect::connect(&target, Access::Write).await?;
        Ok(Box::new(Session::new(opened, target, Access::Write).with_scratch(scratch)))
    }
}
