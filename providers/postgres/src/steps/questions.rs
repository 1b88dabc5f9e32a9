//! Queries that count rows. Each gives one row: the count, a JSON array of sample keys or NULL, and bytes or NULL.

use trueup_contract::{Question, Sql};
use trueup_state::{Ident, Qualified, Table};

use crate::render::sql;

/// How many sample keys an answer shows.
const SAMPLES: &str = "5";

/// How many rows a table has, and how many bytes it takes.
pub(crate) fn rows(table: &Qualified) -> Question {
    let quoted = sql("").name(table).finish();
    let bytes = sql("pg_catalog.pg_total_relation_size(").string(&quoted).raw("::pg_catalog.regclass)");
    let query = sql("SELECT count(*), NULL::text,").sql(&bytes).raw("FROM").name(table).finish();
    Question { counts: ["rows of ", &table.to_string()].concat(), sql: query, must_be_zero: false }
}

/// How many rows of a table have a value in a column.
pub(crate) fn values(table: &Qualified, column: &Ident) -> Question {
    let query = sql("SELECT count(").ident(column).raw("), NULL::text, NULL::bigint FROM").name(table).finish();
    let counts = ["rows of ", &table.to_string(), " with a value in ", column.text()].concat();
    Question { counts, sql: query, must_be_zero: false }
}

/// Rows of a table as they are now.
#[derive(Clone)]
pub(crate) struct Rows<'a> {
    /// What the table is called now.
    pub(crate) table: Qualified,
    /// What a condition may call it.
    pub(crate) alias: Ident,
    /// The rows as they will be, where that differs: a query that gives their keys as `trueup_key`.
    pub(crate) then: Option<Sql>,
    /// What is shown of a row.
    pub(crate) key: Sql,
    /// The table as it is.
    pub(crate) now: &'a Table,
}

impl Rows<'_> {
    /// `FROM` and the rows.
    pub(crate) fn from(&self) -> Sql {
        let from = match &self.then {
            Some(query) => sql("FROM (").sql(query).raw(")"),
            None => sql("FROM").name(&self.table),
        };
        from.raw("AS").ident(&self.alias)
    }

    /// How many rows meet a condition.
    pub(crate) fn matching(&self, condition: &Sql, counts: String) -> Question {
        let from = self.from().raw("WHERE").sql(condition);
        let samples = sql("(SELECT pg_catalog.json_agg(k)::text FROM (SELECT (").sql(&self.key).raw(")::text AS k");
        let samples = samples.sql(&from).raw("LIMIT").raw(SAMPLES).raw(") AS s)");
        let query = sql("SELECT count(*),").sql(&samples).raw(", NULL::bigint").sql(&from).finish();
        Question { counts, sql: query, must_be_zero: true }
    }

    /// How many keys stand in more than one row; rows with a NULL among the terms do not count unless `with_nulls`.
    pub(crate) fn duplicates(
        &self,
        terms: &[Sql],
        condition: Option<&Sql>,
        with_nulls: bool,
        counts: String,
    ) -> Question {
        let mut keys = sql("pg_catalog.concat_ws(', '");
        let mut grouping = sql("");
        let mut filter = condition.map_or_else(|| sql("true"), |it| sql("(").sql(it).raw(")"));
        for (at, term) in terms.iter().enumerate() {
            if at > 0 {
                grouping = grouping.raw(",");
            }
            keys = keys.raw(",").sql(term).raw("::text");
            grouping = grouping.sql(term);
            if !with_nulls {
                filter = filter.raw("AND").sql(term).raw("IS NOT NULL");
            }
        }
        let groups = sql("SELECT").sql(&keys).raw(") AS k").sql(&self.from()).raw("WHERE").sql(&filter);
        let groups = groups.raw("GROUP BY").sql(&grouping).raw("HAVING count(*) > 1");
        let samples =
            sql("(SELECT pg_catalog.json_agg(k)::text FROM (").sql(&groups).raw("LIMIT").raw(SAMPLES).raw(") AS s)");
        let query =
            sql("SELECT count(*),").sql(&samples).raw(", NULL::bigint FROM (").sql(&groups).raw(") AS g").finish();
        Question { counts, sql: query, must_be_zero: true }
    }
}

/// What to call a row of a table: its single-column key, else where it is stored.
pub(crate) fn row_key(table: &Table) -> Sql {
    let key = table.primary_key.as_ref().map(|key| key.parts.as_slice());
    match key {
        Some([part]) => part.column_name().map_or_else(|| sql("ctid"), |name| sql("").ident(name)),
        _ if table.extra.postgres().foreign.is_some() => sql("NULL"),
        _ => sql("ctid"),
    }
}
