//! One statement as it is folded.

use std::{borrow::Cow, ops::Range};

use trueup_state::Ident;

use super::{Trouble, database::Own};
use crate::{
    facts::Facts,
    read::Cursor,
    statement::{Class, Statement},
    token::Token,
};

/// A statement without the connected database's own name before others.
#[derive(Clone, Debug)]
pub(super) struct Stmt<'a> {
    /// The text of the file, in which tokens stand.
    pub(super) source: &'a str,
    pub(super) tokens: Vec<Token<'a>>,
    pub(super) class: Class,
}

impl<'a> Stmt<'a> {
    pub(super) fn of(source: &'a str, statement: &Statement<'a>, own: &Own) -> Stmt<'a> {
        let hidden = hidden(&statement.tokens, own);
        let mut hidden = hidden.iter().peekable();
        let is_kept = |it: &&Token<'_>| {
            while hidden.next_if(|range| range.end <= it.at).is_some() {}
            hidden.peek().is_none_or(|range| it.at < range.start)
        };
        let tokens = statement.tokens.iter().filter(is_kept).copied().collect();
        Stmt { source, tokens, class: statement.class }
    }

    /// Where it stands.
    pub(super) fn range(&self) -> Range<usize> {
        let start = self.tokens.first().map_or(0, |it| it.at);
        start..self.tokens.last().map_or(start, Token::end)
    }

    /// The text from one token to another, both included.
    pub(super) fn slice(&self, tokens: &[Token<'_>]) -> &'a str {
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => &self.source[first.at..last.end()],
            (_, _) => "",
        }
    }

    /// Go through it from its first token.
    pub(super) fn cursor<'t>(&'t self, facts: &'t Facts) -> Cursor<'t, 'a> {
        Cursor::new(self.source, &self.tokens, facts)
    }

    /// Trouble with the whole of it.
    pub(super) fn wrong(&self, message: impl Into<String>) -> Trouble {
        let Range { start, end } = self.range();
        let length = self.source[start..end].lines().next().unwrap_or_default().trim_end().len();
        Trouble::at(start, length, message)
    }

    /// Trouble with a name that stands somewhere in it: with the whole where it does not.
    pub(super) fn wrong_name(&self, name: &Ident, message: impl Into<String>) -> Trouble {
        let is_it = |it: &&Token<'_>| it.is_name() && it.unquoted().eq_ignore_ascii_case(name.text());
        match self.tokens.iter().find(is_it) {
            Some(token) => Trouble::at(token.at, token.text.len(), message),
            None => self.wrong(message),
        }
    }
}

/// Where the connected database's own name stands before another, with the point.
fn hidden(tokens: &[Token<'_>], own: &Own) -> Vec<Range<usize>> {
    let mut hidden = Vec::new();
    for at in 0..tokens.len() {
        let is_part = at > 0 && tokens[at - 1].is(".");
        if !is_part && own.is_before(&tokens[at..]) {
            hidden.push(tokens[at].at..tokens[at + 1].end());
        }
    }
    hidden
}

/// A file's text in which the connected database's own name is blanked: everything else stands where it stood.
pub(super) fn without_own<'a>(text: &'a str, statements: &[Statement<'_>], own: &Own) -> Cow<'a, str> {
    if !own.is_known() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for range in statements.iter().flat_map(|it| hidden(&it.tokens, own)) {
        out.push_str(&text[end..range.start]);
        out.extend(std::iter::repeat_n(' ', range.len()));
        end = range.end;
    }
    out.push_str(&text[end..]);
    Cow::Owned(out)
}

/// Whether tokens begin with these words.
pub(super) fn sees(tokens: &[Token<'_>], words: &[&str]) -> bool {
    tokens.len() >= words.len() && tokens.iter().zip(words).all(|(token, word)| token.is(word))
}

/// `IF EXISTS`.
pub(super) fn if_exists(cursor: &mut Cursor<'_, '_>) -> bool {
    cursor.accept_all(&["if", "exists"])
}

/// `IF NOT EXISTS`.
pub(super) fn if_not_exists(cursor: &mut Cursor<'_, '_>) -> bool {
    cursor.accept_all(&["if", "not", "exists"])
}

/// `WAIT n` and `NOWAIT` say nothing about a schema.
pub(super) fn wait(cursor: &mut Cursor<'_, '_>) -> Result<(), Trouble> {
    if cursor.accept("wait") {
        cursor.number::<u64>()?;
    }
    cursor.accept("nowait");
    Ok(())
}

/// The name that a token says.
pub(super) fn ident(token: &Token<'_>) -> Ident {
    Ident::from(token.unquoted().as_ref())
}
