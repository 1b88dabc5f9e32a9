//! The mirror as a Prisma schema, over what a person wrote, and what is made from that.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use trueup_contract::{SourceError, Written};
use trueup_sources::prisma::{self, syntax::File};
use trueup_state::Schema;

use super::{MirrorError, files};

/// The schema at `path`, a file or a folder of them, from `folder`.
pub(super) fn write(dialect: &str, schema: &Schema, folder: &Path, path: &Path) -> Result<Written, MirrorError> {
    let is_file = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("prisma"));
    let mut there = Vec::new();
    if is_file {
        let path = folder.join(path);
        there.extend(files::read(&path)?.map(|text| (path, text)));
    } else {
        collect(&folder.join(path), &mut there)?;
        there.sort();
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

/// Every `.prisma` file below a folder, if there is one; names that start with a dot are left out.
fn collect(folder: &Path, there: &mut Vec<(PathBuf, String)>) -> Result<(), MirrorError> {
    let unreadable = |cause| MirrorError::Source(SourceError::Unreadable { path: folder.to_owned(), cause });
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
            continue;
        }
        if path.is_dir() {
            collect(&path, there)?;
        } else if path.extension().is_some_and(|it| it.eq_ignore_ascii_case("prisma"))
            && let Some(text) = files::read(&path)?
        {
            there.push((path, text));
        }
    }
    Ok(())
}
