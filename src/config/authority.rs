//! Which side is right where code and database differ: `authority` in trueup.toml, or `docs/project/db-ssot.json`.
//!
//! Neither is ever inferred from a file that cannot be read: a broken file that quietly turned the direction round would
//! overwrite the side that is right.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::ConfigError;

/// Where other tools keep the same choice, beside trueup.toml.
pub const MODE_FILE: &str = "docs/project/db-ssot.json";

/// Which side is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Authority {
    /// The code: databases are brought to it.
    Code,
    /// The code, and of it `prisma/schema.prisma`.
    Prisma,
    /// The database: the code mirrors it, and nothing is applied to it.
    Database,
    /// Neither: the project manages no database.
    None,
}

/// The words, as both files write them.
const WORDS: [(&str, Authority); 4] = [
    ("code", Authority::Code),
    ("repo-prisma", Authority::Prisma),
    ("database", Authority::Database),
    ("none", Authority::None),
];

/// Modes that other tools know and trueup does not serve.
const ELSEWHERE: [&str; 1] = ["convex"];

const WRITE: &str = "write `code` (or `repo-prisma`), `database` or `none`";

impl TryFrom<String> for Authority {
    type Error = String;

    fn try_from(word: String) -> Result<Authority, String> {
        if let Some((_, authority)) = WORDS.iter().find(|(known, _)| *known == word) {
            return Ok(*authority);
        }
        Err(if ELSEWHERE.contains(&word.as_str()) {
            ["trueup does not serve the mode `", &word, "`; ", WRITE].concat()
        } else {
            ["`", &word, "` is no authority; ", WRITE].concat()
        })
    }
}

impl Authority {
    /// The word for it in trueup.toml.
    pub fn word(self) -> &'static str {
        WORDS.iter().find(|(_, authority)| *authority == self).map_or("code", |(word, _)| word)
    }

    /// The same choice, whichever format the code is in.
    fn agrees(self, other: Authority) -> bool {
        let is_code = |it| matches!(it, Authority::Code | Authority::Prisma);
        self == other || (is_code(self) && is_code(other))
    }
}

/// What was chosen, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Which side is right.
    pub authority: Authority,
    /// The file that says so; `None` where none does, and it is the code.
    pub file: Option<PathBuf>,
}

impl Chosen {
    /// For messages: `authority = "database" in trueup.toml`.
    pub fn place(&self) -> String {
        let word = self.authority.word();
        match &self.file {
            Some(file) if file.ends_with(MODE_FILE) => ["mode `", word, "` in ", &file.display().to_string()].concat(),
            Some(file) => ["authority = \"", word, "\" in ", &file.display().to_string()].concat(),
            None => ["no file says otherwise, so it is `authority = \"", word, "\"`"].concat(),
        }
    }
}

/// What the two files together say. `configured` is what trueup.toml says, with its path; `folder` is where it is.
///
/// # Errors
/// When the mode file cannot be read or says something that is not known, or when the two disagree.
pub fn choose(configured: Option<(Authority, &Path)>, folder: &Path) -> Result<Chosen, ConfigError> {
    let path = folder.join(MODE_FILE);
    let found = match std::fs::read_to_string(&path) {
        Ok(text) => Some(mode(&path, &text)?),
        Err(cause) if cause.kind() == ErrorKind::NotFound => None,
        Err(cause) => return Err(ConfigError::Unreadable { path, cause }),
    };
    match (configured, found) {
        (Some((authority, file)), Some(mode)) if !authority.agrees(mode) => {
            let what = ["authority = \"", authority.word(), "\", but ", &path.display().to_string(), " says `"];
            let rest = [mode.word(), "`; change one of them: both must say the same"];
            let what = [what.concat(), rest.concat()].concat();
            Err(ConfigError::Value { path: file.to_owned(), what })
        }
        // The mode file is the more precise one where it names Prisma.
        (_, Some(authority)) => Ok(Chosen { authority, file: Some(path) }),
        (Some((authority, file)), None) => Ok(Chosen { authority, file: Some(file.to_owned()) }),
        (None, None) => Ok(Chosen { authority: Authority::Code, file: None }),
    }
}

/// `db-ssot.json`, of which only the version and the mode concern us; the rest is for other tools.
#[derive(Deserialize)]
struct ModeFile {
    /// Only read to be refused if it is not known.
    #[serde(rename = "version")]
    _version: Option<Version>,
    db: Option<Part>,
    ssot: Option<Word>,
    mode: Option<Authority>,
}

/// `db`: either `"ssot": "database"` or `"ssot": { "mode": "database" }`.
#[derive(Deserialize)]
struct Part {
    ssot: Option<Word>,
}

/// A mode, by itself or within an object.
#[derive(Deserialize)]
#[serde(try_from = "serde_json::Value")]
struct Word(Authority);

impl TryFrom<serde_json::Value> for Word {
    type Error = String;

    fn try_from(value: serde_json::Value) -> Result<Word, String> {
        let word = value.get("mode").unwrap_or(&value);
        let word = word.as_str().ok_or_else(|| ["a mode is a text; ", WRITE].concat())?;
        Authority::try_from(word.to_owned()).map(Word)
    }
}

/// Of the format.
#[derive(Deserialize)]
#[serde(try_from = "u64")]
struct Version;

impl TryFrom<u64> for Version {
    type Error = String;

    fn try_from(version: u64) -> Result<Version, String> {
        if version == 1 {
            return Ok(Version);
        }
        Err(["version ", &version.to_string(), " is not known; write `\"version\": 1`"].concat())
    }
}

/// The first of `db.ssot.mode`, `db.ssot`, `ssot` and `mode` that is there.
fn mode(path: &Path, text: &str) -> Result<Authority, ConfigError> {
    let malformed = |(line, column): (usize, usize), message: String| ConfigError::Malformed {
        path: path.to_owned(),
        line,
        column,
        message,
        suggestion: String::new(),
    };
    let file: ModeFile = serde_json::from_str(text).map_err(|error| {
        let whole = error.to_string();
        let message = whole.rsplit_once(" at line ").map_or(whole.as_str(), |(message, _)| message).to_owned();
        let rest = if message.contains("write `") { "" } else { "; the direction is not guessed from a broken file" };
        malformed(place(text, &error, &message), [&message, rest].concat())
    })?;
    let ModeFile { _version: _, db, ssot, mode } = file;
    let nested = db.and_then(|db| db.ssot).or(ssot).map(|Word(authority)| authority);
    nested.or(mode).ok_or_else(|| malformed((1, 1), ["it has no `mode`; ", WRITE, " into `\"mode\"`"].concat()))
}

/// The line and column of an error, from 1. A value that means nothing is noticed only behind it, and what stands
/// before that place, quoted as in the message, is the value.
fn place(text: &str, error: &serde_json::Error, message: &str) -> (usize, usize) {
    let noticed = (error.line().max(1), error.column().max(1));
    let before = text.split_inclusive('\n').take(noticed.0).map(str::len).sum::<usize>();
    let last_line = text.lines().nth(noticed.0 - 1).map_or(0, str::len);
    let end = (before.saturating_sub(last_line + 1) + noticed.1).min(text.len());
    let word = message.split('`').nth(1).filter(|_| error.is_data());
    let start = word.and_then(|word| text.get(..end)?.rfind(&["\"", word, "\""].concat()));
    let Some(start) = start else { return noticed };
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    (text[..start].matches('\n').count() + 1, text[line_start..start].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Authority, String> {
        mode(Path::new("db-ssot.json"), text).map_err(|error| error.to_string())
    }

    #[test]
    fn the_mode_is_read_from_both_shapes_and_the_innermost_wins() {
        let both = r#"{"version": 1, "mode": "repo-prisma", "db": {"ssot": "database", "kind": "postgres"}}"#;
        for (text, mode) in [
            (r#"{"version": 1, "updatedAt": "2026-01-01", "mode": "database", "paths": {}}"#, Authority::Database),
            (r#"{"db": {"ssot": {"mode": "none"}}}"#, Authority::None),
            (r#"{"ssot": "repo-prisma", "mode": "database"}"#, Authority::Prisma),
            (r#"{"mode": "code"}"#, Authority::Code),
            (both, Authority::Database),
        ] {
            assert_eq!(read(text), Ok(mode), "{text}");
        }
    }

    #[test]
    fn a_broken_or_unknown_mode_is_an_error_with_its_place() {
        for (text, said) in [
            ("{\n  \"mode\": \"database\",\n}", "db-ssot.json:3:1: trailing comma"),
            ("{\n  \"mode\": \"databse\"\n}", "db-ssot.json:2:11: `databse` is no authority; write `code`"),
            ("{\"mode\": \"convex\"}", "does not serve the mode `convex`"),
            ("{\"mode\": \"database\", \"db\": {\"ssot\": \"sqlite\"}}", "`sqlite` is no authority"),
            ("{\"db\": {\"ssot\": \"database\"}, \"mode\": \"x\"}", "`x` is no authority"),
            ("{\"ssot\": 7}", "a mode is a text"),
            ("{\"version\": 2, \"mode\": \"database\"}", "version 2 is not known"),
            ("{\"version\": 1}", "it has no `mode`; write"),
            ("", "1:1: EOF"),
            ("[]", "db-ssot.json:1:"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
