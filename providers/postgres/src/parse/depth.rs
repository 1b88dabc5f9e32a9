//! The parser recurses, and so does whatever walks over its trees: text that would need too much of the stack is found
//! before it is parsed.

use squawk_syntax::{Parse, SourceFile};
use trueup_contract::{DEEPEST, too_deep};

/// Where a text is nested too deeply, in bytes. The parser reads the bodies of routines too.
pub(super) fn exceeded(text: &str) -> Option<usize> {
    // A level has at least one byte.
    if text.len() <= DEEPEST {
        return None;
    }
    too_deep(tokens(text)).or_else(|| bodies(text).find(|(_, body)| is_body_exceeded(body)).map(|(at, _)| at))
}

/// The strings behind AS, DO or the name of a language, without their quotes.
fn bodies(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut before = ["", ""];
    let words = tokens(text).filter(|(_, it)| !it.trim().is_empty() && !it.starts_with("--") && !it.starts_with("/*"));
    words.filter_map(move |(at, word)| {
        let [second, first] = before;
        before = [first, word];
        let is_body =
            ["as", "do"].iter().any(|it| first.eq_ignore_ascii_case(it)) || second.eq_ignore_ascii_case("language");
        let quote = match word.strip_prefix('$') {
            Some(tag) => tag.find('$')? + 2,
            None => word.find('\'')? + 1,
        };
        is_body.then(|| (at, word.get(quote..).unwrap_or_default()))
    })
}

/// The tree of a text that may come from inside a string or from a database, so that nobody has looked at its depth.
/// `None` where it is nested too deeply.
pub(crate) fn parse(text: &str) -> Option<Parse<SourceFile>> {
    exceeded(text).is_none().then(|| SourceFile::parse(text))
}

/// The same for a body in PL/pgSQL, whose blocks, branches and loops may lie within each other too.
pub(super) fn is_body_exceeded(text: &str) -> bool {
    let opens = |word: &str| ["begin", "then", "else", "loop"].iter().any(|it| word.eq_ignore_ascii_case(it));
    exceeded(text).is_some() || (text.len() > DEEPEST && tokens(text).filter(|(_, word)| opens(word)).count() > DEEPEST)
}

fn tokens(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    squawk_lexer::tokenize(text).filter_map(move |token| {
        let start = at;
        at += token.len as usize;
        text.get(start..at).map(|it| (start, it))
    })
}
