//! `trueup graph`

use clap::{Args, ValueEnum};
use trueup_contract::{Access, Inspection};
use trueup_state::{Address, References, Schema};

use super::{failure::Failure, options::PlanOptions, report::Report, session::Session};
use crate::{engine, export};

#[derive(Args)]
pub(super) struct Graph {
    /// Only what this object needs and what needs it
    #[arg(value_name = "ADDRESS")]
    address: Option<String>,
    #[command(flatten)]
    pub(super) options: PlanOptions,
    /// The dialect of the files, where no URL tells it: sqlite, postgres, mysql
    #[arg(long, value_name = "NAME")]
    dialect: Option<String>,
    /// The form
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(ValueEnum, Clone, Copy)]
enum Format {
    /// Lines of text
    Text,
    /// A Mermaid diagram
    Mermaid,
    /// A Graphviz diagram
    Dot,
}

impl Graph {
    /// The graph of the declared schema, or of the database where none is declared.
    pub(super) async fn run(self, report: &Report) -> Result<u8, Failure> {
        let session = Session::open(&self.options.connection)?;
        let mut schema = match session.desired(self.options.to.as_deref()) {
            Ok(desired) => {
                let provider = session.offline_provider(self.dialect.as_deref())?;
                let loaded = engine::load(&desired, provider).await?;
                engine::realize(provider, loaded, &Inspection::default()).await?.schema
            }
            Err(_) => {
                let mut workspace = session.workspace(Access::Read).await?;
                workspace.database.inspect().await.map_err(Failure::database)?.schema
            }
        };
        session.sight(&self.options)?.narrow(&mut schema);
        let root = self.address.as_deref().map(|text| known(text, &schema)).transpose()?;
        let references = References::of(&schema);
        if report.is_json() {
            let edges: Vec<_> = references
                .edges()
                .into_iter()
                .filter(|(from, to)| root.as_ref().is_none_or(|root| *from == root || *to == root))
                .map(|(from, to)| serde_json::json!({"from": from, "needs": to}))
                .collect();
            report.value(&serde_json::json!({ "edges": edges }));
            return Ok(0);
        }
        report.data(&match self.format {
            Format::Text => export::graph_text(&references, root.as_ref()),
            Format::Mermaid => export::graph_mermaid(&references, root.as_ref()),
            Format::Dot => export::graph_dot(&references, root.as_ref()),
        });
        Ok(0)
    }
}

/// An address of something in a schema; an unknown one is an error that names what is near.
pub(super) fn known(text: &str, schema: &Schema) -> Result<Address, Failure> {
    let address: Address =
        text.parse().map_err(|error: trueup_state::AddressError| Failure::plain(error.to_string()))?;
    if schema.object(&address).is_some() {
        return Ok(address);
    }
    Err(not_there(text, schema.objects().iter().map(|(address, _)| address.to_string())))
}

/// The failure of an address that leads nowhere.
pub(super) fn not_there(text: &str, all: impl Iterator<Item = String>) -> Failure {
    let near = all.map(|known| (strsim::damerau_levenshtein(text, &known), known)).min();
    let message = ["there is no `", text, "`"].concat();
    match near {
        Some((distance, known)) if distance <= 5 => {
            Failure::with_hint(message, ["did you mean `", &known, "`?"].concat())
        }
        _ => Failure::plain(message),
    }
}
