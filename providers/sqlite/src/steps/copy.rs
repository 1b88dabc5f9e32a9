//! Where each value of a table that changes comes from.
//!
//! One mapping serves both the copy of a rebuild and the questions that are asked before it, so what was counted is
//! what will be written.

use trueup_contract::Sql;
use trueup_state::{Column, Ident, Qualified, SqlText, Table};

use super::Context;
use crate::{
    affinity::{Affinity, affinity},
    render::sql,
};

/// The origin of one column's values.
pub(super) enum Value<'a> {
    /// A column that is there, under its name after all renames.
    Column { name: &'a Ident, before: &'a Column },
    /// The same, with NULLs replaced by the column's default.
    Filled { name: &'a Ident, before: &'a Column, default: &'a SqlText },
    /// The default of a new column.
    Default(&'a SqlText),
    /// A new column without a default.
    Null,
    /// The database computes it.
    Generated(&'a SqlText),
}

/// The values of every column of `after`, in its order.
pub(super) fn values<'a>(before: &'a Table, after: &'a Table) -> Vec<(&'a Ident, &'a Column, Value<'a>)> {
    after
        .columns
        .iter()
        .map(|(name, column)| (name, column, value(column, before.columns.get_key_value(name))))
        .collect()
}

fn value<'a>(column: &'a Column, before: Option<(&'a Ident, &'a Column)>) -> Value<'a> {
    if let Some(generated) = &column.generated {
        return Value::Generated(&generated.expression);
    }
    match (before, &column.default) {
        (Some((name, before)), Some(default)) if before.nullable && !column.nullable && !is_null(default) => {
            Value::Filled { name, before, default }
        }
        (Some((name, before)), _) => Value::Column { name, before },
        (None, Some(default)) => Value::Default(default),
        (None, None) => Value::Null,
    }
}

/// Whether a default is the word NULL.
pub(super) fn is_null(default: &SqlText) -> bool {
    default.canonical() == "null"
}

/// `SELECT` of the rows as they will be, from the table as it is called now, as a subquery in parentheses.
pub(super) fn projection(context: &Context<'_>, name: &Qualified, before: &Table, after: &Table) -> Sql {
    let origin = context.origins.table(name);
    // A new INTEGER PRIMARY KEY takes over the ids that the rows have.
    let id = || rowid_name(before).map_or_else(|| sql("row_number() OVER ()"), sql);
    let from = |column: &Column| Some(affinity(before, column));
    let to = |column: &Column| affinity(after, column);
    let mut select = sql("(SELECT");
    let mut generated = Vec::new();
    let mut first = true;
    for (column_name, column, value) in values(before, after) {
        let expression = match value {
            Value::Generated(expression) => {
                generated.push((column_name, column, expression));
                continue;
            }
            Value::Column { name: own, before } => {
                converted(sql("").ident(&context.origins.column(name, own)), from(before), to(column))
            }
            Value::Filled { name: own, before: _, default } => {
                let filled =
                    sql("ifnull(").ident(&context.origins.column(name, own)).raw(", (").text(default).raw("))");
                converted(filled, None, to(column))
            }
            Value::Default(_) | Value::Null if is_rowid_alias(after, column_name) => id(),
            Value::Default(default) => converted(sql("(").text(default).raw(")"), None, to(column)),
            Value::Null => sql("NULL"),
        };
        select = if first { select.sql(&expression) } else { select.raw(",").sql(&expression) };
        select = collated(select, column).raw("AS").ident(column_name);
        first = false;
    }
    if let Some(rowid) = rowid_name(before) {
        // Under all its names: a check may use any of them.
        for name in rowid_names(after) {
            select = if first { select.raw(rowid) } else { select.raw(",").raw(rowid) };
            select = select.raw("AS").raw(name);
            first = false;
        }
    }
    let mut rows = select.raw("FROM").name(&origin).raw(")");
    for (column_name, column, expression) in in_dependency_order(generated) {
        let value = converted(sql("(").text(expression).raw(")"), None, to(column));
        rows = collated(sql("(SELECT *,").sql(&value), column)
            .raw("AS")
            .ident(column_name)
            .raw("FROM")
            .sql(&rows)
            .raw(")");
    }
    rows
}

/// Generated columns, each behind those it reads; SQLite lets them be declared in any order.
fn in_dependency_order<'a>(
    mut open: Vec<(&'a Ident, &'a Column, &'a SqlText)>,
) -> Vec<(&'a Ident, &'a Column, &'a SqlText)> {
    let mut sorted = Vec::with_capacity(open.len());
    while !open.is_empty() {
        let reads_open = |(name, _, text): &(&Ident, &Column, &SqlText)| {
            open.iter().any(|(other, _, _)| other != name && text.mentions(other.text()))
        };
        // SQLite refuses circles, so there is always one that is free.
        let next = open.iter().position(|it| !reads_open(it)).unwrap_or(0);
        sorted.push(open.remove(next));
    }
    sorted
}

fn collated(select: Sql, column: &Column) -> Sql {
    match &column.collation {
        Some(collation) => select.raw("COLLATE").ident(collation),
        None => select,
    }
}

/// A value as the new column's affinity will store it (sqlite.org/datatype3.html, section 3).
fn converted(value: Sql, from: Option<Affinity>, to: Affinity) -> Sql {
    if from == Some(to) {
        return value;
    }
    let numeric = |target: &str| {
        let case = sql("(CASE WHEN typeof(").sql(&value).raw(") IN ('text', 'integer', 'real') AND").sql(&value);
        let case = case.raw("= CAST(").sql(&value).raw("AS NUMERIC) THEN CAST(").sql(&value).raw("AS").raw(target);
        case.raw(") ELSE").sql(&value).raw("END)")
    };
    match to {
        Affinity::Integer | Affinity::Numeric => numeric("NUMERIC"),
        Affinity::Real => numeric("REAL"),
        Affinity::Text => {
            let case = sql("(CASE WHEN typeof(").sql(&value).raw(") IN ('integer', 'real') THEN CAST(").sql(&value);
            case.raw("AS TEXT) ELSE").sql(&value).raw("END)")
        }
        Affinity::Blob => value,
    }
}

/// A name by which the rowid can be reached, unless the table has none or columns hide them all.
pub(super) fn rowid_name(table: &Table) -> Option<&'static str> {
    rowid_names(table).next()
}

fn rowid_names(table: &Table) -> impl Iterator<Item = &'static str> {
    let is_free = |name: &&str| !table.columns.keys().any(|column| column.folded() == **name);
    let has_rowid = !table.extra.sqlite().without_rowid;
    ["rowid", "_rowid_", "oid"].into_iter().filter(move |name| has_rowid && is_free(name))
}

/// Whether a column is the rowid under another name.
pub(super) fn is_rowid_alias(table: &Table, column: &Ident) -> bool {
    table.primary_key.as_ref().is_some_and(|key| {
        key.extra.sqlite().rowid_alias && key.parts.iter().any(|part| part.column_name() == Some(column))
    })
}
