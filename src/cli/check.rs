//! `trueup check`

use clap::Args;
use serde_json::json;
use trueup_contract::Access;

use super::{failure::Failure, options::ConnectionOptions, report::Report, session::Session};

#[derive(Args)]
pub(super) struct CheckCommand {
    #[command(flatten)]
    pub(super) options: ConnectionOptions,
}

impl CheckCommand {
    pub(super) async fn run(self, report: &Report) -> Result<u8, Failure> {
        let session = Session::open(&self.options)?;
        let url = session.url()?;
        let provider = session.provider(&url)?;
        let mut workspace = session.workspace(Access::Read).await?;
        let inspection = workspace.database.inspect().await.map_err(Failure::database)?;
        let writable = match provider.connect(&url, Access::Write).await {
            Ok(mut database) => match database.server().await.map_err(Failure::database)?.read_only {
                false => "yes".to_owned(),
                true => "no: a standby, or read-only by default".to_owned(),
            },
            Err(error) => ["no: ", &error.to_string()].concat(),
        };
        let state = match workspace.store.backend(workspace.database.as_mut()) {
            None => "none".to_owned(),
            Some(mut backend) => match backend.load().await {
                Ok(Some(lockfile)) => [&backend.location(), ", serial ", &lockfile.serial.to_string()].concat(),
                Ok(None) => [&backend.location(), ", nothing recorded yet"].concat(),
                Err(error) => return Err(Failure::backend(error)),
            },
        };
        let server = &workspace.server;
        let mut facts = vec![
            ("connection".to_owned(), "ok".to_owned()),
            ("database".to_owned(), server.location.clone()),
            ("version".to_owned(), [&server.product, " ", &server.version].concat()),
            ("writable".to_owned(), writable),
            ("state".to_owned(), state),
            ("objects".to_owned(), inspection.schema.objects().len().to_string()),
            ("not understood".to_owned(), inspection.unmodelled.len().to_string()),
        ];
        facts.extend(server.facts.iter().cloned());
        if report.is_json() {
            let facts: serde_json::Map<_, _> = facts.into_iter().map(|(name, value)| (name, json!(value))).collect();
            report.value(&json!({"server": server, "facts": facts, "unmodelled": inspection.unmodelled}));
        } else {
            let lines = facts.iter().map(|(name, value)| format!("{name:<16} {value}\n"));
            report.data(&lines.collect::<String>());
        }
        Ok(0)
    }
}
