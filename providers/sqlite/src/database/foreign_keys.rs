//! Foreign key violations before and after.

use std::collections::BTreeMap;

use sqlx::{Row, SqliteConnection};
use trueup_contract::DatabaseError;

use crate::connect::failed;

/// How many rows of each table violate its foreign keys, by (child, parent).
pub(super) type Violations = BTreeMap<(String, String), u64>;

/// Count them. A table whose foreign key does not fit its parent's keys at all ("foreign key mismatch") cannot be
/// checked, and counts as one violation.
pub(super) async fn violations(connection: &mut SqliteConnection) -> Result<Violations, DatabaseError> {
    let tables = sqlx::query(
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND sql LIKE '%references%' ORDER BY name",
    )
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    let mut found = Violations::new();
    for row in tables {
        let table: String = row.try_get(0).map_err(failed)?;
        let counted = sqlx::query("SELECT parent, count(*) FROM pragma_foreign_key_check(?1, 'main') GROUP BY parent")
            .bind(&table)
            .fetch_all(&mut *connection)
            .await;
        match counted {
            Ok(rows) => {
                for row in rows {
                    let count: i64 = row.try_get(1).map_err(failed)?;
                    let parent: String = row.try_get(0).map_err(failed)?;
                    found.insert((table.clone(), parent), u64::try_from(count).unwrap_or(0));
                }
            }
            Err(_) => drop(found.insert((table, "a key that does not fit".to_owned()), 1)),
        }
    }
    Ok(found)
}

/// Refuse if there are more violations after than before. The sums are compared, since tables may be renamed.
pub(super) fn compare(before: &Violations, after: &Violations) -> Result<(), DatabaseError> {
    let sum = |violations: &Violations| violations.values().sum::<u64>();
    let added = sum(after).saturating_sub(sum(before));
    if added == 0 {
        return Ok(());
    }
    let grown = after.iter().filter(|(key, count)| before.get(*key).is_none_or(|was| was < *count));
    let details: Vec<String> =
        grown.map(|((child, parent), count)| [child, " to ", parent, ": ", &count.to_string()].concat()).collect();
    Err(DatabaseError::ForeignKeys { added, details: details.join(", ") })
}
