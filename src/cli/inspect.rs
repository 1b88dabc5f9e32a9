//! `trueup inspect`

use clap::{Args, ValueEnum};
use trueup_contract::{Access, Inspection};

use super::{
    failure::Failure,
    options::{ConnectionOptions, ScopeOptions},
    report::Report,
    session::{self, Session},
};
use crate::{
    export,
    mirror::{self, Snapshot},
};

#[derive(Args)]
pub(super) struct Inspect {
    #[command(flatten)]
    pub(super) options: ConnectionOptions,
    #[command(flatten)]
    scope: ScopeOptions,
    /// The form
    #[arg(long, value_enum, default_value_t = Format::Sql)]
    format: Format,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// A script that creates the schema
    Sql,
    /// Everything, for programs
    Json,
    /// A Prisma schema; what it cannot hold is listed
    Prisma,
    /// trueup's own declarative format
    Toml,
    /// The mirror that other tools read (normalized-db-schema, version 2)
    TablesJson,
    /// A Mermaid diagram
    Mermaid,
    /// A Graphviz diagram
    Dot,
    /// One page for a browser: every table, view, routine and type
    Html,
}

impl Inspect {
    pub(super) async fn run(self, report: &Report) -> Result<u8, Failure> {
        let session = Session::open(&self.options)?;
        let mut workspace = session.workspace(Access::Read).await?;
        let mut inspection = workspace.database.inspect().await.map_err(Failure::database)?;
        let Inspection { schema, depends, unmodelled, .. } = &mut inspection;
        self.scope.sight(session.scope()?)?.narrow_all(schema, depends, unmodelled);
        let schema = &inspection.schema;
        match self.format {
            _ if report.is_json() || self.format == Format::Json => {
                let provider = workspace.provider.dialect().name();
                report.data(&Snapshot::of(provider, &workspace.server, &inspection).render());
            }
            Format::Sql | Format::Json => report.data(&workspace.provider.dialect().render(schema)),
            Format::Prisma => {
                let written = trueup_sources::prisma::write(workspace.provider.dialect().name(), schema, &[])?;
                written.files.values().for_each(|it| report.data(it));
                report.losses(&written.losses);
            }
            Format::Toml => report.data(&mirror::toml(schema, workspace.provider.dialect())),
            Format::TablesJson => {
                let name = workspace.provider.dialect().name();
                report.data(&mirror::tables_json(name, schema, &session::now()).map_err(super::pull::unmade)?);
            }
            Format::Mermaid => report.data(&export::mermaid(schema)),
            Format::Dot => report.data(&export::dot(schema)),
            Format::Html => report.data(&mirror::html(schema, workspace.provider.dialect())),
        }
        for it in &inspection.unmodelled {
            report.warn(&["not understood: ", &it.kind, " ", &it.name, ": ", &it.reason].concat());
        }
        Ok(0)
    }
}
