//! What stands in scripts for psql alone: its own commands and the data of COPY. Both are blanked, offsets stay.

/// A command of psql that would change what the script means.
pub(super) struct Refused {
    /// Where it starts.
    pub(super) at: usize,
    /// How long it is.
    pub(super) length: usize,
    /// What it is.
    pub(super) message: String,
    /// What to do.
    pub(super) hint: &'static str,
}

/// The text with spaces in place of what only psql understands, and the first command that cannot be left out.
pub(super) fn blank(text: &str) -> (String, Option<Refused>) {
    if !text.contains('\\') && !text.starts_with('\u{feff}') {
        return (text.to_owned(), None);
    }
    let mut scan = Scan { text, out: text.as_bytes().to_vec(), at: 0, statement: 0, refused: None };
    if text.starts_with('\u{feff}') {
        scan.wipe(0, '\u{feff}'.len_utf8());
        scan.at = '\u{feff}'.len_utf8();
    }
    while scan.at < text.len() {
        scan.step();
    }
    // Only whole characters are replaced, each by as many spaces as it has bytes.
    let Scan { out, refused, .. } = scan;
    (String::from_utf8(out).unwrap_or_else(|_| text.to_owned()), refused)
}

struct Scan<'a> {
    text: &'a str,
    out: Vec<u8>,
    at: usize,
    /// Where the statement starts.
    statement: usize,
    refused: Option<Refused>,
}

impl Scan<'_> {
    /// Pass over one character, quoted text or comment.
    fn step(&mut self) {
        let rest = &self.text[self.at..];
        let next = rest.chars().next().unwrap_or(' ');
        if rest.starts_with("--") {
            self.at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            self.at += block_comment(rest);
        } else if next == '\'' {
            self.at += quoted(rest, '\'', is_escape_string(&self.text[..self.at]));
        } else if next == '"' {
            self.at += quoted(rest, '"', false);
        } else if next == '$' && !ends_in_word(&self.text[..self.at]) {
            self.at += dollar_quoted(rest);
        } else if next == ';' {
            self.at += 1;
            self.end_statement();
        } else if next == '\\' {
            self.command();
        } else {
            self.at += next.len_utf8();
        }
    }

    /// Behind a semicolon: COPY has data up to a line with `\.`.
    fn end_statement(&mut self) {
        let statement = without_comments(&self.text[self.statement..self.at]);
        let words: Vec<String> = statement.split_whitespace().map(str::to_ascii_lowercase).collect();
        let from_stdin = words.windows(2).any(|it| it[0] == "from" && it[1].trim_end_matches([';', '(']) == "stdin");
        if words.first().is_some_and(|it| it == "copy") && from_stdin {
            let rest = &self.text[self.at..];
            let mut length = 0;
            for line in rest.split_inclusive('\n').enumerate() {
                length += line.1.len();
                if line.0 > 0 && line.1.trim_end() == "\\." {
                    break;
                }
            }
            self.wipe(self.at, self.at + length);
            self.at += length;
        }
        self.statement = self.at;
    }

    /// A command of psql, up to the end of its line.
    fn command(&mut self) {
        let rest = &self.text[self.at..];
        let length = rest.find('\n').unwrap_or(rest.len());
        let line = &rest[..length];
        let end = line[1..].find(|c: char| !c.is_ascii_alphabetic()).map_or(line.len(), |it| it + 1);
        let hint = match &line[1..end] {
            "connect" | "c" => Some("declare one database; the one to look at is given by its URL"),
            "i" | "ir" | "include" | "include_relative" => Some("give trueup all the files, or the folder they are in"),
            "if" | "elif" | "else" | "endif" => Some("what is declared cannot depend on psql's variables"),
            "gexec" => Some("write the statements themselves"),
            _ => None,
        };
        if let Some(hint) = hint
            && self.refused.is_none()
        {
            let message = ["psql's `", &line[..end], "` is not followed"].concat();
            self.refused = Some(Refused { at: self.at, length: line.trim_end().len(), message, hint });
        }
        self.wipe(self.at, self.at + length);
        // `\g` and its like end the statement before them.
        if matches!(&line[1..end], "g" | "gx" | "gset" | "gdesc" | "crosstabview") {
            self.out[self.at] = b';';
        }
        self.at += length;
        self.statement = self.at;
    }

    fn wipe(&mut self, from: usize, to: usize) {
        for byte in &mut self.out[from..to] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
}

fn ends_in_word(before: &str) -> bool {
    before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$')
}

/// Whether the quote that follows opens a string with backslash escapes.
fn is_escape_string(before: &str) -> bool {
    before.strip_suffix(['e', 'E']).is_some_and(|it| !ends_in_word(it))
}

/// The length of a quoted text.
fn quoted(rest: &str, quote: char, escapes: bool) -> usize {
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        let doubled = c == quote && chars.peek().is_some_and(|(_, next)| *next == quote);
        if doubled || (c == '\\' && escapes) {
            chars.next();
        } else if c == quote {
            return at + quote.len_utf8();
        }
    }
    rest.len()
}

/// The length of a text between dollar signs; 1 where there is none.
fn dollar_quoted(rest: &str) -> usize {
    let Some(end) = rest[1..].find('$').map(|it| it + 2) else { return 1 };
    let tag = &rest[1..end - 1];
    if tag.starts_with(|c: char| c.is_ascii_digit()) || !tag.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return 1;
    }
    rest[end..].find(&rest[..end]).map_or(rest.len(), |at| at + 2 * end)
}

/// The length of a comment, which may have others in it.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0usize, 0usize);
    while at < rest.len() {
        let here = &rest[at..];
        if here.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The text without line comments before its first word, enough to see which statement it is.
fn without_comments(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("--")).collect::<Vec<_>>().join(" ")
}
