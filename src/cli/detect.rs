//! What of other tools there is in a project's folder.

use std::path::Path;

/// Where Prisma's schema lies: one file, or a folder of them.
const PRISMA: [&str; 4] = ["prisma/schema.prisma", "prisma/schema", "schema.prisma", "prisma"];

/// What Alembic puts into a project, which declares its schema with SQLAlchemy then.
const ALEMBIC: [&str; 4] = ["alembic.ini", "alembic", "migrations/alembic.ini", "src/alembic"];

/// Prisma's schema, if there is one.
pub(super) fn prisma(folder: &Path) -> Option<&'static str> {
    PRISMA.into_iter().find(|name| {
        let path = folder.join(name);
        if path.is_dir() { has_file(&path, "prisma") } else { path.is_file() && name.ends_with(".prisma") }
    })
}

/// A sign of Alembic, if there is one.
pub(super) fn alembic(folder: &Path) -> Option<&'static str> {
    ALEMBIC.into_iter().find(|name| {
        let path = folder.join(name);
        // A folder of that name may be anybody's; Alembic's holds its environment.
        if path.is_dir() { path.join("env.py").is_file() || path.join("versions").is_dir() } else { path.is_file() }
    })
}

/// Whether there is a file with this extension in a folder.
pub(super) fn has_file(folder: &Path, extension: &str) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| entry.path().extension().is_some_and(|it| it == extension))
}
