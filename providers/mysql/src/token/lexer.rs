//! Finding the tokens, one after the other.

use super::{Kind, Token};
use crate::{
    read::ReadError,
    version::{Flavor, Version},
};

/// A place in a text.
pub(crate) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    version: Option<Version>,
    /// Where the executed comment that we are in begins.
    executed: Option<usize>,
    /// Whether the token before was a `.` that follows a name, so that a name comes next, whatever it begins with.
    qualified: bool,
    /// Whether the token before may be a name.
    named: bool,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str, version: Option<Version>) -> Lexer<'a> {
        Lexer { text, at: 0, version, executed: None, qualified: false, named: false }
    }

    /// What is not read yet.
    pub(crate) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Where the next token is looked for.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Go over some bytes.
    pub(crate) fn skip(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// Go over white space.
    pub(crate) fn skip_space(&mut self) {
        let rest = self.rest();
        let space = |c: char| c.is_ascii_whitespace() || matches!(c, '\u{feff}' | '\u{b}' | '\0' | '\u{1a}');
        self.skip(rest.find(|c| !space(c)).unwrap_or(rest.len()));
    }

    /// The next token. No word reaches over the delimiter of the client, if there is one.
    pub(crate) fn next(&mut self, delimiter: Option<&str>) -> Result<Option<Token<'a>>, ReadError> {
        self.skip_space();
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Ok(None) };
        let at = self.at;
        let (kind, mut length) = self.token(rest, first)?;
        if let Some(delimiter) = delimiter
            && matches!(kind, Kind::Word | Kind::Number | Kind::Variable | Kind::Symbol)
            && let Some(end) = find_delimiter(rest, delimiter, length)
        {
            length = end;
        }
        self.skip(length);
        let text = &rest[..length];
        if !matches!(kind, Kind::Comment | Kind::Marker) {
            self.qualified = text == "." && self.named;
            self.named = matches!(kind, Kind::Word | Kind::Quoted);
        }
        Ok(Some(Token { kind, text, at }))
    }

    /// Refuses the end of the text inside an executed comment.
    pub(crate) fn finish(&self) -> Result<(), ReadError> {
        match self.executed {
            Some(at) => Err(never_closed("/*", at)),
            None => Ok(()),
        }
    }

    fn token(&mut self, rest: &str, first: char) -> Result<(Kind, usize), ReadError> {
        let starts = |prefix: &str| rest.starts_with(prefix);
        let second = rest[first.len_utf8()..].chars().next();
        Ok(match first {
            '#' => (Kind::Comment, line_length(rest)),
            '-' if starts("--") && rest[2..].chars().next().is_none_or(|c| c.is_whitespace() || c.is_control()) => {
                (Kind::Comment, line_length(rest))
            }
            '*' if self.executed.is_some() && starts("*/") => {
                self.executed = None;
                (Kind::Marker, 2)
            }
            '/' if starts("/*") => self.comment(rest)?,
            '\'' | '"' => (Kind::String, self.quoted(rest, first)?),
            '`' => (Kind::Quoted, self.quoted(rest, first)?),
            'x' | 'X' if second == Some('\'') => (Kind::Bytes, 1 + self.quoted(&rest[1..], '\'')?),
            'b' | 'B' if second == Some('\'') => (Kind::Bits, 1 + self.quoted(&rest[1..], '\'')?),
            '@' => (Kind::Variable, self.variable(rest)?),
            '0'..='9' if !self.qualified => number(rest),
            '.' if !self.named && second.is_some_and(|c| c.is_ascii_digit()) => number(rest),
            _ if is_word(first) => (Kind::Word, word_length(rest)),
            _ => (Kind::Symbol, self.symbol(rest, first)?),
        })
    }

    /// A comment, or the mark that begins one whose contents are executed.
    fn comment(&mut self, rest: &str) -> Result<(Kind, usize), ReadError> {
        if let Some(mark) = mark_length(rest, self.version) {
            if self.executed.is_none() {
                self.executed = Some(self.at);
                return Ok((Kind::Marker, mark));
            }
            return Ok((Kind::Comment, self.closed(rest, 2)?));
        }
        // What is not executed may hold one more comment.
        let versioned = rest.starts_with("/*!") || rest.starts_with("/*M!");
        let mut from = 2;
        if versioned
            && let Some(inner) = rest[2..].find("/*")
            && rest[2..].find("*/").is_some_and(|end| inner < end)
        {
            from = self.closed(rest, inner + 4)?;
        }
        Ok((Kind::Comment, self.closed(rest, from)?))
    }

    /// The length up to the next `*/`.
    fn closed(&self, rest: &str, from: usize) -> Result<usize, ReadError> {
        rest[from..].find("*/").map(|end| from + end + 2).ok_or_else(|| never_closed("/*", self.at))
    }

    /// The length of a text whose closing quote is the opening one; inside, it is doubled or, in a string, escaped.
    fn quoted(&self, rest: &str, quote: char) -> Result<usize, ReadError> {
        let bytes = rest.as_bytes();
        let mut at = 1;
        while let Some(&byte) = bytes.get(at) {
            at += 1;
            if byte == b'\\' && quote != '`' {
                at += 1;
            } else if byte == quote as u8 {
                if bytes.get(at) != Some(&byte) {
                    return Ok(at);
                }
                at += 1;
            }
        }
        Err(never_closed(&quote.to_string(), self.at))
    }

    fn variable(&self, rest: &str) -> Result<usize, ReadError> {
        let after = rest.trim_start_matches('@');
        let ats = rest.len() - after.len();
        match after.chars().next() {
            Some(quote @ ('\'' | '"' | '`')) => Ok(ats + self.quoted(after, quote)?),
            _ if ats > 1 => Ok(ats + word_length(after)),
            _ => Ok(ats + after.find(|c| !is_word(c) && c != '.').unwrap_or(after.len())),
        }
    }

    fn symbol(&self, rest: &str, first: char) -> Result<usize, ReadError> {
        const LONG: [&str; 14] =
            ["->>", "<=>", ":=", "->", "||", "&&", "<=", ">=", "<>", "!=", "<<", ">>", "==", "\\N"];
        if let Some(long) = LONG.iter().find(|long| rest.starts_with(**long)) {
            return Ok(long.len());
        }
        if "()+-*/%&|^~<>=!,;.:?{}[]".contains(first) {
            return Ok(1);
        }
        let message = ["no statement has the character `", &first.to_string(), "` outside quotes"].concat();
        Err(ReadError { message, offset: self.at, length: first.len_utf8(), hint: None })
    }
}

/// Where the delimiter begins inside the first bytes, but not at their very beginning.
fn find_delimiter(rest: &str, delimiter: &str, within: usize) -> Option<usize> {
    let bytes = &rest.as_bytes()[..(within + delimiter.len()).min(rest.len())];
    let found = bytes.windows(delimiter.len()).position(|it| it == delimiter.as_bytes());
    found.filter(|at| *at > 0 && *at < within)
}

fn never_closed(quote: &str, offset: usize) -> ReadError {
    let quoted = if quote == "`" { "backquote".to_owned() } else { ["`", quote, "`"].concat() };
    let message = ["this ", &quoted, " is never closed"].concat();
    ReadError { message, offset, length: quote.len(), hint: None }
}

/// Whether a word may have the character.
pub(crate) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || (!c.is_ascii() && c != '\u{feff}')
}

fn word_length(rest: &str) -> usize {
    rest.find(|c| !is_word(c)).unwrap_or(rest.len())
}

fn line_length(rest: &str) -> usize {
    rest.find('\n').unwrap_or(rest.len())
}

/// The length of `/*!`, `/*!40101` or `/*M!100401`, where the server executes what follows; nothing where it does not.
///
/// MySQL skips what is meant for MariaDB. MariaDB skips what is meant for MySQL 5.7 and later, up to its own version
/// 10.
fn mark_length(rest: &str, version: Option<Version>) -> Option<usize> {
    // Without a server, the newest MariaDB that we know.
    let version = version.unwrap_or(Version { flavor: Flavor::MariaDb, number: (11, 8, 0) });
    let mariadb = version.flavor == Flavor::MariaDb;
    let mark = match rest {
        _ if rest.starts_with("/*!") => 3,
        _ if rest.starts_with("/*M!") && mariadb => 4,
        _ => return None,
    };
    let digits = rest[mark..].bytes().take_while(u8::is_ascii_digit).count().min(6);
    if digits < 5 {
        return Some(mark);
    }
    let wanted: u32 = rest[mark..mark + digits].parse().ok()?;
    let (major, minor, patch) = version.number;
    let others = mariadb && mark == 3 && (50_700..=99_999).contains(&wanted);
    (wanted <= major * 10_000 + minor * 100 + patch && !others).then_some(mark + digits)
}

/// A number, or a word that begins with digits.
fn number(rest: &str) -> (Kind, usize) {
    let bytes = rest.as_bytes();
    let word = word_length(rest);
    let all = |from: usize, of: fn(&u8) -> bool| word > from && bytes[from..word].iter().all(of);
    if rest.starts_with("0x") && all(2, u8::is_ascii_hexdigit) {
        return (Kind::Bytes, word);
    }
    if rest.starts_with("0b") && all(2, |byte| matches!(byte, b'0' | b'1')) {
        return (Kind::Bits, word);
    }
    let digits = |from: usize| from + bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut at = digits(0);
    let whole = at;
    if bytes.get(at) == Some(&b'.') {
        at = digits(at + 1);
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let end = digits(at.saturating_add(1 + sign).min(bytes.len()));
        if end > at + 1 + sign {
            at = end;
        }
    }
    if at == whole && word > whole { (Kind::Word, word) } else { (Kind::Number, at) }
}
