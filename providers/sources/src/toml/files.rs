//! Which files there are: those that are named, and those that they include.

use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use trueup_contract::SourceError;

use super::{
    node::{File, entries},
    parse,
};

/// Read a file, every TOML file below a folder, or those that fit a pattern, with what they include.
pub(super) fn read(path: &Path, name: &str) -> Result<Vec<File>, SourceError> {
    let mut waiting = find(path, name)?;
    waiting.reverse();
    let mut files: Vec<File> = Vec::new();
    while let Some(path) = waiting.pop() {
        if files.iter().any(|it| same(&it.path, &path)) {
            continue;
        }
        let file = one(path)?;
        let included = included(&file)?;
        waiting.extend(included.into_iter().rev());
        files.push(file);
    }
    Ok(files)
}

/// Whether two paths lead to the same file.
fn same(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

fn one(path: PathBuf) -> Result<File, SourceError> {
    let bytes = std::fs::read(&path).map_err(|cause| SourceError::Unreadable { path: path.clone(), cause })?;
    let text = String::from_utf8(bytes)
        .map_err(|error| SourceError::NotText { path: path.clone(), offset: error.utf8_error().valid_up_to() })?;
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
            found.extend(find(&folder.join(pattern.text), pattern.text).map_err(missing)?);
        }
    }
    Ok(found)
}

fn find(path: &Path, name: &str) -> Result<Vec<PathBuf>, SourceError> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let pattern = path.to_string_lossy();
    let is_pattern = |text: &str| text.contains(['*', '?', '[', '{']);
    let mut found = Vec::new();
    if path.is_dir() {
        collect(path, &mut found)?;
    } else if is_pattern(&pattern) {
        let unknown = |error: globset::Error| SourceError::Unknown { what: name.to_owned(), reason: error.to_string() };
        let glob = GlobBuilder::new(&pattern).literal_separator(true).build().map_err(unknown)?.compile_matcher();
        let fixed: PathBuf =
            path.components().take_while(|part| !is_pattern(&part.as_os_str().to_string_lossy())).collect();
        let root = if fixed.as_os_str().is_empty() { PathBuf::from(".") } else { fixed };
        if root.is_dir() {
            collect(&root, &mut found)?;
        }
        found.retain(|path| glob.is_match(path.strip_prefix("./").unwrap_or(path)) || glob.is_match(path));
    }
    if found.is_empty() {
        return Err(SourceError::Missing(name.to_owned()));
    }
    found.sort();
    Ok(found)
}

/// Every `.toml` file below a folder; names that start with a dot are left out.
fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), SourceError> {
    let unreadable = |cause| SourceError::Unreadable { path: folder.to_owned(), cause };
    for entry in folder.read_dir().map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || name == "trueup.toml" {
            continue;
        }
        if path.is_dir() {
            collect(&path, found)?;
        } else if path.extension().is_some_and(|it| it.eq_ignore_ascii_case("toml")) {
            found.push(path);
        }
    }
    Ok(())
}
