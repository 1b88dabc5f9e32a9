//! The contract of a declared schema, where the code is the authority: what other tools read of it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use trueup_contract::Written;

use super::{Mirror, MirrorError, Snapshot, files, prisma, tables};

/// What a contract is made from.
pub struct Declared<'a> {
    /// What is declared.
    pub snapshot: &'a Snapshot,
    /// The folder that paths start from.
    pub folder: &'a Path,
    /// The SOURCE, as the configuration has it, redacted.
    pub source: &'a str,
    /// Whether that is a Prisma schema, whose names are then the names of the contract.
    pub is_prisma: bool,
    /// Where the contract is to be.
    pub path: &'a PathBuf,
    /// The time, in RFC 3339.
    pub now: &'a str,
}

const NOTES: &str = "Contract of the declared schema, written by trueup. Do not edit.";

/// The contract: version 2 of the format at the path, the lossless form beside it.
///
/// # Errors
/// When a file cannot be read, or Prisma, whose language the format speaks, does not know the dialect.
pub fn contract(declared: &Declared<'_>) -> Result<Mirror, MirrorError> {
    let Declared { snapshot, folder, source, is_prisma, path, now } = declared;
    let (schema, dialect) = (&snapshot.schema, snapshot.provider.as_str());
    let made = match is_prisma {
        true => prisma::write(dialect, schema, folder, Path::new(source))?,
        false => prisma::unkept(dialect, schema)?,
    };
    let before = files::read(&folder.join(path))?;
    let (mode, kind) = if *is_prisma { ("repo-prisma", "prisma-schema") } else { ("code", "declared-schema") };
    let (dialect, before) = (tables::dialect(dialect), before.as_deref());
    let setting = tables::Setting { mode, kind, source, notes: NOTES, dialect, before, now };
    let text = tables::render(&prisma::read(&made)?, &setting);
    let lossless = (path.with_extension("v3.json"), snapshot.render_context());
    let files = BTreeMap::from([(path.to_path_buf(), text), lossless]);
    let mut mirror = Mirror::default();
    // What the format cannot say is in the lossless form.
    mirror.add("context_json", Written { files, losses: Vec::new() })?;
    Ok(mirror)
}
