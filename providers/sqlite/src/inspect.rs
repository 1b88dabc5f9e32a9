//! From SQLite's catalogue to a schema.

mod verify;

use sqlx::{AssertSqlSafe, Row, SqliteConnection};
use trueup_contract::{DatabaseError, Inspection, Unmodelled};
use trueup_state::Schema;

use crate::{
    connect::failed,
    read::{self, Assembly, Created, Names},
    token,
};

/// One row of the catalogue.
struct Entry {
    kind: String,
    name: String,
    sql: String,
}

/// Everything in the main database of this connection.
pub(crate) async fn inspect(connection: &mut SqliteConnection) -> Result<Inspection, DatabaseError> {
    let revision = revision(connection).await?;
    let mut entries = Vec::new();
    for row in rows(connection, include_str!("inspect/catalogue.sql")).await? {
        let text = |column: usize| row.try_get::<String, _>(column).map_err(failed);
        entries.push(Entry { kind: text(0)?, name: text(1)?, sql: text(2)? });
    }
    if entries.iter().any(|entry| is_virtual(&entry.sql)) {
        let shadows = rows(connection, include_str!("inspect/shadows.sql")).await?;
        let shadows: Vec<String> = shadows.iter().filter_map(|row| row.try_get(0).ok()).collect();
        entries.retain(|entry| !(entry.kind == "table" && shadows.contains(&entry.name)));
    }
    let (mut schema, mut unmodelled) = assemble(&entries);
    verify::verify(connection, &mut schema, &mut unmodelled).await?;
    Ok(Inspection { schema, unmodelled, revision: Some(revision), ..Inspection::default() })
}

/// The number that SQLite moves with every change of the schema (sqlite.org/pragma.html#pragma_schema_version).
pub(crate) async fn revision(connection: &mut SqliteConnection) -> Result<i64, DatabaseError> {
    let row = sqlx::query("PRAGMA main.schema_version").fetch_one(connection).await.map_err(failed)?;
    row.try_get(0).map_err(failed)
}

async fn rows(connection: &mut SqliteConnection, query: &str) -> Result<Vec<sqlx::sqlite::SqliteRow>, DatabaseError> {
    sqlx::query(AssertSqlSafe(query.to_owned())).fetch_all(connection).await.map_err(failed)
}

fn is_virtual(sql: &str) -> bool {
    sql.get(..14).is_some_and(|start| start.eq_ignore_ascii_case("create virtual"))
}

/// Read every entry: tables first, then what mentions them.
fn assemble(entries: &[Entry]) -> (Schema, Vec<Unmodelled>) {
    let mut assembly = Assembly::default();
    let mut unmodelled = Vec::new();
    let mut names = Names::default();
    let order = |entry: &&Entry| match entry.kind.as_str() {
        "table" => 0,
        "view" => 1,
        "index" => 2,
        _ => 3,
    };
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by_key(order);
    for entry in sorted {
        let read = read_entry(entry, &mut names).and_then(|created| {
            assembly.add(created).map_err(|_| "its place in the schema is not understood".to_owned())
        });
        if let Err(reason) = read {
            unmodelled.push(Unmodelled { kind: entry.kind.clone(), name: entry.name.clone(), reason });
        }
    }
    (assembly.finish(), unmodelled)
}

fn read_entry(entry: &Entry, names: &mut Names) -> Result<Created, String> {
    let tokens = token::significant(&entry.sql).map_err(|error| error.message)?;
    let created = read::created(&entry.sql, &tokens, names).map_err(|error| error.message)?;
    match &created {
        Created::Table { name, table } => names.learn(name, table),
        Created::VirtualTable { name, .. } | Created::View { name, .. } => names.learn_relation(name),
        Created::Index { .. } | Created::Trigger { .. } => (),
    }
    Ok(created)
}
