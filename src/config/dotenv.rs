//! `.env`, beside the configuration.
//!
//! What it holds is never shown or stored, not even in the error of a broken line.
//!
//! Read here and not by `dotenvy` 0.15, which refuses `NAME=two words`, takes the `$ss` out of a password `p$ss` without
//! a word, and whose errors have no line number, but the line itself.

use std::{
    collections::BTreeMap,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use super::ConfigError;

/// The file's name.
pub const DOTENV: &str = ".env";

/// What the `.env` of this folder says; nothing, if there is none. `${NAME}` in it is looked up in `environment` first.
///
/// # Errors
/// When it cannot be read or is broken.
pub fn dotenv(
    folder: &Path,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<BTreeMap<String, String>, ConfigError> {
    let path = folder.join(DOTENV);
    match std::fs::read_to_string(&path) {
        Ok(text) => Reader::read(&text, environment).map_err(|broken| broken.at(&path, &text)),
        // A folder of this name is where some keep their Python.
        Err(cause) if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => Ok(BTreeMap::new()),
        Err(cause) => Err(ConfigError::Unreadable { path, cause }),
    }
}

/// What is wrong, and where.
struct Broken {
    offset: usize,
    message: &'static str,
}

impl Broken {
    fn at(self, path: &Path, text: &str) -> ConfigError {
        let before = &text[..self.offset.min(text.len())];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        ConfigError::Malformed {
            path: PathBuf::from(path),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message: self.message.to_owned(),
            suggestion: String::new(),
        }
    }
}

/// Reads what the usual programs read: `NAME=value`, `export NAME=value`, `#` comments, quotes, and `${NAME}`. A bare `$`
/// stands for itself, since passwords have them.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    values: BTreeMap<String, String>,
    environment: &'a dyn Fn(&str) -> Option<String>,
}

impl<'a> Reader<'a> {
    fn read(
        text: &'a str,
        environment: &'a dyn Fn(&str) -> Option<String>,
    ) -> Result<BTreeMap<String, String>, Broken> {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let mut reader = Reader { text, at, values: BTreeMap::new(), environment };
        while reader.at < text.len() {
            reader.line()?;
        }
        Ok(reader.values)
    }

    fn line(&mut self) -> Result<(), Broken> {
        self.skip_blanks();
        if matches!(self.rest().chars().next(), None | Some('#' | '\n' | '\r')) {
            self.skip_line();
            return Ok(());
        }
        if let Some(rest) = self.rest().strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])) {
            self.at = self.text.len() - rest.len();
            self.skip_blanks();
        }
        let name = self.name()?;
        self.skip_blanks();
        if !self.rest().starts_with('=') {
            return Err(self.broken("a line is `NAME=value`; there is no `=` after the name"));
        }
        self.at += 1;
        self.skip_blanks();
        let value = match self.rest().chars().next() {
            Some('\'') => self.quoted('\'')?,
            Some('"') => self.quoted('"')?,
            _ => self.plain()?,
        };
        self.values.insert(name, value);
        Ok(())
    }

    fn name(&mut self) -> Result<String, Broken> {
        let fits = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
        let length = self.rest().find(|c| !fits(c)).unwrap_or(self.rest().len());
        let name = &self.rest()[..length];
        if name.is_empty() || name.starts_with(|c: char| !c.is_ascii_alphabetic() && c != '_') {
            return Err(self.broken("a line is `NAME=value`; a name begins with a letter or `_`"));
        }
        self.at += length;
        Ok(name.to_owned())
    }

    /// Up to the end of the line, or to a comment after a blank.
    fn plain(&mut self) -> Result<String, Broken> {
        let line = self.rest().lines().next().unwrap_or_default();
        let comment = if line.starts_with('#') { Some(0) } else { line.find(" #").or_else(|| line.find("\t#")) };
        let end = self.at + comment.unwrap_or(line.len());
        let value = self.expanded(end, false)?;
        self.skip_line();
        Ok(value.trim_end().to_owned())
    }

    /// Up to the closing quote, which may be on a later line.
    fn quoted(&mut self, quote: char) -> Result<String, Broken> {
        let opening = self.at;
        self.at += 1;
        let mut is_escaped = false;
        let closes = |(_, c): &(usize, char)| {
            let is_end = *c == quote && !is_escaped;
            is_escaped = quote == '"' && *c == '\\' && !is_escaped;
            is_end
        };
        let Some((length, _)) = self.rest().char_indices().find(closes) else {
            return Err(Broken { offset: opening, message: "this quote is never closed" });
        };
        let end = self.at + length;
        let value = match quote {
            '"' => self.expanded(end, true)?,
            _ => self.text[self.at..end].to_owned(),
        };
        self.at = end + 1;
        self.skip_blanks();
        if !matches!(self.rest().chars().next(), None | Some('#' | '\n' | '\r')) {
            return Err(self.broken("something stands after the closing quote; quote the whole value"));
        }
        self.skip_line();
        Ok(value)
    }

    /// The text up to `end`, with what stands for something else replaced.
    fn expanded(&mut self, end: usize, escapes: bool) -> Result<String, Broken> {
        let mut out = String::new();
        while self.at < end {
            let rest = &self.text[self.at..end];
            let Some(c) = rest.chars().next() else { break };
            if let Some(inner) = rest.strip_prefix("${") {
                let Some((name, _)) = inner.split_once('}') else {
                    return Err(self.broken("`${` is never closed; in single quotes it stands for itself"));
                };
                let known = (self.environment)(name).or_else(|| self.values.get(name).cloned());
                let Some(value) = known else {
                    return Err(self.broken("this variable is not set here; in single quotes `${` stands for itself"));
                };
                out.push_str(&value);
                self.at += name.len() + "${}".len();
            } else if let Some(escaped) = rest.strip_prefix('\\').and_then(|it| it.chars().next()).filter(|_| escapes) {
                match escaped {
                    'n' => out.push('\n'),
                    'r' => out.push('\r'),
                    't' => out.push('\t'),
                    '"' | '\\' | '$' => out.push(escaped),
                    other => out.extend(['\\', other]),
                }
                self.at += 1 + escaped.len_utf8();
            } else {
                out.push(c);
                self.at += c.len_utf8();
            }
        }
        Ok(out)
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start_matches([' ', '\t']).len();
    }

    fn skip_line(&mut self) {
        self.at = self.rest().find('\n').map_or(self.text.len(), |newline| self.at + newline + 1);
    }

    fn broken(&self, message: &'static str) -> Broken {
        Broken { offset: self.at, message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<BTreeMap<String, String>, String> {
        let environment = |name: &str| (name == "HOST").then(|| "db".to_owned());
        Reader::read(text, &environment).map_err(|broken| broken.at(Path::new(".env"), text).to_string())
    }

    #[test]
    fn values_are_read_as_the_usual_programs_read_them() {
        for (line, value) in [
            ("A=b", "b"),
            ("  export A = b # why", "b"),
            ("A=b#c", "b#c"),
            ("A=", ""),
            ("A=# nothing", ""),
            ("A=My App", "My App"),
            ("A='x ${HOST} #1'  # comment", "x ${HOST} #1"),
            ("A=\"x ${HOST} \\\"q\\\" \\$HOST\\n\"", "x db \"q\" $HOST\n"),
            ("A=postgres://app:p$ss#1@${HOST}/shop\r\nB=c", "postgres://app:p$ss#1@db/shop"),
            ("# first\n\nZ=1\nA=${Z}2", "12"),
            ("A=\"two\nlines\"", "two\nlines"),
            ("\u{feff}A=b", "b"),
        ] {
            let read = read(line);
            assert_eq!(read.as_ref().map(|it| it["A"].as_str()), Ok(value), "{line}");
        }
    }

    #[test]
    fn a_broken_line_is_told_by_its_place_and_nothing_of_it_is_shown() {
        for (text, place) in [
            ("A=b\nhunter2\n", ".env:2:8"),
            ("A=b\n\n=hunter2", ".env:3:1"),
            ("A='hunter2\nB=c\n", ".env:1:3"),
            ("A=\"a\"hunter2", ".env:1:6"),
            ("A=hunter2${HUNTER2}", ".env:1:10"),
            ("A=hunter2${HOST", ".env:1:10"),
            ("1hunter2=a", ".env:1:1"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.starts_with(place) && !error.to_lowercase().contains("hunter"), "{text}: {error}");
        }
    }
}
