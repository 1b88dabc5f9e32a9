//! What the server makes of a column's type and collation.

use trueup_state::{Column, Ident, SqlText};

use super::collation;
use crate::{canonical, facts::Facts, render::sql};

/// Types whose values are text, with the type that each becomes in the character set `binary`.
const TEXT: [(&str, &str); 6] = [
    ("char", "binary"),
    ("varchar", "varbinary"),
    ("tinytext", "tinyblob"),
    ("text", "blob"),
    ("mediumtext", "mediumblob"),
    ("longtext", "longblob"),
];

/// The widths in which MariaDB shows whole numbers where none is said: signed and unsigned.
const WIDTHS: [(&str, &str, &str); 5] = [
    ("tinyint", "4", "3"),
    ("smallint", "6", "5"),
    ("mediumint", "9", "8"),
    ("int", "11", "10"),
    ("bigint", "20", "20"),
];

/// Fill in what the declaration leaves out: the width of a number, the collation of a text.
pub(super) fn resolve(name: &Ident, column: &mut Column, inherited: Option<&str>, facts: &Facts) {
    json(name, column, facts);
    let mut extra = column.extra.mysql();
    let charset = extra.charset.take();
    if facts.is_mariadb() && extra.srid == Some(0) {
        extra.srid = None;
    }
    let (base, rest) = split(column.ty.canonical());
    let ty = if is_text(base) {
        let own = column.collation.take();
        let named = own.as_ref().map(|it| it.text());
        let collation = collation::of(charset.as_deref(), named, inherited, facts);
        let binary = TEXT.iter().find(|(text, _)| *text == base).filter(|_| collation.as_deref() == Some("binary"));
        match binary {
            Some((_, binary)) => Some([*binary, rest].concat()),
            None => {
                column.collation = collation.map(Into::into);
                None
            }
        }
    } else {
        column.collation = None;
        number(base, rest, facts)
    };
    if let Some(ty) = ty {
        column.ty = SqlText::new(ty.clone(), ty);
    }
    column.extra = extra.into();
}

/// How many characters or bytes a column holds, where its type says so.
pub(super) fn length(ty: &str) -> Option<u32> {
    let (base, rest) = split(ty);
    let has_length = matches!(base, "char" | "varchar" | "binary" | "varbinary");
    rest.strip_prefix('(')?.split_once(')')?.0.parse().ok().filter(|_| has_length)
}

/// Whether values of a type are text: those of enums and sets are, too.
pub(crate) fn is_text(base: &str) -> bool {
    TEXT.iter().any(|(text, _)| *text == base) || matches!(base, "enum" | "set")
}

/// A type's name and what follows it.
pub(crate) fn split(ty: &str) -> (&str, &str) {
    let end = ty.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(ty.len());
    ty.split_at(end)
}

/// MariaDB keeps JSON as text that is checked (10.4; mariadb.com/kb/en/json-data-type).
pub(crate) fn json(name: &Ident, column: &mut Column, facts: &Facts) {
    if column.ty.canonical() != "json" || !facts.is_mariadb() {
        return;
    }
    column.ty = SqlText::new("longtext", "longtext");
    column.collation = Some("utf8mb4_bin".into());
    let mut extra = column.extra.mysql();
    if extra.check.is_none() {
        let canonical = ["json_valid ( ", &canonical::identifier(&name.folded()), " )"].concat();
        let written = sql("json_valid(").ident(name).raw(")").finish();
        extra.check = Some(SqlText::new(canonical, written));
        column.extra = extra.into();
    }
}

/// What a function returns, as the server shows it: with the width of a number, the character set and collation of a text.
pub(super) fn returned(returns: &SqlText, inherited: Option<&str>, facts: &Facts) -> SqlText {
    let text = returns.canonical();
    let (text, named) = text.split_once(" collate ").map_or((text, None), |(text, it)| (text, Some(it)));
    let (text, charset) = text.split_once(" charset ").map_or((text, None), |(text, it)| (text, Some(it)));
    let (text, named) = match text {
        "json" if facts.is_mariadb() => ("longtext", Some("utf8mb4_bin")),
        text => (text, named),
    };
    let (base, rest) = split(text);
    let whole = match collation::of(charset, named, inherited, facts) {
        Some(it) if is_text(base) => [text, " charset ", collation::charset_of(&it), " collate ", &it].concat(),
        _ => number(base, rest, facts).unwrap_or_else(|| text.to_owned()),
    };
    SqlText::new(whole.clone(), whole)
}

/// Numbers in the width that the server shows; MySQL has given widths up, but for two (8.0.19).
fn number(base: &str, rest: &str, facts: &Facts) -> Option<String> {
    let (_, signed, unsigned) = WIDTHS.iter().find(|(name, _, _)| *name == base)?;
    let (width, attributes) = match rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((width, attributes)) => (Some(width), attributes),
        None => (None, rest),
    };
    let is_zerofill = attributes.contains("zerofill");
    let is_unsigned = is_zerofill || attributes.contains("unsigned");
    let attributes = match (is_unsigned, is_zerofill) {
        (_, true) => " unsigned zerofill",
        (true, false) => " unsigned",
        (false, false) => "",
    };
    let keeps_width = facts.is_mariadb() || is_zerofill || (base == "tinyint" && width == Some("1") && !is_unsigned);
    let width = width.or_else(|| {
        let default = if is_unsigned { unsigned } else { signed };
        (facts.is_mariadb() || is_zerofill).then_some(*default)
    });
    Some(match width.filter(|_| keeps_width) {
        Some(width) => [base, "(", width, ")", attributes].concat(),
        None => [base, attributes].concat(),
    })
}
