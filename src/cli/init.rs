//! `trueup init`

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;

use trueup_contract::{Access, Redacted};

use super::{failure::Failure, options::ConnectionOptions, report::Report, session::Session};

#[derive(Args)]
pub(super) struct Init {
    /// Where [default: here]
    #[arg(value_name = "FOLDER", default_value = ".", hide_default_value = true)]
    folder: PathBuf,
    /// Begin with what this database holds: its schema is written down as declared (or env:NAME)
    #[arg(long, value_name = "URL")]
    url: Option<String>,
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
    pub(super) async fn run(self, report: &Report) -> Result<u8, Failure> {
        let config = self.folder.join("trueup.toml");
        if config.exists() {
            return Err(Failure::with_hint(
                [&config.display().to_string(), " is there already"].concat(),
                "edit it, or remove it first",
            ));
        }
        let source = detect(&self.folder);
        let is_new = source == "schema/" && !self.folder.join("schema").exists();
        let begun = match &self.url {
            Some(url) => Some(Begun::with(url, report).await?),
            None => None,
        };
        let mut written = Vec::new();
        if is_new {
            let (name, text) = match &begun {
                Some(begun) => ("schema.sql", begun.schema.as_str()),
                None => ("tables.sql", FIRST_SCHEMA),
            };
            let first = self.folder.join("schema").join(name);
            write(&first, text)?;
            written.push(first);
        }
        let environment = begun.map_or_else(|| ENVIRONMENT.to_owned(), |begun| begun.environment);
        write(&config, &configuration(&source, &environment))?;
        written.push(config);
        written.extend(ignore(&self.folder)?);
        let shown: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
        report.note(&["written: ", &shown.join(", ")].concat());
        if self.url.is_some() {
            report
                .note("next: `trueup plan` shows what differs, `trueup import --all` takes ownership of what is there");
        } else {
            report.note("next: `trueup validate`, then `trueup apply --env dev`");
        }
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

fn configuration(source: &str, environment: &str) -> String {
    CONFIGURATION.replace("SOURCE", source).replace("ENVIRONMENT", environment)
}

/// What a database that is there says of the beginning.
struct Begun {
    schema: String,
    environment: String,
}

impl Begun {
    async fn with(url: &str, report: &Report) -> Result<Begun, Failure> {
        let is_plain = url.starts_with("env:") || !Redacted::new(url).has_secrets();
        if !is_plain {
            let hint = "put it into a variable and give its name: `--url env:DATABASE_URL`";
            return Err(Failure::refused("a URL with a password is not written into trueup.toml", hint));
        }
        let options = ConnectionOptions {
            url: Some(url.to_owned()),
            state: Some("none".to_owned()),
            ..ConnectionOptions::default()
        };
        let mut workspace = Session::open(&options)?.workspace(Access::Read).await?;
        let found = workspace.database.inspect().await.map_err(Failure::database)?;
        for it in &found.unmodelled {
            report.warn(&["not understood, and left out: ", &it.kind, " ", &it.name, ": ", &it.reason].concat());
        }
        let location = &workspace.server.location;
        // Others use a server that is elsewhere, and what is recorded of it is theirs too.
        let is_own = workspace.url.scheme().is_some_and(|it| it == "sqlite")
            || ["127.0.0.1", "localhost", "[::1]", "/"].iter().any(|host| location.starts_with(host));
        let state = if is_own { "" } else { "\nstate = \"database\"" };
        let environment = ["url = ", &toml::Value::from(url).to_string(), state].concat();
        Ok(Begun { schema: workspace.provider.dialect().render(&found.schema), environment })
    }
}

/// The first environment of somebody who begins with nothing.
const ENVIRONMENT: &str = "url = \"sqlite:dev.db\"";

const CONFIGURATION: &str = r#"version = 1
authority = "code"

[schema]
source = "SOURCE"

[env.dev]
ENVIRONMENT

# [env.production]
# url = "env:DATABASE_URL"            # the variable's name, never its value
# state = "database"                  # the lockfile lives in the database
# approval = "required"               # the default for `production` and `prod`: `trueup approve plan.json --by NAME`
# backup = "required-for-destructive" # likewise: data is lost only with `--backup REF` or `--accept-risk REASON`
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
