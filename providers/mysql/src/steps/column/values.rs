//! What becomes of values: those that another type refuses, those that it changes, and rows as they will be.

use trueup_contract::Sql;
use trueup_state::{Address, Column, Generated, Ident, Qualified};

use super::kind::{Kind, charset, kind};
use crate::{
    render::{self, sql, string},
    steps::{context::Context, questions::Rows},
};

/// What a conversion may do to a value.
#[derive(Clone, Debug)]
pub(super) enum Doubt {
    /// The server refuses rows that meet this.
    Refused(Sql),
    /// Rows that meet this will read differently.
    Changes(Sql),
    /// Nobody can tell beforehand.
    Unknown,
}

/// The doubts about converting a column, which goes by this name now.
pub(super) fn doubts(now: &Ident, (before, after): (&Column, &Column)) -> Vec<Doubt> {
    let mut doubts: Vec<Doubt> = of_charset(now, (before, after)).into_iter().collect();
    if before.ty != after.ty {
        let kinds = (kind(&before.ty), kind(&after.ty));
        doubts.extend(of_range(now, &kinds.0, &kinds.1).map(Doubt::Refused));
        doubts.extend(of_kind(now, &kinds.0, &kinds.1));
    }
    doubts
}

/// Characters that another character set does not have.
fn of_charset(now: &Ident, (before, after): (&Column, &Column)) -> Option<Doubt> {
    let (from, to) = (charset(before.collation.as_ref())?, charset(after.collation.as_ref())?);
    if from == to || to == "utf8mb4" || from == "ascii" || from == "binary" || to == "binary" {
        return None;
    }
    let bytes = |value: Sql| sql("CAST(CONVERT(").sql(&value).raw("USING utf8mb4) AS BINARY)");
    let there = sql("CONVERT(").ident(now).raw("USING").raw(to).raw(")");
    Some(Doubt::Refused(bytes(there).raw("<>").sql(&bytes(sql("").ident(now)))))
}

/// Numbers that are too great for what shall hold them; within, they are rounded.
fn of_range(now: &Ident, from: &Kind, to: &Kind) -> Option<Sql> {
    match (from, to) {
        (Kind::Decimal(..) | Kind::Float | Kind::Double, Kind::Integer(least, greatest)) => {
            Some(outside(now, *least, *greatest))
        }
        (Kind::Float | Kind::Double, Kind::Decimal(precision, scale)) => {
            Some(too_great(now, precision.saturating_sub(*scale)))
        }
        (Kind::Decimal(p, s), Kind::Decimal(q, t)) => {
            let (had, has) = (p.saturating_sub(*s), q.saturating_sub(*t));
            (had > has).then(|| too_great(now, has))
        }
        (_, _) => None,
    }
}

fn of_kind(now: &Ident, from: &Kind, to: &Kind) -> Option<Doubt> {
    let column = || sql("").ident(now);
    let refused = |condition: Sql| Some(Doubt::Refused(condition));
    match (from, to) {
        (Kind::Integer(a, b), Kind::Integer(c, d)) => (a < c || b > d).then(|| Doubt::Refused(outside(now, *c, *d))),
        (Kind::Decimal(..) | Kind::Float | Kind::Double, Kind::Integer(..)) => {
            Some(Doubt::Changes(sql("ROUND(").ident(now).raw(") <>").ident(now)))
        }
        (Kind::Integer(_, greatest), Kind::Decimal(precision, scale)) => {
            let digits = greatest.to_string().len();
            let room = precision.saturating_sub(*scale);
            (u64::try_from(digits).is_ok_and(|it| it > room)).then(|| Doubt::Refused(too_great(now, room)))
        }
        (Kind::Decimal(_, s), Kind::Decimal(_, t)) if s <= t => None,
        (Kind::Decimal(..) | Kind::Float | Kind::Double, Kind::Decimal(_, t)) => {
            Some(Doubt::Changes(sql("ROUND(").ident(now).raw(",").raw(&t.to_string()).raw(") <>").ident(now)))
        }
        (Kind::Integer(..), Kind::Double) | (Kind::Float, Kind::Double) => None,
        (from, to) if is_text(from) && is_text(to) => of_text(now, from, to),
        (Kind::Enum(_) | Kind::Set(_), to) if is_text(to) => longer(now, to).map(Doubt::Refused),
        (Kind::Integer(..) | Kind::Decimal(..), to) if is_text(to) => {
            longer_than(sql("CAST(").ident(now).raw("AS CHAR)"), to).map(Doubt::Refused)
        }
        (Kind::Enum(had), Kind::Enum(has)) => {
            removed(had, has).map(|gone| Doubt::Refused(sql("").ident(now).raw("IN").sql(&strings(&gone))))
        }
        (Kind::Set(had), Kind::Set(has)) => removed(had, has).map(|gone| Doubt::Refused(any_of(now, &gone))),
        (from, Kind::Enum(has)) if is_text(from) => refused(column().raw("NOT IN").sql(&strings(has))),
        (from, Kind::Integer(c, d)) if is_text(from) => {
            let number = column().raw("NOT REGEXP '^[[:space:]]*[-+]?[0-9]+[[:space:]]*$' OR CAST(").ident(now);
            let range = number.raw("AS DECIMAL(65,0)) NOT BETWEEN").raw(&c.to_string());
            refused(range.raw("AND").raw(&d.to_string()))
        }
        (from, Kind::Decimal(..) | Kind::Float | Kind::Double) if is_text(from) => refused(
            column().raw("NOT REGEXP '^[[:space:]]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?[[:space:]]*$'"),
        ),
        (from, Kind::Date | Kind::Datetime(_) | Kind::Timestamp(_)) if is_text(from) => {
            refused(sql("CAST(").ident(now).raw("AS DATETIME) IS NULL AND").ident(now).raw("IS NOT NULL"))
        }
        (from, Kind::Json) if is_text(from) => refused(sql("NOT JSON_VALID(").ident(now).raw(")")),
        (Kind::Binary(a) | Kind::Varbinary(a) | Kind::Blob(a), Kind::Varbinary(b) | Kind::Blob(b)) => {
            (a > b).then(|| Doubt::Refused(sql("LENGTH(").ident(now).raw(") >").raw(&b.to_string())))
        }
        (Kind::Binary(a) | Kind::Varbinary(a) | Kind::Blob(a), Kind::Binary(b)) => {
            if a > b {
                refused(sql("LENGTH(").ident(now).raw(") >").raw(&b.to_string()))
            } else {
                Some(Doubt::Changes(sql("LENGTH(").ident(now).raw(") <>").raw(&b.to_string())))
            }
        }
        (Kind::Datetime(_) | Kind::Timestamp(_), Kind::Date) => {
            Some(Doubt::Changes(column().raw("<> DATE(").ident(now).raw(")")))
        }
        (Kind::Date | Kind::Datetime(_), Kind::Timestamp(_)) => {
            refused(column().raw("NOT BETWEEN '1970-01-02 00:00:00' AND '2038-01-18 00:00:00'"))
        }
        (Kind::Datetime(a) | Kind::Timestamp(a), Kind::Datetime(b)) => (a > b).then(|| fraction(now, "DATETIME", *b)),
        (Kind::Timestamp(a), Kind::Timestamp(b)) => (a > b).then(|| fraction(now, "DATETIME", *b)),
        (Kind::Time(a), Kind::Time(b)) => (a > b).then(|| fraction(now, "TIME", *b)),
        (Kind::Date, Kind::Datetime(_)) => None,
        (Kind::Date | Kind::Datetime(_) | Kind::Timestamp(_) | Kind::Time(_) | Kind::Year, to) if is_text(to) => {
            longer_than(sql("CAST(").ident(now).raw("AS CHAR)"), to).map(Doubt::Refused)
        }
        (Kind::Json, to) if is_text(to) => longer_than(sql("CAST(").ident(now).raw("AS CHAR)"), to).map(Doubt::Refused),
        (a, b) if a == b => None,
        (_, _) => Some(Doubt::Unknown),
    }
}

fn is_text(kind: &Kind) -> bool {
    matches!(kind, Kind::Char(_) | Kind::Varchar(_) | Kind::Text(_))
}

fn of_text(now: &Ident, from: &Kind, to: &Kind) -> Option<Doubt> {
    let room = |kind: &Kind| match kind {
        // In characters; of what is limited in bytes, as few as it may be.
        Kind::Char(it) | Kind::Varchar(it) => *it,
        Kind::Text(bytes) => *bytes,
        _ => 0,
    };
    let shrinks = room(from) > room(to)
        || (matches!(to, Kind::Text(_))
            && room(from).saturating_mul(4) > room(to)
            && from != to
            && !matches!(from, Kind::Text(_)));
    match to {
        _ if shrinks => longer(now, to).map(Doubt::Refused),
        // Blanks at the end are not kept.
        Kind::Char(_) if !matches!(from, Kind::Char(_)) => Some(Doubt::Changes(sql("").ident(now).raw("LIKE '% '"))),
        _ => None,
    }
}

/// Values that are longer than a type of text takes.
fn longer(now: &Ident, to: &Kind) -> Option<Sql> {
    longer_than(sql("").ident(now), to)
}

fn longer_than(value: Sql, to: &Kind) -> Option<Sql> {
    match to {
        Kind::Char(room) | Kind::Varchar(room) => {
            Some(sql("CHAR_LENGTH(").sql(&value).raw(") >").raw(&room.to_string()))
        }
        Kind::Text(bytes) if *bytes < u64::from(u32::MAX) => {
            Some(sql("LENGTH(").sql(&value).raw(") >").raw(&bytes.to_string()))
        }
        _ => None,
    }
}

fn outside(now: &Ident, least: i128, greatest: i128) -> Sql {
    sql("").ident(now).raw("NOT BETWEEN").raw(&least.to_string()).raw("AND").raw(&greatest.to_string())
}

fn too_great(now: &Ident, digits: u64) -> Sql {
    sql("ABS(").ident(now).raw(&[") >= 1e", &digits.to_string()].concat())
}

fn fraction(now: &Ident, ty: &str, digits: u64) -> Doubt {
    let cast = sql("CAST(").ident(now).raw("AS").raw(ty).raw("(").raw(&digits.to_string()).raw("))");
    Doubt::Changes(cast.raw("<>").ident(now))
}

/// Values of an enum or set that it does not have any more.
fn removed(had: &[String], has: &[String]) -> Option<Vec<String>> {
    let gone: Vec<String> = had.iter().filter(|it| !has.contains(it)).cloned().collect();
    (!gone.is_empty()).then_some(gone)
}

fn strings(values: &[String]) -> Sql {
    sql("").list(values, |sql, it| string(sql, it))
}

fn any_of(now: &Ident, members: &[String]) -> Sql {
    let mut condition = sql("FALSE");
    for member in members {
        condition = string(condition.raw("OR FIND_IN_SET("), member).raw(",").ident(now).raw(") > 0");
    }
    condition
}

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
    if before.generated != after.generated {
        return None;
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
        (Kind::Integer(..), Kind::Integer(..) | Kind::Decimal(..) | Kind::Double) => Some(value),
        (Kind::Integer(..), b) if is_text(&b) => Some(sql("CAST(").sql(&value).raw("AS CHAR)")),
        (a, Kind::Integer(..)) if is_text(&a) => Some(sql("CAST(").sql(&value).raw("AS SIGNED)")),
        (Kind::Decimal(..), Kind::Decimal(_, scale)) => {
            Some(sql("ROUND(").sql(&value).raw(",").raw(&scale.to_string()).raw(")"))
        }
        (Kind::Decimal(..) | Kind::Double | Kind::Float, Kind::Integer(..)) => Some(sql("ROUND(").sql(&value).raw(")")),
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
        Kind::Integer(..) | Kind::Decimal(..) | Kind::Float | Kind::Double | Kind::Year => Some(sql("0")),
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
