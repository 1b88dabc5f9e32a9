//! The schema in trueup's own format: one file, or one for each object.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use trueup_contract::{Declaration, Dialect, Written};
use trueup_sources::{TomlObject, write_toml};
use trueup_state::Schema;

use super::{files, name};
use crate::config::Layout;

/// The first line of every file.
const HEADER: &str =
    "# Mirror of the database, written by `trueup pull`. Edits are refused: change the database and pull again.\n";

/// The whole schema. The format can say everything, so nothing is lost.
pub(super) fn write(
    schema: &Schema,
    dialect: &dyn Dialect,
    declarations: &[Declaration],
    path: &Path,
    layout: Layout,
) -> Written {
    let objects = write_toml(schema, dialect, declarations);
    let is_file = files::has_ending(path, "toml");
    let files = match layout {
        _ if is_file => BTreeMap::from([(path.to_owned(), joined(HEADER, &objects))]),
        Layout::OneFile => BTreeMap::from([(path.join("schema.toml"), joined(HEADER, &objects))]),
        Layout::FilePerObject => per_object(&objects, path),
    };
    Written { files, losses: Vec::new() }
}

/// The whole schema as one text.
pub fn toml(schema: &Schema, dialect: &dyn Dialect) -> String {
    joined("", &write_toml(schema, dialect, &dialect.declare(schema)))
}

fn joined<'a>(header: &str, objects: impl IntoIterator<Item = &'a TomlObject>) -> String {
    let texts: Vec<&str> = Some(header)
        .filter(|it| !it.is_empty())
        .into_iter()
        .chain(objects.into_iter().map(|it| it.text.as_str()))
        .collect();
    texts.join("\n")
}

/// A folder for each kind, with a file for each name.
fn per_object(objects: &[TomlObject], folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut kinds: BTreeMap<&str, BTreeMap<&str, &TomlObject>> = BTreeMap::new();
    for it in objects {
        kinds.entry(it.kind).or_default().insert(&it.name, it);
    }
    let mut files = BTreeMap::new();
    for (kind, objects) in &kinds {
        let names = name::safe(objects.keys().copied());
        for (name, object) in objects {
            let path = match *name {
                "" => folder.join([kind, ".toml"].concat()),
                _ => folder.join(kind).join([names[name].as_str(), ".toml"].concat()),
            };
            files.insert(path, joined(HEADER, [*object]));
        }
    }
    files
}
