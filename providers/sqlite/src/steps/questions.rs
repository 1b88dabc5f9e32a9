//! Queries that count rows. Each gives one row: the count, a JSON array of sample keys, and bytes or NULL.

use trueup_contract::{Question, Sql};
use trueup_state::{Ident, Qualified, Table};

use super::copy::rowid_name;
use crate::render::sql;

/// How many sample keys an answer shows.
const SAMPLES: &str = "5";

/// How many rows a table has.
pub(crate) fn rows(table: &Qualified) -> Question {
    let query = sql("SELECT count(*), NULL, NULL FROM").name(table).finish();
    Question { counts: ["rows of ", &table.to_string()].concat(), sql: query, must_be_zero: false }
}

/// How many rows and bytes a table has.
pub(super) fn size(table: &Qualified) -> Question {
    let bytes =
        sql("(SELECT sum(pgsize) FROM dbstat WHERE aggregate = 1 AND name =").string(table.name.text()).raw(")");
    let query = sql("SELECT count(*), NULL,").sql(&bytes).raw("FROM").name(table).finish();
    Question { counts: ["rows of ", &table.to_string()].concat(), sql: query, must_be_zero: false }
}

/// How many rows of a table have a value in a column.
pub(super) fn values(table: &Qualified, column: &Ident) -> Question {
    let query = sql("SELECT count(").ident(column).raw("), NULL, NULL FROM").name(table).finish();
    let counts = ["rows of ", &table.to_string(), " with a value in ", column.text()].concat();
    Question { counts, sql: query, must_be_zero: false }
}

/// The id that an AUTOINCREMENT table would give next is above this mark.
pub(super) fn sequence(table: &Qualified) -> Question {
    let query = sql("SELECT coalesce(max(seq), 0), NULL, NULL FROM sqlite_sequence WHERE name =")
        .string(table.name.text())
        .finish();
    Question { counts: ["highest id ever given in ", &table.to_string()].concat(), sql: query, must_be_zero: false }
}

/// How many of `rows` meet a condition; `alias` is the name the condition may call them by.
pub(super) fn matching(rows: &Sql, alias: &Qualified, key: &Sql, condition: &Sql, counts: String) -> Question {
    let from = sql("FROM").sql(rows).raw("AS").ident(&alias.name).raw("WHERE").sql(condition);
    let samples = sql("(SELECT json_group_array(k) FROM (SELECT").sql(&shown(key)).raw("AS k").sql(&from);
    let samples = samples.raw("LIMIT").raw(SAMPLES).raw("))");
    let query = sql("SELECT count(*),").sql(&samples).raw(", NULL").sql(&from).finish();
    Question { counts, sql: query, must_be_zero: true }
}

/// How many keys stand in more than one of `rows`.
pub(super) fn duplicates(
    rows: &Sql,
    alias: &Qualified,
    terms: &[Sql],
    condition: Option<&Sql>,
    counts: String,
) -> Question {
    let mut groups = sql("SELECT");
    let mut keys = sql("");
    let mut grouping = sql("");
    let mut filter = condition.map_or_else(|| sql("WHERE"), |it| sql("WHERE (").sql(it).raw(") AND"));
    for (at, term) in terms.iter().enumerate() {
        if at > 0 {
            keys = keys.raw("|| ', ' ||");
            grouping = grouping.raw(",");
            filter = filter.raw("AND");
        }
        keys = keys.sql(&shown(term));
        grouping = grouping.sql(term);
        filter = filter.sql(term).raw("IS NOT NULL");
    }
    groups = groups.sql(&keys).raw("AS k FROM").sql(rows).raw("AS").ident(&alias.name).sql(&filter);
    groups = groups.raw("GROUP BY").sql(&grouping).raw("HAVING count(*) > 1");
    let samples = sql("(SELECT json_group_array(k) FROM (SELECT k FROM (").sql(&groups).raw(") LIMIT").raw(SAMPLES);
    let query = sql("SELECT count(*),").sql(&samples.raw("))")).raw(", NULL FROM (").sql(&groups).raw(")").finish();
    Question { counts, sql: query, must_be_zero: true }
}

/// A value as text: a blob is no text, so it is shown as SQL writes it.
fn shown(value: &Sql) -> Sql {
    let quoted = sql("(CASE typeof(").sql(value).raw(") WHEN 'blob' THEN quote(").sql(value).raw(")");
    quoted.raw("ELSE CAST(").sql(value).raw("AS TEXT) END)")
}

/// What to call a row of a table: its single-column key, else its rowid, else its first column.
pub(super) fn row_key(table: &Table) -> Sql {
    let single = table.primary_key.as_ref().and_then(|key| match key.parts.as_slice() {
        [part] => part.column_name(),
        _ => None,
    });
    match (single, rowid_name(table), table.columns.keys().next()) {
        (Some(column), _, _) => sql("").ident(column),
        (None, Some(rowid), _) => sql(rowid),
        (None, None, Some(column)) => sql("").ident(column),
        (None, None, None) => sql("NULL"),
    }
}
