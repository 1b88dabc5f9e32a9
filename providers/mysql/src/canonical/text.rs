//! Tokens as text.

use super::Names;
use crate::token::{Kind, Token, is_word};

/// The canonical form of these tokens: one space between each two.
pub(super) fn canonical(tokens: &[Token<'_>], names: Names) -> String {
    let mut out = String::new();
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        rest = after;
        if is_idle_introducer(token, after) {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        match token.kind {
            Kind::Word | Kind::Number => out.push_str(&token.text.to_lowercase()),
            Kind::Quoted => push_identifier(&mut out, &token.unquoted(), names),
            Kind::Variable => push_variable(&mut out, token),
            Kind::String => {
                let mut value = token.unquoted().into_owned();
                while let Some((next, after)) = rest.split_first()
                    && next.kind == Kind::String
                {
                    value.push_str(&next.unquoted());
                    rest = after;
                }
                push_quoted(&mut out, &value, '\'');
            }
            Kind::Bytes => push_digits(&mut out, 'x', &token.unquoted().to_lowercase()),
            Kind::Bits => push_digits(&mut out, 'b', &token.unquoted()),
            Kind::Symbol if token.text == "!=" => out.push_str("<>"),
            Kind::Symbol => out.push_str(token.text),
            Kind::Comment | Kind::Marker => (),
        }
    }
    out
}

/// Whether a token only says in which character set a string of ASCII is written: it has the same bytes in nearly all of
/// them. MySQL puts such words where nobody wrote them, and others after an ALTER (9.7).
fn is_idle_introducer(token: &Token<'_>, after: &[Token<'_>]) -> bool {
    let charset = token.text.strip_prefix('_').unwrap_or_default().to_ascii_lowercase();
    let is_ascii = after.first().is_some_and(|it| it.kind == Kind::String && it.unquoted().is_ascii());
    token.kind == Kind::Word && is_ascii && LIKE_ASCII.contains(&charset.as_str())
}

/// A text that can be sent: what the source has, without the marks of comments that are executed.
pub(crate) fn written(source: &str, tokens: &[Token<'_>]) -> String {
    let mut out = String::new();
    for (at, token) in tokens.iter().enumerate() {
        if let Some(before) = at.checked_sub(1).and_then(|at| tokens.get(at)) {
            let between = source.get(before.end()..token.at).unwrap_or(" ");
            let marked = between.trim_start().starts_with("*/") || between.contains("/*!") || between.contains("/*M!");
            out.push_str(if marked { " " } else { between });
        }
        out.push_str(token.text);
    }
    out
}

/// A value as a literal, in canonical form: quotes doubled.
pub(crate) fn literal(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    push_quoted(&mut out, value, '\'');
    out
}

/// A value as a literal that can be sent.
pub(crate) fn sendable_literal(value: &str) -> String {
    literal(&value.replace('\\', "\\\\").replace('\0', "\\0"))
}

/// The tokens without parentheses that enclose them all.
pub(crate) fn strip_parentheses<'t, 'a>(tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    let pairs = trueup_contract::enclosing(tokens.iter().map(|it| it.text));
    &tokens[pairs..tokens.len() - pairs]
}

/// A plain word loses its quotes; any other name keeps some, or it would read as something else.
fn push_identifier(out: &mut String, name: &str, names: Names) {
    let name = match names {
        Names::Columns => name.to_lowercase(),
        Names::Any => name.to_owned(),
    };
    let is_plain = !name.is_empty() && name.chars().all(is_word) && !name.starts_with(|c: char| c.is_ascii_digit());
    if is_plain && !RESERVED.iter().any(|word| name.eq_ignore_ascii_case(word)) {
        out.push_str(&name);
    } else {
        push_quoted(out, &name, '"');
    }
}

/// A name in canonical form.
pub(super) fn identifier(name: &str) -> String {
    let mut out = String::new();
    push_identifier(&mut out, name, Names::Any);
    out
}

fn push_variable(out: &mut String, token: &Token<'_>) {
    let name = token.unquoted().to_lowercase();
    out.push_str(if token.text.starts_with("@@") { "@@" } else { "@" });
    if name.chars().all(|c| is_word(c) || c == '.') { out.push_str(&name) } else { push_quoted(out, &name, '"') }
}

/// `0x4` is `x'04'`.
fn push_digits(out: &mut String, prefix: char, digits: &str) {
    out.push(prefix);
    out.push('\'');
    if prefix == 'x' && digits.len() % 2 == 1 {
        out.push('0');
    }
    out.push_str(digits);
    out.push('\'');
}

fn push_quoted(out: &mut String, text: &str, quote: char) {
    out.push(quote);
    for c in text.chars() {
        out.push(c);
        if c == quote {
            out.push(c);
        }
    }
    out.push(quote);
}

/// Words that both products reserve and that mean something else in an expression without quotes.
const RESERVED: [&str; 60] = [
    "all",
    "and",
    "as",
    "asc",
    "between",
    "binary",
    "by",
    "case",
    "char",
    "collate",
    "convert",
    "cross",
    "current_date",
    "current_time",
    "current_timestamp",
    "current_user",
    "database",
    "default",
    "desc",
    "distinct",
    "div",
    "else",
    "exists",
    "false",
    "for",
    "from",
    "group",
    "having",
    "if",
    "in",
    "insert",
    "interval",
    "is",
    "join",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "match",
    "mod",
    "not",
    "null",
    "on",
    "or",
    "order",
    "regexp",
    "replace",
    "right",
    "rlike",
    "select",
    "set",
    "then",
    "true",
    "union",
    "using",
    "values",
    "when",
    "where",
    "xor",
];

/// The usual character sets in which ASCII has the bytes that it has.
const LIKE_ASCII: [&str; 17] = [
    "ascii", "latin1", "latin2", "latin5", "latin7", "utf8", "utf8mb3", "utf8mb4", "cp1250", "cp1251", "cp1256",
    "cp1257", "gb2312", "gb18030", "euckr", "koi8r", "koi8u",
];
