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

/// Where schemas in SQL and in trueup's own format lie, by the usual names.
const FILES: [&str; 7] =
    ["schema/", "schema.sql", "db/schema.sql", "sql/schema.sql", "db/schema/", "schema.toml", "db/schema.toml"];

/// Something that may declare the schema.
pub(super) struct Candidate {
    /// The SOURCE.
    pub(super) source: String,
    /// What it is, for people.
    pub(super) what: String,
}

/// Everything that may declare the schema of a project.
pub(super) fn candidates(folder: &Path) -> Vec<Candidate> {
    let mut found = Vec::new();
    if let Some(source) = prisma(folder) {
        found.push(Candidate { source: source.to_owned(), what: "a Prisma schema".to_owned() });
    }
    if let Some(sign) = alembic(folder) {
        let base = models(folder, folder, 4);
        let what = match &base {
            Some(_) => ["SQLAlchemy models, with Alembic in `", sign, "`"].concat(),
            None => ["Alembic in `", sign, "`; its models were not found, correct `package.module:Base`"].concat(),
        };
        let base = base.unwrap_or_else(|| "package.module:Base".to_owned());
        found.push(Candidate { source: ["sqlalchemy:", &base].concat(), what });
    }
    for name in FILES {
        let path = folder.join(name);
        let (is_there, what) = match (name.ends_with('/'), name.ends_with(".toml")) {
            (true, _) => (path.is_dir() && has_file(&path, "sql"), "a folder of SQL files"),
            (false, true) => (path.is_file(), "a schema in trueup's own format"),
            (false, false) => (path.is_file(), "a schema in SQL"),
        };
        if is_there {
            found.push(Candidate { source: name.to_owned(), what: what.to_owned() });
        }
    }
    found
}

/// `package.module:Base` of the first class that models are derived from, in the order of names.
fn models(root: &Path, folder: &Path, depth: usize) -> Option<String> {
    let mut entries: Vec<_> = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in &entries {
        let is_python = path.extension().is_some_and(|it| it == "py");
        if let Some(class) = is_python.then(|| base_class(path)).flatten() {
            let inner = path.strip_prefix(root).ok()?.with_extension("");
            let mut parts: Vec<String> = inner.iter().map(|it| it.to_string_lossy().into_owned()).collect();
            if parts.last().is_some_and(|it| it == "__init__") {
                parts.pop();
            }
            return Some([&parts.join("."), ":", &class].concat());
        }
    }
    let is_own = |path: &&std::path::PathBuf| {
        let name = path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
        path.is_dir() && !name.starts_with('.') && !["node_modules", "venv", "target", "alembic"].contains(&&*name)
    };
    entries.iter().filter(is_own).filter(|_| depth > 0).find_map(|path| models(root, path, depth - 1))
}

/// `class Base(DeclarativeBase)`, or `Base = declarative_base()`.
fn base_class(path: &Path) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let name = |line: &str| -> Option<String> {
        let class =
            line.strip_prefix("class ").filter(|it| it.contains("DeclarativeBase")).and_then(|it| it.split('(').next());
        let value =
            line.split_once(" = ").filter(|(_, value)| value.contains("declarative_base(")).map(|(name, _)| name);
        let name = class.or(value)?.trim();
        name.chars().all(|c| c.is_alphanumeric() || c == '_').then(|| name.to_owned())
    };
    text.lines().find_map(name)
}

/// Whether there is a file with this extension in a folder.
pub(super) fn has_file(folder: &Path, extension: &str) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| entry.path().extension().is_some_and(|it| it == extension))
}
