//! What declares the schema.

use std::path::Path;

use trueup_contract::{Redacted, is_perhaps_url};

use super::{Session, source, surroundings};
use crate::{
    cli::{detect, failure::Failure, report::Report},
    config::Authority,
    engine::DesiredSource,
};

/// Which way a command goes.
#[derive(Clone, Copy)]
pub(in crate::cli) enum Direction {
    /// The database is brought to the code.
    CodeToDatabase,
    /// The code is written from the database.
    DatabaseToCode,
}

impl Direction {
    /// In words.
    pub(in crate::cli) fn words(self) -> &'static str {
        match self {
            Direction::CodeToDatabase => "code → database",
            Direction::DatabaseToCode => "database → code",
        }
    }
}

impl Session {
    /// The desired schema: the option, else the configuration, else what is there and can be nothing else.
    pub(in crate::cli) fn desired(&self, to: Option<&str>) -> Result<DesiredSource, Failure> {
        let text = self.source_text(to)?;
        let base = if to.is_some() { Path::new("") } else { self.folder() };
        source(&text, base, (&self.variables, &surroundings(self.config.as_ref())))
    }

    /// The SOURCE, as it is written.
    pub(in crate::cli) fn source_text(&self, to: Option<&str>) -> Result<String, Failure> {
        let configured = self.config.as_ref().and_then(|config| config.schema.source.as_deref());
        if let Some(text) = to.or(configured) {
            return Ok(text.to_owned());
        }
        let (prisma, alembic) = (detect::prisma(self.folder()), detect::alembic(self.folder()));
        let is_prisma = self.authority()?.authority == Authority::Prisma;
        match (prisma, alembic) {
            (Some(prisma), None) => Ok(prisma.to_owned()),
            (Some(prisma), Some(_)) if is_prisma => Ok(prisma.to_owned()),
            (None, _) if is_prisma => Err(Failure::with_hint(
                "`repo-prisma` says that Prisma's schema is right, and there is none",
                "`prisma/schema.prisma` is looked for; set `[schema] source` in trueup.toml if it is elsewhere",
            )),
            (Some(prisma), Some(alembic)) => Err(Failure::with_hint(
                ["both `", prisma, "` and `", alembic, "` (SQLAlchemy) are here, and nothing says which one is right"]
                    .concat(),
                [
                    "choose one in trueup.toml: `[schema] source = \"",
                    prisma,
                    "\"` or `[schema] source = \"sqlalchemy:package.module:Base\"`; `--to SOURCE` chooses once",
                ]
                .concat(),
            )),
            (None, Some(alembic)) => Err(Failure::with_hint(
                ["it is not said what the schema shall be; there is `", alembic, "`, so the models declare it"]
                    .concat(),
                "name them: `--to sqlalchemy:package.module:Base`, or `[schema] source` in trueup.toml",
            )),
            (None, None) => Err(Failure::with_hint(
                "it is not said what the schema shall be",
                "give `--to schema.sql`, or set `[schema] source` in trueup.toml",
            )),
        }
    }

    /// Say which way it goes, in which environment and in which dialect, before anything is done.
    pub(in crate::cli) fn announce(&self, report: &Report, direction: Direction, code: &str) -> Result<(), Failure> {
        let url = self.url()?;
        let dialect = self.provider(&url)?.dialect().name();
        // What declares the schema may be a database too.
        let code = if is_perhaps_url(code) { Redacted::new(code).to_string() } else { code.to_owned() };
        let facts = [
            ("direction", direction.words()),
            ("environment", self.environment.as_deref().unwrap_or("not named")),
            ("dialect", dialect),
            ("code", &code),
            ("database", &url.to_string()),
        ];
        let facts: Vec<String> = facts.iter().map(|(name, value)| [name, ": ", value].concat()).collect();
        report.note(&facts.join(" · "));
        Ok(())
    }
}
