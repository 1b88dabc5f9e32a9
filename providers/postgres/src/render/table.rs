//! Tables and what lies in them.

mod column;
mod index;
mod key;

use trueup_contract::Sql;
use trueup_state::{
    Address, ForeignTable, Ident, Options, Partition, PostgresTable, Qualified, ReplicaIdentity, SqlText, Table,
};

pub(crate) use column::{definition as column_definition, identity, sequence_options, settings};
pub(crate) use index::{
    create as create_index, create_beside as create_index_beside, one_part as index_part,
    statistics as index_statistics,
};
pub(crate) use key::{add as add_constraint, constraint, exclude, primary_key_name};

use super::sql;

/// `ALTER TABLE name`, or `ALTER FOREIGN TABLE name`.
pub(crate) fn alter(name: &Qualified, extra: &PostgresTable) -> Sql {
    let keywords = if extra.foreign.is_some() { "ALTER FOREIGN TABLE" } else { "ALTER TABLE" };
    sql(keywords).name(name)
}

/// A text of the schema's own; a line comment at its end must not hide what follows.
pub(crate) fn written(sql: Sql, text: &SqlText) -> Sql {
    let ends_line = text.written().lines().last().is_some_and(|line| line.contains("--"));
    let sql = sql.text(text);
    if ends_line { sql.raw("\n") } else { sql }
}

/// A text in parentheses.
pub(crate) fn enclosed(sql: Sql, text: &SqlText) -> Sql {
    written(sql.raw("("), text).raw(")")
}

/// An option's name: `fillfactor`, `toast.autovacuum_enabled`.
fn option_name(sql: Sql, name: &str) -> Sql {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.';
    if name.chars().all(is_plain) { sql.raw(name) } else { sql.ident(&Ident::from(name)) }
}

/// `(name = 'value', …)`: storage parameters.
pub(crate) fn options(sql: Sql, options: &Options) -> Sql {
    sql.list(options, |sql, (name, value)| option_name(sql, name).raw("=").string(value))
}

/// `(name, …)`: storage parameters to reset.
pub(crate) fn option_names<'a>(sql: Sql, names: impl IntoIterator<Item = &'a String>) -> Sql {
    sql.list(names, |sql, name| option_name(sql, name))
}

/// `OPTIONS (name 'value', …)`, as foreign tables and their columns have them.
pub(crate) fn foreign_options(sql: Sql, options: &Options) -> Sql {
    if options.is_empty() {
        return sql;
    }
    let each = |sql: Sql, (name, value): (&String, &String)| option_name(sql, name).string(value);
    sql.raw("OPTIONS").list(options, each)
}

/// What stands inside a CREATE TABLE.
pub(crate) struct Inside<'a> {
    /// The columns, in order.
    pub(crate) columns: Vec<&'a Ident>,
    /// The constraints, by address.
    pub(crate) constraints: Vec<Address>,
    /// Columns whose default comes later.
    pub(crate) without_default: Vec<&'a Ident>,
    /// Whether a partition is made as a table like its parent, to be attached later.
    pub(crate) is_apart: bool,
}

impl<'a> Inside<'a> {
    /// Everything but foreign keys.
    pub(crate) fn all(name: &Qualified, table: &'a Table) -> Inside<'a> {
        let key = table.primary_key.iter().map(|_| Address::PrimaryKey(name.clone()));
        let uniques = table.uniques.keys().map(|own| Address::Unique(name.clone(), own.clone()));
        let checks = table.checks.keys().map(|own| Address::Check(name.clone(), own.clone()));
        Inside {
            columns: table.columns.keys().collect(),
            constraints: key.chain(uniques).chain(checks).collect(),
            without_default: Vec::new(),
            is_apart: false,
        }
    }
}

/// CREATE TABLE.
pub(crate) fn create(name: &Qualified, table: &Table, inside: &Inside<'_>) -> String {
    let extra = table.extra.postgres();
    let mut sql = match (&extra.foreign, extra.unlogged) {
        (Some(_), _) => sql("CREATE FOREIGN TABLE"),
        (None, true) => sql("CREATE UNLOGGED TABLE"),
        (None, false) => sql("CREATE TABLE"),
    }
    .name(name);
    let partition_of = extra.partition_of.as_ref().filter(|_| !inside.is_apart);
    if let Some(Partition { parent, bound: _ }) = partition_of {
        sql = sql.raw("PARTITION OF").name(parent);
    }
    if let Some(ty) = &extra.of_type {
        sql = sql.raw("OF").name(ty);
    }
    sql = elements(sql, name, table, &extra, inside);
    if let Some(Partition { parent: _, bound }) = partition_of {
        sql = sql.text(bound);
    }
    tail(sql, &extra).finish()
}

/// A column or a constraint as it stands in CREATE TABLE; for the table itself, what follows the parentheses.
pub(crate) fn piece(name: &Qualified, table: &Table, address: &Address) -> Option<String> {
    let piece = match address {
        Address::Table(_) => Some(tail(sql(""), &table.extra.postgres())),
        Address::Column(_, own) => table.columns.get(own).map(|column| column_definition(own, column, true)),
        _ => constraint(name, table, address),
    };
    piece.map(Sql::finish)
}

/// The columns and constraints between the parentheses. A partition or typed table that has none goes without.
fn elements(sql: Sql, name: &Qualified, table: &Table, extra: &PostgresTable, inside: &Inside<'_>) -> Sql {
    let may_be_missing = extra.partition_of.is_some() && !inside.is_apart || extra.of_type.is_some();
    let mut items: Vec<Sql> = Vec::new();
    if let Some(Partition { parent, bound: _ }) = extra.partition_of.as_ref().filter(|_| inside.is_apart) {
        let like = crate::render::sql("LIKE").name(parent).raw("INCLUDING DEFAULTS INCLUDING GENERATED");
        items.push(like.raw("INCLUDING CONSTRAINTS INCLUDING STORAGE INCLUDING COMPRESSION"));
    }
    for own in &inside.columns {
        let Some(column) = table.columns.get(*own) else { continue };
        let item = if may_be_missing {
            match column::with_options(own, column, !inside.without_default.contains(own)) {
                Some(item) => item,
                None => continue,
            }
        } else {
            column_definition(own, column, !inside.without_default.contains(own))
        };
        items.push(item);
    }
    items.extend(inside.constraints.iter().filter_map(|address| constraint(name, table, address)));
    if items.is_empty() && may_be_missing {
        return sql;
    }
    if items.is_empty() {
        return sql.raw("()");
    }
    let mut sql = sql.raw("(\n   ");
    let last = items.len() - 1;
    for (at, item) in items.iter().enumerate() {
        sql = sql.sql(item);
        sql = if at < last { sql.raw(",").raw("\n   ") } else { sql.raw("\n") };
    }
    sql.raw(")")
}

/// What follows the parentheses.
fn tail(mut sql: Sql, extra: &PostgresTable) -> Sql {
    if !extra.inherits.is_empty() {
        sql = sql.raw("INHERITS").list(&extra.inherits, Sql::name);
    }
    if let Some(key) = &extra.partition_by {
        sql = sql.raw("PARTITION BY").text(key);
    }
    if let Some(ForeignTable { server, options }) = &extra.foreign {
        return foreign_options(sql.raw("SERVER").ident(server), options);
    }
    if let Some(method) = &extra.access_method {
        sql = sql.raw("USING").ident(method);
    }
    if !extra.options.is_empty() {
        sql = options(sql.raw("WITH"), &extra.options);
    }
    sql
}

/// ALTERs that follow a CREATE TABLE because it has no words for what they say: those that need no index.
pub(crate) fn follow_ups(name: &Qualified, table: &Table) -> Vec<String> {
    let extra = table.extra.postgres();
    let mut statements = Vec::new();
    if extra.row_security {
        statements.push(alter(name, &extra).raw("ENABLE ROW LEVEL SECURITY").finish());
    }
    if extra.force_row_security {
        statements.push(alter(name, &extra).raw("FORCE ROW LEVEL SECURITY").finish());
    }
    match &extra.replica_identity {
        ReplicaIdentity::Default | ReplicaIdentity::Index(_) => (),
        identity => statements.push(replica_identity(alter(name, &extra), identity).finish()),
    }
    for (own, column) in &table.columns {
        statements.extend(column::settings(alter(name, &extra), own, column));
    }
    for (own, inherited) in &extra.overrides {
        statements.extend(column::overriding(&alter(name, &extra), own, inherited));
    }
    statements
}

/// `REPLICA IDENTITY …`
pub(crate) fn replica_identity(sql: Sql, identity: &ReplicaIdentity) -> Sql {
    let sql = sql.raw("REPLICA IDENTITY");
    match identity {
        ReplicaIdentity::Default => sql.raw("DEFAULT"),
        ReplicaIdentity::Full => sql.raw("FULL"),
        ReplicaIdentity::Nothing => sql.raw("NOTHING"),
        ReplicaIdentity::Index(index) => sql.raw("USING INDEX").ident(index),
    }
}
