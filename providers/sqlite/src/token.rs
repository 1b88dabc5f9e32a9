//! SQLite's tokens (sqlite.org/src/file/src/tokenize.c), with their places.

use std::borrow::Cow;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A keyword or a bare identifier.
    Word,
    /// `"x"`: an identifier, or a string where no such identifier is in scope.
    DoubleQuoted,
    /// `[x]` or `` `x` ``: always an identifier.
    Quoted,
    /// `'x'`.
    String,
    /// `x'00'`.
    Blob,
    /// A number.
    Number,
    /// An operator or punctuation.
    Symbol,
    /// `-- …` or `/* … */`.
    Comment,
}

/// One token; `at` is its byte offset in the text it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
    pub(crate) at: usize,
}

/// A quote or comment that never ends, or a character that starts no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LexError {
    pub(crate) at: usize,
    pub(crate) message: String,
}

impl<'a> Token<'a> {
    /// Whether this is the given keyword or symbol.
    pub(crate) fn is(&self, word: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Symbol) && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it may stand for a name: SQLite accepts strings as names too.
    pub(crate) fn is_name(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::DoubleQuoted | Kind::Quoted | Kind::String)
    }

    /// The text without its quotes.
    pub(crate) fn unquoted(&self) -> Cow<'a, str> {
        let inner = || &self.text[1..self.text.len() - 1];
        match self.kind {
            Kind::DoubleQuoted => Cow::Owned(inner().replace("\"\"", "\"")),
            Kind::String => Cow::Owned(inner().replace("''", "'")),
            Kind::Quoted if self.text.starts_with('`') => Cow::Owned(inner().replace("``", "`")),
            Kind::Quoted => Cow::Borrowed(inner()),
            Kind::Word | Kind::Blob | Kind::Number | Kind::Symbol | Kind::Comment => Cow::Borrowed(self.text),
        }
    }

    /// The offset just after the token.
    pub(crate) fn end(&self) -> usize {
        self.at + self.text.len()
    }
}

/// Every token of a text, comments included.
pub(crate) fn tokens(text: &str) -> Result<Vec<Token<'_>>, LexError> {
    let mut tokens = Vec::with_capacity(text.len() / 5);
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_ascii_whitespace() || first == '\u{feff}' {
            at += first.len_utf8();
            continue;
        }
        let (kind, length) = token(&text[at..], first).map_err(|message| LexError { at, message })?;
        tokens.push(Token { kind, text: &text[at..at + length], at });
        at += length;
    }
    Ok(tokens)
}

/// The same without comments.
pub(crate) fn significant(text: &str) -> Result<Vec<Token<'_>>, LexError> {
    let mut tokens = tokens(text)?;
    tokens.retain(|token| token.kind != Kind::Comment);
    Ok(tokens)
}

fn token(rest: &str, first: char) -> Result<(Kind, usize), String> {
    let starts = |prefix: &str| rest.starts_with(prefix);
    Ok(match first {
        '-' if starts("--") => (Kind::Comment, rest.find('\n').unwrap_or(rest.len())),
        '/' if starts("/*") => (Kind::Comment, rest[2..].find("*/").map_or(rest.len(), |end| end + 4)),
        '\'' => (Kind::String, quoted(rest, '\'')?),
        '"' => (Kind::DoubleQuoted, quoted(rest, '"')?),
        '`' => (Kind::Quoted, quoted(rest, '`')?),
        '[' => (Kind::Quoted, rest.find(']').ok_or_else(|| "this `[` is never closed".to_owned())? + 1),
        'x' | 'X' if rest[1..].starts_with('\'') => (Kind::Blob, quoted(&rest[1..], '\'')? + 1),
        '0'..='9' => (Kind::Number, number(rest)),
        '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => (Kind::Number, number(rest)),
        _ if is_word(first) => (Kind::Word, rest.find(|c| !is_word(c)).unwrap_or(rest.len())),
        '?' | ':' | '@' | '#' => (Kind::Symbol, first.len_utf8() + word_length(&rest[1..])),
        _ => (Kind::Symbol, symbol(rest, first)?),
    })
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
}

fn word_length(rest: &str) -> usize {
    rest.find(|c| !is_word(c)).unwrap_or(rest.len())
}

/// The length of a quoted text whose closing quote is the opening one, doubled inside.
fn quoted(rest: &str, quote: char) -> Result<usize, String> {
    let mut at = 1;
    loop {
        let Some(end) = rest[at..].find(quote) else {
            return Err(["this `", &quote.to_string(), "` is never closed"].concat());
        };
        at += end + 1;
        if !rest[at..].starts_with(quote) {
            return Ok(at);
        }
        at += 1;
    }
}

fn number(rest: &str) -> usize {
    let mut at = 0;
    let bytes = rest.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        let exponent_sign = matches!(byte, b'+' | b'-')
            && at > 0
            && matches!(bytes[at - 1], b'e' | b'E')
            && !rest.starts_with("0x")
            && !rest.starts_with("0X")
            && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        if !(byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'_' || exponent_sign) {
            break;
        }
        at += 1;
    }
    at
}

fn symbol(rest: &str, first: char) -> Result<usize, String> {
    const LONG: [&str; 9] = ["->>", "->", "||", "<=", ">=", "<>", "!=", "==", "<<"];
    if let Some(long) = LONG.iter().find(|long| rest.starts_with(**long)) {
        return Ok(long.len());
    }
    if rest.starts_with(">>") {
        return Ok(2);
    }
    if "()+-*/%&|~<>=!,;.".contains(first) {
        return Ok(1);
    }
    Err(["unrecognized token: `", &first.to_string(), "`"].concat())
}
