//! Types of columns (MySQL 9 manual, chapter 13; MariaDB knowledge base, data types), synonyms resolved.

use trueup_state::SqlText;

use super::{Cursor, ReadError, nearest};
use crate::{
    canonical::{literal, sendable_literal},
    token::Kind,
};

/// A type and what may stand right after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TypeName {
    /// In canonical form.
    pub(crate) ty: SqlText,
    /// The character set, where it is said or implied.
    pub(crate) charset: Option<String>,
    /// The collation, where it is said.
    pub(crate) collation: Option<String>,
    /// `SERIAL`: also NOT NULL, AUTO_INCREMENT and UNIQUE.
    pub(crate) serial: bool,
}

/// What a type makes of the literals of its defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Integer,
    Decimal,
    Float,
    Bit,
    Year,
    Text,
    Binary,
    Choice,
    Date,
    Time,
    Datetime,
    Other,
}

/// A type with its character set and collation.
pub(crate) fn type_name(cursor: &mut Cursor<'_, '_>) -> Result<TypeName, ReadError> {
    let mut reader = Reader { charset: None, serial: false, words: base(cursor)? };
    let mut ty = reader.parameters(cursor)?;
    reader.signs(cursor, &mut ty)?;
    let Reader { charset, serial, .. } = reader;
    let mut read = TypeName { ty, charset, collation: None, serial };
    while character_set(cursor, &mut read)? {}
    of_binary_charset(&mut read);
    Ok(read)
}

/// What kind of type this canonical text names.
pub(crate) fn family(ty: &str) -> Family {
    let word = ty.split(['(', ' ']).next().unwrap_or_default();
    match word {
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" => Family::Integer,
        "decimal" => Family::Decimal,
        "float" | "double" => Family::Float,
        "bit" => Family::Bit,
        "year" => Family::Year,
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" | "json" => Family::Text,
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => Family::Binary,
        "enum" | "set" => Family::Choice,
        "date" => Family::Date,
        "time" => Family::Time,
        "datetime" | "timestamp" => Family::Datetime,
        _ => Family::Other,
    }
}

/// The numbers in a type's parentheses.
pub(crate) fn numbers(ty: &str) -> Vec<u32> {
    let inner = ty.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    inner.map_or_else(Vec::new, |(inner, _)| inner.split(',').filter_map(|it| it.trim().parse().ok()).collect())
}

struct Reader {
    charset: Option<String>,
    serial: bool,
    /// The type's own word, and whether it is one of national characters.
    words: (&'static str, bool),
}

/// Synonyms: the words as they are written, and the type they name; longer ones first.
const SYNONYMS: [(&[&str], &str); 71] = [
    (&["national", "char", "varying"], "nvarchar"),
    (&["national", "character", "varying"], "nvarchar"),
    (&["nchar", "varying"], "nvarchar"),
    (&["nchar", "varchar"], "nvarchar"),
    (&["nchar", "varcharacter"], "nvarchar"),
    (&["national", "varchar"], "nvarchar"),
    (&["national", "varcharacter"], "nvarchar"),
    (&["nvarchar"], "nvarchar"),
    (&["national", "char"], "nchar"),
    (&["national", "character"], "nchar"),
    (&["nchar"], "nchar"),
    (&["character", "varying"], "varchar"),
    (&["char", "varying"], "varchar"),
    (&["varcharacter"], "varchar"),
    (&["varchar"], "varchar"),
    (&["character"], "char"),
    (&["char"], "char"),
    (&["binary"], "binary"),
    (&["varbinary"], "varbinary"),
    (&["long", "varbinary"], "mediumblob"),
    (&["long", "varchar"], "mediumtext"),
    (&["long", "varcharacter"], "mediumtext"),
    (&["long", "char", "varying"], "mediumtext"),
    (&["long", "character", "varying"], "mediumtext"),
    (&["long"], "mediumtext"),
    (&["tinytext"], "tinytext"),
    (&["text"], "text"),
    (&["mediumtext"], "mediumtext"),
    (&["longtext"], "longtext"),
    (&["tinyblob"], "tinyblob"),
    (&["blob"], "blob"),
    (&["mediumblob"], "mediumblob"),
    (&["longblob"], "longblob"),
    (&["tinyint"], "tinyint"),
    (&["int1"], "tinyint"),
    (&["smallint"], "smallint"),
    (&["int2"], "smallint"),
    (&["mediumint"], "mediumint"),
    (&["middleint"], "mediumint"),
    (&["int3"], "mediumint"),
    (&["int"], "int"),
    (&["integer"], "int"),
    (&["int4"], "int"),
    (&["bigint"], "bigint"),
    (&["int8"], "bigint"),
    (&["decimal"], "decimal"),
    (&["dec"], "decimal"),
    (&["numeric"], "decimal"),
    (&["fixed"], "decimal"),
    (&["double", "precision"], "double"),
    (&["double"], "double"),
    (&["real"], "double"),
    (&["float8"], "double"),
    (&["float4"], "float"),
    (&["float"], "float"),
    (&["bit"], "bit"),
    (&["bool"], "bool"),
    (&["boolean"], "bool"),
    (&["serial"], "serial"),
    (&["year"], "year"),
    (&["date"], "date"),
    (&["time"], "time"),
    (&["datetime"], "datetime"),
    (&["timestamp"], "timestamp"),
    (&["enum"], "enum"),
    (&["set"], "set"),
    (&["json"], "json"),
    (&["uuid"], "uuid"),
    (&["inet4"], "inet4"),
    (&["inet6"], "inet6"),
    (&["vector"], "vector"),
];

/// Geometries, which both products know.
const GEOMETRIES: [&str; 9] = [
    "geometry",
    "point",
    "linestring",
    "polygon",
    "multipoint",
    "multilinestring",
    "multipolygon",
    "geometrycollection",
    "geomcollection",
];

/// The words that name the type.
fn base(cursor: &mut Cursor<'_, '_>) -> Result<(&'static str, bool), ReadError> {
    let mariadb = cursor.facts.is_mariadb();
    if let Some((_, word)) = SYNONYMS.iter().find(|(words, _)| cursor.accept_all(words)) {
        return Ok(match *word {
            "nvarchar" => ("varchar", true),
            "nchar" => ("char", true),
            other => (other, false),
        });
    }
    if let Some(word) = cursor.accept_any(&GEOMETRIES) {
        return Ok(match word {
            "geometrycollection" | "geomcollection" if mariadb => ("geometrycollection", false),
            "geometrycollection" => ("geomcollection", false),
            other => (other, false),
        });
    }
    match cursor.peek_word() {
        Some(word) => {
            let known = SYNONYMS.iter().filter_map(|(words, _)| (words.len() == 1).then_some(words[0]));
            let near = nearest(&word, known.chain(GEOMETRIES));
            let hint = near.map(|near| ["did you mean `", &near, "`?"].concat());
            Err(ReadError { hint, ..cursor.refuse(&["the type `", &word, "` is not known"].concat()) })
        }
        None => Err(cursor.wrong("a type")),
    }
}

impl Reader {
    fn parameters(&mut self, cursor: &mut Cursor<'_, '_>) -> Result<SqlText, ReadError> {
        let (word, national) = self.words;
        if national {
            self.charset = Some("utf8mb3".to_owned());
        }
        let plain = |text: &str| Ok(SqlText::new(text, text));
        match word {
            "enum" | "set" => choices(cursor, word),
            "bool" => plain("tinyint(1)"),
            "serial" => {
                self.serial = true;
                plain("bigint unsigned")
            }
            "char" if cursor.accept("byte") => plain("binary(1)"),
            _ => {
                let given = numbers_of(cursor)?;
                let is_byte = word == "char" && cursor.accept("byte");
                let text = with_numbers(if is_byte { "binary" } else { word }, &given);
                Ok(SqlText::new(text.clone(), text))
            }
        }
    }

    /// `UNSIGNED`, `SIGNED`, `ZEROFILL` in any order.
    fn signs(&mut self, cursor: &mut Cursor<'_, '_>, ty: &mut SqlText) -> Result<(), ReadError> {
        if !matches!(family(ty.canonical()), Family::Integer | Family::Decimal | Family::Float) {
            return Ok(());
        }
        let (mut unsigned, mut zerofill) = (self.serial, false);
        while let Some(word) = cursor.accept_any(&["unsigned", "signed", "zerofill"]) {
            unsigned |= word != "signed";
            zerofill |= word == "zerofill";
        }
        let unsigned = if unsigned && !self.serial { " unsigned" } else { "" };
        let text = [ty.canonical(), unsigned, if zerofill { " zerofill" } else { "" }].concat();
        *ty = SqlText::new(text.clone(), text);
        Ok(())
    }
}

/// What stands in parentheses after a type, if anything.
fn numbers_of(cursor: &mut Cursor<'_, '_>) -> Result<Vec<u64>, ReadError> {
    let mut numbers = Vec::new();
    if cursor.accept("(") {
        loop {
            numbers.push(cursor.number()?);
            if !cursor.accept(",") {
                break;
            }
        }
        cursor.expect(")")?;
    }
    Ok(numbers)
}

/// The type with its numbers, those filled in that the server prints anyway.
fn with_numbers(word: &str, given: &[u64]) -> String {
    let written = |word: &str, numbers: &[u64]| {
        let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
        if numbers.is_empty() { word.to_owned() } else { [word, "(", &numbers.join(","), ")"].concat() }
    };
    match (word, given) {
        ("char" | "binary" | "bit", []) => written(word, &[1]),
        ("decimal", [] | [0]) => written(word, &[10, 0]),
        ("decimal", [precision]) => written(word, &[*precision, 0]),
        ("vector", []) => written(word, &[2048]),
        ("float", [precision]) => (if *precision < 25 { "float" } else { "double" }).to_owned(),
        ("year", [4]) | ("time" | "datetime" | "timestamp", [0]) => word.to_owned(),
        ("blob", [length]) => (match length {
            0..=0xff => "tinyblob",
            0x100..=0xffff => "blob",
            0x1_0000..=0xff_ffff => "mediumblob",
            _ => "longblob",
        })
        .to_owned(),
        _ => written(word, given),
    }
}

/// The values of an ENUM or SET; spaces at their ends do not count.
fn choices(cursor: &mut Cursor<'_, '_>, word: &str) -> Result<SqlText, ReadError> {
    let mut values = Vec::new();
    cursor.expect("(")?;
    loop {
        let introduced = cursor.peek().is_some_and(|it| it.kind == Kind::Word && it.text.starts_with('_'));
        if introduced {
            cursor.next("a character set")?;
        }
        values.push(choice(cursor)?);
        if !cursor.accept(",") {
            break;
        }
    }
    cursor.expect(")")?;
    let list = |quote: fn(&str) -> String| {
        let quoted: Vec<String> = values.iter().map(|it| quote(it)).collect();
        [word, "(", &quoted.join(","), ")"].concat()
    };
    Ok(SqlText::new(list(literal), list(sendable_literal)))
}

fn choice(cursor: &mut Cursor<'_, '_>) -> Result<String, ReadError> {
    if let Some(bytes) = cursor.accept_kind(Kind::Bytes) {
        let text = super::default::text_of_hex(&bytes.unquoted());
        return text.ok_or_else(|| cursor.refuse("the value before is not text"));
    }
    Ok(cursor.string()?.trim_end_matches(' ').to_owned())
}

/// One of the words about the character set, if one is next.
fn character_set(cursor: &mut Cursor<'_, '_>, read: &mut TypeName) -> Result<bool, ReadError> {
    if !matches!(family(read.ty.canonical()), Family::Text | Family::Choice | Family::Other) {
        return Ok(false);
    }
    if let Some(charset) = charset(cursor)? {
        read.charset = Some(charset);
    } else if cursor.accept("ascii") {
        read.charset = Some("latin1".to_owned());
    } else if cursor.accept("unicode") {
        read.charset = Some("ucs2".to_owned());
    } else if cursor.accept("byte") {
        read.charset = Some("binary".to_owned());
    } else if cursor.accept("binary") {
        read.collation = Some("_bin".to_owned());
    } else if let Some(name) = collation(cursor)? {
        read.collation = Some(name);
    } else {
        return Ok(false);
    }
    Ok(true)
}

/// Collations that are said without a character set, `_bin` for the word BINARY and MariaDB's `uca1400_ai_ci`, are completed
/// where it is known; a character set that is implied by a collation is not kept.
pub(crate) fn complete(charset: &mut Option<String>, collation: &mut Option<String>) {
    let Some(name) = collation.clone() else { return };
    let suffix = match name.strip_prefix('_') {
        Some(suffix) => suffix,
        None if name.starts_with("uca1400_") => &name,
        None => {
            *charset = None;
            return;
        }
    };
    if let Some(charset) = charset.take() {
        *collation = Some([&charset, "_", suffix].concat());
    }
}

/// `CHARACTER SET x`, if it is next; the name in lower case, without aliases.
pub(crate) fn charset(cursor: &mut Cursor<'_, '_>) -> Result<Option<String>, ReadError> {
    if !cursor.accept_all(&["character", "set"]) && !cursor.accept_all(&["char", "set"]) && !cursor.accept("charset") {
        return Ok(None);
    }
    cursor.accept("=");
    Ok(Some(utf8mb3(&name_or_string(cursor, "a character set")?)))
}

/// `COLLATE x`, if it is next.
pub(crate) fn collation(cursor: &mut Cursor<'_, '_>) -> Result<Option<String>, ReadError> {
    if !cursor.accept("collate") {
        return Ok(None);
    }
    cursor.accept("=");
    Ok(Some(utf8mb3(&name_or_string(cursor, "a collation")?)))
}

/// Names of character sets and collations may be written as strings.
fn name_or_string(cursor: &mut Cursor<'_, '_>, expected: &str) -> Result<String, ReadError> {
    match cursor.accept_kind(Kind::String) {
        Some(string) => Ok(string.unquoted().to_lowercase()),
        None => Ok(cursor.name(expected)?.text().to_lowercase()),
    }
}

/// `utf8` is an old name of `utf8mb3`.
fn utf8mb3(name: &str) -> String {
    match name.strip_prefix("utf8") {
        Some(rest) if rest.is_empty() || rest.starts_with('_') => ["utf8mb3", rest].concat(),
        _ => name.to_owned(),
    }
}

/// Text in the character set `binary` is bytes.
fn of_binary_charset(read: &mut TypeName) {
    if read.charset.as_deref() != Some("binary") || family(read.ty.canonical()) != Family::Text {
        return;
    }
    let text = read.ty.canonical().replacen("varchar", "varbinary", 1).replacen("char", "binary", 1);
    let text = text.replacen("text", "blob", 1);
    read.ty = SqlText::new(text.clone(), text);
    read.charset = None;
    read.collation = None;
}
