//! The canonical form of SQLite's texts: what is left when spacing, case, quoting and comments are taken away.

use std::collections::HashSet;

use trueup_state::SqlText;

use crate::token::{Kind, Token};

/// Which names a text can see. It decides whether `"x"` is an identifier or, by SQLite's old leniency, a string
/// (sqlite.org/quirks.html#dblquote).
#[derive(Clone, Copy)]
pub(crate) enum Scope<'a> {
    /// No name at all, as in a DEFAULT.
    Nothing,
    /// These names, folded: the columns of a table.
    Names(&'a HashSet<String>),
    /// These names and every name that the text itself uses without double quotes, as in a view or trigger, which
    /// name tables, columns and aliases.
    Open(&'a HashSet<String>),
}

impl Scope<'_> {
    fn sees(self, folded: &str, tokens: &[Token<'_>]) -> bool {
        match self {
            Scope::Nothing => false,
            Scope::Names(names) => names.contains(folded) || matches!(folded, "rowid" | "oid" | "_rowid_"),
            Scope::Open(names) => names.contains(folded) || tokens.iter().any(|token| is_bare(token, folded)),
        }
    }
}

/// A text over these tokens of `source`, outer parentheses stripped.
pub(crate) fn expression(source: &str, tokens: &[Token<'_>], scope: Scope<'_>) -> SqlText {
    text(source, strip_parentheses(tokens), scope)
}

/// A text over these tokens of `source`, as they are.
pub(crate) fn text(source: &str, tokens: &[Token<'_>], scope: Scope<'_>) -> SqlText {
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return SqlText::new("", "") };
    SqlText::new(canonical(tokens, scope), &source[first.at..last.end()])
}

fn canonical(tokens: &[Token<'_>], scope: Scope<'_>) -> String {
    let mut out = String::new();
    for (at, token) in tokens.iter().enumerate() {
        if !out.is_empty() {
            out.push(' ');
        }
        match token.kind {
            Kind::Word | Kind::Number | Kind::Blob => out.push_str(&token.text.to_ascii_lowercase()),
            Kind::String => out.push_str(token.text),
            Kind::Quoted => push_identifier(&mut out, &token.unquoted().to_ascii_lowercase()),
            Kind::DoubleQuoted => {
                let name = token.unquoted();
                let folded = name.to_ascii_lowercase();
                if is_surely_name(tokens, at) || scope.sees(&folded, tokens) {
                    push_identifier(&mut out, &folded);
                } else {
                    push_quoted(&mut out, &name, '\'');
                }
            }
            Kind::Symbol => out.push_str(match token.text {
                "==" => "=",
                "<>" => "!=",
                other => other,
            }),
            Kind::Comment => (),
        }
    }
    out
}

/// Whether what stands beside a token leaves no doubt that it is a name: a qualified one, a function, a collation, or
/// what is read from or written to.
fn is_surely_name(tokens: &[Token<'_>], at: usize) -> bool {
    let is = |at: Option<usize>, words: &[&str]| {
        at.and_then(|at| tokens.get(at)).is_some_and(|token| words.iter().any(|word| token.is(word)))
    };
    let before = at.checked_sub(1);
    let is_distinct = is(before, &["from"]) && is(at.checked_sub(2), &["distinct"]);
    is(Some(at + 1), &[".", "("]) || (is(before, &[".", "collate", "from", "join", "into", "update"]) && !is_distinct)
}

fn is_bare(token: &Token<'_>, folded: &str) -> bool {
    matches!(token.kind, Kind::Word | Kind::Quoted) && token.unquoted().eq_ignore_ascii_case(folded)
}

/// Words that mean something else without quotes (sqlite.org/lang_keywords.html, those that are no names when bare).
const RESERVED: [&str; 69] = [
    "add",
    "all",
    "alter",
    "and",
    "as",
    "autoincrement",
    "between",
    "case",
    "check",
    "collate",
    "commit",
    "constraint",
    "create",
    "cross",
    "current_date",
    "current_time",
    "current_timestamp",
    "default",
    "deferrable",
    "delete",
    "distinct",
    "drop",
    "else",
    "escape",
    "except",
    "exists",
    "false",
    "foreign",
    "from",
    "full",
    "group",
    "having",
    "in",
    "index",
    "inner",
    "insert",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "left",
    "limit",
    "natural",
    "not",
    "notnull",
    "null",
    "on",
    "or",
    "order",
    "outer",
    "primary",
    "references",
    "returning",
    "right",
    "select",
    "set",
    "table",
    "then",
    "to",
    "transaction",
    "true",
    "union",
    "unique",
    "update",
    "using",
    "values",
    "when",
    "where",
];

/// A plain word loses its quotes; any other name keeps them, or it would read as something else.
fn push_identifier(out: &mut String, folded: &str) {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii();
    let is_plain = !folded.is_empty() && folded.chars().all(plain) && !folded.starts_with(|c: char| c.is_ascii_digit());
    if is_plain && !RESERVED.contains(&folded) {
        out.push_str(folded);
    } else {
        push_quoted(out, folded, '"');
    }
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

/// The tokens without parentheses that enclose them all.
pub(crate) fn strip_parentheses<'t, 'a>(tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    let pairs = trueup_contract::enclosing(tokens.iter().map(|it| it.text));
    &tokens[pairs..tokens.len() - pairs]
}
