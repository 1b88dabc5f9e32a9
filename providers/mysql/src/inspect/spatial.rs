//! Spatial reference systems, which MariaDB tells only in its catalogue.

use sqlx::MySqlConnection;
use trueup_contract::DatabaseError;
use trueup_state::{Column, Ident, Schema};

use crate::{
    connect::{failed, rows},
    facts::Facts,
    read::GEOMETRIES,
};

/// Put them into the columns that have one, if there are any that could.
pub(super) async fn reference_systems(
    connection: &mut MySqlConnection,
    schema: &mut Schema,
    facts: &Facts,
) -> Result<(), DatabaseError> {
    let is_spatial = |column: &Column| GEOMETRIES.contains(&column.ty.canonical());
    if !facts.is_mariadb() || !schema.tables().any(|(_, table)| table.columns.values().any(is_spatial)) {
        return Ok(());
    }
    let found = rows(connection, include_str!("sql/reference_systems.sql")).await.map_err(failed)?;
    for row in found {
        let [Some(table), Some(column), Some(srid)] = row.as_slice() else { continue };
        let tables = &mut schema.namespace_mut(&Ident::default()).tables;
        let column = tables.get_mut(table.as_str()).and_then(|table| table.columns.get_mut(column.as_str()));
        if let Some(column) = column {
            let mut extra = column.extra.mysql();
            extra.srid = srid.parse().ok();
            column.extra = extra.into();
        }
    }
    Ok(())
}
