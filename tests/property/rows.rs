//! Rows for a fresh database, and what is to be found of them after an apply.

use sqlx::{AssertSqlSafe, Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    model::{Affinity, Column, Schema, Table},
    random::Random,
    render::quoted,
};

/// Statements that each put a row in; those that break a constraint fail, and no harm is done.
pub(crate) fn seeds(random: &mut Random, schema: &Schema) -> Vec<String> {
    let mut statements = Vec::new();
    let mut order: Vec<&Table> = schema.tables.iter().collect();
    order.sort_by_key(|table| table.foreign_keys.len());
    for table in order {
        let most = if random.chance(15) { 0 } else { 1 + random.below(7) };
        statements.extend((0..most).map(|at| insert(random, table, at)));
        if table.counts_ids() && random.chance(40) {
            let name = quoted(&table.name);
            statements.push(format!("DELETE FROM {name} WHERE _rowid_ = (SELECT max(_rowid_) FROM {name})"));
        }
    }
    for search in &schema.searches {
        let values: Vec<&str> = search.columns.iter().map(|_| random.pick(&["'one two'", "'Three'", "''"])).collect();
        let (name, columns) = (quoted(&search.name), search.columns.join(", "));
        statements.push(format!("INSERT INTO {name} ({columns}) VALUES ({})", values.join(", ")));
    }
    if random.chance(5) {
        statements.push("ANALYZE".to_owned());
    }
    statements
}

fn insert(random: &mut Random, table: &Table, at: usize) -> String {
    let offset = random.below(4);
    let mut columns = Vec::new();
    let mut values = Vec::new();
    for column in table.columns.iter().filter(|it| it.generated.is_none()) {
        let optional = column.default.is_some() || table.alias() == Some(&column.name);
        if optional && random.chance(40) {
            continue;
        }
        columns.push(quoted(&column.name));
        values.push(value(random, table, column, at, offset));
    }
    let name = quoted(&table.name);
    if columns.is_empty() {
        return format!("INSERT INTO {name} DEFAULT VALUES");
    }
    format!("INSERT INTO {name} ({}) VALUES ({})", columns.join(", "), values.join(", "))
}

fn value(random: &mut Random, table: &Table, column: &Column, at: usize, offset: usize) -> String {
    for key in &table.foreign_keys {
        let Some(place) = key.columns.iter().position(|it| *it == column.name).filter(|_| !random.chance(10)) else {
            continue;
        };
        if let Some(parent_column) = key.parent_columns.get(place) {
            let (parent, name) = (quoted(&key.parent), quoted(parent_column));
            return format!("(SELECT {name} FROM {parent} ORDER BY 1 LIMIT 1 OFFSET {offset})");
        }
    }
    if column.not_null.is_none() && random.chance(15) {
        return "NULL".to_owned();
    }
    let affinity = column.affinity(table.strict);
    let odd = !table.strict && random.chance(8);
    match affinity {
        _ if odd => random.pick(&["'b'", "3", "x'00ff'", "2.25", "'12'", "''"]).to_owned(),
        Affinity::Text => {
            random.pick(&["'a'", "'b'", "'A'", "'it''s'", "'007'", "' x '", "'12'", "'é'"]).to_owned() + ""
        }
        Affinity::Real => random.pick(&["0.5", "1.0", "2.25", "-3", "1e20"]).to_owned(),
        Affinity::Integer if random.chance(4) => "9007199254740993".to_owned(),
        Affinity::Integer | Affinity::Numeric => (at + 1 + random.below(3) * 4).to_string(),
        Affinity::Blob if column.ty == "BLOB" => random.pick(&["x'00'", "x'ABCD'", "x''", "x'01'"]).to_owned(),
        Affinity::Blob => random.pick(&["'a'", "5", "x'01'", "'007'", "1.5", "'x'"]).to_owned(),
    }
}

/// What must be found again of a table that stays.
pub(crate) struct Kept {
    table: String,
    expressions: String,
    marks: bool,
    rows: Vec<String>,
}

/// What must be the same in both, as it is before.
pub(crate) async fn kept(connection: &mut SqliteConnection, before: &Schema, after: &Schema) -> Vec<Kept> {
    let mut found = Vec::new();
    for table in &before.tables {
        let Some(other) = after.table(&table.name) else { continue };
        let stays = |column: &&Column| other.column(&column.name).is_some_and(|it| keeps(table, column, other, it));
        let mut expressions: Vec<String> =
            table.columns.iter().filter(stays).map(|column| format!("quote({})", quoted(&column.name))).collect();
        let alias = other.alias();
        if !table.without_rowid && !other.without_rowid && alias.is_none_or(|it| table.alias() == Some(it)) {
            expressions.push("quote(_rowid_)".to_owned());
        }
        if expressions.is_empty() {
            expressions.push("'row'".to_owned());
        }
        let mut kept = Kept {
            table: table.name.clone(),
            expressions: expressions.join(" || ', ' || "),
            marks: table.counts_ids() && other.counts_ids(),
            rows: Vec::new(),
        };
        kept.rows = kept.read(connection).await;
        found.push(kept);
    }
    for search in before.searches.iter().filter(|it| it.option != "content=''" && after.searches.contains(it)) {
        let expressions = search.columns.iter().map(|it| format!("quote({it})")).collect::<Vec<_>>().join(" || ");
        let mut kept = Kept { table: search.name.clone(), expressions, marks: false, rows: Vec::new() };
        kept.rows = kept.read(connection).await;
        found.push(kept);
    }
    found
}

/// Whether every value of a column must be the same afterwards.
fn keeps(table: &Table, column: &Column, other: &Table, after: &Column) -> bool {
    let nullable = |table: &Table, it: &Column| {
        it.not_null.is_none() && !(table.is_in_key(&it.name) && (table.without_rowid || table.strict))
    };
    let filled = nullable(table, column) && !nullable(other, after);
    let becomes_alias = other.alias() == Some(&after.name) && table.alias() != Some(&column.name);
    let same = column.affinity(table.strict) == after.affinity(other.strict);
    same && after.generated.is_none()
        && !(filled && after.default.is_some())
        && !(filled && becomes_alias)
        && !becomes_alias
}

impl Kept {
    async fn read(&self, connection: &mut SqliteConnection) -> Vec<String> {
        let Kept { table, expressions, marks, rows: _ } = self;
        let mut query = format!("SELECT CAST({expressions} AS BLOB) FROM {}", quoted(table));
        if *marks {
            let name = table.replace('\'', "''");
            query += &format!(
                " UNION ALL SELECT CAST('mark ' || seq AS BLOB) FROM sqlite_sequence \
                 WHERE lower(name) = lower('{name}')"
            );
        }
        let rows = sqlx::query(AssertSqlSafe(query)).fetch_all(connection).await.unwrap();
        // A text need not be UTF-8: `x'ab' || 'x'` is one.
        let text = |row: &SqliteRow| String::from_utf8_lossy(row.get(0)).into_owned();
        let mut rows: Vec<String> = rows.iter().map(text).collect();
        rows.sort();
        rows
    }

    /// What is not as it was.
    pub(crate) async fn lost(&self, connection: &mut SqliteConnection) -> Option<String> {
        let now = self.read(connection).await;
        (now != self.rows)
            .then(|| format!("rows of {} ({}):\n{:?}\nare now\n{now:?}", self.table, self.expressions, self.rows))
    }
}
