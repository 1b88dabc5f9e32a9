//! The character sets and collations of types, tables and databases.

use trueup_state::SqlText;

use super::{Family, TypeName, family};
use crate::{
    read::{Cursor, ReadError},
    token::Kind,
};

/// One of the words about the character set, if one is next.
pub(super) fn character_set(cursor: &mut Cursor<'_, '_>, read: &mut TypeName) -> Result<bool, ReadError> {
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

/// Collations that are said without a character set, `_bin` for the word BINARY and MariaDB's `uca1400_ai_ci`, are
/// completed where it is known; a character set that is implied by a collation is not kept.
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
        None => Ok(cursor.word(expected)?.text().to_lowercase()),
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
pub(super) fn of_binary_charset(read: &mut TypeName) {
    if read.charset.as_deref() != Some("binary") || family(read.ty.canonical()) != Family::Text {
        return;
    }
    let text = read.ty.canonical().replacen("varchar", "varbinary", 1).replacen("char", "binary", 1);
    let text = text.replacen("text", "blob", 1);
    read.ty = SqlText::new(text.clone(), text);
    read.charset = None;
    read.collation = None;
}
