//! What is there against what shall be there, and the way from one to the other.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{
    Mirror, Mirrored,
    manifest::{MANIFEST, Manifest, hash},
};

/// How the files that are there differ from the mirror.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// What is to be written and removed, by path.
    pub changes: Vec<FileChange>,
    /// What stands in the way, by path.
    pub obstacles: Vec<Obstacle>,
    /// The manifest after that, unless it stays as it is.
    manifest: Option<String>,
}

/// A file that is not as it shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// Where it is, from the folder of the configuration.
    pub path: PathBuf,
    /// What is there; `None` where nothing is.
    pub before: Option<String>,
    /// What shall be there; `None` where the file goes.
    pub after: Option<String>,
}

/// A file that is not ours to change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Obstacle {
    /// Where it is, from the folder of the configuration.
    pub path: PathBuf,
    /// Why it is none of ours.
    pub why: Why,
}

/// Why a file is not ours to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It was written by a pull, and edited since.
    Edited,
    /// It was never written by a pull.
    Foreign,
}

impl Comparison {
    /// Look at the files in `folder`. `overwrite`: edits of what a pull had written are no obstacle.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn of(folder: &Path, mirror: &Mirror, manifest: &Manifest, overwrite: bool) -> Result<Comparison, FileError> {
        let known = manifest.all();
        let mut next = manifest.clone();
        let mut comparison = Comparison::default();
        let wanted: BTreeSet<&PathBuf> = mirror.forms.iter().flat_map(|it| it.files.keys()).collect();
        for Mirrored { form, is_shared, files, losses: _ } in &mirror.forms {
            for (path, text) in files {
                let whole = folder.join(path);
                let before = read(&whole)?;
                let is_as_written = |before: &String| known.get(path).is_some_and(|it| *it == hash(before));
                match &before {
                    Some(before) if hash(before) == hash(text) => continue,
                    _ if is_link(&whole) => {
                        comparison.obstacles.push(Obstacle { path: path.clone(), why: Why::Foreign });
                        continue;
                    }
                    Some(before) if !is_shared && !is_as_written(before) => {
                        let why = if known.contains_key(path) { Why::Edited } else { Why::Foreign };
                        if why == Why::Foreign || !overwrite {
                            comparison.obstacles.push(Obstacle { path: path.clone(), why });
                            continue;
                        }
                    }
                    _ => (),
                }
                comparison.changes.push(FileChange { path: path.clone(), before, after: Some(text.clone()) });
            }
            comparison.gone(folder, manifest.of_form(form).filter(|(path, _)| !wanted.contains(path)), overwrite)?;
            if !is_shared {
                next.set(form, files.iter());
            }
        }
        comparison.changes.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        comparison.obstacles.sort_unstable();
        comparison.manifest = (next != *manifest).then(|| next.render());
        Ok(comparison)
    }

    /// Files that were written once and have no place in the mirror any more.
    fn gone(
        &mut self,
        folder: &Path,
        files: impl Iterator<Item = (PathBuf, trueup_state::Fingerprint)>,
        overwrite: bool,
    ) -> Result<(), FileError> {
        for (path, written) in files {
            let whole = folder.join(&path);
            match read(&whole)? {
                Some(_) if is_link(&whole) => self.obstacles.push(Obstacle { path, why: Why::Foreign }),
                Some(before) if overwrite || hash(&before) == written => {
                    self.changes.push(FileChange { path, before: Some(before), after: None });
                }
                Some(_) => self.obstacles.push(Obstacle { path, why: Why::Edited }),
                None => (),
            }
        }
        Ok(())
    }

    /// Whether every file is as it shall be.
    pub fn is_fresh(&self) -> bool {
        self.changes.is_empty() && self.obstacles.is_empty()
    }

    /// Write and remove. Everything is written beside first, so that a disk that is full leaves all as it was; then each
    /// file is the one before or the one after, never between, and the manifest comes last: a pull that was cut off finds
    /// files that read as they shall, and goes on.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn carry_out(&self, folder: &Path) -> Result<(), FileError> {
        let manifest = self.manifest.as_ref().map(|text| (Path::new(MANIFEST), text));
        let texts = self.changes.iter().filter_map(|it| Some((it.path.as_path(), it.after.as_ref()?)));
        let wanted: Vec<_> = texts.chain(manifest).map(|(path, text)| (folder.join(path), text)).collect();
        if let Err(error) = wanted.iter().try_for_each(|(path, text)| write_beside(path, text)) {
            // What is left of them is of no use; that it cannot be removed says nothing new.
            for (path, _) in &wanted {
                let _ = fs::remove_file(beside(path));
                sweep(folder, path);
            }
            return Err(error);
        }
        let named = |path: &PathBuf| fs::rename(beside(path), path).map_err(FileError::of(path, "written"));
        let (files, manifest) = wanted.split_at(wanted.len() - usize::from(self.manifest.is_some()));
        files.iter().try_for_each(|(path, _)| named(path))?;
        let gone = self.changes.iter().filter(|it| it.after.is_none());
        gone.map(|it| folder.join(&it.path)).try_for_each(|path| remove(folder, &path))?;
        manifest.iter().try_for_each(|(path, _)| named(path))
    }
}

/// A file that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("`{}` cannot be {action}: {cause}", path.display())]
pub struct FileError {
    path: PathBuf,
    action: &'static str,
    cause: io::Error,
}

impl FileError {
    fn of(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> FileError {
        let path = path.to_owned();
        move |cause| FileError { path, action, cause }
    }
}

/// A path as version control has it on every system.
pub fn slashed(path: &Path) -> String {
    path.components().map(|it| it.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// The text of a file, if it is there.
pub(super) fn read(path: &Path) -> Result<Option<String>, FileError> {
    match fs::read(path) {
        // What is no text was not written by us; it differs from everything that was.
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(FileError::of(path, "read")(cause)),
    }
}

/// Whether a name leads elsewhere, or to nothing: no pull makes such a name, and a new file would take its place.
fn is_link(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|it| it.is_symlink())
}

/// Every file below a folder, if there is one, whose name ends so, in order; names that start with a dot are left out.
pub(super) fn below(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, FileError> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder).map_err(FileError::of(folder, "read"))? {
        let path = entry.map_err(FileError::of(folder, "read"))?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
            continue;
        }
        if path.is_dir() {
            found.extend(below(&path, ending)?);
        } else if has_ending(&path, ending) {
            found.push(path);
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Whether a name ends so, in capitals or not.
pub(super) fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|it| it.eq_ignore_ascii_case(ending))
}

/// Where a file is written before it is given its name.
fn beside(path: &Path) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".trueup-new");
    PathBuf::from(beside)
}

/// The text, all of it, beside the file that it is to be.
fn write_beside(path: &Path, text: &str) -> Result<(), FileError> {
    let failed = |cause| FileError::of(path, "written, so nothing was written")(cause);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    File::create(beside(path)).and_then(|mut it| it.write_all(text.as_bytes())).map_err(failed)
}

/// Remove a file, and the folders that are empty then.
fn remove(top: &Path, path: &Path) -> Result<(), FileError> {
    fs::remove_file(path).map_err(FileError::of(path, "removed"))?;
    sweep(top, path);
    Ok(())
}

/// Remove the folders above a path, up to `top`, that are empty.
fn sweep(top: &Path, path: &Path) {
    for folder in path.ancestors().skip(1).take_while(|it| *it != top && it.starts_with(top)) {
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
}
