//! Types of columns (MySQL 9 manual, chapter 13; MariaDB knowledge base, data types), synonyms resolved.

mod charset;
mod synonym;

use trueup_state::SqlText;

pub(crate) use charset::{charset, collation, complete};

use charset::{character_set, of_binary_charset};
pub(crate) use synonym::GEOMETRIES;
use synonym::SYNONYMS;

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
