//! Rows as they will be: under the names to come, with what conversions and defaults make of their values.

use trueup_contract::Sql;
use trueup_state::{Address, Column, Generated, Ident, Qualified};

use super::{
    conversion::is_text,
    kind::{Kind, charset, kind},
};
use crate::{
    render::{self, sql, string},
    steps::{context::Context, questions::Rows},
};

/// The rows of a table as they will be, as far as these columns tell: under the names to come, with what conversions
/// and defaults make of them. `None` where there are no rows or that cannot be asked.
pub(in crate::steps) fn rows_then(context: &Context<'_>, table: &Qualified, columns: &[&Ident]) -> Option<Rows> {
    let name = context.origins.table(table);
    let now = context.work.observed.table(&name)?;
    let rows = Rows::now(&name, now);
    let values: Vec<(&Ident, Sql, bool)> = columns
        .iter()
        .map(|own| value_then(context, table, own).map(|(value, same)| (*own, value, same)))
        .collect::<Option<_>>()?;
    if values.iter().all(|(_, _, same)| *same) {
        return Some(rows);
    }
    let values: Vec<(&Ident, Sql)> = values.into_iter().map(|(own, value, _)| (own, value)).collect();
    Some(rows.with(&values))
}

/// What a column will hold, in terms of what is there now, and whether that is just what it holds.
fn value_then(context: &Context<'_>, table: &Qualified, name: &Ident) -> Option<(Sql, bool)> {
    let address = Address::Column(table.clone(), name.clone());
    let after = context.column(&address)?;
    let own = context.origins.column(table, name);
    let before = context.work.observed.table(&context.origins.table(table))?.columns.get(&own);
    let Some(before) = before.filter(|_| !context.created.contains(&address)) else {
        return new_value(context, table, after).map(|it| (it, false));
    };
    // What was computed when read, or will be computed from now on, keeps nothing of what was there.
    let is_computed = after.generated.is_some() && before.generated != after.generated;
    if is_computed || super::changes_kind(before, after) {
        return new_value(context, table, after).map(|it| (it, false));
    }
    let value = sql("").ident(&own);
    if before.ty == after.ty && before.collation == after.collation {
        return Some((value, own == *name));
    }
    let value = converted(value, (before, after))?;
    Some((value, false))
}

fn converted(value: Sql, (before, after): (&Column, &Column)) -> Option<Sql> {
    let text = |kind: &Kind| is_text(kind) || matches!(kind, Kind::Enum(_) | Kind::Set(_));
    match (kind(&before.ty), kind(&after.ty)) {
        (a, b) if text(&a) && text(&b) => match (charset(after.collation.as_ref()), &after.collation) {
            (Some(set), Some(collation)) => {
                Some(sql("CONVERT(").sql(&value).raw("USING").raw(set).raw(") COLLATE").raw(collation.text()))
            }
            _ => Some(value),
        },
        (Kind::Integer(..), Kind::Integer(..) | Kind::Decimal(..) | Kind::Double(_)) => Some(value),
        (Kind::Integer(..), b) if is_text(&b) => Some(sql("CAST(").sql(&value).raw("AS CHAR)")),
        (a, Kind::Integer(..)) if is_text(&a) => Some(sql("CAST(").sql(&value).raw("AS SIGNED)")),
        (Kind::Decimal(..), Kind::Decimal(_, scale)) => {
            Some(sql("ROUND(").sql(&value).raw(",").raw(&scale.to_string()).raw(")"))
        }
        (Kind::Decimal(..) | Kind::Double(_) | Kind::Float(_), Kind::Integer(..)) => {
            Some(sql("ROUND(").sql(&value).raw(")"))
        }
        (Kind::Datetime(_) | Kind::Timestamp(_), Kind::Date) => Some(sql("DATE(").sql(&value).raw(")")),
        (Kind::Date | Kind::Datetime(_) | Kind::Timestamp(_), Kind::Datetime(_) | Kind::Timestamp(_)) => Some(value),
        (a, b) if a == b => Some(value),
        (_, _) => None,
    }
}

/// What a new column holds in rows that are there.
fn new_value(context: &Context<'_>, table: &Qualified, column: &Column) -> Option<Sql> {
    let columns = context.work.after.table(table)?.columns.keys();
    if let Some(Generated { expression, stored: _ }) = &column.generated {
        let is_kept = |it: &Ident| {
            let address = Address::Column(table.clone(), it.clone());
            !context.changes(&address) && context.origins.column(table, it) == *it
        };
        let mut spoken_of = columns.filter(|it| expression.mentions(it.text()));
        return spoken_of.all(is_kept).then(|| sql("(").text(expression).raw(")"));
    }
    if column.extra.mysql().auto_increment || column.extra.mysql().row.is_some() {
        return None;
    }
    match &column.default {
        Some(default) => {
            let text = render::default(&column.ty, default);
            (!text.clone().finish().starts_with('(')).then_some(text)
        }
        None if column.nullable => Some(sql("NULL")),
        None => implied(column),
    }
}

/// What the server puts into a column that must be filled where nothing says with what.
pub(super) fn implied(column: &Column) -> Option<Sql> {
    match kind(&column.ty) {
        Kind::Integer(..) | Kind::Decimal(..) | Kind::Float(_) | Kind::Double(_) | Kind::Year | Kind::Bit(_) => {
            Some(sql("0"))
        }
        Kind::Char(_) | Kind::Varchar(_) | Kind::Text(_) | Kind::Binary(_) | Kind::Varbinary(_) | Kind::Blob(_) => {
            Some(sql("''"))
        }
        Kind::Set(_) => Some(sql("''")),
        Kind::Enum(members) => members.first().map(|it| string(sql(""), it)),
        Kind::Date => Some(sql("'0000-00-00'")),
        Kind::Datetime(_) | Kind::Timestamp(_) => Some(sql("'0000-00-00 00:00:00'")),
        Kind::Time(_) => Some(sql("'00:00:00'")),
        Kind::Json | Kind::Other(_) => None,
    }
}
