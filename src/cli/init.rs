//! `trueup init`

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;

use trueup_contract::{Access, Redacted};

use super::{
    detect::{self, Candidate},
    failure::Failure,
    options::ConnectionOptions,
    report::Report,
    session::{DATABASE_URL, Session, Variables},
};
use crate::config::{Authority, Chosen, DOTENV, choose};

#[derive(Args)]
pub(super) struct Init {
    /// Where [default: here]
    #[arg(value_name = "FOLDER", default_value = ".", hide_default_value = true)]
    folder: PathBuf,
    /// Begin with what this database holds: its schema is written down as declared (or env:NAME)
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// What declares the schema, where more than one thing could
    #[arg(long, value_name = "SOURCE", conflicts_with = "url")]
    source: Option<String>,
    /// Which side is right: `code` or `database` [default: what docs/project/db-ssot.json says, else code]
    #[arg(long, value_name = "SIDE")]
    authority: Option<String>,
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

/// Where the first schema is written.
const OWN: &str = "schema/";

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
        let chosen = self.authority()?;
        let found = detect::candidates(&self.folder);
        let mirrors = chosen.authority == Authority::Database;
        let source = if mirrors { String::new() } else { self.chosen(&found, chosen.authority)? };
        let begun = match &self.url {
            Some(url) => Some(Begun::with(url, report).await?),
            None => None,
        };
        let mut written = Vec::new();
        if source == OWN && !self.folder.join(OWN).exists() {
            let (name, text) = match &begun {
                Some(begun) => ("schema.sql", begun.schema.as_str()),
                None => ("tables.sql", FIRST_SCHEMA),
            };
            let first = self.folder.join(OWN).join(name);
            write(&first, text)?;
            written.push(first);
        }
        let has_dotenv = self.folder.join(DOTENV).is_file();
        let by_variable = mirrors
            || Variables::beside(&self.folder)?.is_in_file(DATABASE_URL)
            || source.starts_with("sqlalchemy:")
            || source.contains("prisma");
        let usual = if by_variable { BY_VARIABLE } else { ENVIRONMENT };
        let environment = begun.map_or_else(|| usual.to_owned(), |begun| begun.environment);
        write(&config, &configuration(chosen.authority, &source, &environment))?;
        written.push(config);
        written.extend(ignore(&self.folder, has_dotenv)?);
        self.tell(report, &found, &chosen, (&source, &written));
        Ok(0)
    }

    /// The option, or what the mode file says. Both must say the same.
    fn authority(&self) -> Result<Chosen, Failure> {
        let asked = self.authority.clone().map(Authority::try_from).transpose().map_err(Failure::plain)?;
        Ok(choose(asked.map(|it| (it, Path::new("--authority"))), &self.folder)?)
    }

    /// What declares the schema: never one of several that nobody chose.
    fn chosen(&self, found: &[Candidate], authority: Authority) -> Result<String, Failure> {
        let prisma = found.iter().find(|it| authority == Authority::Prisma && it.source.contains("prisma"));
        match (&self.source, found) {
            (Some(source), _) => Ok(source.clone()),
            (None, _) if self.url.is_some() => Ok(OWN.to_owned()),
            (None, _) if prisma.is_some() => Ok(prisma.map(|it| it.source.clone()).unwrap_or_default()),
            (None, []) => Ok(OWN.to_owned()),
            (None, [only]) => Ok(only.source.clone()),
            (None, several) => {
                let line = |it: &Candidate| ["\n  trueup init --source ", &it.source, "    # ", &it.what].concat();
                let lines: String = several.iter().map(line).collect();
                let what = "more than one thing here could declare the schema, and nothing says which one is right";
                Err(Failure::with_hint(what, ["choose one:", &lines].concat()))
            }
        }
    }

    fn tell(&self, report: &Report, found: &[Candidate], chosen: &Chosen, what: (&str, &[PathBuf])) {
        let (source, written) = what;
        for Candidate { source, what } in found {
            report.note(&["found: `", source, "`, ", what].concat());
        }
        report.note(&["authority: ", chosen.authority.word(), " (", &chosen.place(), ")"].concat());
        let shown: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
        report.note(&["written: ", &shown.join(", ")].concat());
        report.note(match (chosen.authority, &self.url) {
            (Authority::Database, _) => "next: `trueup check`, then `trueup pull` writes the mirror",
            (Authority::None, _) => "next: set authority to \"code\" or \"database\" once there is a database",
            (_, Some(_)) => {
                "next: `trueup plan` shows what differs, `trueup import --all` takes ownership of what is there"
            }
            (_, None) => "next: `trueup validate`, then `trueup apply --env dev`",
        });
        if report.is_json() {
            let found: Vec<_> =
                found.iter().map(|it| serde_json::json!({"source": it.source, "what": it.what})).collect();
            report.value(&serde_json::json!({
                "written": shown, "source": source, "authority": chosen.authority.word(), "found": found,
            }));
        }
    }
}

fn configuration(authority: Authority, source: &str, environment: &str) -> String {
    let declared = match authority {
        Authority::Database => MIRROR.to_owned(),
        _ => ["[schema]\nsource = ", &toml::Value::from(source).to_string()].concat(),
    };
    let word = if authority == Authority::Prisma { "code" } else { authority.word() };
    let text = CONFIGURATION.replace("AUTHORITY", word).replace("DECLARED", &declared);
    text.replace("ENVIRONMENT", environment)
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

/// The first environment where the project has a variable for it, or will.
const BY_VARIABLE: &str = "url = \"env:DATABASE_URL\"             # of the environment, or of .env";

/// What mirrors the database; these are also the defaults.
const MIRROR: &str = r#"[pull]
prisma = "prisma/schema.prisma"
tables_json = "db/schema/tables.json"
context_json = "docs/context/db/schema.json"
# sql = "schema/"
# docs = "docs/db""#;

const CONFIGURATION: &str = r#"version = 1
authority = "AUTHORITY"

DECLARED

[env.dev]
ENVIRONMENT

# [env.staging]
# url = "env:STAGING_DATABASE_URL"
# state = "database"

# [env.production]
# promote_from = "staging"            # refuse what staging does not have
# url = "env:PRODUCTION_DATABASE_URL" # the variable's name, never its value
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

fn ignore(folder: &Path, has_dotenv: bool) -> Result<Option<PathBuf>, Failure> {
    let path = folder.join(".gitignore");
    let there = fs::read_to_string(&path).unwrap_or_default();
    let all = IGNORED.into_iter().chain(has_dotenv.then_some(DOTENV));
    let missing: Vec<&str> = all.filter(|line| !there.lines().any(|it| it == *line)).collect();
    if missing.is_empty() {
        return Ok(None);
    }
    let gap = if there.is_empty() || there.ends_with('\n') { "" } else { "\n" };
    write(&path, &[&there, gap, &missing.join("\n"), "\n"].concat())?;
    Ok(Some(path))
}
