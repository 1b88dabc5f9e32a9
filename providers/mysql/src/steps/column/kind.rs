//! What a type's text says.

use trueup_state::{Ident, SqlText};

/// A type, as far as its values are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The least and greatest value.
    Integer(i128, i128),
    /// Digits in all, and behind the point.
    Decimal(u64, u64),
    /// The digits in all and behind the point, where they are said.
    Float(Option<(u64, u64)>),
    Double(Option<(u64, u64)>),
    /// How many bits.
    Bit(u32),
    /// Characters.
    Char(u64),
    Varchar(u64),
    /// Bytes.
    Text(u64),
    Binary(u64),
    Varbinary(u64),
    Blob(u64),
    Enum(Vec<String>),
    Set(Vec<String>),
    Date,
    /// Digits of a second.
    Datetime(u64),
    Timestamp(u64),
    Time(u64),
    Year,
    Json,
    /// `uuid`, `inet6`, spatial types, …
    Other(String),
}

/// What a type is; its text is canonical.
pub(super) fn kind(ty: &SqlText) -> Kind {
    let text = ty.canonical();
    let word = text.split(['(', ' ']).next().unwrap_or_default();
    let unsigned = is_unsigned(ty);
    let digits = || match arguments(text).as_slice() {
        [precision, scale] => precision.parse().ok().zip(scale.parse().ok()),
        _ => None,
    };
    let first = |missing: u64| arguments(text).first().and_then(|it| it.parse().ok()).unwrap_or(missing);
    match word {
        "tinyint" => integer(8, unsigned),
        "smallint" => integer(16, unsigned),
        "mediumint" => integer(24, unsigned),
        "int" => integer(32, unsigned),
        "bigint" => integer(64, unsigned),
        "decimal" => {
            let scale = arguments(text).get(1).and_then(|it| it.parse().ok()).unwrap_or(0);
            Kind::Decimal(first(10), scale)
        }
        "float" => Kind::Float(digits()),
        "double" => Kind::Double(digits()),
        "bit" => Kind::Bit(u32::try_from(first(1)).unwrap_or(64).min(64)),
        "char" => Kind::Char(first(1)),
        "varchar" => Kind::Varchar(first(1)),
        "tinytext" => Kind::Text(255),
        "text" => Kind::Text(65_535),
        "mediumtext" => Kind::Text(16_777_215),
        "longtext" => Kind::Text(u64::from(u32::MAX)),
        "binary" => Kind::Binary(first(1)),
        "varbinary" => Kind::Varbinary(first(1)),
        "tinyblob" => Kind::Blob(255),
        "blob" => Kind::Blob(65_535),
        "mediumblob" => Kind::Blob(16_777_215),
        "longblob" => Kind::Blob(u64::from(u32::MAX)),
        "enum" => Kind::Enum(members(text)),
        "set" => Kind::Set(members(text)),
        "date" => Kind::Date,
        "datetime" => Kind::Datetime(first(0)),
        "timestamp" => Kind::Timestamp(first(0)),
        "time" => Kind::Time(first(0)),
        "year" => Kind::Year,
        "json" => Kind::Json,
        _ => Kind::Other(word.to_owned()),
    }
}

/// Whether a number's type takes none below zero.
pub(super) fn is_unsigned(ty: &SqlText) -> bool {
    ty.canonical().contains(" unsigned") || ty.canonical().contains(" zerofill")
}

fn integer(bits: u32, unsigned: bool) -> Kind {
    let span = 1_i128 << bits;
    if unsigned { Kind::Integer(0, span - 1) } else { Kind::Integer(-span / 2, span / 2 - 1) }
}

/// What stands between a type's parentheses.
fn arguments(text: &str) -> Vec<&str> {
    let inside = text.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    inside.map(|(it, _)| it.split(',').map(str::trim).collect()).unwrap_or_default()
}

/// The values of an enum or set, as they stand in quotes.
fn members(text: &str) -> Vec<String> {
    let mut members = Vec::new();
    let mut member: Option<String> = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (&mut member, c) {
            (None, '\'') => member = Some(String::new()),
            (Some(own), '\'') if chars.peek() == Some(&'\'') => {
                own.push('\'');
                chars.next();
            }
            (Some(own), '\'') => {
                members.push(std::mem::take(own));
                member = None;
            }
            (Some(own), c) => own.push(c),
            (None, _) => (),
        }
    }
    members
}

/// The character set that a collation belongs to.
pub(super) fn charset(collation: Option<&Ident>) -> Option<&str> {
    let name = collation?.text();
    Some(name.split_once('_').map_or(name, |(set, _)| set))
}

/// How many bytes a character takes at most.
pub(super) fn width(charset: &str) -> u64 {
    match charset {
        "utf8mb4" | "utf16" | "utf16le" | "utf32" | "gb18030" => 4,
        "utf8mb3" | "utf8" | "eucjpms" | "ujis" => 3,
        "ucs2" | "big5" | "gbk" | "gb2312" | "sjis" | "cp932" | "euckr" => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_understood_by_their_text() {
        let read = |text: &str| kind(&SqlText::new(text, text));
        assert_eq!(read("tinyint(3) unsigned"), Kind::Integer(0, 255));
        assert_eq!(read("decimal(10,2)"), Kind::Decimal(10, 2));
        assert_eq!(read("enum('a','it''s','c,d')"), Kind::Enum(["a", "it's", "c,d"].map(str::to_owned).to_vec()));
        assert_eq!(read("datetime(3)"), Kind::Datetime(3));
        assert_eq!(read("point"), Kind::Other("point".to_owned()));
    }
}
