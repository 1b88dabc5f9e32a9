//! Letting SQLite try what is declared and is not already in the target just so.
//!
//! What the target holds in the same canonical form, SQLite has accepted before. The rest is created in small in-memory
//! databases: each CREATE costs SQLite time in proportion to what its database already holds, so one database for ten
//! thousand tables would take minutes.

use std::{
    collections::{BTreeMap, HashSet},
    sync::LazyLock,
};

use sqlx::AssertSqlSafe;
use trueup_contract::RealizeError;
use trueup_state::{Address, Ident, Namespace, Schema};

use super::{Declared, sequential};
use crate::connect;

/// How many tables or views share one in-memory database.
const BATCH: usize = 48;

/// Try everything in `schema` that is not in `known` as it is.
pub(super) async fn prove(declared: &[Declared<'_>], schema: &Schema, known: &Schema) -> Result<(), RealizeError> {
    let unproven: HashSet<String> = unproven(schema, known).map(|name| name.folded()).collect();
    let mut groups: BTreeMap<String, Vec<&Declared<'_>>> = BTreeMap::new();
    for it in declared {
        let relation = it.address.as_ref().and_then(Address::relation).map(|relation| relation.name.folded());
        if let Some(relation) = relation.filter(|relation| unproven.contains(relation)) {
            groups.entry(relation).or_default().push(it);
        }
    }
    let groups: Vec<Vec<&Declared<'_>>> = groups.into_values().collect();
    for batch in groups.chunks(BATCH) {
        try_batch(batch).await?;
    }
    Ok(())
}

/// The tables, views and virtual tables that differ from what is known, parts included.
fn unproven<'a>(schema: &'a Schema, known: &'a Schema) -> impl Iterator<Item = &'a Ident> {
    static EMPTY: LazyLock<Namespace> = LazyLock::new(Namespace::default);
    schema.namespaces.iter().flat_map(move |(name, objects)| {
        let there = known.namespaces.get(name).unwrap_or(&EMPTY);
        let Namespace { tables, views, virtual_tables } = objects;
        let tables = tables.iter().filter(|(name, it)| there.tables.get(*name) != Some(it)).map(|(name, _)| name);
        let views = views.iter().filter(|(name, it)| there.views.get(*name) != Some(it)).map(|(name, _)| name);
        let virtual_tables = virtual_tables
            .iter()
            .filter(|(name, it)| there.virtual_tables.get(*name) != Some(it))
            .map(|(name, _)| name);
        tables.chain(views).chain(virtual_tables)
    })
}

async fn try_batch(batch: &[Vec<&Declared<'_>>]) -> Result<(), RealizeError> {
    let mut connection = connect::memory().await?;
    let mut script = String::from("BEGIN;\n");
    for it in batch.iter().flatten() {
        script.push_str(it.statement.text);
        script.push_str("\n;\n");
    }
    script.push_str("COMMIT;");
    if sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut connection).await.is_ok() {
        return Ok(());
    }
    // One by one, to find the statement; in a fresh database, as this one may be half-filled.
    drop(connection);
    let mut connection = connect::memory().await?;
    for it in batch.iter().flatten() {
        sequential::execute(&mut connection, it).await?;
    }
    Ok(())
}
