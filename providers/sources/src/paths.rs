//! Which files a path means: one file, every file of an ending below a folder, or those that fit a pattern.

use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use trueup_contract::SourceError;

/// The name of trueup's configuration, which declares nothing.
pub(crate) const CONFIGURATION: &str = "trueup.toml";

/// Whether a path names files by what they have in common.
pub(crate) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

/// The files, in the order of their paths; at least one.
///
/// # Errors
/// When there are none, or a folder cannot be read.
pub(crate) fn find(path: &Path, name: &str, ending: &str) -> Result<Vec<PathBuf>, SourceError> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    if path.is_dir() {
        below(path, &mut found)?;
        found.retain(|it| ends(it, ending));
        if found.is_empty() {
            return Err(SourceError::Empty(name.to_owned()));
        }
    } else if is_pattern(&path.to_string_lossy()) {
        matching(path, name, ending, &mut found)?;
    }
    if found.is_empty() {
        return Err(SourceError::Missing(name.to_owned()));
    }
    found.sort();
    Ok(found)
}

fn matching(path: &Path, name: &str, ending: &str, found: &mut Vec<PathBuf>) -> Result<(), SourceError> {
    let unknown = |error: globset::Error| SourceError::Unknown { what: name.to_owned(), reason: error.to_string() };
    let pattern = path.to_string_lossy();
    let glob = GlobBuilder::new(&pattern).literal_separator(true).build().map_err(unknown)?.compile_matcher();
    let fixed: PathBuf =
        path.components().take_while(|part| !is_pattern(&part.as_os_str().to_string_lossy())).collect();
    let root = if fixed.as_os_str().is_empty() { PathBuf::from(".") } else { fixed };
    if root.is_dir() {
        below(&root, found)?;
    }
    let is_meant = |path: &Path| glob.is_match(path.strip_prefix("./").unwrap_or(path)) || glob.is_match(path);
    found.retain(|path| ends(path, ending) && is_meant(path));
    Ok(())
}

fn ends(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|it| it.eq_ignore_ascii_case(ending))
}

/// Every file below a folder; names that start with a dot and trueup's configuration are left out.
///
/// # Errors
/// When a folder cannot be read.
pub(crate) fn below(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), SourceError> {
    let unreadable = |cause| SourceError::Unreadable { path: folder.to_owned(), cause };
    for entry in folder.read_dir().map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || name == CONFIGURATION {
            continue;
        }
        if path.is_dir() {
            // A link to a folder that it lies in would be followed around and around.
            let above = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
            if !path.is_symlink() || path.canonicalize().is_ok_and(|it| !above.starts_with(it)) {
                below(&path, found)?;
            }
        } else {
            found.push(path);
        }
    }
    Ok(())
}
