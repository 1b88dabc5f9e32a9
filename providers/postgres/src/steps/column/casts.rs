//! Which types a value can go to by itself, and how it gets there otherwise (`pg_cast` of PostgreSQL 14 to 18).

use trueup_state::{Address, ObjectKind, SqlText};

use crate::steps::frame::context::Context;

/// How values get from one type to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cast {
    /// By themselves, on assignment.
    None,
    /// By an explicit cast.
    Direct,
    /// By a cast to another type first.
    Through(String),
}

/// A type's name without its modifier, and whether it is an array: `character varying(20)[]`.
fn split(ty: &SqlText) -> (String, bool) {
    let text = ty.canonical();
    let is_array = text.ends_with("[]");
    let plain = text.trim_end_matches("[]");
    let name = match (plain.find('('), plain.find(')')) {
        (Some(open), Some(close)) if open < close => [&plain[..open], &plain[close + 1..]].concat(),
        _ => plain.to_owned(),
    };
    (name, is_array)
}

/// The numbers of a type's modifier: `numeric(10,2)`.
pub(super) fn modifier(ty: &SqlText) -> Vec<i64> {
    let text = ty.canonical();
    let inside = text.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(inside, _)| inside);
    inside.into_iter().flat_map(|it| it.split(',')).filter_map(|it| it.trim().parse().ok()).collect()
}

/// A type's name without its modifier.
pub(super) fn base(ty: &SqlText) -> String {
    split(ty).0
}

const NUMBERS: [&str; 6] = ["smallint", "integer", "bigint", "numeric", "real", "double precision"];
const STRINGS: [&str; 4] = ["text", "character varying", "character", "bpchar"];

/// Pairs whose cast is implicit or for assignment, besides numbers and strings.
const ASSIGNED: [(&str, &str); 24] = [
    ("date", "timestamp without time zone"),
    ("date", "timestamp with time zone"),
    ("timestamp without time zone", "timestamp with time zone"),
    ("timestamp with time zone", "timestamp without time zone"),
    ("timestamp without time zone", "date"),
    ("timestamp with time zone", "date"),
    ("timestamp without time zone", "time without time zone"),
    ("timestamp with time zone", "time without time zone"),
    ("timestamp with time zone", "time with time zone"),
    ("time without time zone", "interval"),
    ("interval", "time without time zone"),
    ("time without time zone", "time with time zone"),
    ("time with time zone", "time without time zone"),
    ("cidr", "inet"),
    ("inet", "cidr"),
    ("json", "jsonb"),
    ("jsonb", "json"),
    ("bit", "bit varying"),
    ("bit varying", "bit"),
    ("integer", "oid"),
    ("bigint", "oid"),
    ("money", "numeric"),
    ("numeric", "money"),
    ("macaddr", "macaddr8"),
];

/// How the values of a column get from one type to another.
pub(super) fn cast(context: &Context<'_>, before: &SqlText, after: &SqlText) -> Cast {
    let ((from, from_array), (to, to_array)) = (split(before), split(after));
    if from_array != to_array {
        return if !to_array && is_string(&to) { Cast::None } else { Cast::Direct };
    }
    if from == to || assigns(&from, &to) {
        return Cast::None;
    }
    let through = |middle: &str| {
        let array = if from_array { "[]" } else { "" };
        Cast::Through([middle, array].concat())
    };
    // An enum or a composite type is written as a string, and read from one.
    if is_user_type(context, &from) && !is_string(&to) {
        return through("text");
    }
    match (from.as_str(), to.as_str()) {
        ("boolean", "smallint" | "bigint" | "numeric" | "real" | "double precision") => through("integer"),
        ("smallint" | "bigint" | "numeric" | "real" | "double precision", "boolean") => through("integer"),
        _ => Cast::Direct,
    }
}

/// Families of types between which PostgreSQL has no cast at all.
const FAMILIES: [&[&str]; 6] = [
    &["smallint", "integer", "bigint", "numeric", "real", "double precision", "money"],
    &["date", "timestamp without time zone", "timestamp with time zone", "time without time zone", "interval"],
    &["uuid"],
    &["bytea"],
    &["inet", "cidr", "macaddr"],
    &["boolean"],
];

/// Whether there is no way for values of one type to become values of another.
pub(super) fn is_impossible(before: &SqlText, after: &SqlText) -> bool {
    let family = |ty: &SqlText| FAMILIES.iter().position(|family| family.contains(&base(ty).as_str()));
    let ((from, from_array), (to, to_array)) = (split(before), split(after));
    let arrays = from_array || to_array;
    // An array is read from a string and written as one, and that is all.
    if from_array != to_array {
        let single = if from_array { &to } else { &from };
        return family(before).is_some() && family(after).is_some() && !is_string(single);
    }
    match (family(before), family(after)) {
        // Of JSON, a number and a truth value are taken out, from `jsonb` alone; nothing goes in but strings.
        (Some(_), None) if is_json(&to) => true,
        (None, Some(kind)) if is_json(&from) => arrays || from == "json" || !matches!(kind, 0 | 5),
        // A truth value and an integer become each other.
        (Some(0), Some(5)) | (Some(5), Some(0)) => arrays,
        (Some(a), Some(b)) => a != b,
        (_, _) => false,
    }
}

fn assigns(from: &str, to: &str) -> bool {
    let among = |list: &[&str]| list.contains(&from) && list.contains(&to);
    among(&NUMBERS) || is_string(to) || ASSIGNED.contains(&(from, to))
}

fn is_json(ty: &str) -> bool {
    matches!(ty, "json" | "jsonb")
}

pub(super) fn is_string(ty: &str) -> bool {
    STRINGS.contains(&ty)
}

/// Whether a type is an enum or composite type of the schema.
pub(super) fn is_user_type(context: &Context<'_>, ty: &str) -> bool {
    let plain = ty.replace('"', "");
    context.work.before.others.keys().any(|address| match address {
        Address::Object(ObjectKind::Enum | ObjectKind::CompositeType, name) => name.to_string() == plain,
        _ => false,
    })
}

/// `text`, or `text[]` where a type is an array.
pub(super) fn text_like(ty: &SqlText) -> String {
    if split(ty).1 { "text[]".to_owned() } else { "text".to_owned() }
}

/// Whether values are stored the same way in both types, so that rows stay as they are.
pub(in crate::steps) fn keeps_bytes(before: &SqlText, after: &SqlText) -> bool {
    let (from, to) = (base(before), base(after));
    let (old, new) = (modifier(before), modifier(after));
    let grows = match (old.as_slice(), new.as_slice()) {
        (_, []) => true,
        ([a, b], [c, d]) => c >= a && b == d,
        ([a], [b]) => b >= a,
        _ => false,
    };
    match (from.as_str(), to.as_str()) {
        ("character varying" | "text", "character varying" | "text") => grows,
        ("numeric", "numeric") | ("bit varying", "bit varying") => grows,
        ("cidr", "inet") => true,
        _ => false,
    }
}
