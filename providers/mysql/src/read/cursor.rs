//! A place in a statement's tokens.

use trueup_state::{Ident, SqlText};

use super::{ReadError, reserved::is_reserved};
use crate::{
    canonical,
    facts::Facts,
    token::{Kind, Token},
};

/// Walks over the significant tokens of one statement.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'t, 'a> {
    source: &'a str,
    tokens: &'t [Token<'a>],
    /// Where the statement ends.
    end: usize,
    /// What ends a piece of a list: the comma after it, or the closing parenthesis.
    stop: Option<&'t Token<'a>>,
    /// The server that the text is meant for.
    pub(crate) facts: &'t Facts,
}

impl<'t, 'a> Cursor<'t, 'a> {
    pub(crate) fn new(source: &'a str, tokens: &'t [Token<'a>], facts: &'t Facts) -> Self {
        let end = tokens.last().map_or(source.len(), Token::end);
        Cursor { source, tokens, end, stop: None, facts }
    }

    /// The same place in the same statement, over these tokens of it.
    pub(crate) fn over(&self, tokens: &'t [Token<'a>]) -> Self {
        Cursor { tokens, end: tokens.last().map_or(self.end, Token::end), stop: None, ..*self }
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

    /// The token after so many others.
    pub(crate) fn peek_at(&self, at: usize) -> Option<&'t Token<'a>> {
        self.tokens.get(at)
    }

    pub(crate) fn peek_is(&self, word: &str) -> bool {
        self.peek().is_some_and(|token| token.is(word))
    }

    pub(crate) fn peek_any(&self, words: &[&str]) -> bool {
        self.peek().is_some_and(|token| token.is_any(words))
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

    /// Read the next token if it is of this kind.
    pub(crate) fn accept_kind(&mut self, kind: Kind) -> Option<&'t Token<'a>> {
        let (first, rest) = self.tokens.split_first().filter(|(first, _)| first.kind == kind)?;
        self.tokens = rest;
        Some(first)
    }

    /// Read a keyword or symbol if it is the next token.
    pub(crate) fn accept(&mut self, word: &str) -> bool {
        self.accept_all(&[word])
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

    /// Read one of these words if it is the next token.
    pub(crate) fn accept_any(&mut self, words: &[&'static str]) -> Option<&'static str> {
        words.iter().find(|word| self.accept(word)).copied()
    }

    pub(crate) fn expect(&mut self, word: &str) -> Result<(), ReadError> {
        if self.accept(word) { Ok(()) } else { Err(self.wrong(&["`", &word.to_uppercase(), "`"].concat())) }
    }

    pub(crate) fn finish(&self) -> Result<(), ReadError> {
        if self.is_done() {
            return Ok(());
        }
        Err(self.not_ended())
    }

    /// The statement goes on where it should end.
    pub(crate) fn not_ended(&self) -> ReadError {
        let begins = self.peek_any(&["create", "alter", "drop", "insert", "grant", "delimiter", "use"]);
        let hint = begins.then(|| "end the statement before it with `;`, or with the delimiter that is set".to_owned());
        ReadError { hint, ..self.wrong("the end of the statement") }
    }

    /// Something else was expected here.
    pub(crate) fn wrong(&self, expected: &str) -> ReadError {
        let found = match self.peek().or(self.stop) {
            Some(token) => ["`", token.text, "`"].concat(),
            None => "the end".to_owned(),
        };
        self.refuse(&["expected ", expected, ", found ", &found].concat())
    }

    /// The next token is the beginning of what is refused.
    pub(crate) fn refuse(&self, message: &str) -> ReadError {
        let (offset, length) = self.peek().or(self.stop).map_or((self.end, 0), |token| (token.at, token.text.len()));
        ReadError { message: message.to_owned(), offset, length, hint: None }
    }

    /// A name. One that is a reserved word has to be quoted.
    pub(crate) fn name(&mut self, expected: &str) -> Result<Ident, ReadError> {
        match self.peek() {
            Some(token) if token.kind == Kind::Word && is_reserved(token.text, self.facts.version) => {
                let message = ["expected ", expected, ", found the reserved word `", token.text, "`"].concat();
                let hint = ["if it is a name, quote it: `", token.text, "`"].concat();
                Err(ReadError { hint: Some(hint), ..self.refuse(&message) })
            }
            _ => self.word(expected),
        }
    }

    /// A name, or a word that may be reserved: after a point, or where no name is expected.
    pub(crate) fn word(&mut self, expected: &str) -> Result<Ident, ReadError> {
        match self.peek() {
            Some(token) if token.is_name() => {
                self.tokens = &self.tokens[1..];
                Ok(Ident::from(token.unquoted().as_ref()))
            }
            _ => Err(self.wrong(expected)),
        }
    }

    /// A name that may stand in a database that is named as well.
    pub(crate) fn qualified_name(&mut self, expected: &str) -> Result<(Option<Ident>, Ident), ReadError> {
        // `.t` is a table of the connected database.
        if self.accept(".") {
            return Ok((None, self.word(expected)?));
        }
        let first = self.name(expected)?;
        if self.accept(".") { Ok((Some(first), self.word(expected)?)) } else { Ok((None, first)) }
    }

    /// A name in the connected database. What is named in another is refused: whoever knows the database's name takes
    /// it away before.
    pub(crate) fn own_name(&mut self, expected: &str) -> Result<Ident, ReadError> {
        let start = *self;
        match self.qualified_name(expected)? {
            (None, name) => Ok(name),
            (Some(database), _) => {
                let message = ["this is in another database, `", database.text(), "`"].concat();
                let hint = "one schema is one database; leave the database's name out";
                Err(ReadError { hint: Some(hint.to_owned()), ..start.refuse(&message) })
            }
        }
    }

    /// `[IF NOT EXISTS] name`.
    pub(crate) fn created_name(&mut self) -> Result<Ident, ReadError> {
        self.accept_all(&["if", "not", "exists"]);
        self.own_name("a name")
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
        Err(self.refuse("this parenthesis is never closed"))
    }

    /// A group as an expression.
    pub(crate) fn group_expression(&mut self) -> Result<SqlText, ReadError> {
        let inner = self.group()?;
        Ok(canonical::expression(self.source, inner))
    }

    /// What stands between the commas of a group; nothing for an empty one.
    pub(crate) fn list(&mut self) -> Result<Vec<Cursor<'t, 'a>>, ReadError> {
        let open = self.tokens;
        let group = self.group()?;
        let mut read = 1;
        let piece = |tokens: &'t [Token<'a>]| {
            read += tokens.len() + 1;
            Cursor { stop: open.get(read - 1), ..self.over(tokens) }
        };
        Ok(split_commas(group).into_iter().map(piece).collect())
    }

    /// Names with commas between, in parentheses.
    pub(crate) fn names(&mut self) -> Result<Vec<Ident>, ReadError> {
        let mut names = Vec::new();
        for mut part in self.list()? {
            names.push(part.name("a name")?);
            part.finish()?;
        }
        Ok(names)
    }

    /// A string, or several that follow each other.
    pub(crate) fn string(&mut self) -> Result<String, ReadError> {
        let Some(first) = self.accept_kind(Kind::String) else { return Err(self.wrong("a string")) };
        let mut value = first.unquoted().into_owned();
        while let Some(next) = self.accept_kind(Kind::String) {
            value.push_str(&next.unquoted());
        }
        Ok(value)
    }

    /// A whole number.
    pub(crate) fn number<N: std::str::FromStr>(&mut self) -> Result<N, ReadError> {
        let number = self.peek().filter(|it| it.kind == Kind::Number).and_then(|it| it.text.parse().ok());
        let Some(number) = number else { return Err(self.wrong("a number")) };
        self.tokens = &self.tokens[1..];
        Ok(number)
    }

    /// The next token if it is a bare word, in lower case.
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
    if start < tokens.len() || !pieces.is_empty() {
        pieces.push(&tokens[start..]);
    }
    pieces
}
