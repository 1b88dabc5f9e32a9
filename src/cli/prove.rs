//! `trueup prove`

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use clap::Args;
use trueup_contract::{Database, Provider, Redacted};
use trueup_state::{Address, Schema};

use super::{
    failure::Failure,
    options::ConnectionOptions,
    report::Report,
    session::{self, Session},
};
use crate::{
    apply::{self, Conditions},
    backend::Store,
    engine::{EngineError, Workspace},
    plan::{ChangeAction, Plan, Proof},
};

#[derive(Args)]
pub(super) struct Prove {
    /// The plan file
    #[arg(value_name = "plan.json")]
    plan: PathBuf,
    #[command(flatten)]
    pub(super) options: ConnectionOptions,
    /// Copy into this database, which is then left behind, instead of into a temporary one
    #[arg(long, value_name = "URL")]
    scratch: Option<String>,
}

impl Prove {
    /// Run the plan on a copy of the database, rows included, and see that it reaches what it promises.
    pub(super) async fn run(self, report: &Report) -> Result<u8, Failure> {
        let session = Session::open(&self.options)?;
        let text = std::fs::read_to_string(&self.plan).map_err(|error| Failure::file(&self.plan, "read", &error))?;
        let mut plan = Plan::parse(&text).map_err(EngineError::from)?;
        let url = session.url()?;
        let provider = session.provider(&url)?;
        let scratch = self.scratch.as_deref().map(Redacted::new);
        if let Some(scratch) = &scratch {
            session.provider(scratch)?;
        }
        let mut database = provider.scratch(&url, scratch.as_ref()).await.map_err(Failure::database)?;
        let before = database.inspect().await.map_err(Failure::database)?.schema;
        let kept = kept_tables(&plan, &before);
        let rows_before = rows(provider, database.as_mut(), kept.iter().map(|(before, _)| before)).await?;
        let server = database.server().await.map_err(Failure::database)?;
        let mut trial = plan.clone();
        trial.target.identity = server.identity;
        // A trial needs nobody's consent, and records nothing.
        trial.hazards.retain(|finding| finding.level == crate::check::Level::Refuse);
        (trial.possible_renames, trial.policy, trial.lineage, trial.serial) = Default::default();
        let mut workspace = Workspace {
            provider,
            url,
            database,
            server,
            store: Store::None,
            is_vacant: false,
            owners: BTreeSet::new(),
        };
        let now = session::now();
        let conditions = Conditions {
            lock_timeout: session.lock_timeout()?,
            lock_wait: session.lock_wait()?,
            now: &now,
            new_lineage: "",
            asked: true,
        };
        without_lockfile(&mut trial, &before);
        apply::apply(&mut workspace, &trial, &conditions, &mut report.watcher(plan.steps.len())).await?;
        let rows_after = rows(provider, workspace.database.as_mut(), kept.iter().map(|(_, after)| after)).await?;
        let counts: BTreeMap<Address, (u64, u64)> = kept
            .iter()
            .map(|(before, after)| (after.clone(), (value(&rows_before, before), value(&rows_after, after))))
            .collect();
        let lost: Vec<String> = counts
            .iter()
            .filter(|(_, (before, after))| before != after)
            .map(|(address, (before, after))| {
                [&address.to_string(), ": ", &before.to_string(), " → ", &after.to_string()].concat()
            })
            .collect();
        if !lost.is_empty() {
            return Err(Failure::refused(
                ["rows were lost: ", &lost.join(", ")].concat(),
                "do not apply this plan, and report it",
            ));
        }
        plan.proof = Some(Proof { method: "copy".to_owned(), converged: true, rows: counts.clone(), at: now });
        let text = plan.render().map_err(EngineError::from)?;
        std::fs::write(&self.plan, text).map_err(|error| Failure::file(&self.plan, "written", &error))?;
        if report.is_json() {
            report.value(&serde_json::json!({"plan_id": plan.plan_id, "proof": plan.proof}));
        } else {
            let total: u64 = counts.values().map(|(_, after)| after).sum();
            let said = [
                "proved on a copy: the schema is reached, and all ",
                &total.to_string(),
                " rows of ",
                &counts.len().to_string(),
                " tables are there",
            ];
            report.data(&said.concat());
        }
        Ok(0)
    }
}

/// The trial has no lockfile, so the plan's fingerprint is taken anew over what the copy holds; that the copy is what
/// the plan was made for is checked first, object by object.
fn without_lockfile(trial: &mut Plan, before: &Schema) {
    let touched = trial.changes.iter().flat_map(|it| [Some(&it.address), it.previous_address.as_ref()]).flatten();
    let touched = touched.cloned().collect();
    let unmoved = trial.changes.iter().all(|change| {
        let address = change.previous_address.as_ref().unwrap_or(&change.address);
        before.object(address) == change.before.as_ref().map(|it| it.as_object())
    });
    if unmoved {
        trial.observed =
            crate::engine::covered_fingerprint(before, None, trial.managed.iter().map(|it| &it.address), &touched);
    }
}

/// The tables that are there before and after, under both names.
fn kept_tables(plan: &Plan, before: &Schema) -> Vec<(Address, Address)> {
    let is_gone =
        |address: &Address| plan.changes.iter().any(|it| it.address == *address && it.action == ChangeAction::Delete);
    before
        .tables()
        .map(|(name, _)| Address::Table(name))
        .filter(|address| !is_gone(address))
        .map(|address| {
            let renamed = plan.changes.iter().find(|it| it.previous_address.as_ref() == Some(&address));
            let after = renamed.map_or_else(|| address.clone(), |it| it.address.clone());
            (address, after)
        })
        .collect()
}

async fn rows<'a>(
    provider: &dyn Provider,
    database: &mut dyn Database,
    tables: impl Iterator<Item = &'a Address>,
) -> Result<BTreeMap<Address, u64>, Failure> {
    let mut counts = BTreeMap::new();
    for address in tables {
        if let Some(question) = address.relation().map(|name| provider.dialect().count_rows(name)) {
            let answer = database.answer(&question).await.map_err(Failure::database)?;
            counts.insert(address.clone(), answer.count);
        }
    }
    Ok(counts)
}

fn value(counts: &BTreeMap<Address, u64>, address: &Address) -> u64 {
    counts.get(address).copied().unwrap_or(0)
}
