//! The server: its version, the roles that there are, and which tables are large.

use sqlx::PgConnection;
use trueup_contract::DatabaseError;

use super::{
    Catalogue,
    catalogue::{Cells, rows},
};
use crate::version::Version;

/// Read them.
pub(super) async fn read(connection: &mut PgConnection, catalogue: &mut Catalogue) -> Result<(), DatabaseError> {
    catalogue.cluster.major = Some(Version::of(connection).major());
    for row in &rows(connection, include_str!("sql/cluster.sql")).await? {
        let mut cells = Cells::of(row);
        let role = cells.ident()?;
        if cells.get()? {
            catalogue.cluster.role = role.clone();
        }
        catalogue.cluster.roles.insert(role);
    }
    for row in &rows(connection, include_str!("sql/large.sql")).await? {
        catalogue.cluster.large.insert(Cells::of(row).qualified()?);
    }
    Ok(())
}
