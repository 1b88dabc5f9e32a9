//! Files that SQL files name: a line `-- @include path`, a path, a folder or a pattern relative to the file.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use trueup_contract::{Place, SourceError, SourceFile};

use crate::paths;

const DIRECTIVE: &str = "-- @include";

/// Files with everything that they include, each once.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) files: Vec<SourceFile>,
    /// As they are called without links and detours.
    known: BTreeSet<PathBuf>,
    /// Those being read: each is included by the one before.
    open: Vec<PathBuf>,
}

impl Reading {
    /// Read a file and what it includes.
    ///
    /// # Errors
    /// When a file is not there or is not UTF-8, or when one includes itself, however far around.
    pub(super) fn read(&mut self, path: &Path) -> Result<(), SourceError> {
        let unreadable = |cause| SourceError::Unreadable { path: path.to_owned(), cause };
        let itself = path.canonicalize().map_err(unreadable)?;
        if !self.known.insert(itself.clone()) {
            return Ok(());
        }
        let text = SourceError::text_of(path)?;
        let file = SourceFile { path: Arc::new(path.to_owned()), text: Arc::from(text) };
        self.files.push(file.clone());
        self.open.push(itself);
        for include in includes(&file) {
            self.follow(&file, &include)?;
        }
        self.open.pop();
        Ok(())
    }

    fn follow(&mut self, file: &SourceFile, include: &Include<'_>) -> Result<(), SourceError> {
        let wrong = |message: String, hint: &str| SourceError::Malformed {
            place: Place { file: file.path.clone(), line: include.line, column: 1 },
            offset: include.offset,
            length: include.length,
            message,
            hint: Some(hint.to_owned()),
        };
        if include.path.is_empty() {
            return Err(wrong("it is not said what to include".to_owned(), "write `-- @include path/*.sql`"));
        }
        let path = file.path.parent().unwrap_or(Path::new("")).join(include.path);
        let found = paths::find(&path, include.path, "sql").map_err(|error| {
            wrong(error.to_string().replace("desired schema ", ""), "paths are relative to the file that includes them")
        })?;
        let is_for_several = paths::is_pattern(include.path) || path.is_dir();
        for path in found {
            let itself = path.canonicalize().unwrap_or_else(|_| path.clone());
            // Neither a pattern nor a folder means the file that names it.
            if self.open.last() == Some(&itself) && is_for_several {
                continue;
            }
            if self.open.contains(&itself) {
                let what = ["`", &path.display().to_string(), "` includes itself by way of this line"].concat();
                return Err(wrong(what, "take one of the includes out; the order of files does not matter"));
            }
            self.read(&path)?;
        }
        Ok(())
    }
}

struct Include<'a> {
    path: &'a str,
    line: usize,
    offset: usize,
    length: usize,
}

/// The directives of a file: whole lines, so that nothing of SQL has to be understood.
fn includes(file: &SourceFile) -> Vec<Include<'_>> {
    let mut offset = 0;
    let mut found = Vec::new();
    for (at, whole) in file.text.split_inclusive('\n').enumerate() {
        let line = whole.trim_end();
        let path = line.trim_start_matches('\u{feff}').strip_prefix(DIRECTIVE);
        if let Some(path) = path.filter(|it| it.is_empty() || it.starts_with([' ', '\t'])) {
            found.push(Include { path: path.trim(), line: at + 1, offset, length: line.len() });
        }
        offset += whole.len();
    }
    found
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]
mod tests {
    use super::*;

    /// The names of what is read from `main.sql`, or what is wrong.
    fn read(files: &[(&str, &str)]) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let mut reading = Reading::default();
        let outcome = reading.read(&folder.path().join("main.sql"));
        let bare = |text: String| text.replace(&[&folder.path().display().to_string(), "/"].concat(), "");
        outcome.map_err(|error| bare(error.to_string()))?;
        Ok(reading.files.iter().map(|it| bare(it.path.display().to_string())).collect())
    }

    #[test]
    fn files_folders_and_patterns_are_included_each_once_relative_to_the_file() {
        let files = [
            ("main.sql", "\u{feff}-- @include a/one.sql\r\n-- @include a\r\n-- @include */t*.sql\r\n"),
            ("a/one.sql", "-- @include ../b/two.sql"),
            ("a/.hidden.sql", "x"),
            ("b/two.sql", ""),
            ("b/other.sql", ""),
        ];
        assert_eq!(read(&files).unwrap(), ["main.sql", "a/one.sql", "a/../b/two.sql"]);
        let itself = [("main.sql", "-- @include *.sql"), ("more.sql", "  -- @include nowhere.sql")];
        assert_eq!(read(&itself).unwrap(), ["main.sql", "more.sql"]);
        let folder = [("main.sql", "-- @include ."), ("more.sql", "")];
        assert_eq!(read(&folder).unwrap(), ["main.sql", "./more.sql"]);
    }

    #[test]
    fn what_is_missing_or_goes_in_a_circle_is_an_error_at_its_line() {
        let missing = [("main.sql", "select 1;\n-- @include nowhere.sql\n")];
        assert_eq!(read(&missing).unwrap_err(), "main.sql:2:1: `nowhere.sql` does not exist");
        let circle = [("main.sql", "-- @include a.sql"), ("a.sql", "\n-- @include main.sql")];
        assert_eq!(read(&circle).unwrap_err(), "a.sql:2:1: `main.sql` includes itself by way of this line");
        assert_eq!(read(&[("main.sql", "-- @include")]).unwrap_err(), "main.sql:1:1: it is not said what to include");
    }
}
