//! What the describing program says: a line of JSON for each statement, or why there are none.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use serde_json::Value;
use trueup_contract::{Loaded, Place, SourceError, redact_urls};

use super::{SqlAlchemy, Surroundings, coverage, run::Said};
use crate::Generated;

/// What was declared.
///
/// # Errors
/// When the describing program says that something is wrong, or breaks off.
pub(super) fn read(said: &Said, target: &str, surroundings: &Surroundings) -> Result<Loaded, SourceError> {
    let name = [SqlAlchemy::SCHEME, ":", target].concat();
    let mut generated = Generated::default();
    let mut places = Places { folder: &surroundings.folder, lines: HashMap::new() };
    let mut module = None;
    let mut release = (0, 0);
    for line in said.answer.lines() {
        let Ok(record) = serde_json::from_str::<Value>(line) else { break };
        if record["error"].is_string() {
            return Err(wrong(&record, said, target, surroundings, &mut places));
        }
        if record["end"].as_bool() == Some(true) {
            let coverage = coverage::coverage(release);
            return Ok(generated.finish(PathBuf::from(name), coverage, Vec::new()));
        }
        if let Some(numbers) = record["release"].as_array() {
            let number = |at: usize| numbers.get(at).and_then(Value::as_u64).unwrap_or_default();
            release = (number(0), number(1));
            module = record["module"].as_str().map(str::to_owned);
        }
        if let Some(sql) = record["sql"].as_str() {
            let file = record["file"].as_str().or(module.as_deref());
            let (place, offset, length) = places.of(file, &record, &name);
            let statement = [sql.trim_end().trim_end_matches(';'), ";"].concat();
            generated.push(&statement, &place, offset, length);
        }
    }
    let what = match said.last_words.as_str() {
        "" => "the SQLAlchemy models ended before they told what they declare".to_owned(),
        words => ["the SQLAlchemy models ended before they told what they declare: ", words].concat(),
    };
    let hint =
        ["run `", &said.python.display().to_string(), " -c \"import ", module_of(target), "\"` to see why"].concat();
    Err(SourceError::Program { what, hint })
}

fn module_of(target: &str) -> &str {
    target.split(':').next().unwrap_or_default()
}

/// Where persons wrote what is declared. Each file is read once: most models stand in few.
struct Places<'a> {
    /// The project's folder, as it is called.
    folder: &'a Path,
    /// Of each file, where the text of each line starts, its indent, and its length, in bytes.
    lines: HashMap<PathBuf, Vec<(usize, usize, usize)>>,
}

impl Places<'_> {
    /// The place of a record, with what to underline.
    fn of(&mut self, file: Option<&str>, record: &Value, name: &str) -> (Place, usize, usize) {
        // Python counts from one; of a file that it cannot decode it says line zero.
        let line = record["line"].as_u64().and_then(|it| usize::try_from(it).ok()).unwrap_or(1).max(1);
        let whole = std::path::absolute(self.folder).unwrap_or_else(|_| self.folder.to_owned());
        let path = match file.map(Path::new) {
            Some(file) => file.strip_prefix(&whole).map_or_else(|_| file.to_owned(), |it| self.folder.join(it)),
            None => PathBuf::from(name),
        };
        let lines = self.lines.entry(path.clone()).or_insert_with(|| lines(&path));
        let (offset, indent, length) = lines.get(line - 1).or(lines.last()).copied().unwrap_or_default();
        (Place { file: path.into(), line, column: indent + 1 }, offset, length.max(1))
    }
}

fn lines(path: &Path) -> Vec<(usize, usize, usize)> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let mut start = 0;
    let line = |line: &str| {
        let indent = line.len() - line.trim_start().len();
        let at = start + indent;
        start += line.len();
        (at, indent, line.trim().len())
    };
    text.split_inclusive('\n').map(line).collect()
}

/// What is wrong, with the place where it is known.
fn wrong(
    record: &Value,
    said: &Said,
    target: &str,
    surroundings: &Surroundings,
    places: &mut Places<'_>,
) -> SourceError {
    let message = redact_urls(record["message"].as_str().unwrap_or_default());
    let python = said.python.display().to_string();
    let known: Vec<&str> = record["known"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let module = module_of(target);
    let (what, hint) = match record["error"].as_str().unwrap_or_default() {
        "sqlalchemy" => (
            ["SQLAlchemy cannot be imported by `", &python, "`: ", &message].concat(),
            "activate the project's virtual environment, or name its interpreter: `[schema] python = \".venv/bin/python\"`"
                .to_owned(),
        ),
        "version" => (message, "trueup reads models of SQLAlchemy 1.4 and later".to_owned()),
        "module" => (
            [&message, " for `", &python, "`"].concat(),
            "modules are looked for in the folder of trueup.toml first, as `python -m` does".to_owned(),
        ),
        "attribute" if known.is_empty() => (message, "name the declarative base or the MetaData".to_owned()),
        "attribute" => (message, ["there is `", SqlAlchemy::SCHEME, ":", module, ":", &known.join("`, `:"), "`"].concat()),
        "declare" => (["the models cannot be declared: ", &message].concat(), "correct the models".to_owned()),
        _ => {
            let what = ["`", module, "` cannot be imported: ", &message].concat();
            let missing = record["missing"].as_str().filter(|it| surroundings.withheld.iter().any(|name| name == it));
            let hint = match missing {
                Some(name) => [
                    "`",
                    name,
                    "` holds a database URL or a password, which trueup keeps from the models; do not need it to import them",
                ]
                .concat(),
                None => ["run `", &python, " -c \"import ", module, "\"` to see all of it"].concat(),
            };
            (what, hint)
        }
    };
    match record["file"].as_str() {
        Some(file) => {
            let (place, offset, length) = places.of(Some(file), record, target);
            SourceError::Malformed { place, offset, length, message: what, hint: Some(hint) }
        }
        None => SourceError::Program { what, hint },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_a_file_does_not_have_are_places_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("models.py");
        std::fs::write(&path, "# coding: odd\n  x = 1\n").unwrap();
        let mut places = Places { folder: folder.path(), lines: HashMap::new() };
        let mut of = |line: u64| {
            let (place, offset, length) = places.of(path.to_str(), &serde_json::json!({ "line": line }), "app");
            (place.line, place.column, offset, length)
        };
        assert_eq!(of(0), (1, 1, 0, 13));
        assert_eq!(of(2), (2, 3, 16, 5));
        assert_eq!(of(9), (9, 3, 16, 5));
    }
}
