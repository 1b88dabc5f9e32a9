//! The files of the repository.

use std::{fs, path::Path};

/// One text file.
pub(crate) struct File {
    /// Relative to the repository, with `/` between names.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Folders that hold nothing of ours. Names with a dot in front are left out as well, but for `.github`.
const SKIPPED: &[&str] = &["target", "node_modules", "__pycache__"];

/// What is text and written by us; everything else in the repository is data.
const TEXT: &[&str] =
    &["rs", "toml", "md", "sql", "sh", "py", "yml", "yaml", "json", "txt", "snap", "trycmd", "prisma"];

/// Every text file, in the order of paths.
pub(crate) fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    walk(root, "", &mut files);
    assert!(files.len() > 50, "only {} files: this is not the repository", files.len());
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// Every text file with this extension below one of these folders; an empty name is the whole repository.
pub(crate) fn files_in(folders: &[&str], extension: &str) -> Vec<File> {
    let ends = [".", extension].concat();
    let inside = |path: &str| folders.iter().any(|it| path.starts_with(it));
    files().into_iter().filter(|file| file.path.ends_with(&ends) && inside(&file.path)).collect()
}

fn walk(folder: &Path, prefix: &str, files: &mut Vec<File>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = [prefix, &name].concat();
        let hidden = name.starts_with('.') && name != ".github";
        if hidden || SKIPPED.contains(&name.as_str()) {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            walk(&entry.path(), &[&path, "/"].concat(), files);
        } else if name.rsplit_once('.').is_some_and(|(_, extension)| TEXT.contains(&extension)) {
            // A sample that is wrong on purpose may hold anything, and somebody else may remove a file meanwhile.
            files.extend(fs::read_to_string(entry.path()).ok().map(|text| File { path, text }));
        }
    }
}
