//! `[pull]`: what the mirror consists of.

use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Deserializer, de::Error};

/// `[pull]`: each path is relative to the folder of the configuration; what has none is not written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PullConfig {
    /// SQL: a folder, or a file where there is to be one.
    #[serde(default, deserialize_with = "inside")]
    pub sql: Option<PathBuf>,
    /// How SQL is laid out.
    #[serde(default)]
    pub layout: Layout,
    /// trueup's own format: a file.
    #[serde(default, deserialize_with = "inside")]
    pub toml: Option<PathBuf>,
    /// A Prisma schema: a file, or a folder of them.
    #[serde(default, deserialize_with = "inside")]
    pub prisma: Option<PathBuf>,
    /// The mirror in the form of normalized-db-schema, version 2: a file.
    #[serde(default, deserialize_with = "inside")]
    pub tables_json: Option<PathBuf>,
    /// The contract in the same form: a file; the lossless form goes beside it.
    #[serde(default, deserialize_with = "inside")]
    pub context_json: Option<PathBuf>,
    /// Pages in Markdown: a folder.
    #[serde(default, deserialize_with = "inside")]
    pub docs: Option<PathBuf>,
}

/// `layout = …`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// A file for each table, view, type, …
    #[default]
    FilePerObject,
    /// Everything in one file.
    OneFile,
}

impl PullConfig {
    /// Everything that is written, in the order of the file.
    pub fn paths(&self) -> Vec<&Path> {
        let PullConfig { sql, layout: _, toml, prisma, tables_json, context_json, docs } = self;
        [sql, toml, prisma, tables_json, context_json, docs].into_iter().flatten().map(PathBuf::as_path).collect()
    }

    /// What is written where nothing is said: what other tools look for in a repository that mirrors its database.
    pub fn usual() -> PullConfig {
        PullConfig {
            prisma: Some("prisma/schema.prisma".into()),
            tables_json: Some("db/schema/tables.json".into()),
            context_json: Some("docs/context/db/schema.json".into()),
            ..PullConfig::default()
        }
    }
}

/// A path below the folder of the configuration: what is generated shall not be written over what is not of this project.
fn inside<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let path = PathBuf::from(&text);
    if text.is_empty() || !path.components().all(|it| matches!(it, Component::Normal(_) | Component::CurDir)) {
        let what =
            ["`", &text, "` is not below the folder of trueup.toml; write a path that starts there, without `..`"];
        return Err(D::Error::custom(what.concat()));
    }
    Ok(Some(path))
}
