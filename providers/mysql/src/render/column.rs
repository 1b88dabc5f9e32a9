//! Columns.

use trueup_contract::Sql;
use trueup_state::{Column, Generated, Ident, MySqlColumn, Options, SqlText, Table};

use super::{sql, string};

/// A column's definition in `CREATE TABLE`, `ADD COLUMN` and `MODIFY COLUMN`: its name and everything after it, the
/// table's collation left out where the column has the same.
pub(crate) fn column(name: &Ident, column: &Column, table: &Table) -> Sql {
    let Column { ty, nullable, default: value, collation, generated, extra } = column;
    let MySqlColumn { charset, auto_increment, on_update, invisible, comment, srid, check, options, unversioned, row } =
        extra.mysql();
    let mut sql = sql("").ident(name).text(ty);
    if options.contains_key("compressed") {
        sql = sql.raw("COMPRESSED");
    }
    sql = text_of(sql, charset.as_deref(), collation.as_ref(), table);
    if let Some(srid) = srid {
        // MariaDB reads the one where MySQL reads the other.
        sql = sql.raw(&["/*M! REF_SYSTEM_ID=", &srid.to_string(), " */"].concat());
    }
    sql = generation(sql, generated.as_ref(), row.as_deref());
    let is_made = generated.is_some() || row.is_some();
    let is_timestamp = ty.canonical().starts_with("timestamp");
    match (nullable, is_made) {
        (false, _) if row.is_none() => sql = sql.raw("NOT NULL"),
        (true, false) if is_timestamp => sql = sql.raw("NULL"),
        (_, _) => (),
    }
    if let Some(srid) = srid {
        sql = sql.raw(&["/*!80003 SRID ", &srid.to_string(), " */"].concat());
    }
    if let Some(value) = value {
        sql = sql.raw("DEFAULT").sql(&default(ty, value));
    }
    if let Some(moment) = on_update {
        sql = sql.raw("ON UPDATE").text(&moment);
    }
    sql = if auto_increment { sql.raw("AUTO_INCREMENT") } else { sql };
    sql = if invisible { sql.raw("INVISIBLE") } else { sql };
    sql = if unversioned { sql.raw("WITHOUT SYSTEM VERSIONING") } else { sql };
    sql = column_options(sql, &options);
    if !comment.is_empty() {
        sql = string(sql.raw("COMMENT"), &comment);
    }
    match check {
        Some(check) => sql.raw("CHECK (").text(&check).raw(")"),
        None => sql,
    }
}

/// The character set and collation; where both are the table's, nothing.
fn text_of(sql: Sql, charset: Option<&str>, collation: Option<&Ident>, table: &Table) -> Sql {
    let sql = match charset {
        Some(charset) => sql.raw("CHARACTER SET").raw(charset),
        None => sql,
    };
    match collation {
        Some(collation) if table.extra.mysql().collation.as_deref() != Some(collation.text()) => {
            sql.raw("COLLATE").raw(collation.text())
        }
        _ => sql,
    }
}

fn generation(sql: Sql, generated: Option<&Generated>, row: Option<&str>) -> Sql {
    match (generated, row) {
        (Some(Generated { expression, stored }), _) => {
            sql.raw("GENERATED ALWAYS AS (").text(expression).raw(")").raw(if *stored { "STORED" } else { "VIRTUAL" })
        }
        (None, Some(row)) => sql.raw("GENERATED ALWAYS AS ROW").raw(&row.to_ascii_uppercase()),
        (None, None) => sql,
    }
}

fn column_options(mut sql: Sql, options: &Options) -> Sql {
    for (name, value) in options {
        sql = match name.as_str() {
            "compressed" => sql,
            "column_format" | "storage" => sql.raw(&name.to_ascii_uppercase()).raw(&value.to_ascii_uppercase()),
            _ => super::option(sql, name, value),
        };
    }
    sql
}

/// A default after `DEFAULT`: literals and the moment as they are, anything else in parentheses. MySQL takes nothing
/// else than that for the largest types.
pub(crate) fn default(ty: &SqlText, value: &SqlText) -> Sql {
    let word = ty.canonical().split(['(', ' ']).next().unwrap_or_default();
    let is_large = word.ends_with("text") || word.ends_with("blob") || word == "json";
    let is_plain = is_plain(value.canonical()) && !is_large;
    if is_plain { sql("").text(value) } else { sql("(").text(value).raw(")") }
}

/// Whether a default needs no parentheses: a literal, or the moment.
fn is_plain(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let moment = text.strip_prefix("current_timestamp").map(|it| it.replace([' ', '(', ')'], ""));
    let is_moment = moment.is_some_and(|it| it.chars().all(|c| c.is_ascii_digit()));
    let number = text.strip_prefix(['-', '+']).unwrap_or(&text);
    is_moment || matches!(text.as_str(), "null" | "true" | "false") || number.parse::<f64>().is_ok() || is_string(&text)
}

/// One string literal and nothing after it, with or without what may stand before it: `b`, `x`. What names its
/// character set is an expression.
fn is_string(text: &str) -> bool {
    let Some((prefix, rest)) = text.split_once('\'') else { return false };
    let prefix = prefix.trim_end();
    let known = matches!(prefix, "" | "b" | "x" | "n");
    let Some(inside) = rest.strip_suffix('\'') else { return false };
    let unescaped = inside.replace("\\\\", "").replace("\\'", "").replace("''", "");
    known && !unescaped.contains('\'')
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn only_literals_and_the_moment_stand_without_parentheses() {
        for text in ["'it''s'", "1", "-1.5", "b'01'", "x'00'", "current_timestamp()", "current_timestamp(6)", "null"] {
            assert!(is_plain(text), "{text}");
        }
        for text in ["uuid()", "'a' || 'b'", "current_timestamp() + interval 1 day", "1 + 1", "nextval(s)", "inf(1)"] {
            assert!(!is_plain(text), "{text}");
        }
    }
}
