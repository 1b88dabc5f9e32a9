//! `CURRENT_TIMESTAMP` and its many names.

use trueup_state::SqlText;

use crate::{
    read::{Cursor, ReadError},
    token::{Kind, Token},
};

const NAMES: [&str; 4] = ["current_timestamp", "now", "localtime", "localtimestamp"];

/// A moment as it stands after ON UPDATE.
pub(crate) fn moment(cursor: &mut Cursor<'_, '_>) -> Result<SqlText, ReadError> {
    let start = cursor.rest();
    if cursor.accept_any(&NAMES).is_none() {
        return Err(cursor.wrong("`CURRENT_TIMESTAMP`"));
    }
    if cursor.peek_is("(") {
        cursor.group()?;
    }
    let read = &start[..start.len() - cursor.rest().len()];
    whole(read).ok_or_else(|| cursor.over(start).wrong("`CURRENT_TIMESTAMP`"))
}

/// The moment, if the tokens say that and nothing else.
pub(super) fn whole(tokens: &[Token<'_>]) -> Option<SqlText> {
    let (first, rest) = tokens.split_first().filter(|(first, _)| first.is_any(&NAMES))?;
    let is_call = |tokens: &[Token<'_>]| tokens.first().is_some_and(|it| it.is("("));
    let digits = match rest {
        [] => "",
        [open, close] if open.is("(") && close.is(")") => "",
        [_, digits, close] if is_call(rest) && digits.kind == Kind::Number && close.is(")") => digits.text,
        _ => return None,
    };
    let _ = first;
    let digits = if digits == "0" { "" } else { digits };
    let text = ["current_timestamp(", digits, ")"].concat();
    Some(SqlText::new(text.clone(), text))
}

/// The tokens with one spelling for each function that has several.
pub(super) fn spell<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let mut out = Vec::with_capacity(tokens.len() + 4);
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let word = |text: &'static str| Token { kind: Kind::Word, text, at: token.at };
        let symbol = |text: &'static str| Token { kind: Kind::Symbol, text, at: token.at };
        let called = tokens.get(at + 1).is_some_and(|it| it.is("("));
        let name = match token {
            _ if token.is_any(&NAMES) => Some("current_timestamp"),
            _ if token.is("current_date") => Some("curdate"),
            _ if token.is("current_time") => Some("curtime"),
            _ if token.is("current_user") => Some("current_user"),
            _ => None,
        };
        let follows = |words: &[&str]| words.iter().zip(&tokens[at..]).filter(|(word, it)| it.is(word)).count();
        if let Some(name) = name {
            out.push(word(name));
            if !called {
                out.extend([symbol("("), symbol(")")]);
            }
        } else if follows(&["next", "value", "for"]) == 3 {
            // NEXT VALUE FOR [database.]sequence
            let dotted = tokens.get(at + 4).is_some_and(|it| it.is("."));
            let end = (at + if dotted { 6 } else { 4 }).min(tokens.len());
            out.extend([word("nextval"), symbol("(")]);
            out.extend_from_slice(tokens.get(at + 3..end).unwrap_or_default());
            out.push(symbol(")"));
            at = end;
            continue;
        } else {
            out.push(*token);
        }
        at += 1;
    }
    out
}
