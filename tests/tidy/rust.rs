//! As much Rust as the rules need: what is code, what is a string, what is a test.

use std::sync::LazyLock;

use crate::tree::{self, File};

/// A Rust file, read.
pub(crate) struct Source {
    pub(crate) file: File,
    /// The text without comments and without what stands in strings, byte for byte in the same place.
    pub(crate) code: String,
    /// The text without comments.
    pub(crate) text: String,
    /// Byte ranges of `#[cfg(test)]` items.
    tests: Vec<(usize, usize)>,
    is_test: bool,
}

/// Every Rust file of the packages, tests included.
pub(crate) fn sources() -> &'static [Source] {
    static SOURCES: LazyLock<Vec<Source>> =
        LazyLock::new(|| tree::files_in(&[""], "rs").into_iter().map(Source::new).collect());
    &SOURCES
}

impl Source {
    pub(crate) fn new(file: File) -> Source {
        let (code, text) = masked(&file.text);
        let tests = test_items(&code);
        let is_test = file.path.split('/').any(|part| ["tests", "tests.rs", "benches", "fuzz"].contains(&part));
        Source { file, code, text, tests, is_test }
    }

    pub(crate) fn is_test(&self, at: usize) -> bool {
        self.is_test || self.tests.iter().any(|(start, end)| (*start..*end).contains(&at))
    }

    /// `file:line: what`.
    pub(crate) fn place(&self, at: usize, what: &str) -> String {
        format!("{}:{}: {what}", self.file.path, self.line(at))
    }

    pub(crate) fn line(&self, at: usize) -> usize {
        self.code[..at].matches('\n').count() + 1
    }

    /// Where these words stand in the code, as whole words where they begin or end with a letter.
    pub(crate) fn find(&self, words: &str) -> Vec<usize> {
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let bounded = |at: &usize| {
            let (before, after) = (&self.code[..*at], &self.code[at + words.len()..]);
            let starts = !is_word(words.chars().next()) || !is_word(before.chars().next_back());
            let ends = !is_word(words.chars().next_back()) || !is_word(after.chars().next());
            starts && ends
        };
        self.code.match_indices(words).map(|(at, _)| at).filter(bounded).collect()
    }

    /// Every function with a body: its name, where it starts, and how many lines the body has.
    pub(crate) fn functions(&self) -> Vec<(String, usize, usize)> {
        let mut functions = Vec::new();
        for at in self.find("fn") {
            let rest = self.code[at + 2..].trim_start();
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let Some(open) = body(&self.code, at).filter(|_| !name.is_empty()) else { continue };
            let end = closing(&self.code, open);
            functions.push((name, at, self.line(end) - self.line(open) + 1));
        }
        functions
    }
}

/// Where the body of an item opens; `None` if it ends with a semicolon.
fn body(code: &str, from: usize) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in code[from..].char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ';' if depth == 0 => return None,
            '{' if depth == 0 => return Some(from + at),
            _ => (),
        }
    }
    None
}

/// Where the bracket that opens here is closed; the end of the text if it never is.
pub(crate) fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0;
    for (at, c) in code[open..].char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => (),
        }
        if depth == 0 {
            return open + at;
        }
    }
    code.len()
}

fn test_items(code: &str) -> Vec<(usize, usize)> {
    let starts = code.match_indices("#[cfg(test)]").map(|(at, _)| at);
    starts.map(|at| (at, body(code, at + 12).map_or(at, |open| closing(code, open)))).collect()
}

/// The code without comments and strings, and the text without comments.
fn masked(source: &str) -> (String, String) {
    let mut code = String::with_capacity(source.len());
    let mut text = String::with_capacity(source.len());
    let mut at = 0;
    while at < source.len() {
        let (length, kind) = token(source, at);
        let piece = &source[at..at + length];
        let blank: String =
            piece.chars().flat_map(|c| std::iter::repeat_n(if c == '\n' { c } else { ' ' }, c.len_utf8())).collect();
        code.push_str(if kind == Kind::Code { piece } else { &blank });
        text.push_str(if kind == Kind::Comment { &blank } else { piece });
        at += length;
    }
    (code, text)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Literal,
}

/// The comment, the literal or the piece of code that starts here.
fn token(source: &str, at: usize) -> (usize, Kind) {
    let rest = &source[at..];
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), Kind::Comment);
    }
    if rest.starts_with("/*") {
        return (block_comment(rest), Kind::Comment);
    }
    let first = rest.chars().next().unwrap();
    let in_word = source[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_');
    let hashes =
        rest.trim_start_matches(['b', 'c']).strip_prefix('r').map(|it| it.len() - it.trim_start_matches('#').len());
    if let Some(hashes) = hashes.filter(|_| !in_word) {
        let opened = rest.find(['r']).unwrap_or(0) + 1 + hashes;
        if rest[opened..].starts_with('"') {
            let end = ["\"", &"#".repeat(hashes)].concat();
            let length = rest[opened + 1..].find(&end).map_or(rest.len(), |it| opened + 1 + it + end.len());
            return (length, Kind::Literal);
        }
    }
    if first == '"' {
        return (quoted(rest, '"'), Kind::Literal);
    }
    // A lifetime has no closing quote after one character.
    let is_char = rest.starts_with("'\\") || rest.chars().nth(2) == Some('\'');
    if first == '\'' && is_char {
        return (quoted(rest, '\''), Kind::Literal);
    }
    (first.len_utf8(), Kind::Code)
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => (),
        }
    }
    rest.len()
}

/// Block comments nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

#[test]
fn comments_and_strings_are_not_code() {
    let text = "let a = \"panic! // {\"; // todo!\nlet b = r#\"x\"}\"#; /* a /* b */ } */ let c = '{'; fn d<'a>() { e('\\'') }";
    let (code, text_only) = masked(text);
    assert_eq!(code.len(), text.len());
    assert_eq!(code.split_whitespace().collect::<String>(), "leta=;letb=;letc=;fnd<'a>(){e()}");
    assert!(text_only.contains("panic! // {") && !text_only.contains("todo!") && !text_only.contains("a /* b"));
}

#[test]
fn functions_and_tests_are_found() {
    let text = "trait A { fn a(&self, x: [u8; 2]); }\nfn b(f: fn(u8) -> u8)\nwhere\n    u8: Copy,\n{\n    {}\n}\n\
                #[cfg(test)]\nmod tests {\n    fn c() {}\n}\nfn d() {}\n";
    let source = Source::new(File { path: "src/a.rs".to_owned(), text: text.to_owned() });
    let found: Vec<_> =
        source.functions().into_iter().map(|(name, at, lines)| (name, source.is_test(at), lines)).collect();
    let expected = [("b", false, 3), ("c", true, 1), ("d", false, 1)];
    assert_eq!(found, expected.map(|(name, is_test, lines)| (name.to_owned(), is_test, lines)));
}
