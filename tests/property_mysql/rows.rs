//! Rows for a fresh database, and what is to be found of them after an apply.

use sqlx::MySqlConnection;

use super::{
    model::{Class, Column, Schema, Source, Table},
    random::Random,
    render::quoted,
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
            Source::Generated(..) => continue,
            Source::Writer => false,
            _ => true,
        };
        if optional && random.chance(40) {
            continue;
        }
        columns.push(quoted(&column.name));
        values.push(value(random, table, column, at));
    }
    format!("INSERT INTO {} ({}) VALUES ({})", quoted(table.name), columns.join(", "), values.join(", "))
}

fn value(random: &mut Random, table: &Table, column: &Column, at: usize) -> String {
    for key in &table.foreign_keys {
        if let Some(place) = key.columns.iter().position(|it| *it == column.name) {
            let (parent, name) = (quoted(&key.parent), quoted(&key.parent_columns[place]));
            // A table that is written to can be read only at one remove.
            let inner = format!("SELECT {name} AS it FROM {parent} ORDER BY 1 LIMIT 1 OFFSET {}", at % 2);
            return format!("(SELECT it FROM ({inner}) AS d)");
        }
    }
    if random.chance(12) {
        return "NULL".to_owned();
    }
    match column.class() {
        Class::Integer if random.chance(6) => random.pick(&["0", "-5", "70000", "200"]).to_owned(),
        Class::Integer => (1 + at * 3 + random.below(3)).to_string(),
        Class::Number => random.pick(&["0.5", "1.25", "2.125", "-3", "999.5", "0"]).to_owned(),
        Class::Text => random
            .pick(&[
                "'a'",
                "'b'",
                "'c d'",
                "'zzz'",
                "'12'",
                "''",
                "'a longer text than some types take'",
                "'é'",
                "'漢字'",
            ])
            .to_owned(),
        Class::Bytes => random.pick(&["x'00ff'", "'a'", "x''", "x'0102030405060708'"]).to_owned(),
        Class::Date => format!("'2024-03-0{}'", 1 + at % 9),
        Class::Moment => format!("'2024-03-0{} 12:34:56{}'", 1 + at % 9, random.pick(&["", ".789", ".123456"])),
        Class::Time => random.pick(&["'12:34:56'", "'-01:02:03.25'", "'100:00:00'"]).to_owned(),
        Class::Year => random.pick(&["2024", "1999", "2155"]).to_owned(),
        Class::Json => random.pick(&["'{\"a\": \"x\"}'", "'[1, 2]'", "'null'"]).to_owned(),
        Class::Bit => random.pick(&["b'0'", "b'1'", "b'101'"]).to_owned(),
        Class::Choice => random.pick(&["'a'", "'b'", "'c d'"]).to_owned(),
        Class::Choices => random.pick(&["'x'", "'x,z'", "'y,w'", "''"]).to_owned(),
        Class::Point => format!("point({at}, 1.5)"),
        Class::Uuid => format!("'00000000-0000-4000-8000-00000000000{}'", at % 10),
        Class::Address => format!("'fe80::{at}'"),
    }
}

/// The values of columns that are on both sides and can be compared: they must survive.
pub(crate) struct Kept {
    table: &'static str,
    query: String,
    rows: Vec<Vec<String>>,
}

/// What must survive the way from one schema to another.
pub(crate) async fn kept(connection: &mut MySqlConnection, from: &Schema, to: &Schema) -> Vec<Kept> {
    let mut found = Vec::new();
    for table in &from.tables {
        let Some(after) = to.table(table.name) else { continue };
        let text = |column: &Column| {
            let other = after.column(&column.name)?;
            let same = other.ty == column.ty && after.collation_of(other) == table.collation_of(column);
            let is_written = !column.is_generated() && !other.is_generated();
            expression(column, other, same).filter(|_| is_written)
        };
        let columns: Vec<String> = table.columns.iter().filter_map(text).collect();
        // One column more, so that rows are counted even if no column is on both sides.
        let query = format!(
            "SELECT {} '' FROM {}",
            columns.iter().map(|it| format!("{it}, ")).collect::<String>(),
            quoted(table.name)
        );
        let rows = rows_of(connection, &query).await;
        found.push(Kept { table: table.name, query, rows });
    }
    found
}

/// A value as text that must stay the same; `None` where the type's change alone makes it another.
fn expression(column: &Column, other: &Column, same: bool) -> Option<String> {
    let name = quoted(&column.name);
    if same {
        let is_point = column.class() == Class::Point;
        return Some(if is_point { format!("hex(st_asbinary({name}))") } else { format!("hex({name})") });
    }
    if column.class() != other.class() {
        return None;
    }
    match column.class() {
        // Who consents to what destroys consents to fewer digits.
        Class::Number | Class::Moment | Class::Time if digits(column.ty) > digits(other.ty) => None,
        Class::Integer | Class::Bit | Class::Number => Some(format!("cast({name} + 0 AS char)")),
        Class::Text | Class::Choice | Class::Choices => Some(format!("hex(convert({name} USING utf8mb4))")),
        Class::Moment | Class::Time => Some(format!("cast({name} AS char)")),
        // A fixed length is filled up.
        Class::Bytes if column.ty != "binary(8)" && other.ty != "binary(8)" => Some(format!("hex({name})")),
        _ => None,
    }
}

/// How many digits a type keeps behind the point.
fn digits(ty: &str) -> u32 {
    match ty {
        "decimal(10,2)" | "time(2)" => 2,
        "decimal(6,3) unsigned" | "timestamp(3)" => 3,
        "float" | "double" | "datetime(6)" => 6,
        _ => 0,
    }
}

async fn rows_of(connection: &mut MySqlConnection, query: &str) -> Vec<Vec<String>> {
    let rows = server::rows(connection, query).await;
    let mut rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|it| plain(it)).collect()).collect();
    rows.sort();
    rows
}

/// Without zeros at the end of a fraction.
fn plain(text: &str) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text.to_owned() }
}

impl Kept {
    /// What is missing now, in words.
    pub(crate) async fn lost(&self, connection: &mut MySqlConnection) -> Option<String> {
        let now = rows_of(connection, &self.query).await;
        (now != self.rows)
            .then(|| format!("rows of {} ({}) were {:?} and are {now:?}", self.table, self.query, self.rows))
    }
}
