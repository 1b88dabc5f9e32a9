//! The server: its version, the roles that there are, and which tables are large.

use trueup_contract::DatabaseError;

use super::{Catalogue, answers::Answers, catalogue::Cells};

/// Read them.
pub(super) async fn read(answers: &mut Answers<'_>, catalogue: &mut Catalogue) -> Result<(), DatabaseError> {
    catalogue.cluster.major = Some(answers.version.major());
    for row in &answers.rows(include_str!("sql/cluster.sql")).await? {
        let mut cells = Cells::of(row);
        let role = cells.ident()?;
        if cells.get()? {
            catalogue.cluster.role = role.clone();
        }
        catalogue.cluster.roles.insert(role);
    }
    for row in &answers.rows(include_str!("sql/large.sql")).await? {
        catalogue.cluster.large.insert(Cells::of(row).qualified()?);
    }
    Ok(())
}
