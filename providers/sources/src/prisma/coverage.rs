//! What a Prisma schema can say, as data.

use trueup_contract::Coverage;

use super::datamodel::Datasource;

/// What a schema with this datasource can say.
pub(super) fn coverage(_datasource: &Datasource) -> Coverage {
    Coverage::default()
}
