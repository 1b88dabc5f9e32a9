//! The mirror: a database's schema as files of a repository, in every form that is asked for.
//!
//! Each form is a pure function from a [`Snapshot`] to text; [`Comparison`] alone looks at what is there and writes. The
//! same schema has the same bytes, so what did not change is not touched.

mod excerpt;
mod files;
mod manifest;
mod name;
mod snapshot;
mod sql;
mod toml;

use std::{collections::BTreeMap, path::PathBuf};

use trueup_contract::{Loss, Provider, Written};

pub use self::toml::toml;
use crate::config::PullConfig;
pub use excerpt::excerpt;
pub use files::{Comparison, FileChange, FileError, Obstacle, Why};
pub use manifest::{MANIFEST, Manifest, ManifestError};
pub use snapshot::{Snapshot, SnapshotError, SnapshotServer};

/// A mirror as it shall be.
#[derive(Clone, Debug, Default)]
pub struct Mirror {
    /// One for each form that is asked for.
    pub forms: Vec<Mirrored>,
}

/// The mirror in one form.
#[derive(Clone, Debug)]
pub struct Mirrored {
    /// The form, as `[pull]` calls it: `sql`.
    pub form: &'static str,
    /// Whether people write in these files too: then they are merged, and nothing in them is an edit to refuse.
    pub is_shared: bool,
    /// The text of every file; paths are relative to the folder of the configuration.
    pub files: BTreeMap<PathBuf, String>,
    /// What the form cannot hold.
    pub losses: Vec<Loss>,
}

/// What a mirror is made from.
pub struct Ground<'a> {
    /// What was found.
    pub snapshot: &'a Snapshot,
    /// The provider that found it.
    pub provider: &'static dyn Provider,
    /// The forms that are asked for.
    pub config: &'a PullConfig,
}

/// The mirror in every form that is asked for.
pub fn mirror(ground: &Ground<'_>) -> Mirror {
    let Ground { snapshot, provider, config } = ground;
    let mut forms = Vec::new();
    let mut add = |form, written: Written| {
        let Written { files, losses } = written;
        forms.push(Mirrored { form, is_shared: false, files, losses });
    };
    if let Some(path) = &config.sql {
        add("sql", sql::write(&snapshot.schema, provider.dialect(), path, config.layout));
    }
    if let Some(path) = &config.toml {
        add("toml", toml::write(&snapshot.schema, provider.dialect(), path, config.layout));
    }
    Mirror { forms }
}
