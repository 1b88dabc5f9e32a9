//! What becomes of values under another type: those that the server refuses, and those that read differently then. Each
//! pair of families is as tried on MariaDB 10.11 and MySQL 9.7 (`conversion/tests.rs`). Where the server takes odd
//! spellings, these are rather refused.

use trueup_contract::Sql;
use trueup_state::{Column, Ident};

use super::{
    kind::{Kind, charset, is_unsigned, kind},
    moment,
};
use crate::{
    read::GEOMETRIES,
    render::{sql, string},
};

/// What a conversion may do to a value.
#[derive(Clone, Debug)]
pub(super) enum Doubt {
    /// The server refuses rows that meet this.
    Refused(Sql),
    /// Rows that meet this will read differently.
    Changes(Sql),
    /// Any value may read differently.
    Unknown,
}

/// A column with its values as they are now.
pub(super) struct Values<'a> {
    pub(super) name: &'a Ident,
    pub(super) kind: Kind,
}

impl Values<'_> {
    pub(super) fn own(&self) -> Sql {
        sql("").ident(self.name)
    }

    /// The values as text.
    pub(super) fn text(&self) -> Sql {
        match &self.kind {
            it if is_text(it) || matches!(it, Kind::Enum(_) | Kind::Set(_)) => self.own(),
            it if is_bytes(it) => sql("CONVERT(").ident(self.name).raw("USING latin1)"),
            _ => sql("CAST(").ident(self.name).raw("AS CHAR)"),
        }
    }

    /// The values as numbers; text as far as it is one.
    pub(super) fn number(&self) -> Sql {
        match &self.kind {
            Kind::Integer(..) | Kind::Decimal(..) | Kind::Float(_) | Kind::Double(_) => self.own(),
            it if is_read(it) => sql("(").sql(&self.text()).raw("+ 0e0)"),
            _ => sql("(").ident(self.name).raw("+ 0)"),
        }
    }

    pub(super) fn any(&self) -> Sql {
        self.own().raw("IS NOT NULL")
    }
}

/// The doubts about converting a column, which goes by this name now.
pub(super) fn doubts(now: &Ident, (before, after): (&Column, &Column)) -> Vec<Doubt> {
    let mut doubts: Vec<Doubt> = of_charset(now, (before, after)).into_iter().collect();
    if before.ty == after.ty {
        return doubts;
    }
    let (from, to) = (Values { name: now, kind: kind(&before.ty) }, kind(&after.ty));
    let is_tightened = is_unsigned(&after.ty) && !is_unsigned(&before.ty);
    if is_tightened
        && !matches!(from.kind, Kind::Other(_))
        && matches!(to, Kind::Decimal(..) | Kind::Float(_) | Kind::Double(_))
    {
        doubts.push(Doubt::Refused(from.number().raw("< 0")));
    }
    if from.kind != to {
        doubts.extend(of_kinds(&from, &to, after));
    }
    doubts
}

fn of_kinds(from: &Values<'_>, to: &Kind, after: &Column) -> Vec<Doubt> {
    match to {
        // A place is nothing but bytes elsewhere.
        it if is_place(&from.kind) && !is_bytes(it) && !is_place(it) => vec![Doubt::Refused(from.any())],
        Kind::Integer(least, greatest) => to_integer(from, *least, *greatest),
        Kind::Bit(bits) => to_integer(from, 0, (1_i128 << bits) - 1),
        Kind::Decimal(precision, scale) => to_decimal(from, *precision, *scale),
        Kind::Float(digits) => to_float(from, true, *digits),
        Kind::Double(digits) => to_float(from, false, *digits),
        it if is_text(it) => to_text(from, it, after),
        Kind::Binary(room) | Kind::Varbinary(room) | Kind::Blob(room) => {
            to_bytes(from, *room, matches!(to, Kind::Binary(_)))
        }
        Kind::Enum(members) => to_enum(from, members),
        Kind::Set(members) => to_set(from, members),
        Kind::Json => match &from.kind {
            it if is_bytes(it) => vec![Doubt::Refused(from.any())],
            _ => vec![Doubt::Refused(sql("NOT JSON_VALID(").sql(&from.text()).raw(")"))],
        },
        Kind::Other(word) => to_other(from, word),
        _ => moment::doubts(from, to),
    }
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

pub(super) fn is_text(kind: &Kind) -> bool {
    matches!(kind, Kind::Char(_) | Kind::Varchar(_) | Kind::Text(_))
}

fn is_bytes(kind: &Kind) -> bool {
    matches!(kind, Kind::Binary(_) | Kind::Varbinary(_) | Kind::Blob(_))
}

/// Whether the server reads a number out of such a value's text.
pub(super) fn is_read(kind: &Kind) -> bool {
    is_text(kind) || is_bytes(kind) || *kind == Kind::Json
}

const INTEGER: &str = "NOT REGEXP '^[[:space:]]*[-+]?[0-9]+[[:space:]]*$'";
const NUMBER: &str = "NOT REGEXP '^[[:space:]]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?[[:space:]]*$'";

fn to_integer(from: &Values<'_>, least: i128, greatest: i128) -> Vec<Doubt> {
    // None but integers are read beyond the greatest number with a sign.
    let greatest = if matches!(from.kind, Kind::Integer(..)) { greatest } else { greatest.min(i128::from(i64::MAX)) };
    let refused = |value: &Sql| Doubt::Refused(outside(value, least, greatest));
    let whole = |value: Sql| sql("CAST(").sql(&value).raw("AS DECIMAL(65,0))");
    let rounded = || sql("ROUND(").ident(from.name).raw(")");
    let changes = || Doubt::Changes(rounded().raw("<>").ident(from.name));
    match &from.kind {
        Kind::Integer(a, b) if *a >= least && *b <= greatest => Vec::new(),
        Kind::Bit(bits) if (1_i128 << bits) - 1 <= greatest => Vec::new(),
        Kind::Year if greatest >= 2155 => Vec::new(),
        Kind::Integer(..) | Kind::Bit(_) | Kind::Year => vec![refused(&from.number())],
        Kind::Decimal(..) => {
            // What is rounded to zero is still below it.
            let condition = outside(&rounded(), least, greatest).raw("OR").ident(from.name);
            vec![Doubt::Refused(condition.raw("<").raw(&least.to_string())), changes()]
        }
        Kind::Float(_) | Kind::Double(_) => vec![refused(&whole(from.own())), changes()],
        // MySQL reads no whole numbers out of bytes.
        it if is_bytes(it) => vec![Doubt::Refused(from.any())],
        it if is_read(it) => {
            let condition = from.text().raw(INTEGER).raw("OR").sql(&outside(&whole(from.text()), least, greatest));
            vec![Doubt::Refused(condition)]
        }
        Kind::Other(_) => vec![Doubt::Unknown],
        _ => vec![refused(&from.number()), Doubt::Unknown],
    }
}

fn to_decimal(from: &Values<'_>, precision: u64, scale: u64) -> Vec<Doubt> {
    let room = precision.saturating_sub(scale);
    let rounded = || sql("ROUND(").sql(&from.number()).raw(",").raw(&scale.to_string()).raw(")");
    let limit = power_of_ten(room);
    let too_great = || sql("ABS(").sql(&rounded()).raw(") >=").raw(&limit);
    let changes = || Doubt::Changes(rounded().raw("<>").sql(&from.number()));
    let whole = |least: i128, greatest: i128| match u32::try_from(room).ok().and_then(|it| 10_i128.checked_pow(it)) {
        Some(limit) if least <= -limit || greatest >= limit => {
            vec![Doubt::Refused(outside(&from.number(), 1 - limit, limit - 1))]
        }
        _ => Vec::new(),
    };
    match &from.kind {
        Kind::Integer(a, b) => whole(*a, *b),
        Kind::Bit(bits) => whole(0, (1_i128 << bits) - 1),
        Kind::Year => whole(0, 2155),
        Kind::Decimal(p, s) => {
            let had = p.saturating_sub(*s);
            let narrower = had > room || (had == room && *s > scale);
            let refused = narrower.then(|| Doubt::Refused(too_great()));
            refused.into_iter().chain((*s > scale).then(changes)).collect()
        }
        Kind::Float(_) | Kind::Double(_) => vec![Doubt::Refused(too_great()), changes()],
        it if is_read(it) => {
            vec![Doubt::Refused(from.text().raw(NUMBER).raw("OR").sql(&too_great())), changes()]
        }
        Kind::Other(_) => vec![Doubt::Unknown],
        _ => vec![Doubt::Refused(too_great()), Doubt::Unknown],
    }
}

/// The greatest number that a float holds, and the whole numbers up to which floats and doubles leave out none.
const GREATEST_FLOAT: &str = "3.402823466e38";
const WHOLE_FLOAT: i128 = 1 << 24;
const WHOLE_DOUBLE: i128 = 1 << 53;

fn to_float(from: &Values<'_>, single: bool, digits: Option<(u64, u64)>) -> Vec<Doubt> {
    let too_great = || sql("ABS(").sql(&from.number()).raw(") >").raw(GREATEST_FLOAT);
    let whole = if single { WHOLE_FLOAT } else { WHOLE_DOUBLE };
    let mut doubts = match &from.kind {
        Kind::Integer(a, b) if *a >= -whole && *b <= whole => Vec::new(),
        Kind::Integer(..) => vec![Doubt::Changes(outside(&from.own(), -whole, whole))],
        Kind::Year => Vec::new(),
        Kind::Float(_) => Vec::new(),
        Kind::Double(_) if !single => Vec::new(),
        Kind::Double(_) | Kind::Decimal(..) if single => vec![Doubt::Refused(too_great()), Doubt::Unknown],
        it if is_read(it) => {
            let no_number = from.text().raw(NUMBER);
            vec![Doubt::Refused(if single { no_number.raw("OR").sql(&too_great()) } else { no_number })]
        }
        _ => vec![Doubt::Unknown],
    };
    if let Some((precision, scale)) = digits {
        doubts.extend(to_decimal(from, precision, scale));
    }
    doubts
}

fn to_text(from: &Values<'_>, to: &Kind, after: &Column) -> Vec<Doubt> {
    let refused = |condition: Option<Sql>| condition.map(Doubt::Refused).into_iter().collect();
    match &from.kind {
        it if is_text(it) => of_text(from, to).into_iter().collect(),
        it if is_bytes(it) => {
            let read = sql("CONVERT(").ident(from.name).raw("USING");
            let read = read.raw(charset(after.collation.as_ref()).unwrap_or("utf8mb4")).raw(")");
            let other = sql("NOT (CAST(").sql(&read).raw("AS BINARY) <=>").ident(from.name).raw(")");
            let condition = match longer(&read, to) {
                Some(longer) => other.raw("OR").sql(&longer),
                None => other,
            };
            vec![Doubt::Refused(condition)]
        }
        Kind::Bit(_) => {
            let mut doubts: Vec<Doubt> = refused(longer(&sql("CAST(").sql(&from.number()).raw("AS CHAR)"), to));
            // Its bytes are taken for characters.
            if matches!(to, Kind::Text(_)) {
                doubts.push(Doubt::Refused(sql("HEX(").ident(from.name).raw(") REGEXP '[89A-F].(..)*$'")));
            }
            doubts.push(Doubt::Unknown);
            doubts
        }
        _ => refused(longer(&from.text(), to)),
    }
}

fn of_text(from: &Values<'_>, to: &Kind) -> Option<Doubt> {
    let room = |kind: &Kind| match kind {
        // In characters; of what is limited in bytes, as few as it may be.
        Kind::Char(it) | Kind::Varchar(it) => *it,
        Kind::Text(bytes) => *bytes,
        _ => 0,
    };
    let shrinks = room(&from.kind) > room(to)
        || (matches!(to, Kind::Text(_))
            && room(&from.kind).saturating_mul(4) > room(to)
            && !matches!(from.kind, Kind::Text(_)));
    match to {
        _ if shrinks => longer(&from.own(), to).map(Doubt::Refused),
        // Blanks at the end are not kept.
        Kind::Char(_) if !matches!(from.kind, Kind::Char(_)) => Some(Doubt::Changes(from.own().raw("LIKE '% '"))),
        _ => None,
    }
}

/// Values that are longer than a type of text takes.
fn longer(value: &Sql, to: &Kind) -> Option<Sql> {
    match to {
        Kind::Char(room) | Kind::Varchar(room) => {
            Some(sql("CHAR_LENGTH(").sql(value).raw(") >").raw(&room.to_string()))
        }
        Kind::Text(bytes) if *bytes < u64::from(u32::MAX) => {
            Some(sql("LENGTH(").sql(value).raw(") >").raw(&bytes.to_string()))
        }
        _ => None,
    }
}

fn to_bytes(from: &Values<'_>, room: u64, is_filled: bool) -> Vec<Doubt> {
    let bytes = match &from.kind {
        it if is_text(it) || is_bytes(it) || matches!(it, Kind::Enum(_) | Kind::Set(_)) => from.own(),
        Kind::Bit(_) => sql("CAST(").sql(&from.number()).raw("AS CHAR)"),
        it @ Kind::Other(_) if !is_place(it) => return vec![Doubt::Unknown],
        Kind::Other(_) => from.own(),
        _ => from.text(),
    };
    let length = || sql("LENGTH(").sql(&bytes).raw(")");
    let mut doubts = Vec::new();
    let fits = match &from.kind {
        Kind::Binary(had) | Kind::Varbinary(had) | Kind::Blob(had) => *had <= room,
        _ => false,
    };
    if !fits {
        doubts.push(Doubt::Refused(length().raw(">").raw(&room.to_string())));
    }
    // It is filled with zeros.
    if is_filled {
        doubts.push(Doubt::Changes(length().raw("<").raw(&room.to_string())));
    }
    if matches!(from.kind, Kind::Bit(_)) {
        doubts.push(Doubt::Unknown);
    }
    doubts
}

fn to_enum(from: &Values<'_>, members: &[String]) -> Vec<Doubt> {
    match &from.kind {
        Kind::Enum(had) => {
            let gone = removed(had, members);
            gone.map(|it| Doubt::Refused(from.own().raw("IN").sql(&strings(&it)))).into_iter().collect()
        }
        Kind::Bit(_) => vec![Doubt::Refused(from.any())],
        it if !matches!(it, Kind::Integer(..) | Kind::Year | Kind::Other(_)) => {
            vec![Doubt::Refused(from.text().raw("NOT IN").sql(&strings(members)))]
        }
        Kind::Other(_) => vec![Doubt::Unknown],
        // A number that is no member is a place in the list.
        _ => {
            let unnamed = from.text().raw("NOT IN").sql(&strings(members));
            let place = outside(&from.number(), 1, i128::try_from(members.len()).unwrap_or(i128::MAX));
            vec![Doubt::Refused(unnamed.raw("AND").sql(&place)), Doubt::Unknown]
        }
    }
}

fn to_set(from: &Values<'_>, members: &[String]) -> Vec<Doubt> {
    match &from.kind {
        Kind::Set(had) => {
            let gone = removed(had, members);
            gone.map(|it| Doubt::Refused(any_of(from.name, &it))).into_iter().collect()
        }
        // The servers do not agree.
        Kind::Bit(_) | Kind::Decimal(..) | Kind::Float(_) | Kind::Double(_) => vec![Doubt::Refused(from.any())],
        it if !matches!(it, Kind::Integer(..) | Kind::Year | Kind::Other(_)) => {
            // Each with a comma on both sides; what is left is no member.
            let mut left = sql("CONCAT(',', REPLACE(").sql(&from.text()).raw(", ',', ',,'), ',')");
            for member in members {
                let one = [",", member, ","].concat();
                left = string(sql("REPLACE(").sql(&left).raw(","), &one).raw(", '')");
            }
            let unknown = from.text().raw("<> '' AND").sql(&left).raw("<> ''");
            vec![Doubt::Refused(unknown)]
        }
        Kind::Other(_) => vec![Doubt::Unknown],
        // A number is a sum of places in the list.
        _ => {
            let greatest = u32::try_from(members.len()).ok().and_then(|it| 2_i128.checked_pow(it)).unwrap_or(0) - 1;
            vec![Doubt::Refused(outside(&from.number(), 0, greatest)), Doubt::Unknown]
        }
    }
}

/// Types of MariaDB that read text, and places.
fn to_other(from: &Values<'_>, word: &str) -> Vec<Doubt> {
    match (&from.kind, word) {
        (it, "uuid" | "inet4" | "inet6") if is_read(it) || matches!(it, Kind::Enum(_) | Kind::Set(_)) => {
            let value = if is_bytes(it) { from.own() } else { from.text() };
            let read = sql("CAST(").sql(&value).raw("AS").raw(word).raw(") IS NULL AND").sql(&from.any());
            vec![Doubt::Refused(read)]
        }
        (Kind::Other(was), "geometry") if is_spatial(was) => Vec::new(),
        (Kind::Other(was), _) if is_spatial(was) && is_spatial(word) => {
            let collection = matches!(word, "geometrycollection" | "geomcollection");
            let words: &[&str] = if collection { &["GEOMETRYCOLLECTION", "GEOMCOLLECTION"] } else { &[word] };
            let names: Vec<String> = words.iter().map(|it| it.to_ascii_uppercase()).collect();
            vec![Doubt::Refused(sql("ST_GeometryType(").ident(from.name).raw(") NOT IN").sql(&strings(&names)))]
        }
        (_, word) if is_spatial(word) => vec![Doubt::Refused(from.any())],
        (_, _) => vec![Doubt::Unknown],
    }
}

/// Whether the server turns values of one type into another at all: addresses, UUIDs and places are nothing but themselves
/// and text or bytes (MariaDB 10.11; MySQL 9.7 takes places that are not there).
pub(super) fn exists(before: &Column, after: &Column) -> bool {
    let (before, after) = (kind(&before.ty), kind(&after.ty));
    let is_itself = |it: &Kind| is_place(it) || matches!(it, Kind::Other(word) if is_address(word));
    let is_open = |it: &Kind| is_text(it) || is_bytes(it) || matches!(it, Kind::Enum(_) | Kind::Set(_) | Kind::Json);
    let one_of_itself = is_itself(&before) || is_itself(&after);
    !one_of_itself || before == after || is_open(&before) || is_open(&after) || (is_place(&before) && is_place(&after))
}

fn is_address(word: &str) -> bool {
    matches!(word, "uuid" | "inet4" | "inet6")
}

fn is_place(kind: &Kind) -> bool {
    matches!(kind, Kind::Other(word) if is_spatial(word))
}

fn is_spatial(word: &str) -> bool {
    GEOMETRIES.contains(&word)
}

pub(super) fn outside(value: &Sql, least: i128, greatest: i128) -> Sql {
    sql("").sql(value).raw("NOT BETWEEN").raw(&least.to_string()).raw("AND").raw(&greatest.to_string())
}

/// A power of ten, exact as far as decimals go.
fn power_of_ten(digits: u64) -> String {
    match usize::try_from(digits) {
        Ok(zeros) if zeros < 65 => ["1", &"0".repeat(zeros)].concat(),
        _ => ["1e", &digits.to_string()].concat(),
    }
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

#[cfg(test)]
mod tests;
