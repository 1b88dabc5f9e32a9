//! Texts with one space where there was any white space, without comments and needless brackets around the whole.

use trueup_state::SqlText;

/// A text that PostgreSQL wrote, or that shall be compared as it is written: runs of white space outside quotes become
/// one space, comments, a final semicolon and the parentheses around all of it go. Nothing else changes, so that what
/// PostgreSQL prints stays what it printed, whether it was asked to indent or not.
pub(crate) fn plain(text: &str) -> SqlText {
    let written = text.trim();
    SqlText::new(squeeze(written), written)
}

/// The canonical form alone.
pub(crate) fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = Gap::None;
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = match first {
            ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c' => {
                gap = gap.with(if first == '\n' || first == '\r' { Gap::Line } else { Gap::Space });
                first.len_utf8()
            }
            '-' if rest.starts_with("--") => {
                gap = gap.with(Gap::Line);
                rest.find('\n').unwrap_or(rest.len())
            }
            '/' if rest.starts_with("/*") => {
                gap = gap.with(Gap::Space);
                comment(rest)
            }
            _ => {
                let length = token(rest, &text[..at]);
                gap.fill(&mut out, first);
                gap = Gap::None;
                out.push_str(&rest[..length]);
                length
            }
        };
        at += length;
    }
    bare(&out).to_owned()
}

/// What stands between two tokens.
#[derive(Clone, Copy, PartialEq)]
enum Gap {
    None,
    Space,
    Line,
}

impl Gap {
    fn with(self, other: Gap) -> Gap {
        if self == Gap::Line { self } else { other }
    }

    fn fill(self, out: &mut String, next: char) {
        if self == Gap::None || out.is_empty() || next == ',' {
            return;
        }
        // Strings on lines of their own are one string, and two strings on one line are an error.
        let continued = self == Gap::Line && next == '\'' && out.ends_with('\'');
        out.push(if continued { '\n' } else { ' ' });
    }
}

/// The length of a comment in `/* */`; they nest.
fn comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// The length of a piece that has to stay as it is: something in quotes, a word, or a single character.
fn token(text: &str, before: &str) -> usize {
    let first = text.chars().next().map_or(0, char::len_utf8);
    match text.as_bytes().first() {
        Some(b'\'') => quoted(text, b'\'', false),
        Some(b'"') => quoted(text, b'"', false),
        Some(b'$') if !before.ends_with(is_word) => dollar(text).unwrap_or(first),
        Some(b'e' | b'E') if text[1..].starts_with('\'') && !before.ends_with(is_word) => {
            1 + quoted(&text[1..], b'\'', true)
        }
        Some(_) if text.starts_with(is_word) => text.find(|c| !is_word(c)).unwrap_or(text.len()),
        _ => first,
    }
}

/// The length of a text in quotes; a doubled quote stands for itself, and so may one after a backslash.
fn quoted(text: &str, quote: u8, escapes: bool) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if escapes => at += 2,
            it if it == quote && bytes.get(at + 1) == Some(&quote) => at += 2,
            it if it == quote => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

/// The length of a text in dollar quotes, if it is one.
fn dollar(text: &str) -> Option<usize> {
    let tag_end = text[1..].find('$')? + 2;
    let tag = &text[..tag_end];
    let inner = &tag[1..tag_end - 1];
    let is_tag = inner.chars().all(|c| is_word(c) && c != '$') && !inner.starts_with(|c: char| c.is_ascii_digit());
    if !is_tag {
        return None;
    }
    Some(text[tag_end..].find(tag).map_or(text.len(), |end| tag_end + end + tag.len()))
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
}

/// The same without a final semicolon and without parentheses around all of it.
fn bare(text: &str) -> &str {
    let mut text = text.trim_matches(' ');
    while let Some(inner) = text.strip_suffix(';') {
        text = inner.trim_end_matches(' ');
    }
    while let Some(inner) = within(text) {
        text = inner;
    }
    text
}

/// What stands between the parentheses around a whole text, if they mean nothing: those of a row or a query do.
fn within(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?.trim_matches(' ');
    let word = inner.split(|c| !is_word(c)).next()?;
    let is_query = ["select", "with", "values", "table"].iter().any(|it| word.eq_ignore_ascii_case(it));
    (!inner.is_empty() && !is_query && is_one(text)).then_some(inner)
}

/// Whether the parenthesis that a text starts with is closed at its end, with no comma directly inside.
fn is_one(text: &str) -> bool {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        let length = token(&text[at..], &text[..at]);
        match &text[at..at + length] {
            "(" | "[" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            "," if depth == 1 => return false,
            _ => (),
        }
        at += length;
        if depth == 0 {
            return at == text.len();
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::plain;

    fn check(text: &str, canonical: &str) {
        assert_eq!(plain(text).canonical(), canonical, "{text}");
        assert_eq!(plain(canonical).canonical(), canonical, "a canonical text stays as it is");
    }

    #[test]
    fn white_space_outside_quotes_is_one_space() {
        check(" SELECT a,\n    b\n   FROM public.t;", "SELECT a, b FROM public.t");
        check("'a  b'  ||\t\"c  d\"", "'a  b' || \"c  d\"");
        check("$x$ a  'b $x$  || $$  $$", "$x$ a  'b $x$ || $$  $$");
        check(r"E'it\'s  so'  || 'x''  y'", r"E'it\'s  so' || 'x''  y'");
        check("a$1  + $1  + b", "a$1 + $1 + b");
        check("f(a , b)", "f(a, b)");
        check("( SELECT 1\n  ) + 1", "( SELECT 1 ) + 1");
    }

    #[test]
    fn strings_on_lines_of_their_own_stay_one_string() {
        check("f('a'\n  'b')", "f('a'\n'b')");
    }

    #[test]
    fn comments_go_and_what_looks_like_one_stays() {
        check("a -- why\n + /* b /* c */ d */ 1", "a + 1");
        check("'--' || '/* */' || \"--\"", "'--' || '/* */' || \"--\"");
        check("a - -1", "a - -1");
    }

    #[test]
    fn only_parentheses_around_the_whole_go() {
        check("((price > 0))", "price > 0");
        check("( (a) )", "a");
        check("(a) OR (b)", "(a) OR (b)");
        check("(a = ')') OR (b = '(')", "(a = ')') OR (b = '(')");
        check("(a = $$)$$)", "a = $$)$$");
        check("SELECT 1 ;\n", "SELECT 1");
        check("", "");
        check("(", "(");
        check("()", "()");
        check("(1, 2)", "(1, 2)");
        check("((f(1, 2)))", "f(1, 2)");
        check("(( SELECT 1))", "( SELECT 1)");
    }

    #[test]
    fn what_was_written_is_kept() {
        assert_eq!(plain(" (a  > 0) ").written(), "(a  > 0)");
    }
}
