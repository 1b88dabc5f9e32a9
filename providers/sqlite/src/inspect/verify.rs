//! A second opinion on every table: what we read against what SQLite understood.

use serde::Deserialize;
use sqlx::{Row, SqliteConnection};
use trueup_contract::{DatabaseError, Unmodelled};
use trueup_state::{Ident, Schema, Table};

use super::rows;
use crate::{connect::failed, token};

/// One row of `pragma_table_xinfo`: name, type, NOT NULL, position in the primary key, and 2 or 3 for a generated
/// column (virtual or stored).
#[derive(Deserialize)]
struct Seen(String, String, i64, i64, i64);

/// Take every table out of `schema` that SQLite understands in another way than we do, and report it.
pub(super) async fn verify(
    connection: &mut SqliteConnection,
    schema: &mut Schema,
    unmodelled: &mut Vec<Unmodelled>,
) -> Result<(), DatabaseError> {
    let Some(namespace) = schema.namespaces.get_mut(&Ident::default()) else { return Ok(()) };
    for row in rows(connection, include_str!("columns.sql")).await? {
        let name: String = row.try_get(0).map_err(failed)?;
        let Some(table) = namespace.tables.get(name.as_str()) else { continue };
        let json: String = row.try_get(1).map_err(failed)?;
        let seen: Vec<Seen> = serde_json::from_str(&json).map_err(|error| failed_text(&error.to_string()))?;
        if let Some(difference) = disagreement(table, &seen) {
            let reason = ["SQLite understands it in another way than trueup: ", &difference].concat();
            unmodelled.push(Unmodelled { kind: "table".to_owned(), name: name.clone(), reason });
            namespace.tables.shift_remove(name.as_str());
        }
    }
    Ok(())
}

fn failed_text(message: &str) -> DatabaseError {
    DatabaseError::Failed(message.to_owned())
}

fn disagreement(table: &Table, seen: &[Seen]) -> Option<String> {
    let say = |what: &str, column: &str| Some([what, " of column `", column, "`"].concat());
    if seen.len() != table.columns.len() {
        return Some("the number of columns".to_owned());
    }
    let key: Vec<String> = table
        .primary_key
        .iter()
        .flat_map(|key| key.parts.iter().filter_map(|part| part.column_name().map(Ident::folded)))
        .collect();
    for ((name, column), Seen(seen_name, ty, not_null, pk, hidden)) in table.columns.iter().zip(seen) {
        if name.text() != seen_name {
            return say("the name", seen_name);
        }
        if !same_type(column.ty.canonical(), ty) {
            return say("the type", seen_name);
        }
        if column.nullable != (*not_null == 0) {
            return say("NOT NULL", seen_name);
        }
        let position = key.iter().position(|it| *it == name.folded()).map_or(0, |at| at + 1);
        if i64::try_from(position) != Ok(*pk) {
            return say("the place in the primary key", seen_name);
        }
        let generated = match &column.generated {
            None => 0,
            Some(generated) => 2 + i64::from(generated.stored),
        };
        if generated != *hidden {
            return say("the generated value", seen_name);
        }
    }
    None
}

/// SQLite reports the type's text as it was written; the standard types in capitals.
fn same_type(canonical: &str, seen: &str) -> bool {
    let Ok(tokens) = token::significant(seen) else { return false };
    let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    letters(canonical) == tokens.iter().map(|token| letters(&token.unquoted())).collect::<String>()
}
