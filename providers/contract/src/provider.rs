//! A provider as the engine sees it.

use async_trait::async_trait;

use crate::{Database, DatabaseError, Dialect, Realize, Redacted};

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reading only; the database must exist.
    Read,
    /// Writing; the database must exist.
    Write,
    /// Writing; a database that does not exist is created, where a connection can do that.
    Create,
}

/// One provider: its pure half and its ways in.
#[async_trait]
pub trait Provider: Send + Sync {
    /// The URL schemes it answers to.
    fn schemes(&self) -> &'static [&'static str];

    /// The pure half.
    fn dialect(&self) -> &dyn Dialect;

    /// The half that realises declarations.
    fn realize(&self) -> &dyn Realize;

    /// Open a connection.
    async fn connect(&self, url: &Redacted, access: Access) -> Result<Box<dyn Database>, DatabaseError>;

    /// An empty database in the place of one that is not there and that [`Access::Create`] would create: it has the other's
    /// location and identity, and nothing is created. Where connecting creates nothing, a database that is not there is an
    /// error here too.
    async fn vacant(&self, url: &Redacted) -> Result<Box<dyn Database>, DatabaseError> {
        self.connect(url, Access::Read).await
    }

    /// A copy of a database, rows included, to try a plan on: at `into`, which must not exist yet and is left behind, or
    /// in a private place that goes when the connection is dropped.
    async fn scratch(&self, url: &Redacted, into: Option<&Redacted>) -> Result<Box<dyn Database>, DatabaseError>;
}
