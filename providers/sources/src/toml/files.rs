//! Which files there are: those that are named, and those that they include.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use trueup_contract::SourceError;

use super::{
    node::{File, entries},
    parse,
};
use crate::paths;

/// How the files end.
const ENDING: &str = "toml";

/// Read a file, every TOML file below a folder, or those that fit a pattern, with what they include.
pub(super) fn read(path: &Path, name: &str) -> Result<Vec<File>, SourceError> {
    let mut waiting = paths::find(path, name, ENDING)?;
    waiting.reverse();
    let mut files: Vec<File> = Vec::new();
    // As they are called without links and detours.
    let mut known = BTreeSet::new();
    while let Some(path) = waiting.pop() {
        if !known.insert(path.canonicalize().unwrap_or_else(|_| path.clone())) {
            continue;
        }
        let file = one(path)?;
        let included = included(&file)?;
        waiting.extend(included.into_iter().rev());
        files.push(file);
    }
    Ok(files)
}

fn one(path: PathBuf) -> Result<File, SourceError> {
    let text = SourceError::text_of(&path)?;
    Ok(File::new(path, text))
}

/// The files that a file includes, relative to it.
fn included(file: &File) -> Result<Vec<PathBuf>, SourceError> {
    let root = parse(file)?;
    let folder = file.path.parent().unwrap_or(Path::new(""));
    let mut found = Vec::new();
    for it in entries(file, root.get_ref()).into_iter().filter(|it| it.key.text == "include") {
        for pattern in it.as_names() {
            let missing =
                |_| pattern.wrong(["`", pattern.text, "` fits no file"].concat(), "correct it, or leave it away");
            found.extend(paths::find(&folder.join(pattern.text), pattern.text, ENDING).map_err(missing)?);
        }
    }
    Ok(found)
}
