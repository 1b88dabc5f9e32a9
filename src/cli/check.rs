//! `trueup check`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use trueup_contract::redact_urls;

use super::{
    failure::Failure,
    options::ConnectionOptions,
    report::Report,
    session::{self, Session},
};
use crate::{
    config::Authority,
    preflight::{self, Asked, Purpose, Status},
};

#[derive(Args)]
pub(super) struct CheckCommand {
    #[command(flatten)]
    pub(super) options: ConnectionOptions,
    /// What the connection is to be good for [default: apply, or plan where the database is the authority]
    #[arg(long = "for", value_enum, value_name = "PURPOSE")]
    purpose: Option<PurposeOption>,
    /// Write the report to this file too: JSON if its name ends in .json, otherwise Markdown
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(ValueEnum, Clone, Copy)]
enum PurposeOption {
    /// Looking at everything
    Plan,
    /// Changing it too
    Apply,
}

impl CheckCommand {
    pub(super) async fn run(self, report: &Report) -> Result<u8, Failure> {
        let session = Session::open(&self.options)?;
        let purpose = match self.purpose {
            Some(PurposeOption::Plan) => Purpose::Plan,
            Some(PurposeOption::Apply) => Purpose::Apply,
            None => purpose(&session)?,
        };
        let found = preflight(&session, purpose).await?;
        if let Some(path) = &self.out {
            let is_json = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("json"));
            let text = match is_json {
                true => serde_json::to_string_pretty(&found.to_json()).unwrap_or_default() + "\n",
                false => found.to_markdown(),
            };
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(|error| Failure::file(folder, "made", &error))?;
            }
            std::fs::write(path, text).map_err(|error| Failure::file(path, "written", &error))?;
        }
        if report.is_json() {
            report.value(&found.to_json());
        } else {
            report.data(&redact_urls(&found.to_text()));
        }
        Ok(if found.status == Status::Pass { 0 } else { 1 })
    }
}

/// Where the database is the authority, or there is none, nothing is ever applied.
fn purpose(session: &Session) -> Result<Purpose, Failure> {
    Ok(match session.authority()?.authority {
        Authority::Code | Authority::Prisma => Purpose::Apply,
        Authority::Database | Authority::None => Purpose::Plan,
    })
}

/// The report on the session's database. Only what is wrong with the configuration is an error.
pub(super) async fn preflight(session: &Session, purpose: Purpose) -> Result<preflight::Report, Failure> {
    let url = session.url()?;
    let scope = session.scope()?;
    let asked = Asked {
        provider: session.provider(&url)?,
        url: &url,
        environment: session.environment.as_deref(),
        purpose,
        scope: &scope,
        now: session::now(),
    };
    Ok(preflight::check(&asked, session.store()?).await)
}
