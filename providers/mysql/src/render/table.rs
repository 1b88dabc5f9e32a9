//! Tables.

use trueup_contract::Sql;
use trueup_state::{Address, ForeignKey, Ident, MySqlTable, Table};

use super::{check, column, foreign_key, index, partition_by, primary_key, sql, string};

/// `CREATE TABLE`, without foreign keys and triggers.
pub(crate) fn create_table(name: &Ident, table: &Table) -> String {
    create_table_with(name, table, std::iter::empty())
}

/// `CREATE TABLE` with these of its foreign keys.
pub(crate) fn create_table_with<'a>(
    name: &Ident,
    table: &Table,
    keys: impl Iterator<Item = (&'a Ident, &'a ForeignKey)>,
) -> String {
    let Table { columns, primary_key: key, uniques: _, checks, foreign_keys: _, indexes, triggers: _, extra } = table;
    let mut lines: Vec<Sql> = columns.iter().map(|(name, it)| column(name, it, table)).collect();
    lines.extend(key.iter().map(primary_key));
    lines.extend(indexes.iter().map(|(name, it)| index(name, it)));
    lines.extend(checks.iter().map(|(name, it)| check(name, it)));
    lines.extend(keys.map(|(name, it)| foreign_key(name, it)));
    let extra = extra.mysql();
    lines.extend(extra.periods.iter().map(|(name, (from, to))| period(name, from, to)));
    let mut sql = sql("CREATE TABLE").ident(name).raw("(\n  ");
    for (at, line) in lines.iter().enumerate() {
        sql = if at > 0 { sql.raw(",\n  ").sql(line) } else { sql.sql(line) };
    }
    options(sql.raw("\n)"), &extra).finish()
}

/// A column, a key, an index or a constraint as it stands in `CREATE TABLE`; for the table itself, what follows the
/// parentheses.
pub(crate) fn piece(table: &Table, address: &Address) -> Option<String> {
    let piece = match address {
        Address::Table(_) => Some(options(sql(""), &table.extra.mysql())),
        Address::Column(_, name) => table.columns.get(name).map(|it| column(name, it, table)),
        Address::PrimaryKey(_) => table.primary_key.as_ref().map(primary_key),
        Address::Index(_, name) => table.indexes.get(name).map(|it| index(name, it)),
        Address::Check(_, name) => table.checks.get(name).map(|it| check(name, it)),
        Address::ForeignKey(_, name) => table.foreign_keys.get(name).map(|it| foreign_key(name, it)),
        _ => None,
    };
    piece.map(Sql::finish)
}

/// `PERIOD FOR name (from, to)`; the one that the server knows by its words is not quoted.
fn period(name: &Ident, from: &Ident, to: &Ident) -> Sql {
    let sql = sql("PERIOD FOR");
    let sql = if name.folded() == "system_time" { sql.raw("SYSTEM_TIME") } else { sql.ident(name) };
    sql.idents([from, to])
}

fn options(sql: Sql, table: &MySqlTable) -> Sql {
    let sql = own_options(sql, table);
    let sql = if table.versioned { sql.raw("WITH SYSTEM VERSIONING") } else { sql };
    match &table.partitions {
        Some(partitions) => sql.raw("\n").sql(&partition_by(partitions)),
        None => sql,
    }
}

/// Everything that is said as `NAME=value`.
pub(crate) fn own_options(mut sql: Sql, table: &MySqlTable) -> Sql {
    let MySqlTable { engine, charset, collation, comment, options, partitions: _, versioned: _, periods: _ } = table;
    if let Some(engine) = engine {
        sql = sql.raw("ENGINE=").raw(engine);
    }
    if let Some(charset) = charset {
        sql = sql.raw("DEFAULT CHARSET=").raw(charset);
    }
    if let Some(collation) = collation {
        sql = sql.raw("COLLATE=").raw(collation);
    }
    for (name, value) in options {
        sql = option(sql, name, value);
    }
    if comment.is_empty() { sql } else { string(sql.raw("COMMENT="), comment) }
}

/// Options whose values are strings, whatever they look like.
const STRINGS: [&str; 8] = [
    "comment",
    "data directory",
    "index directory",
    "connection",
    "compression",
    "encryption",
    "engine_attribute",
    "secondary_engine_attribute",
];

/// `NAME=value`. A value that is neither a word nor a list is a string; so is `on`, which is a reserved word.
pub(crate) fn option(sql: Sql, name: &str, value: &str) -> Sql {
    let sql = sql.raw(&[&name.to_ascii_uppercase(), "="].concat());
    let is_word = !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
    let is_plain = (is_word && !value.eq_ignore_ascii_case("on")) || value.starts_with(['(', '`']);
    if is_plain && !STRINGS.contains(&name) { sql.raw(value) } else { string(sql, value) }
}
