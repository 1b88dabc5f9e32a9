//! Rows for a fresh database, and what is to be found of them after an apply.

use sqlx::PgConnection;

use super::{
    model::{Class, Name, Schema, Source, Table},
    random::Random,
    render::{path, quoted},
    server,
};

/// Statements that each put a row in; those that break a constraint fail, and no harm is done.
pub(crate) fn seeds(random: &mut Random, schema: &Schema) -> Vec<String> {
    let mut order: Vec<&Table> = schema.tables.iter().collect();
    order.sort_by_key(|table| table.foreign_keys.len());
    let mut statements = Vec::new();
    for table in order {
        let most = if random.chance(15) { 0 } else { 1 + random.below(6) };
        statements.extend((0..most).map(|at| insert(random, table, at)));
    }
    statements
}

fn insert(random: &mut Random, table: &Table, at: usize) -> String {
    let mut columns = Vec::new();
    let mut values = Vec::new();
    for column in &table.columns {
        let optional = match &column.source {
            Source::Generated(_) | Source::Identity(_) => continue,
            Source::Default(_) | Source::Serial => true,
            Source::Writer => false,
        };
        if optional && random.chance(40) {
            continue;
        }
        columns.push(quoted(&column.name));
        values.push(value(random, table, &column.name, column.class(), at));
    }
    let own = path(table.name);
    if columns.is_empty() {
        return format!("INSERT INTO {own} DEFAULT VALUES");
    }
    format!("INSERT INTO {own} ({}) VALUES ({})", columns.join(", "), values.join(", "))
}

fn value(random: &mut Random, table: &Table, column: &str, class: Class, at: usize) -> String {
    for key in &table.foreign_keys {
        if let Some(place) = key.columns.iter().position(|it| it == column) {
            let (parent, name) = (path(key.parent), quoted(&key.parent_columns[place]));
            return format!("(SELECT {name} FROM {parent} ORDER BY {parent}.* LIMIT 1 OFFSET {})", at % 2);
        }
    }
    if random.chance(12) {
        return "NULL".to_owned();
    }
    match class {
        Class::Integer => (1 + at * 3 + random.below(3)).to_string(),
        Class::Number => format!("{at}.{}", random.below(100)),
        Class::Text => random
            .pick(&["'a'", "'b'", "'c d'", "'zzz'", "'12'", "''", "'a longer text than some types take'"])
            .to_owned(),
        Class::Boolean => random.pick(&["true", "false"]).to_owned(),
        Class::Time => format!("timestamp '2024-03-0{} 12:34:56.789'", 1 + at % 9),
        Class::Json => random.pick(&["'{\"a\": \"x\"}'", "'[1, 2]'", "'null'"]).to_owned(),
        Class::Uuid => format!("'00000000-0000-4000-8000-00000000000{}'", at % 10),
        Class::List => random.pick(&["'{}'", "'{a,b}'"]).to_owned(),
        Class::Mood => random.pick(&["'sad'", "'ok'", "'happy'"]).to_owned(),
    }
}

/// The values of columns that are on both sides with the same type: they must survive.
pub(crate) struct Kept {
    table: Name,
    query: String,
    rows: Vec<Vec<String>>,
}

/// What must survive the way from one schema to another.
pub(crate) async fn kept(connection: &mut PgConnection, from: &Schema, to: &Schema) -> Vec<Kept> {
    let mut found = Vec::new();
    for table in &from.tables {
        let Some(after) = to.table(table.name) else { continue };
        let stays = |name: &str, ty: &str| after.column(name).is_some_and(|it| it.ty == ty && !it.is_generated());
        let columns = table.columns.iter().filter(|it| !it.is_generated() && stays(&it.name, it.ty));
        let columns: Vec<String> = columns.map(|it| format!("{}::text", quoted(&it.name))).collect();
        // One column more, so that rows are counted even if no column is on both sides.
        let query = format!(
            "SELECT {} '' FROM {} ORDER BY 1",
            columns.iter().map(|it| format!("{it}, ")).collect::<String>(),
            path(table.name)
        );
        let rows = rows_of(connection, &query).await;
        found.push(Kept { table: table.name, query, rows });
    }
    found
}

async fn rows_of(connection: &mut PgConnection, query: &str) -> Vec<Vec<String>> {
    let mut rows = server::rows(connection, query).await;
    rows.sort();
    rows
}

impl Kept {
    /// What is missing now, in words.
    pub(crate) async fn lost(&self, connection: &mut PgConnection) -> Option<String> {
        let now = rows_of(connection, &self.query).await;
        (now != self.rows).then(|| format!("rows of {} were {:?} and are {now:?}", path(self.table), self.rows))
    }
}
