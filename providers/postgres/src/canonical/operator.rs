//! Which of PostgreSQL's own operators is meant (chapter 10.2 of its manual), for the types that are common.

/// The types to which both operands are brought, and the type of the result.
pub(super) type Found = (String, String, String);

/// The operator of this name for operands of these types, where it is certain.
pub(super) fn find(name: &str, left: &str, right: &str) -> Option<Found> {
    let found = |left: &str, right: &str, result: &str| Some((left.to_owned(), right.to_owned(), result.to_owned()));
    match name {
        "=" | "<>" | "<" | ">" | "<=" | ">=" => {
            let (left, right) = comparable(left, right)?;
            found(&left, &right, "boolean")
        }
        "~~" | "~~*" | "!~~" | "!~~*" | "~" | "~*" | "!~" | "!~*" => {
            let left = textual(left).or_else(|| (left == "character").then_some("character"))?;
            let right = textual(right).or_else(|| (right == "unknown").then_some("text"))?;
            found(left, right, "boolean")
        }
        "+" | "-" | "*" | "/" | "%" => arithmetic(name, left, right),
        "||" => concatenation(left, right),
        "->" | "->>" if is_json(left) => {
            let result = if name == "->" { left } else { "text" };
            match right {
                "unknown" | "text" => found(left, "text", result),
                "integer" => found(left, "integer", result),
                _ => None,
            }
        }
        "?" if left == "jsonb" && matches!(right, "unknown" | "text") => found("jsonb", "text", "boolean"),
        "@>" | "<@" if left == "jsonb" && matches!(right, "unknown" | "jsonb") => found("jsonb", "jsonb", "boolean"),
        "@@" if left == "tsvector" && right == "tsquery" => found(left, right, "boolean"),
        _ => None,
    }
}

fn is_json(ty: &str) -> bool {
    matches!(ty, "json" | "jsonb")
}

fn textual(ty: &str) -> Option<&'static str> {
    matches!(ty, "text" | "character varying").then_some("text")
}

pub(super) fn is_integer(ty: &str) -> bool {
    matches!(ty, "smallint" | "integer" | "bigint")
}

fn is_moment(ty: &str) -> bool {
    matches!(ty, "date" | "timestamp without time zone" | "timestamp with time zone")
}

/// Whether a type has comparison operators of its own.
fn has_own(ty: &str) -> bool {
    let plain = matches!(
        ty,
        "text"
            | "character"
            | "boolean"
            | "numeric"
            | "double precision"
            | "real"
            | "uuid"
            | "jsonb"
            | "interval"
            | "time without time zone"
            | "name"
            | "inet"
            | "bytea"
            | "text[]"
            | "integer[]"
    );
    // Enum types are the only ones with a namespace that get here.
    plain || is_integer(ty) || is_moment(ty) || (ty.contains('.') && !ty.ends_with("[]"))
}

fn comparable(left: &str, right: &str) -> Option<(String, String)> {
    let both = |ty: &str| Some((ty.to_owned(), ty.to_owned()));
    match (left, right) {
        ("unknown", "unknown") => None,
        ("unknown", ty) | (ty, "unknown") => match textual(ty) {
            Some(text) => both(text),
            None => has_own(ty).then(|| both(ty)).flatten(),
        },
        _ if textual(left).is_some() && textual(right).is_some() => both("text"),
        _ if left == right => has_own(left).then(|| both(left)).flatten(),
        _ if is_integer(left) && is_integer(right) || is_moment(left) && is_moment(right) => {
            Some((left.to_owned(), right.to_owned()))
        }
        _ => both(&wider(left, right)?),
    }
}

/// The type to which two numbers of different types are brought.
fn wider(left: &str, right: &str) -> Option<String> {
    match (left, right) {
        ("numeric", it) | (it, "numeric") if is_integer(it) => Some("numeric".to_owned()),
        ("double precision", it) | (it, "double precision") if is_integer(it) || it == "numeric" => {
            Some("double precision".to_owned())
        }
        _ => None,
    }
}

fn arithmetic(name: &str, left: &str, right: &str) -> Option<Found> {
    let found = |left: &str, right: &str, result: &str| Some((left.to_owned(), right.to_owned(), result.to_owned()));
    let order = ["smallint", "integer", "bigint"];
    let rank = |ty: &str| order.iter().position(|it| *it == ty);
    if let (Some(l), Some(r)) = (rank(left), rank(right)) {
        if name == "%" && l != r {
            return None;
        }
        return found(left, right, order[l.max(r)]);
    }
    match (name, left, right) {
        ("%", "numeric", "numeric") => return found(left, right, left),
        ("%", ..) => return None,
        ("+" | "-" | "*" | "/", "numeric", "numeric") => return found(left, right, left),
        ("+" | "-" | "*" | "/", "double precision", "double precision") => return found(left, right, left),
        ("+", it, "interval") | ("-", it, "interval") if is_moment(it) => {
            let result = if it == "date" { "timestamp without time zone" } else { it };
            return found(left, right, result);
        }
        ("+", it, "unknown") if is_moment(it) && it != "date" => return found(left, "interval", it),
        ("+" | "-", "date", "integer") => return found(left, right, "date"),
        ("-", "date", "date") => return found(left, right, "integer"),
        ("-", l, r) if is_moment(l) && l == r => return found(left, right, "interval"),
        ("+" | "-", "interval", "interval") => return found(left, right, "interval"),
        _ => (),
    }
    let wide = wider(left, right)?;
    found(&wide, &wide, &wide)
}

fn concatenation(left: &str, right: &str) -> Option<Found> {
    let found = |ty: &str| Some((ty.to_owned(), ty.to_owned(), ty.to_owned()));
    match (left, right) {
        ("jsonb", "jsonb" | "unknown") | ("unknown", "jsonb") => found("jsonb"),
        ("unknown", it) | (it, "unknown") if textual(it).is_some() => found("text"),
        ("unknown", "unknown") => found("text"),
        _ if textual(left).is_some() && textual(right).is_some() => found("text"),
        ("text", it) if is_integer(it) => Some(("text".to_owned(), it.to_owned(), "text".to_owned())),
        (it, "text") if is_integer(it) => Some((it.to_owned(), "text".to_owned(), "text".to_owned())),
        _ => None,
    }
}
