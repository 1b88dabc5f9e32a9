//! A place in a statement's tokens.

use trueup_state::{Ident, SqlText};

use crate::{
    canonical::{self, Scope},
    token::{Kind, Token},
};

/// A statement that is not what it should be; `at` is a byte offset in its source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct ReadError {
    pub(crate) at: usize,
    pub(crate) message: String,
}

/// Walks over the significant tokens of one statement.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'t, 'a> {
    source: &'a str,
    tokens: &'t [Token<'a>],
}

impl<'t, 'a> Cursor<'t, 'a> {
    pub(crate) fn new(source: &'a str, tokens: &'t [Token<'a>]) -> Self {
        Cursor { source, tokens }
    }

    pub(crate) fn source(&self) -> &'a str {
        self.source
    }

    /// The tokens not yet read.
    pub(crate) fn rest(&self) -> &'t [Token<'a>] {
        self.tokens
    }

    pub(crate) fn peek(&self) -> Option<&'t Token<'a>> {
        self.tokens.first()
    }

    pub(crate) fn peek_is(&self, word: &str) -> bool {
        self.peek().is_some_and(|token| token.is(word))
    }

    pub(crate) fn is_done(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Read the next token, whatever it is.
    pub(crate) fn next(&mut self, expected: &str) -> Result<&'t Token<'a>, ReadError> {
        let Some((first, rest)) = self.tokens.split_first() else { return Err(self.wrong(expected)) };
        self.tokens = rest;
        Ok(first)
    }

    /// Read a keyword or symbol if it is the next token.
    pub(crate) fn accept(&mut self, word: &str) -> bool {
        let found = self.peek_is(word);
        if found {
            self.tokens = &self.tokens[1..];
        }
        found
    }

    /// Read several words if they are the next tokens.
    pub(crate) fn accept_all(&mut self, words: &[&str]) -> bool {
        let found =
            self.tokens.len() >= words.len() && words.iter().zip(self.tokens).all(|(word, token)| token.is(word));
        if found {
            self.tokens = &self.tokens[words.len()..];
        }
        found
    }

    pub(crate) fn expect(&mut self, word: &str) -> Result<(), ReadError> {
        if self.accept(word) { Ok(()) } else { Err(self.wrong(&word.to_ascii_uppercase())) }
    }

    pub(crate) fn finish(&self) -> Result<(), ReadError> {
        if self.is_done() { Ok(()) } else { Err(self.wrong("the end of the statement")) }
    }

    pub(crate) fn wrong(&self, expected: &str) -> ReadError {
        let (at, found) = match self.tokens.first() {
            Some(token) => (token.at, ["`", token.text, "`"].concat()),
            None => (self.source.len(), "the end".to_owned()),
        };
        ReadError { at, message: ["expected ", expected, ", found ", &found].concat() }
    }

    /// A name, quoted or not.
    pub(crate) fn name(&mut self, expected: &str) -> Result<Ident, ReadError> {
        match self.peek() {
            Some(token) if token.is_name() => {
                self.tokens = &self.tokens[1..];
                Ok(Ident::from(token.unquoted().as_ref()))
            }
            _ => Err(self.wrong(expected)),
        }
    }

    /// The last part of a name that may have a database name in front.
    pub(crate) fn qualified_name(&mut self, expected: &str) -> Result<Ident, ReadError> {
        let first = self.name(expected)?;
        if self.accept(".") { self.name(expected) } else { Ok(first) }
    }

    /// `[IF NOT EXISTS] [database.]name`.
    pub(crate) fn created_name(&mut self) -> Result<Ident, ReadError> {
        self.accept_all(&["if", "not", "exists"]);
        self.qualified_name("a name")
    }

    /// The tokens between an opening parenthesis and the one that closes it, both read.
    pub(crate) fn group(&mut self) -> Result<&'t [Token<'a>], ReadError> {
        if !self.peek_is("(") {
            return Err(self.wrong("`(`"));
        }
        let mut depth = 0usize;
        for (at, token) in self.tokens.iter().enumerate() {
            if token.is("(") {
                depth += 1;
            } else if token.is(")") {
                depth -= 1;
                if depth == 0 {
                    let inner = &self.tokens[1..at];
                    self.tokens = &self.tokens[at + 1..];
                    return Ok(inner);
                }
            }
        }
        Err(self.wrong("a `)` for this parenthesis"))
    }

    /// A group as a text.
    pub(crate) fn group_text(&mut self, scope: Scope<'_>) -> Result<SqlText, ReadError> {
        let inner = self.group()?;
        Ok(canonical::expression(self.source, inner, scope))
    }

    /// Names with commas between, in parentheses.
    pub(crate) fn names(&mut self) -> Result<Vec<Ident>, ReadError> {
        let source = self.source;
        let group = self.group()?;
        split_commas(group)
            .into_iter()
            .map(|part| {
                let mut part = Cursor::new(source, part);
                let name = part.name("a column name")?;
                part.finish()?;
                Ok(name)
            })
            .collect()
    }

    /// The next token if it is a bare word.
    pub(crate) fn peek_word(&self) -> Option<String> {
        self.peek().filter(|token| token.kind == Kind::Word).map(|token| token.text.to_ascii_lowercase())
    }
}

/// The pieces between commas outside parentheses; nothing for no tokens.
pub(crate) fn split_commas<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let mut pieces = Vec::new();
    let mut depth = 0usize;
    let mut start = 0;
    for (at, token) in tokens.iter().enumerate() {
        if token.is("(") {
            depth += 1;
        } else if token.is(")") {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && token.is(",") {
            pieces.push(&tokens[start..at]);
            start = at + 1;
        }
    }
    if start < tokens.len() {
        pieces.push(&tokens[start..]);
    }
    pieces
}
