//! `trueup init`

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{failure::Failure, report::Report};

#[derive(Args)]
pub(super) struct Init {
    /// Where [default: here]
    #[arg(value_name = "FOLDER", default_value = ".", hide_default_value = true)]
    folder: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// The development database is everybody's own, and so is the record of it.
const IGNORED: [&str; 8] = [
    "dev.db",
    "dev.db-journal",
    "dev.db-shm",
    "dev.db-wal",
    "*.trueup-lock",
    "state/*.journal",
    "state/dev.lock",
    "plan.json",
];

impl Init {
    /// Write what is missing; what is there stays as it is.
    pub(super) fn run(self, report: &Report) -> Result<u8, Failure> {
        let config = self.folder.join("trueup.toml");
        if config.exists() {
            return Err(Failure::with_hint(
                [&config.display().to_string(), " is there already"].concat(),
                "edit it, or remove it first",
            ));
        }
        let source = detect(&self.folder);
        let mut written = Vec::new();
        if source == "schema/" && !self.folder.join("schema").exists() {
            let first = self.folder.join("schema").join("tables.sql");
            write(&first, FIRST_SCHEMA)?;
            written.push(first);
        }
        write(&config, &configuration(&source))?;
        written.push(config);
        written.extend(ignore(&self.folder)?);
        let shown: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
        report.note(&["written: ", &shown.join(", ")].concat());
        report.note("next: `trueup validate`, then `trueup apply --env dev`");
        if report.is_json() {
            report.value(&serde_json::json!({"written": shown, "source": source}));
        }
        Ok(0)
    }
}

/// The schema that is there already.
fn detect(folder: &Path) -> String {
    let candidates = ["schema/", "schema.sql", "db/schema.sql", "sql/schema.sql", "db/schema/"];
    let found = candidates.iter().find(|it| folder.join(it).exists());
    (*found.unwrap_or(&"schema/")).to_owned()
}

fn configuration(source: &str) -> String {
    CONFIGURATION.replace("SOURCE", source)
}

const CONFIGURATION: &str = r#"version = 1
authority = "code"

[schema]
source = "SOURCE"

[env.dev]
url = "sqlite:dev.db"

# [env.production]
# url = "env:DATABASE_URL"            # the variable's name, never its value
# state = "database"                  # the lockfile lives in the database
# approval = "required"
# backup = "required-for-destructive"
"#;

const FIRST_SCHEMA: &str =
    "-- Declare tables, indexes, views and triggers here, in any order and in as many files as you like.
CREATE TABLE notes (
  id         INTEGER PRIMARY KEY,
  body       TEXT NOT NULL,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
";

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::file(path, "written", &error);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, text).map_err(failed)
}

fn ignore(folder: &Path) -> Result<Option<PathBuf>, Failure> {
    let path = folder.join(".gitignore");
    let there = fs::read_to_string(&path).unwrap_or_default();
    let missing: Vec<&str> = IGNORED.iter().copied().filter(|line| !there.lines().any(|it| it == *line)).collect();
    if missing.is_empty() {
        return Ok(None);
    }
    let gap = if there.is_empty() || there.ends_with('\n') { "" } else { "\n" };
    write(&path, &[&there, gap, &missing.join("\n"), "\n"].concat())?;
    Ok(Some(path))
}
