//! Indexes of tables and materialized views, without those of constraints.

mod attached;
mod classes;
mod parts;

use std::collections::HashMap;

use trueup_contract::DatabaseError;
use trueup_state::{Address, Definition, Index, PostgresIndex, Qualified};

use super::{
    Catalogue,
    answers::Answers,
    catalogue::{Cells, class},
};
use crate::canonical::plain;
use classes::Classes;
use parts::{Parts, Settings};

/// What rows of indexes speak of.
struct Names {
    classes: Classes,
    collations: HashMap<u32, Qualified>,
    settings: Settings,
}

/// Read them.
pub(super) async fn read(answers: &mut Answers<'_>, catalogue: &mut Catalogue) -> Result<(), DatabaseError> {
    let names = Names {
        classes: classes::read(answers).await?,
        collations: collations(answers).await?,
        settings: parts::settings(answers).await?,
    };
    for row in &answers.rows(include_str!("sql/indexes.sql")).await? {
        let mut cells = Cells::of(row);
        let (oid, table, name) = (cells.oid()?, cells.oid()?, cells.ident()?);
        // Where there is an address already, it is a constraint's index.
        if catalogue.address(class::CLASS, oid, 0).is_some() {
            continue;
        }
        let Some(owner) = catalogue.relations.get(&table) else { continue };
        let address = Address::Index(owner.clone(), name);
        catalogue.is(class::CLASS, oid, 0, address.clone());
        // A partition's index that hangs on its parent's.
        if cells.get()? {
            continue;
        }
        let index = index(&mut cells, oid, table, catalogue, &names)?;
        let put = index.and_then(|index| catalogue.schema.put(&address, Definition::Index(index)));
        if put.is_none() {
            catalogue.unmodelled(address.kind(), &address, "what it is made of is not understood");
        }
    }
    attached::read(answers, catalogue).await
}

async fn collations(answers: &mut Answers<'_>) -> Result<HashMap<u32, Qualified>, DatabaseError> {
    let mut found = HashMap::new();
    for row in &answers.rows(include_str!("sql/collations.sql")).await? {
        let mut cells = Cells::of(row);
        found.insert(cells.oid()?, cells.qualified()?);
    }
    Ok(found)
}

/// What the rest of a row says. `None`: it speaks of something unknown.
fn index(
    cells: &mut Cells<'_>,
    oid: u32,
    table: u32,
    catalogue: &Catalogue,
    names: &Names,
) -> Result<Option<Index>, DatabaseError> {
    let (method, is_ordered) = (cells.ident()?, cells.get()?);
    let unique = cells.get()?;
    let nulls_not_distinct = cells.get()?;
    let numbers: Vec<i16> = cells.get()?;
    let key_length = usize::try_from(cells.get::<i16>()?).unwrap_or_default();
    let (keys, included) = numbers.split_at_checked(key_length).unwrap_or((&numbers, &[]));
    let parts = Parts::of(cells, table, is_ordered)?;
    let predicate = cells.get::<Option<&str>>()?.map(plain);
    let options = cells.options()?;
    let is_valid: bool = cells.get()?;
    let is_partitioned: bool = cells.get()?;
    let settings = names.settings.get(&oid);
    let Some(include) = catalogue.column_names(table, included) else { return Ok(None) };
    let Some(parts) = parts.read(keys, settings, catalogue, names) else { return Ok(None) };
    let statistics = settings.into_iter().flatten().filter_map(|(number, it)| Some((*number, it.statistics?)));
    let extra = PostgresIndex {
        method,
        include,
        nulls_not_distinct,
        options,
        // One on a partitioned table is invalid as long as a partition has none that hangs on it.
        is_invalid: !is_valid && !is_partitioned,
        only: !is_valid && is_partitioned,
        statistics: statistics.collect(),
    };
    Ok(Some(Index { unique, parts, predicate, extra: extra.into() }))
}
