//! Queries that count rows. Each gives one row: the count, a JSON array of sample keys or NULL, and bytes or NULL.

use trueup_contract::{Question, Sql};
use trueup_state::{Ident, Qualified, Table};

use crate::render::sql;

/// How many sample keys an answer shows.
const SAMPLES: &str = "5";

/// How many rows a table has, and how many bytes it takes.
pub(crate) fn rows(table: &Qualified) -> Question {
    let bytes = of_table(sql("(SELECT data_length + index_length"), table).raw(")");
    let query = sql("SELECT COUNT(*), NULL,").sql(&bytes).raw("FROM").name(table).finish();
    Question { counts: ["rows of ", &table.to_string()].concat(), sql: query, must_be_zero: false }
}

/// About how many rows and bytes a table has: no row is read.
pub(super) fn size(table: &Qualified) -> Question {
    let query = of_table(sql("SELECT COALESCE(table_rows, 0), NULL, data_length + index_length"), table).finish();
    Question { counts: ["rows of ", &table.to_string()].concat(), sql: query, must_be_zero: false }
}

fn of_table(sql: Sql, table: &Qualified) -> Sql {
    sql.raw("FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name =").string(table.name.text())
}

/// How many versions of its rows a table has (MySQL 8.0.29): each column that comes or goes at once makes one.
pub(super) fn row_versions(table: &Qualified) -> Question {
    let query =
        sql("SELECT COALESCE(MAX(total_row_versions), 0), NULL, NULL FROM information_schema.innodb_tables WHERE name");
    let query = query.raw("= CONCAT(DATABASE(), '/',").string(table.name.text()).raw(")").finish();
    Question { counts: ["versions of rows of ", &table.to_string()].concat(), sql: query, must_be_zero: false }
}

/// How many rows of a table have a value in a column.
pub(super) fn values(table: &Qualified, column: &Ident) -> Question {
    let query = sql("SELECT COUNT(").ident(column).raw("), NULL, NULL FROM").name(table).finish();
    let counts = ["rows of ", &table.to_string(), " with a value in ", column.text()].concat();
    Question { counts, sql: query, must_be_zero: false }
}

/// Rows of a table, as they are or as they will be.
#[derive(Clone)]
pub(super) struct Rows {
    /// What the table is called now.
    pub(super) table: Qualified,
    /// The rows as they will be, where that differs: a query that gives their keys as `trueup_key`.
    pub(super) then: Option<Sql>,
    /// What is shown of a row.
    pub(super) key: Sql,
}

impl Rows {
    /// The rows of a table as they are.
    pub(super) fn now(name: &Qualified, table: &Table) -> Rows {
        let key = table.primary_key.as_ref().map(|it| it.parts.as_slice());
        let key = match key {
            Some([part]) => part.column_name().map(|name| sql("").ident(name)),
            _ => None,
        };
        Rows { table: name.clone(), then: None, key: key.unwrap_or_else(|| sql("NULL")) }
    }

    /// The same rows with these expressions under these names.
    pub(super) fn with(self, values: &[(&Ident, Sql)]) -> Rows {
        let query = sql("SELECT").sql(&self.key).raw("AS trueup_key");
        let query = values.iter().fold(query, |query, (own, value)| query.raw(",").sql(value).raw("AS").ident(own));
        Rows { then: Some(query.raw("FROM").name(&self.table)), key: sql("trueup_key"), table: self.table }
    }

    fn from(&self) -> Sql {
        self.named("trueup_rows")
    }

    /// `FROM` these rows under a name.
    pub(super) fn named(&self, name: &str) -> Sql {
        match &self.then {
            Some(query) => sql("FROM (").sql(query).raw(") AS").raw(name),
            None => sql("FROM").name(&self.table).raw("AS").raw(name),
        }
    }

    /// How many rows meet a condition; any number above zero stands against the step.
    pub(super) fn against(&self, condition: &Sql, counts: String) -> Question {
        Question { must_be_zero: true, ..self.matching(condition, counts) }
    }

    /// How many rows meet a condition.
    pub(super) fn matching(&self, condition: &Sql, counts: String) -> Question {
        let from = self.from().raw("WHERE").sql(condition);
        let query = sql("SELECT COUNT(*),").sql(&samples(&self.key, &from)).raw(", NULL").sql(&from).finish();
        Question { counts, sql: query, must_be_zero: false }
    }

    /// How many keys stand in more than one row; rows with a NULL among the terms do not count.
    pub(super) fn duplicates(&self, terms: &[Sql], counts: String) -> Question {
        let mut keys = sql("CONCAT_WS(', '");
        let mut grouping = sql("");
        let mut filter = sql("TRUE");
        for (at, term) in terms.iter().enumerate() {
            grouping = if at > 0 { grouping.raw(",") } else { grouping }.sql(term);
            keys = keys.raw(", MIN(").sql(term).raw(")");
            filter = filter.raw("AND").sql(term).raw("IS NOT NULL");
        }
        let groups = sql("SELECT").sql(&keys).raw(") AS k").sql(&self.from()).raw("WHERE").sql(&filter);
        let groups = groups.raw("GROUP BY").sql(&grouping).raw("HAVING COUNT(*) > 1");
        let from = sql("FROM (").sql(&groups).raw(") AS trueup_groups");
        let query = sql("SELECT COUNT(*),").sql(&samples(&sql("k"), &from)).raw(", NULL").sql(&from).finish();
        Question { counts, sql: query, must_be_zero: true }
    }
}

/// A JSON array of a few keys.
fn samples(key: &Sql, from: &Sql) -> Sql {
    let few = sql("SELECT CAST(").sql(key).raw("AS CHAR) AS k").sql(from).raw("LIMIT").raw(SAMPLES);
    sql("(SELECT JSON_ARRAYAGG(k) FROM (").sql(&few).raw(") AS trueup_samples)")
}
