//! What a column's new type does to the values that are there.

use trueup_contract::{Fact, Hazard, Sql};
use trueup_state::{Address, Column, Ident, Object, ObjectKind, PostgresObject, SqlText};

use super::{
    Name, address,
    casts::{self, Cast},
    is_volatile,
};
use crate::{
    render::{sql, table::enclosed},
    steps::{closure, frame::context::Context, table::rows_now},
};

/// What happens to a value.
enum Doubt {
    /// It is changed where the condition holds.
    Changes(Sql),
    /// It is refused where the condition holds.
    Refused(Sql),
    /// It is refused or not; nothing can be asked.
    Unknown,
}

/// The hazards of a change of type.
pub(super) fn hazards(context: &Context<'_>, name: Name<'_>, (before, after): (&Column, &Column)) -> Vec<Hazard> {
    if before.ty == after.ty || before.generated.is_some() {
        return Vec::new();
    }
    let (table, own) = name;
    let now = context.origins.column(table, own);
    let Some(rows) = rows_now(context, table).filter(|rows| rows.now.columns.contains_key(&now)) else {
        return Vec::new();
    };
    let (from, to) = (before.ty.canonical().to_owned(), after.ty.canonical().to_owned());
    let counts = |what: &str| ["rows of ", &rows.table.to_string(), " where ", now.text(), what].concat();
    let hazard = |fact, question| vec![Hazard { address: address(name), fact, question }];
    match doubt(context, &now, &before.ty, &after.ty) {
        None => Vec::new(),
        Some(Doubt::Unknown) => hazard(Fact::RefusesValues { to }, None),
        Some(Doubt::Refused(condition)) => {
            let is_array = |ty: &SqlText| ty.canonical().ends_with("[]");
            let narrows =
                casts::base(&before.ty) == casts::base(&after.ty) && is_array(&before.ty) == is_array(&after.ty);
            let question = rows.matching(&condition, counts(&[" does not fit into ", &to].concat()));
            let fact = if narrows { Fact::Narrows { from, to } } else { Fact::RefusesValues { to } };
            hazard(fact, Some(question))
        }
        Some(Doubt::Changes(condition)) => {
            let mut question = rows.matching(&condition, counts(&[" is another value as ", &to].concat()));
            question.must_be_zero = false;
            hazard(Fact::Narrows { from, to }, Some(question))
        }
    }
}

/// What a row that is there now will have in a column: what it has, converted where the type changes, or what a new
/// column is filled with. `None` where a value may be refused on the way, differs from row to row, or takes something
/// that is not there yet.
pub(in crate::steps) fn value_then(context: &Context<'_>, name: Name<'_>) -> Option<Sql> {
    let (table, own) = name;
    let after = context.work.after.table(table)?.columns.get(own)?;
    let now = context.origins.column(table, own);
    let before = context.work.observed.table(&context.origins.table(table))?.columns.get(&now);
    let value = || sql("").ident(&now);
    if before.is_some_and(|it| it.ty == after.ty) {
        return Some(value());
    }
    let takes_new = context.needs_after.of_object(&address(name)).any(|it| match it {
        Address::Namespace(_) | Address::Table(_) | Address::Column(..) => false,
        // A domain may have a default, and checks.
        Address::Object(ObjectKind::Domain, _) => true,
        it => context.work.observed.object(it).is_none() || context.altered.contains(it),
    });
    let is_made = after.generated.is_some() || after.extra.postgres().identity.is_some();
    if takes_new || is_made {
        return None;
    }
    let Some(before) = before else {
        let default = after.default.as_ref();
        let value = default.map_or_else(|| sql("NULL"), |it| enclosed(sql(""), it));
        return (!default.is_some_and(is_volatile)).then(|| sql("(").sql(&value.raw("::").text(&after.ty)).raw(")"));
    };
    // An explicit cast to a string of limited length cuts off and refuses nothing.
    let cuts_off = matches!(casts::base(&after.ty).as_str(), "character varying" | "character" | "bpchar");
    let refuses = matches!(doubt(context, &now, &before.ty, &after.ty), Some(Doubt::Refused(_) | Doubt::Unknown));
    if refuses && !cuts_off {
        return None;
    }
    let value = match casts::cast(context, &before.ty, &after.ty) {
        Cast::None | Cast::Direct => value(),
        Cast::Through(middle) => value().raw("::").raw(&middle),
    };
    Some(sql("(").sql(&value.raw("::").text(&after.ty)).raw(")"))
}

/// The hazards of a column whose enum loses values.
pub(super) fn label_hazards(context: &Context<'_>, name: Name<'_>, column: &Column) -> Vec<Hazard> {
    let (table, own) = name;
    let now = context.origins.column(table, own);
    let types = context.closure.renamed_types.iter();
    let Some(ty) = types.into_iter().find(|ty| context.needs_before.has(&address(name), ty)) else { return Vec::new() };
    let is_enum = matches!(ty, Address::Object(ObjectKind::Enum, _));
    let removed = closure::removed_labels(context, ty).unwrap_or_default();
    let rows = rows_now(context, table).filter(|rows| rows.now.columns.contains_key(&now));
    if is_enum && removed.is_empty() {
        return Vec::new();
    }
    let fact = closure::refuses(&column.ty);
    let is_array = column.ty.canonical().ends_with("[]");
    let question = rows.filter(|_| is_enum).map(|rows| {
        let condition = if is_array {
            sql("").ident(&now).raw("::text[] && ARRAY[").sql(&strings(&removed)).raw("]::text[]")
        } else {
            sql("").ident(&now).raw("::text IN (").sql(&strings(&removed)).raw(")")
        };
        let counts = ["rows of ", &rows.table.to_string(), " where ", now.text(), " is a value that goes"].concat();
        rows.matching(&condition, counts)
    });
    vec![Hazard { address: address(name), fact, question }]
}

fn strings(values: &[String]) -> Sql {
    values.iter().enumerate().fold(sql(""), |sql, (at, value)| {
        let sql = if at > 0 { sql.raw(",") } else { sql };
        sql.string(value)
    })
}

/// The text of a value.
fn text(column: &Ident) -> Sql {
    sql("").ident(column).raw("::text")
}

fn doubt(context: &Context<'_>, column: &Ident, before: &SqlText, after: &SqlText) -> Option<Doubt> {
    let (from, to) = (casts::base(before), casts::base(after));
    let (was_array, is_array) = (before.canonical().ends_with("[]"), after.canonical().ends_with("[]"));
    if was_array || is_array {
        let same = from == to && casts::keeps_bytes(before, after);
        let widens = matches!((from.as_str(), to.as_str()), ("smallint", "integer" | "bigint") | ("integer", "bigint"));
        let is_written = to == "text" && was_array;
        if is_array && !was_array && casts::is_string(&from) && is_own(context, after) {
            return Some(invalid(context, column, after));
        }
        return (was_array != is_array && !is_written || !same && !widens && !is_written).then_some(Doubt::Unknown);
    }
    let value = || sql("").ident(column);
    let size = casts::modifier(after);
    match (from.as_str(), to.as_str()) {
        (_, "text") => None,
        (_, "character varying" | "character" | "bpchar") => {
            // Blanks at the end are cut off, everything else is refused.
            let limit = size.first().copied().or(if to == "character" { Some(1) } else { None })?;
            let fits = from == to && casts::modifier(before).first().is_some_and(|it| *it <= limit);
            let length = sql("pg_catalog.char_length(pg_catalog.rtrim(").sql(&text(column)).raw(")) >");
            (!fits).then(|| Doubt::Refused(length.raw(&limit.to_string())))
        }
        ("smallint", "integer" | "bigint" | "real" | "double precision") => None,
        ("integer", "bigint" | "double precision") | ("real", "double precision") => None,
        (
            "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision",
            "smallint" | "integer" | "bigint",
        ) => Some(Doubt::Refused(outside(column, &to))),
        ("integer" | "bigint" | "numeric" | "double precision", "real" | "double precision") => {
            let converted = value().raw("::").raw(&to).raw("::numeric <>").ident(column).raw("::numeric");
            Some(Doubt::Changes(converted))
        }
        ("smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision", "numeric") => {
            numeric(column, (&from, before), after)
        }
        ("timestamp without time zone", "date") => {
            Some(Doubt::Changes(value().raw("<> pg_catalog.date_trunc('day',").ident(column).raw(")")))
        }
        ("timestamp with time zone", "date") => {
            Some(Doubt::Changes(value().raw("<> pg_catalog.date_trunc('day',").ident(column).raw(")")))
        }
        (
            "timestamp without time zone" | "timestamp with time zone",
            "time without time zone" | "time with time zone",
        ) => Some(Doubt::Changes(value().raw("IS NOT NULL"))),
        ("character varying" | "text" | "character" | "bpchar", _) => from_text(context, column, after),
        (a, b) if a == b => {
            shrinks(before, after).then(|| Doubt::Changes(value().raw("::").text(after).raw("<>").ident(column)))
        }
        ("date", "timestamp without time zone" | "timestamp with time zone") => None,
        ("timestamp without time zone", "timestamp with time zone")
        | ("timestamp with time zone", "timestamp without time zone") => None,
        ("json", "jsonb") | ("jsonb", "json") | ("cidr", "inet") | ("boolean", "integer" | "smallint" | "bigint") => {
            None
        }
        _ => Some(Doubt::Unknown),
    }
}

fn shrinks(before: &SqlText, after: &SqlText) -> bool {
    match (casts::modifier(before).first(), casts::modifier(after).first()) {
        (Some(a), Some(b)) => b < a,
        (None, Some(_)) => true,
        (_, None) => false,
    }
}

fn outside(column: &Ident, ty: &str) -> Sql {
    let (least, greatest) = match ty {
        "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let range = sql("").ident(column).raw("::numeric NOT BETWEEN").raw(&least.to_string());
    range
        .raw("AND")
        .raw(&greatest.to_string())
        .raw("OR pg_catalog.round(")
        .ident(column)
        .raw("::numeric) <>")
        .ident(column)
        .raw("::numeric")
}

fn numeric(column: &Ident, (from, before): (&str, &SqlText), after: &SqlText) -> Option<Doubt> {
    let (precision, scale) = match casts::modifier(after).as_slice() {
        [precision] => (*precision, 0),
        [precision, scale] => (*precision, *scale),
        _ => return None,
    };
    let (old_precision, old_scale) = match (from, casts::modifier(before).as_slice()) {
        ("numeric", [precision]) => (*precision, 0),
        ("numeric", [precision, scale]) => (*precision, *scale),
        ("smallint", _) => (5, 0),
        ("integer", _) => (10, 0),
        ("bigint", _) => (19, 0),
        _ => (i64::MAX, i64::MAX),
    };
    let fits_before = old_precision.saturating_sub(old_scale) <= precision - scale && old_scale != i64::MAX;
    let rounded = || sql("pg_catalog.round(").ident(column).raw("::numeric,").raw(&scale.to_string()).raw(")");
    if !fits_before {
        let too_great =
            sql("pg_catalog.abs(").sql(&rounded()).raw(") >= 10::numeric ^").raw(&(precision - scale).to_string());
        return Some(Doubt::Refused(too_great));
    }
    (old_scale > scale).then(|| Doubt::Changes(rounded().raw("<>").ident(column).raw("::numeric")))
}

/// Strings that are no values of a type, as far as a pattern can tell.
fn from_text(context: &Context<'_>, column: &Ident, after: &SqlText) -> Option<Doubt> {
    let to = casts::base(after);
    let pattern = match to.as_str() {
        "smallint" | "integer" | "bigint" => r"^\s*[+-]?\d+\s*$",
        "numeric" | "real" | "double precision" => {
            r"^\s*([+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[Nn][Aa][Nn]|[+-]?[Ii]nf(inity)?)\s*$"
        }
        "uuid" => r"^\s*\{?([0-9a-fA-F]{4}-?){8}\}?\s*$",
        "boolean" => {
            r"^\s*(t|tr|tru|true|y|ye|yes|on|1|f|fa|fal|fals|false|n|no|of|off|0|T|TRUE|True|F|FALSE|False)\s*$"
        }
        "date" => r"^\s*\d{4}-\d{1,2}-\d{1,2}",
        "timestamp without time zone" | "timestamp with time zone" => {
            r"^\s*\d{4}-\d{1,2}-\d{1,2}([ T]\d{1,2}:\d{2}|\s*$)"
        }
        _ if is_own(context, after) => return Some(invalid(context, column, after)),
        _ => return Some(labels(context, column, &to).map_or(Doubt::Unknown, Doubt::Refused)),
    };
    Some(Doubt::Refused(text(column).raw("!~").string(pattern)))
}

/// Whether a string that is written out is longer than a type takes; blanks at its end do not count.
pub(super) fn is_too_long(default: &SqlText, ty: &SqlText) -> bool {
    let is_limited = matches!(casts::base(ty).as_str(), "character varying" | "character" | "bpchar");
    let limit = casts::modifier(ty).first().and_then(|it| usize::try_from(*it).ok());
    let literal = default.canonical().strip_prefix('\'').and_then(|it| {
        let end = it.replace("''", "\u{1}\u{1}").find('\'')?;
        Some(it.get(..end)?.replace("''", "'"))
    });
    match (limit.filter(|_| is_limited), literal) {
        (Some(limit), Some(text)) => text.trim_end_matches(' ').chars().count() > limit,
        (_, _) => false,
    }
}

/// Whether a type is PostgreSQL's own.
fn is_own(context: &Context<'_>, ty: &SqlText) -> bool {
    !ty.canonical().contains('.') && !casts::is_user_type(context, &casts::base(ty))
}

/// Strings that are no values of one of PostgreSQL's own types, where the server can be asked.
fn invalid(context: &Context<'_>, column: &Ident, ty: &SqlText) -> Doubt {
    if !context.version.tells_valid_input() {
        return Doubt::Unknown;
    }
    let valid = sql("NOT pg_catalog.pg_input_is_valid(").sql(&text(column)).raw(",");
    Doubt::Refused(valid.string(ty.canonical()).raw(")"))
}

/// Strings that are no values of an enum.
fn labels(context: &Context<'_>, column: &Ident, ty: &str) -> Option<Sql> {
    let plain = ty.replace('"', "");
    let found = context.work.after.others.iter().find_map(|(address, it)| match (address, it.as_object()) {
        (Address::Object(ObjectKind::Enum, name), Object::Postgres(PostgresObject::Enum(it))) => {
            (name.to_string() == plain).then_some(it)
        }
        _ => None,
    })?;
    Some(text(column).raw("NOT IN (").sql(&strings(&found.labels)).raw(")"))
}
