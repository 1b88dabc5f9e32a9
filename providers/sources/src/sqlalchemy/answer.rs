//! What the describing program says: a line of JSON for each statement, or why there are none.

use std::path::{Path, PathBuf};

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
    let mut module = None;
    let mut release = (0, 0);
    for line in said.answer.lines() {
        let Ok(record) = serde_json::from_str::<Value>(line) else { break };
        if record["error"].is_string() {
            return Err(wrong(&record, said, target, surroundings));
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
            let (place, offset, length) = place(file, &record, &name, &surroundings.folder);
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

/// Where a person wrote it, as the folder is called, with what to underline.
fn place(file: Option<&str>, record: &Value, name: &str, folder: &Path) -> (Place, usize, usize) {
    let line = record["line"].as_u64().and_then(|it| usize::try_from(it).ok()).unwrap_or(1);
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let path = match file.map(Path::new) {
        Some(file) => file.strip_prefix(&whole).map_or_else(|_| file.to_owned(), |it| folder.join(it)),
        None => PathBuf::from(name),
    };
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let offset: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let at_line = text[offset..].lines().next().unwrap_or_default();
    let indent = at_line.len() - at_line.trim_start().len();
    let place = Place { file: path.into(), line, column: indent + 1 };
    (place, offset + indent, at_line.trim().len().max(1))
}

/// What is wrong, with the place where it is known.
fn wrong(record: &Value, said: &Said, target: &str, surroundings: &Surroundings) -> SourceError {
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
            let (place, offset, length) = place(Some(file), record, target, &surroundings.folder);
            SourceError::Malformed { place, offset, length, message: what, hint: Some(hint) }
        }
        None => SourceError::Program { what, hint },
    }
}
