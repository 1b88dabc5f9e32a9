//! Identifiers and dotted names.

use squawk_syntax::{SyntaxKind, SyntaxNode, ast, quote};
use trueup_state::{Ident, Qualified};

/// The bytes that PostgreSQL keeps of a name (`NAMEDATALEN - 1`).
const LONGEST: usize = 63;

/// An identifier as PostgreSQL stores it: unquoted ones in lower case, cut to 63 bytes.
pub(crate) fn ident(text: &str) -> Ident {
    let name = match text.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        // Beyond ASCII, letters keep their case in UTF-8 databases.
        None => text.to_ascii_lowercase(),
    };
    Ident::from(clip(&name, LONGEST))
}

/// The first so many bytes of a text, cut between characters.
pub(crate) fn clip(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// What a string literal of any spelling says. The parser's own answer for another literal is an empty text.
pub(crate) fn string(literal: &ast::Literal) -> Option<String> {
    use ast::LitKind;
    match literal.kind()? {
        LitKind::String(_)
        | LitKind::EscString(_)
        | LitKind::DollarQuotedString(_)
        | LitKind::UnicodeEscString(_)
        | LitKind::NationalString(_) => literal.string_value(),
        _ => None,
    }
}

/// The parts of a dotted name: every identifier below a node, in order. Keywords that serve as names are names too.
pub(crate) fn path(node: &SyntaxNode) -> Vec<Ident> {
    node.descendants_with_tokens()
        .filter_map(|element| element.into_token())
        .filter(|token| !token.kind().is_trivia() && token.kind() != SyntaxKind::DOT)
        .map(|token| ident(token.text()))
        .collect()
}

/// The one identifier that a node is.
pub(crate) fn one(node: &SyntaxNode) -> Ident {
    path(node).pop().unwrap_or_default()
}

/// A name as PostgreSQL writes it: in quotes only where they are needed (`quote_identifier`).
pub(crate) fn quoted(name: &Ident) -> String {
    let text = name.text();
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let starts_plain = text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    if starts_plain && text.chars().all(is_plain) {
        quote::quote_quoted_ident(text)
    } else {
        quote::quote_ident_always(text)
    }
}

/// A full name as PostgreSQL writes it.
pub(crate) fn qualified(name: &Qualified) -> String {
    [&quoted(&name.namespace), ".", &quoted(&name.name)].concat()
}
