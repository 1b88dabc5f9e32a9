//! The mirror: a database's schema as files of a repository, in every form that is asked for.
//!
//! Each form is a pure function from a [`Snapshot`] to text; [`Comparison`] alone looks at what is there and writes. The
//! same schema has the same bytes, so what did not change is not touched.

mod contract;
mod docs;
mod excerpt;
mod files;
mod manifest;
mod name;
mod prisma;
mod snapshot;
mod sql;
mod tables;
mod toml;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use trueup_contract::{Dialect, Loss, Provider, SourceError, Written};
use trueup_state::Schema;

pub use self::toml::toml;
use crate::config::PullConfig;
pub use contract::{Declared, contract};
pub use excerpt::excerpt;
pub use files::{Comparison, FileChange, FileError, Obstacle, Why, slashed};
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
    /// The folder that the paths in it start from.
    pub folder: &'a Path,
    /// The time, in RFC 3339, for the one form that has one.
    pub now: &'a str,
}

/// A mirror that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// A file that a person writes in too cannot be understood.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Two forms would be written to one file.
    #[error("`{}` would be written as {one} and as {other}", path.display())]
    Twice {
        /// The file.
        path: PathBuf,
        /// The one form.
        one: &'static str,
        /// The other form.
        other: &'static str,
    },
}

/// The mirror in every form that is asked for.
///
/// # Errors
/// When a file that it is to be merged with cannot be understood, or two forms get into each other's way.
pub fn mirror(ground: &Ground<'_>) -> Result<Mirror, MirrorError> {
    let Ground { snapshot, provider, config, folder, now: _ } = ground;
    let PullConfig {
        sql: sql_path,
        layout,
        toml: toml_path,
        prisma: prisma_path,
        tables_json: _,
        context_json: _,
        docs: docs_path,
    } = config;
    let (schema, dialect) = (&snapshot.schema, provider.dialect());
    let declarations = dialect.declare(schema);
    let mut mirror = Mirror::default();
    if let Some(path) = sql_path {
        mirror.add("sql", sql::write(schema, &declarations, path, *layout))?;
    }
    if let Some(path) = toml_path {
        mirror.add("toml", toml::write(schema, dialect, &declarations, path, *layout))?;
    }
    let kept = prisma_path.as_ref().map(|path| prisma::write(dialect.name(), schema, folder, path)).transpose()?;
    mirror.add_tables(ground, kept.as_ref())?;
    if let Some(written) = kept {
        mirror.add("prisma", written)?;
    }
    if let Some(path) = docs_path {
        mirror.add("docs", docs::write(schema, &declarations, path))?;
    }
    Ok(mirror)
}

/// The pages of the mirror as one page in HTML, for a browser.
pub fn html(schema: &Schema, dialect: &dyn Dialect) -> String {
    docs::html(schema, dialect)
}

/// The mirror in the form that other tools read, of a schema for which no Prisma schema is kept.
///
/// # Errors
/// When Prisma, whose language it speaks, does not know the dialect.
pub fn tables_json(dialect: &str, schema: &Schema, now: &str) -> Result<String, MirrorError> {
    let models = prisma::read(&prisma::unkept(dialect, schema)?)?;
    let dialect = tables::dialect(dialect);
    Ok(tables::render(&models, &mirrored(dialect, "", None, now)))
}

/// Files in the folders of the mirror that are of its form and that no pull has written: they stay, and whoever reads the
/// folder as a source reads them too.
///
/// # Errors
/// When a folder cannot be read.
pub fn strangers(ground: &Ground<'_>, mirror: &Mirror, comparison: &Comparison) -> Result<Vec<PathBuf>, FileError> {
    let Ground { config, folder, .. } = ground;
    let known = |path: &Path| {
        mirror.forms.iter().any(|it| it.files.contains_key(path))
            || comparison.changes.iter().any(|it| it.path == path)
            || comparison.obstacles.iter().any(|it| it.path == path)
    };
    let mut strangers = Vec::new();
    for (path, ending) in [(&config.sql, "sql"), (&config.toml, "toml")] {
        let Some(path) = path.as_ref().filter(|it| !files::has_ending(it, ending)) else { continue };
        let found = files::below(&folder.join(path), ending)?;
        let found = found.iter().filter_map(|it| it.strip_prefix(folder).ok());
        strangers.extend(found.filter(|it| !known(it)).map(Path::to_path_buf));
    }
    Ok(strangers)
}

/// What a copy of a database says of itself; `path` is where the mirror is.
fn mirrored<'a>(dialect: &'a str, path: &'a str, before: Option<&'a str>, now: &'a str) -> tables::Setting<'a> {
    let notes = "Mirror of the database, written by `trueup pull`. Do not edit.";
    tables::Setting { mode: "database", kind: "db-mirror", source: path, notes, dialect, before, now }
}

/// The forms in whose files people write too.
const SHARED: &[&str] = &["prisma"];

impl Mirror {
    /// Add a form; no file can be of two.
    fn add(&mut self, form: &'static str, written: Written) -> Result<(), MirrorError> {
        let Written { files, losses } = written;
        let twice =
            files.keys().find_map(|path| Some((path, self.forms.iter().find(|it| it.files.contains_key(path))?)));
        if let Some((path, one)) = twice {
            return Err(MirrorError::Twice { path: path.clone(), one: one.form, other: form });
        }
        self.forms.push(Mirrored { form, is_shared: SHARED.contains(&form), files, losses });
        Ok(())
    }

    /// The forms that speak Prisma's language: with the names of the Prisma schema that is kept, where one is.
    fn add_tables(&mut self, ground: &Ground<'_>, kept: Option<&Written>) -> Result<(), MirrorError> {
        let Ground { snapshot, provider, config, folder, now } = ground;
        let (tables_json, context_json) = (&config.tables_json, &config.context_json);
        let Some(first) = tables_json.as_ref().or(context_json.as_ref()) else { return Ok(()) };
        let dialect = provider.dialect().name();
        let made = kept.is_none().then(|| prisma::unkept(dialect, &snapshot.schema)).transpose()?.unwrap_or_default();
        let models = prisma::read(kept.unwrap_or(&made))?;
        let (dialect, source) = (tables::dialect(dialect), files::slashed(first));
        // What is lost on the way is told once, with the form that it is lost for.
        let mut losses = Some(made.losses);
        for (form, path) in [("tables_json", tables_json), ("context_json", context_json)] {
            let Some(path) = path else { continue };
            let before = files::read(&folder.join(path))?;
            let setting = mirrored(dialect, &source, before.as_deref(), now);
            let mut files = BTreeMap::from([(path.clone(), tables::render(&models, &setting))]);
            if form == "context_json" {
                files.insert(path.with_extension("v3.json"), snapshot.render_context());
            }
            self.add(form, Written { files, losses: losses.take().unwrap_or_default() })?;
        }
        Ok(())
    }
}
