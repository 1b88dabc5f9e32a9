//! `trueup validate`

use clap::Args;
use serde_json::json;
use trueup_contract::Inspection;
use trueup_state::{Pair, Schema};

use super::{failure::Failure, options::ConnectionOptions, report::Report, session::Session};
use crate::engine::{self, EngineError, dangling};

#[derive(Args)]
pub(super) struct Validate {
    #[command(flatten)]
    pub(super) options: ConnectionOptions,
    /// The desired schema: a file (.sql, .toml, .prisma), a folder or a pattern
    #[arg(long, value_name = "SOURCE")]
    to: Option<String>,
    /// The dialect of the files, where no URL tells it: sqlite, postgres, mysql
    #[arg(long, value_name = "NAME")]
    dialect: Option<String>,
    /// Make statements that define no schema an error
    #[arg(long)]
    strict: bool,
    /// Print the JSON Schema of TOML schema files, for editors, and look at nothing
    #[arg(long, conflicts_with_all = ["to", "dialect", "strict"])]
    json_schema: bool,
}

impl Validate {
    pub(super) async fn run(self, report: &Report) -> Result<u8, Failure> {
        if self.json_schema {
            report.value(&trueup_sources::toml_json_schema());
            return Ok(0);
        }
        let session = Session::open(&self.options)?;
        let desired = session.desired(self.to.as_deref())?;
        // Offline: the URL tells the dialect and is not opened.
        let provider = session.offline_provider(self.dialect.as_deref())?;
        let loaded = engine::load(&desired, provider).await?;
        let realized = engine::realize(provider, loaded, &Inspection::default()).await?;
        let settings = session.offline_settings(&super::options::PlanOptions::default())?;
        let external = |address: &trueup_state::Address| settings.ignore.iter().any(|pattern| pattern.matches(address));
        let none = Schema::default();
        for found in dangling(&realized.schema, Pair { before: &none, after: &realized.schema }, external) {
            let place = realized.place(&found.key).map(|it| [&it.to_string(), ": "].concat()).unwrap_or_default();
            let what = [
                &place,
                "`",
                &found.key.to_string(),
                "` points at `",
                &found.missing.to_string(),
                "`, which is not declared",
            ];
            if found.names_columns {
                let hint = "declare it, correct the name, or list it under `[ignore] addresses` if others manage it"
                    .to_owned();
                return Err(EngineError::Wrong { what: what.concat(), hint }.into());
            }
            report.warn(&what.concat());
        }
        for skipped in &realized.skipped {
            let what = [&skipped.place.to_string(), ": ", &skipped.message].concat();
            if self.strict {
                return Err(Failure::with_hint(what, "take it out of the schema files, or leave `--strict` away"));
            }
            report.warn(&what);
        }
        let objects = realized.schema.objects().len();
        if report.is_json() {
            let skipped: Vec<String> = realized.skipped.iter().map(|it| it.place.to_string()).collect();
            report.value(&json!({"valid": true, "objects": objects, "skipped_statements": skipped}));
        } else {
            report.data(&["valid: ", &objects.to_string(), " objects"].concat());
        }
        Ok(0)
    }
}
