//! `trueup import`

use std::path::{Path, PathBuf};

use clap::Args;
use trueup_contract::Access;
use trueup_state::{Address, Entry, Fingerprint, Lockfile, Schema, Seal};

use super::{
    failure::Failure,
    options::PlanOptions,
    report::Report,
    session::{self, Session},
};
use crate::engine::{self, Pattern, Planned, Sight, Workspace, covered_fingerprint};

#[derive(Args)]
pub(super) struct Import {
    /// Addresses or patterns
    #[arg(value_name = "ADDRESS|PATTERN", required_unless_present = "all")]
    patterns: Vec<String>,
    /// Everything that is there
    #[arg(long, conflicts_with = "patterns")]
    all: bool,
    #[command(flatten)]
    pub(super) options: PlanOptions,
    /// Add the declaration of what is not declared to the schema files
    #[arg(long)]
    write: bool,
    /// Show what would be imported
    #[arg(long)]
    dry_run: bool,
}

impl Import {
    pub(super) async fn run(self, report: &Report) -> Result<u8, Failure> {
        let session = Session::open(&self.options.connection)?;
        session.require_code_authority("import")?;
        let settings = session.settings(&self.options)?;
        let desired = session.desired(self.options.to.as_deref())?;
        let mut workspace = session.workspace(Access::Write).await?;
        let _locks = workspace.lock("import", &session::now(), session.lock_wait()?).await?;
        let planned = engine::plan(&mut workspace, &desired, &settings).await?;
        let scope = engine::effective(&settings.scope, &planned.realized.namespaces);
        let exclude = settings.exclude.iter().chain(&settings.ignore).cloned().collect();
        let mut wanted = self.wanted(&planned, &Sight { scope, exclude })?;
        let beyond = |it: &Address| planned.plan.beyond.contains(it);
        match wanted.iter().find(|it| beyond(it)) {
            Some(first) if !self.all => {
                let what = ["`", &first.to_string(), "` is nothing that the source's format can declare"].concat();
                return Err(Failure::refused(what, "it stays as it is without being ours; nothing is to be done"));
            }
            _ => wanted.retain(|it| !beyond(it)),
        }
        let undeclared: Vec<&Address> =
            wanted.iter().filter(|it| planned.realized.schema.object(it).is_none()).collect();
        if let Some(first) = undeclared.first().filter(|_| !self.write) {
            let what = ["`", &first.to_string(), "` is not declared; the next plan would drop it"].concat();
            return Err(Failure::refused(
                what,
                "declare it first, or give `--write` to add its declaration to the schema files",
            ));
        }
        if self.dry_run {
            if report.is_json() {
                report.value(&serde_json::json!({"would_import": wanted}));
            } else {
                wanted.iter().for_each(|it| report.data(&["would import ", &it.to_string()].concat()));
            }
            return Ok(0);
        }
        if !undeclared.is_empty() {
            let path = self.declare(&session, &workspace, &planned.known.inspection.schema, &undeclared)?;
            report.note(&["declarations written to ", &path.display().to_string()].concat());
        }
        let serial = record(&mut workspace, &planned, &wanted).await?;
        let said = [&wanted.len().to_string(), " objects are ours now (lockfile serial ", &serial.to_string(), ")"];
        report.note(&said.concat());
        if report.is_json() {
            report.value(&serde_json::json!({"imported": wanted, "serial": serial}));
        }
        Ok(0)
    }

    /// What is there and looked at, fits the patterns and is not ours yet.
    fn wanted(&self, planned: &Planned, sight: &Sight) -> Result<Vec<Address>, Failure> {
        let patterns: Vec<Pattern> = self
            .patterns
            .iter()
            .map(|text| Pattern::parse(text).map_err(|error| Failure::plain(error.to_string())))
            .collect::<Result<_, _>>()?;
        let mut observed = planned.known.inspection.schema.objects();
        observed.retain(|(address, _)| sight.covers(address));
        for pattern in &patterns {
            if !observed.iter().any(|(address, _)| pattern.matches(address)) {
                let all = observed.iter().map(|(address, _)| address.to_string());
                return Err(super::graph::not_there(pattern.text(), all));
            }
        }
        let ours = |address: &Address| planned.known.lockfile.as_ref().is_some_and(|it| it.owns(address));
        let fits = |address: &Address| self.all || patterns.iter().any(|it| it.matches(address));
        Ok(observed.into_iter().map(|(address, _)| address).filter(|it| fits(it) && !ours(it)).collect())
    }

    /// Append the declarations of whole tables and views to a file of the schema. A part of a declared table has no
    /// statement of its own, so it is for a person to write.
    fn declare(
        &self,
        session: &Session,
        workspace: &Workspace,
        observed: &Schema,
        undeclared: &[&Address],
    ) -> Result<PathBuf, Failure> {
        let mut schema = Schema::default();
        let whole =
            |address: &Address| matches!(address, Address::Table(_) | Address::View(_) | Address::VirtualTable(_));
        let owners: Vec<&Address> = undeclared.iter().copied().filter(|it| whole(it)).collect();
        for address in undeclared.iter().copied() {
            let owner_comes = owners.iter().any(|it| it.relation() == address.relation());
            let Some(object) = observed.object(address).filter(|_| owner_comes) else {
                let what =
                    ["`", &address.to_string(), "` is part of a declared table and cannot be written for you"].concat();
                return Err(Failure::refused(what, "add it to the table's declaration, then import it"));
            };
            if schema.put(address, object.to_definition()).is_none() {
                return Err(Failure::plain(
                    ["`", &address.to_string(), "` cannot be declared without its owner"].concat(),
                ));
            }
        }
        let path = self.file(session)?;
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        let gap = if there.is_empty() || there.ends_with('\n') { "" } else { "\n" };
        let text = [&there, gap, "\n-- imported\n", &workspace.provider.dialect().render(&schema)].concat();
        std::fs::write(&path, text).map_err(|error| Failure::file(&path, "written", &error))?;
        Ok(path)
    }

    /// The schema's file, or `imported.sql` in its folder.
    fn file(&self, session: &Session) -> Result<PathBuf, Failure> {
        let source = match (&self.options.to, &session.config) {
            (Some(to), _) => PathBuf::from(to),
            (None, Some(config)) => config.folder.join(config.schema.source.as_deref().unwrap_or("schema")),
            (None, None) => PathBuf::from("schema.sql"),
        };
        if source.is_dir() {
            return Ok(source.join("imported.sql"));
        }
        if Path::new(&source).is_file() {
            return Ok(source);
        }
        Err(Failure::plain("`--write` needs a schema that is a file or a folder"))
    }
}

async fn record(workspace: &mut Workspace, planned: &Planned, wanted: &[Address]) -> Result<u64, Failure> {
    let observed = &planned.known.inspection.schema;
    let lockfile = planned.known.lockfile.clone();
    let replaces = lockfile.as_ref().map(|it| it.serial);
    let (provider, target) = (workspace.provider.dialect().name(), workspace.server.identity);
    let mut next = lockfile.unwrap_or_else(|| Lockfile::new(session::lineage(), provider, target));
    for address in wanted {
        let Some(object) = observed.object(address) else { continue };
        let hash = Fingerprint::of_object(object);
        let declared = planned.realized.schema.object(address).map_or(hash, Fingerprint::of_object);
        next.objects
            .insert(address.clone(), Entry { source: declared, observed: hash, protected: false, depends: Vec::new() });
    }
    next.observed = covered_fingerprint(observed, None, next.objects.keys(), &Default::default());
    next.plan = None;
    let next = next.sealed(Seal { action: "import".to_owned(), at: Some(session::now()) });
    let Some(mut backend) = workspace.store.backend(workspace.database.as_mut()) else {
        return Err(Failure::plain("import records ownership, which `--state none` keeps nowhere"));
    };
    backend.save(&next, replaces).await.map_err(Failure::backend)?;
    Ok(next.serial)
}
