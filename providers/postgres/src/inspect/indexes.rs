//! Indexes of tables and materialized views, without those of constraints.

mod parts;

use sqlx::PgConnection;
use trueup_contract::DatabaseError;
use trueup_state::{Address, Definition, Index, PostgresIndex};

use super::{
    Catalogue,
    catalogue::{Cells, class, rows},
};
use crate::canonical::plain;
use parts::Parts;

/// Read them.
pub(super) async fn read(connection: &mut PgConnection, catalogue: &mut Catalogue) -> Result<(), DatabaseError> {
    let mut parts = parts::read(connection).await?;
    for row in &rows(connection, include_str!("sql4/indexes.sql")).await? {
        let mut cells = Cells::of(row);
        let (oid, table, name) = (cells.oid()?, cells.oid()?, cells.ident()?);
        let Some(owner) = catalogue.relations.get(&table) else { continue };
        let address = Address::Index(owner.clone(), name);
        catalogue.is(class::CLASS, oid, 0, address.clone());
        // A partition's index that hangs on its parent's.
        if cells.get()? {
            continue;
        }
        let parts = parts.remove(&oid).unwrap_or_default();
        let index = index(&mut cells, parts, catalogue, table)?;
        let put = index.and_then(|index| catalogue.schema.put(&address, Definition::Index(index)));
        if put.is_none() {
            catalogue.unmodelled(address.kind(), &address, "what it is made of is not understood");
        }
    }
    Ok(())
}

/// What the rest of a row says. `None`: it speaks of an unknown column.
fn index(
    cells: &mut Cells<'_>,
    parts: Parts,
    catalogue: &Catalogue,
    table: u32,
) -> Result<Option<Index>, DatabaseError> {
    let method = cells.ident()?;
    let unique = cells.get()?;
    let nulls_not_distinct = cells.get()?;
    let numbers: Vec<i16> = cells.get()?;
    let key_length = usize::try_from(cells.get::<i16>()?).unwrap_or_default();
    let predicate = cells.get::<Option<&str>>()?.map(plain);
    let options = cells.options()?;
    let is_valid: bool = cells.get()?;
    let is_partitioned: bool = cells.get()?;
    let (keys, included) = numbers.split_at_checked(key_length).unwrap_or((&numbers, &[]));
    let statistics = parts.statistics();
    let Some(include) = catalogue.column_names(table, included) else { return Ok(None) };
    let Some(parts) = parts.of(keys, |number| catalogue.columns.get(&(table, number)).cloned()) else {
        return Ok(None);
    };
    let extra = PostgresIndex {
        method,
        include,
        nulls_not_distinct,
        options,
        // One on a partitioned table is invalid as long as a partition has none that hangs on it.
        is_invalid: !is_valid && !is_partitioned,
        only: !is_valid && is_partitioned,
        statistics,
    };
    Ok(Some(Index { unique, parts, predicate, extra: extra.into() }))
}
