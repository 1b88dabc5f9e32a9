//! The folder that evidence is written to: the only code of this module that touches files.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use super::TIME;

/// A file of the evidence that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("evidence `{}` cannot be written: {cause}", path.display())]
pub struct EvidenceError {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub cause: io::Error,
}

/// The folder, and what must not be in its files: paths of somebody's machine, with what is written instead.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    paths: Vec<(String, &'static str)>,
}

impl Folder {
    /// This folder; it is made at the first file. The longest of the paths first.
    pub fn new(path: PathBuf, paths: Vec<(String, &'static str)>) -> Folder {
        Folder { path, paths }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is in a file, if it is there.
    pub fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path.join(name)).ok()
    }

    /// Write a file, unless it says the same already: then the time in it stays, too.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, name: &str, text: &str) -> Result<(), EvidenceError> {
        let path = self.path.join(name);
        let text = self.without_paths(text);
        let is_same = fs::read_to_string(&path).is_ok_and(|there| says_the_same(&there, &text));
        if is_same {
            return Ok(());
        }
        let write = || {
            fs::create_dir_all(path.parent().unwrap_or(&self.path))?;
            fs::write(&path, &text)
        };
        write().map_err(|cause| EvidenceError { path: path.clone(), cause })
    }

    /// Open a file to go on with it, with this text at its end.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn extend(&self, name: &str, text: &str) -> Result<File, EvidenceError> {
        let path = self.path.join(name);
        let open = || {
            fs::create_dir_all(&self.path)?;
            let mut file = OpenOptions::new().create(true).write(true).truncate(false).open(&path)?;
            io::Seek::seek(&mut file, io::SeekFrom::End(0))?;
            io::Write::write_all(&mut file, self.without_paths(text).as_bytes())?;
            Ok(file)
        };
        open().map_err(|cause| EvidenceError { path: path.clone(), cause })
    }

    /// A text without the paths of this machine.
    pub fn without_paths(&self, text: &str) -> String {
        self.paths.iter().fold(text.to_owned(), |text, (path, instead)| text.replace(path, instead))
    }
}

/// Whether two files differ in their times at most.
fn says_the_same(one: &str, other: &str) -> bool {
    let timeless = |text: &str| text.lines().filter(|it| !it.starts_with(TIME)).collect::<Vec<_>>().join("\n");
    timeless(one) == timeless(other)
}
