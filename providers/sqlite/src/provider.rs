//! SQLite as the engine sees it.

use async_trait::async_trait;
use sqlx::AssertSqlSafe;
use trueup_contract::{Access, Database, DatabaseError, Dialect, Provider, Quoting, Realize, Redacted, Sql};

use crate::{
    connect::{self, Location},
    database::SqliteDatabase,
};

/// The SQLite provider.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sqlite;

/// SQLite quotes identifiers as the standard does.
pub(crate) const QUOTING: Quoting = Quoting { identifier: '"' };

#[async_trait]
impl Provider for Sqlite {
    fn schemes(&self) -> &'static [&'static str] {
        &["sqlite"]
    }

    fn dialect(&self) -> &dyn Dialect {
        self
    }

    fn realize(&self) -> &dyn Realize {
        self
    }

    async fn connect(&self, url: &Redacted, access: Access) -> Result<Box<dyn Database>, DatabaseError> {
        let location = Location::parse(url)?;
        let connection = connect::connect(&location, access).await?;
        Ok(Box::new(SqliteDatabase::new(connection, location, access == Access::Read)))
    }

    async fn vacant(&self, url: &Redacted) -> Result<Box<dyn Database>, DatabaseError> {
        let location = Location::parse(url)?;
        location.can_be_created()?;
        Ok(Box::new(SqliteDatabase::new(connect::memory().await?, location, false)))
    }

    async fn scratch(&self, url: &Redacted, into: Option<&Redacted>) -> Result<Box<dyn Database>, DatabaseError> {
        let folder = tempfile::tempdir().map_err(|error| DatabaseError::Failed(error.to_string()))?;
        let copy = match into.map(Location::parse).transpose()? {
            Some(Location::File(path)) => path,
            Some(Location::Memory) => return Err(DatabaseError::Url("a scratch copy must be a file".to_owned())),
            None => folder.path().join("scratch.db"),
        };
        // VACUUM INTO reads one consistent state, whatever others write meanwhile (sqlite.org/lang_vacuum.html).
        let sql = Sql::new(QUOTING, "VACUUM main INTO").string(&copy.display().to_string()).finish();
        let mut source = connect::connect(&Location::parse(url)?, Access::Write).await?;
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut source).await.map_err(connect::failed)?;
        drop(source);
        let location = Location::File(copy);
        let connection = connect::connect(&location, Access::Create).await?;
        Ok(Box::new(SqliteDatabase::new(connection, location, false).with_temporary(folder)))
    }
}
