//! Which files the mirror consists of, and what was written to them: a file that reads otherwise was edited.

use std::{
    collections::BTreeMap,
    path::{Component, Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use trueup_state::Fingerprint;

use super::files::slashed;

/// The manifest's name, beside the configuration.
pub const MANIFEST: &str = ".trueup-pull.toml";

/// The first lines of the file.
const HEADER: &str =
    "# Written by `trueup pull`: which files it made, and the BLAKE3 hash of each. Commit this file; do not edit it.\n";

/// What was written the last time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    version: u32,
    /// For each form, the files with their hashes. Paths have `/` between folders, on every system.
    #[serde(default)]
    files: BTreeMap<String, BTreeMap<String, Fingerprint>>,
}

/// A manifest that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// It is not TOML of our form.
    #[error("`{MANIFEST}` cannot be read: {0}")]
    Malformed(#[source] Box<toml::de::Error>),
    /// It names a file that no pull writes: files that are gone are removed, so it would remove what is not the mirror's.
    #[error("`{MANIFEST}` names `{0}`, which is not in the project; it was edited")]
    Outside(String),
    /// It was written by a newer trueup.
    #[error("`{MANIFEST}` has format {0}, this trueup knows format 1")]
    Version(u32),
}

impl Manifest {
    /// Read the written form.
    ///
    /// # Errors
    /// When it is no manifest: what it cannot say of a file would be guessed otherwise.
    pub fn parse(text: &str) -> Result<Manifest, ManifestError> {
        let manifest: Manifest = toml::from_str(text).map_err(|it| ManifestError::Malformed(Box::new(it)))?;
        if manifest.version != 1 {
            return Err(ManifestError::Version(manifest.version));
        }
        let mut named = manifest.files.values().flat_map(BTreeMap::keys);
        match named.find(|path| !is_inside(Path::new(path))) {
            Some(path) => Err(ManifestError::Outside(path.clone())),
            None => Ok(manifest),
        }
    }

    /// The written form.
    pub(super) fn render(&self) -> String {
        [HEADER, "\n", &toml::to_string(self).unwrap_or_default()].concat()
    }

    /// The files of a form, with their hashes.
    pub(super) fn of_form(&self, form: &str) -> impl Iterator<Item = (PathBuf, Fingerprint)> {
        self.files.get(form).into_iter().flatten().map(|(path, hash)| (path.split('/').collect(), *hash))
    }

    /// The same for all forms together.
    pub(super) fn all(&self) -> BTreeMap<PathBuf, Fingerprint> {
        self.files.keys().flat_map(|form| self.of_form(form)).collect()
    }

    /// Put what was written for a form in the place of what is there.
    pub(super) fn set<'a>(&mut self, form: &str, files: impl Iterator<Item = (&'a PathBuf, &'a String)>) {
        self.version = 1;
        let written = files.map(|(path, text)| (slashed(path), hash(text))).collect();
        self.files.insert(form.to_owned(), written);
    }
}

/// Whether a path leads to something below the folder that it starts from.
fn is_inside(path: &Path) -> bool {
    path.components().next().is_some() && path.components().all(|it| matches!(it, Component::Normal(_)))
}

/// The hash of a text, whatever ends its lines: version control may change that.
pub(super) fn hash(text: &str) -> Fingerprint {
    Fingerprint::of_bytes(text.replace("\r\n", "\n").as_bytes())
}
