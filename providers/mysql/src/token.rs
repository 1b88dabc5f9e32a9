//! MySQL's and MariaDB's tokens (MySQL 9 manual, chapter 11), with their places. What stands inside a comment that
//! the server executes, such as `/*!40101 … */`, is ordinary text.

mod lexer;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub(crate) use lexer::{Lexer, is_word};

use crate::{read::ReadError, version::Version};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A keyword or a bare identifier.
    Word,
    /// `` `x` ``: always an identifier.
    Quoted,
    /// `@x`, `@'x'`, `@@x`; also the host of `user@host`.
    Variable,
    /// `'x'` or `"x"`.
    String,
    /// `x'4D'` or `0x4D`.
    Bytes,
    /// `b'01'` or `0b01`.
    Bits,
    /// A number.
    Number,
    /// An operator or punctuation.
    Symbol,
    /// `-- …`, `# …` or `/* … */`, and `/*!99999 … */` where the server is older.
    Comment,
    /// `/*!40101` and the `*/` that belongs to it.
    Marker,
}

/// One token; `at` is its byte offset in the text it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
    pub(crate) at: usize,
}

impl<'a> Token<'a> {
    /// Whether this is the given keyword or symbol.
    pub(crate) fn is(&self, word: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Symbol) && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether this is one of the given keywords or symbols.
    pub(crate) fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    /// Whether it may stand for a name.
    pub(crate) fn is_name(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Quoted)
    }

    /// The text without its quotes and escapes; of a variable, what follows the `@`.
    pub(crate) fn unquoted(&self) -> Cow<'a, str> {
        match self.kind {
            Kind::Quoted | Kind::String => unquote(self.text),
            Kind::Variable => unquote(self.text.trim_start_matches('@')),
            Kind::Bytes | Kind::Bits => {
                let digits = self.text.strip_prefix("0x").or_else(|| self.text.strip_prefix("0b"));
                Cow::Borrowed(digits.unwrap_or_else(|| self.text[1..].trim_matches('\'')))
            }
            Kind::Word | Kind::Number | Kind::Symbol | Kind::Comment | Kind::Marker => Cow::Borrowed(self.text),
        }
    }

    /// The offset just after the token.
    pub(crate) fn end(&self) -> usize {
        self.at + self.text.len()
    }

    /// Whether it means something: no comment, no mark of one.
    pub(crate) fn is_significant(&self) -> bool {
        !matches!(self.kind, Kind::Comment | Kind::Marker)
    }
}

/// Every token of a text, comments included. The version decides which comments are executed.
pub(crate) fn tokens(text: &str, version: Option<Version>) -> Result<Vec<Token<'_>>, ReadError> {
    let mut lexer = lexer::Lexer::new(text, version);
    let mut tokens = Vec::with_capacity(text.len() / 5);
    while let Some(token) = lexer.next(None)? {
        tokens.push(token);
    }
    lexer.finish()?;
    Ok(tokens)
}

/// The same without comments.
pub(crate) fn significant(text: &str, version: Option<Version>) -> Result<Vec<Token<'_>>, ReadError> {
    let mut tokens = tokens(text, version)?;
    tokens.retain(Token::is_significant);
    Ok(tokens)
}

/// What a text in quotes says; one without quotes says itself.
fn unquote(text: &str) -> Cow<'_, str> {
    let quote = match text.chars().next() {
        Some(quote @ ('\'' | '"' | '`')) if text.len() > 1 => quote,
        _ => return Cow::Borrowed(text),
    };
    let inner = &text[1..text.len() - 1];
    let escapes = quote != '`';
    let is_escaped = escapes && inner.contains('\\');
    if !inner.contains(quote) && !is_escaped {
        return Cow::Borrowed(inner);
    }
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c == quote {
            chars.next();
            out.push(c);
        } else if c == '\\' && escapes {
            push_escaped(&mut out, chars.next());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// What a backslash makes of the character after it (manual, 11.1.1).
fn push_escaped(out: &mut String, escaped: Option<char>) {
    match escaped {
        Some('0') => out.push('\0'),
        Some('b') => out.push('\u{8}'),
        Some('n') => out.push('\n'),
        Some('r') => out.push('\r'),
        Some('t') => out.push('\t'),
        Some('Z') => out.push('\u{1a}'),
        Some(pattern @ ('%' | '_')) => out.extend(['\\', pattern]),
        Some(other) => out.push(other),
        None => out.push('\\'),
    }
}
