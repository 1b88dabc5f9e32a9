//! `[pull]`: what the mirror consists of.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// `[pull]`: each path is relative to the folder of the configuration; what has none is not written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PullConfig {
    /// SQL: a folder, or a file where there is to be one.
    pub sql: Option<PathBuf>,
    /// How SQL is laid out.
    #[serde(default)]
    pub layout: Layout,
    /// trueup's own format: a file.
    pub toml: Option<PathBuf>,
    /// A Prisma schema: a file, or a folder of them.
    pub prisma: Option<PathBuf>,
    /// The mirror in the form of normalized-db-schema, version 2: a file.
    pub tables_json: Option<PathBuf>,
    /// The contract in the same form: a file; the lossless form goes beside it.
    pub context_json: Option<PathBuf>,
    /// Pages in Markdown: a folder.
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
