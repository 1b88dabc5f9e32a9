//! The mirror as a Prisma schema, over what a person wrote, and what is made from that.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use trueup_contract::{SourceError, Written};
use trueup_sources::prisma::{self, syntax::File};
use trueup_state::Schema;

use super::{MirrorError, files};

/// The schema at `path`, a file or a folder of them, from `folder`.
pub(super) fn write(dialect: &str, schema: &Schema, folder: &Path, path: &Path) -> Result<Written, MirrorError> {
    let is_file = files::has_ending(path, "prisma");
    let whole = folder.join(path);
    let mut there = Vec::new();
    for path in if is_file { vec![whole] } else { files::below(&whole, "prisma")? } {
        there.extend(files::read(&path)?.map(|text| (path, text)));
    }
    let written = prisma::write(dialect, schema, &there)?;
    // Without files, the writer calls its own as Prisma does.
    let new = if is_file { path.to_owned() } else { path.join("schema.prisma") };
    let placed = |at: PathBuf| match at.strip_prefix(folder) {
        Ok(inside) if !there.is_empty() => inside.to_owned(),
        _ => new.clone(),
    };
    let files = written.files.into_iter().map(|(at, text)| (placed(at), text)).collect();
    Ok(Written { files, losses: written.losses })
}

/// The same for forms that speak Prisma's language where no Prisma schema is kept.
pub(super) fn unkept(dialect: &str, schema: &Schema) -> Result<Written, MirrorError> {
    Ok(prisma::write(dialect, schema, &[])?)
}

/// What was written, read.
pub(super) fn read(written: &Written) -> Result<Vec<File>, SourceError> {
    written.files.iter().map(|(path, text)| prisma::parse(Arc::new(path.clone()), Arc::from(text.as_str()))).collect()
}
