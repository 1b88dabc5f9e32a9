//! What form a file source has, told by the names of its files.

use std::{collections::BTreeSet, path::Path};

use trueup_contract::SourceError;

use crate::paths::{self, CONFIGURATION};

/// The forms of file sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileForm {
    /// SQL.
    Sql,
    /// trueup's own declarative format.
    Toml,
    /// Prisma's.
    Prisma,
}

/// How the files of each form end.
const ENDINGS: [(&str, FileForm); 3] = [("sql", FileForm::Sql), ("toml", FileForm::Toml), ("prisma", FileForm::Prisma)];

impl FileForm {
    /// The form of a file, of a pattern, or of the files below a folder. A path at which nothing is counts as SQL where its
    /// name does not say otherwise.
    ///
    /// # Errors
    /// When it is none of them, when a folder holds files of several forms, or when it cannot be read.
    pub fn of(path: &Path, name: &str) -> Result<FileForm, SourceError> {
        let unknown = |reason: String| SourceError::Unknown { what: name.to_owned(), reason };
        if path.is_dir() {
            return match forms_below(path)?.as_slice() {
                [] => Ok(FileForm::Sql),
                [form] => Ok(*form),
                several => {
                    let endings: Vec<String> = several.iter().map(|it| ["*.", it.ending()].concat()).collect();
                    let reason = "it holds files of several forms; say which is meant with a pattern: ".to_owned();
                    Err(unknown([reason.as_str(), &endings.join(" or ")].concat()))
                }
            };
        }
        if path.file_name().is_some_and(|it| it == CONFIGURATION) && path.exists() {
            return Err(unknown("it is trueup's configuration, and declares no schema".to_owned()));
        }
        match of_name(path) {
            Some(form) => Ok(form),
            None if path.exists() => Err(unknown("a file source must end in .sql, .toml or .prisma".to_owned())),
            None => Ok(FileForm::Sql),
        }
    }

    /// How its files end, without the dot.
    fn ending(self) -> &'static str {
        ENDINGS[self as usize].0
    }
}

fn of_name(path: &Path) -> Option<FileForm> {
    let ending = path.extension()?.to_string_lossy().to_ascii_lowercase();
    ENDINGS.iter().find(|(it, _)| *it == ending).map(|(_, form)| *form)
}

/// The forms of the files below a folder, in the order of [`ENDINGS`].
fn forms_below(folder: &Path) -> Result<Vec<FileForm>, SourceError> {
    let mut files = Vec::new();
    paths::below(folder, &mut files)?;
    let forms: BTreeSet<FileForm> = files.iter().filter_map(|it| of_name(it)).collect();
    Ok(forms.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_several_forms_asks_which_is_meant() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str| std::fs::write(folder.path().join(name), "").unwrap();
        write("a.toml");
        write("trueup.toml");
        assert_eq!(FileForm::of(folder.path(), "schema/").unwrap(), FileForm::Toml);
        write("b.sql");
        let message = FileForm::of(folder.path(), "schema/").unwrap_err().to_string();
        assert!(message.contains("*.sql or *.toml"), "{message}");
        assert_eq!(FileForm::of(&folder.path().join("*.toml"), "schema/*.toml").unwrap(), FileForm::Toml);
    }

    #[cfg(unix)]
    #[test]
    fn links_that_go_in_a_circle_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a", "b"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
            std::os::unix::fs::symlink(folder.path(), folder.path().join(name).join("up")).unwrap();
        }
        std::fs::write(folder.path().join("a/t.toml"), "").unwrap();
        assert_eq!(FileForm::of(folder.path(), "schema/").unwrap(), FileForm::Toml);
    }

    #[test]
    fn the_configuration_is_no_schema() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trueup.toml");
        std::fs::write(&path, "version = 1").unwrap();
        let message = FileForm::of(&path, "trueup.toml").unwrap_err().to_string();
        assert!(message.contains("configuration"), "{message}");
    }
}
