//! How rows are spread over partitions.

use trueup_contract::Sql;
use trueup_state::{Ident, PartitionBy, PartitionDefinition, Partitions};

use super::sql;

/// `PARTITION BY …` with the definitions.
pub(crate) fn by(partitions: &Partitions) -> Sql {
    let Partitions { by, subpartition_by, count, list } = partitions;
    let mut sql = rule(sql("PARTITION BY"), by);
    // One is what there is if nothing is said.
    if let Some(count) = count.filter(|it| *it != 1) {
        sql = sql.raw("PARTITIONS").raw(&count.to_string());
    }
    if let Some(by) = subpartition_by {
        sql = rule(sql.raw("SUBPARTITION BY"), by);
        if let Some(count) = by.count {
            sql = sql.raw("SUBPARTITIONS").raw(&count.to_string());
        }
    }
    if list.is_empty() { sql } else { sql.list(list, |sql, it| sql.sql(&definition(it))) }
}

fn rule(sql: Sql, by: &PartitionBy) -> Sql {
    let PartitionBy { method, terms, count: _ } = by;
    let sql = sql.raw(&method.to_ascii_uppercase());
    if method == "system_time" { sql.text(terms) } else { sql.raw("(").text(terms).raw(")") }
}

/// One partition, as it stands in the list.
pub(crate) fn definition(partition: &PartitionDefinition) -> Sql {
    let PartitionDefinition { name, values, options, subpartitions } = partition;
    let mut sql = sql("PARTITION").ident(name);
    if let Some(values) = values {
        let is_history = matches!(values.canonical(), "history" | "current" | "HISTORY" | "CURRENT");
        sql = if is_history { sql } else { sql.raw("VALUES") }.text(values);
    }
    for (name, value) in options {
        sql = super::option(sql, name, value);
    }
    let subpartition = |sql: Sql, name: &Ident| sql.raw("SUBPARTITION").ident(name);
    if subpartitions.is_empty() { sql } else { sql.list(subpartitions, subpartition) }
}
