//! The catalogue's grants.

use sqlx::PgConnection;
use trueup_contract::DatabaseError;

use super::Catalogue;

/// Read them.
pub(super) async fn read(_connection: &mut PgConnection, _catalogue: &mut Catalogue) -> Result<(), DatabaseError> {
    Ok(())
}
