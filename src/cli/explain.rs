//! `trueup explain`

use clap::Args;
use serde_json::json;
use trueup_contract::Access;
use trueup_state::{Address, AddressError, Fingerprint};

use super::{failure::Failure, graph::not_there, options::PlanOptions, report::Report, session::Session};
use crate::{
    engine::{self, Planned},
    plan::{ChangeAction, PlannedChange, Reason},
};

#[derive(Args)]
pub(super) struct Explain {
    /// The object
    #[arg(value_name = "ADDRESS")]
    address: String,
    #[command(flatten)]
    pub(super) options: PlanOptions,
}

/// What is known of one object.
struct Explanation {
    declared: Option<String>,
    recorded: Option<String>,
    observed: Option<String>,
    decided: String,
    outcome: String,
    steps: Vec<String>,
}

impl Explain {
    pub(super) async fn run(self, report: &Report) -> Result<u8, Failure> {
        let session = Session::open(&self.options.connection)?;
        let settings = session.settings(&self.options)?;
        let desired = session.desired(self.options.to.as_deref())?;
        let mut workspace = session.workspace(Access::Read).await?;
        let planned = engine::plan(&mut workspace, &desired, &settings).await?;
        let address: Address = self.address.parse().map_err(|error: AddressError| Failure::plain(error.to_string()))?;
        let Some(explanation) = explain(&planned, &address) else {
            let observed = &planned.known.inspection.schema;
            let all = planned.target.objects().into_iter().chain(observed.objects()).map(|(it, _)| it.to_string());
            return Err(not_there(&self.address, all));
        };
        let Explanation { declared, recorded, observed, decided, outcome, steps } = explanation;
        if report.is_json() {
            report.value(&json!({
                "address": address, "declared": declared, "recorded": recorded, "observed": observed,
                "decided_by": decided, "outcome": outcome, "steps": steps,
            }));
            return Ok(0);
        }
        let none = |it: Option<String>| it.unwrap_or_else(|| "no".to_owned());
        let mut out = [&address.to_string(), "\n  outcome   ", &outcome, "\n"].concat();
        out.push_str(&["  declared  ", &none(declared), "\n"].concat());
        out.push_str(&["  recorded  ", &none(recorded), "\n"].concat());
        out.push_str(&["  observed  ", &none(observed), "\n"].concat());
        out.push_str(&["  decided   ", &decided, "\n"].concat());
        for step in steps {
            out.push_str(&["  step      ", &step, "\n"].concat());
        }
        report.data(&out);
        Ok(0)
    }
}

fn explain(planned: &Planned, address: &Address) -> Option<Explanation> {
    let Planned { plan, known, realized, target, warnings: _ } = planned;
    let change = plan.changes.iter().find(|it| it.address == *address || it.previous_address.as_ref() == Some(address));
    let address_now = change.and_then(|it| it.previous_address.as_ref()).unwrap_or(address);
    let observed = known.inspection.schema.object(address_now);
    let declared = realized.schema.object(address);
    if observed.is_none() && change.is_none() && declared.is_none() {
        return None;
    }
    let place = realized.place(address).map_or_else(|| "yes".to_owned(), ToString::to_string);
    let entry = known.lockfile.as_ref().and_then(|it| it.objects.get(address_now));
    let text = |object: trueup_state::Object<'_>| serde_json::to_string(&object).unwrap_or_default();
    let matches = observed.is_some_and(|it| entry.is_some_and(|entry| Fingerprint::of_object(it) == entry.observed));
    let recorded = entry.map(|entry| {
        let state = match observed {
            _ if matches => "as it is now",
            Some(_) => "otherwise than it is now",
            None => "but it is gone",
        };
        let protection = if entry.protected { ", protected" } else { "" };
        ["yes, ", state, protection].concat()
    });
    let steps = plan.steps.iter().filter(|it| {
        let step = &it.step;
        [&step.changes, &step.provides, &step.removes].iter().any(|list| list.contains(address))
    });
    let is_moved = change.is_some_and(|it| it.action == ChangeAction::Rename);
    let decided = match (declared, observed, target.object(address)) {
        (_, _, _) if is_moved => "a `moved` entry, as the old name is there and the new one is not",
        (Some(_), Some(_), _) => "comparing the canonical forms of what is declared and what is there",
        (Some(_), None, _) => "it is declared and not there",
        (None, Some(_), Some(_)) if plan.beyond.contains(address) => {
            "coverage: the source's format cannot declare it, so that it is not declared says nothing"
        }
        (None, Some(_), Some(_)) => "ownership: it is neither declared nor ours, so it is kept",
        (None, Some(_), None) => "ownership: it is ours, or to be treated so, and not declared",
        (None, None, _) => "it is part of what is renamed",
    };
    Some(Explanation {
        declared: declared.map(|it| [&place, ": ", &text(it)].concat()),
        recorded,
        observed: observed.map(text),
        decided: decided.to_owned(),
        outcome: change.map_or_else(|| unchanged(planned, address), outcome),
        steps: steps.map(|it| [&it.id, ": ", &it.step.summary].concat()).collect(),
    })
}

fn unchanged(planned: &Planned, address: &Address) -> String {
    if planned.plan.beyond.contains(address) {
        return "no change: the source's format cannot declare it, so it stays as it is".to_owned();
    }
    let is_kept = planned.plan.unmanaged.contains(address)
        || address.owner().is_some_and(|owner| planned.plan.unmanaged.contains(&Address::Table(owner.clone())));
    if is_kept {
        return "no change: it is unmanaged and kept".to_owned();
    }
    let is_rebuilt = |step: &trueup_contract::Step| step.rewrites && step.requires.contains(address);
    if planned.plan.steps.iter().any(|it| is_rebuilt(&it.step)) {
        return "no change of its own, but its rows are written anew, as parts of it change".to_owned();
    }
    if planned.realized.schema.object(address).is_none() {
        return "no change: it is ignored, excluded or kept with its owner".to_owned();
    }
    "no change: it is as declared".to_owned()
}

fn outcome(change: &PlannedChange) -> String {
    let verb = match change.action {
        ChangeAction::Create => "will be created",
        ChangeAction::Update => "will be changed",
        ChangeAction::Delete => "will be dropped",
        ChangeAction::Rename => "will be renamed",
    };
    let why = match change.reason {
        Reason::Declared => "it is declared and not there",
        Reason::DeclarationChanged => "what is there is not what is declared",
        Reason::Drifted => "it was changed in the database and goes back to what is declared",
        Reason::DeclarationChangedAndDrifted => "its declaration changed, and the database did too",
        Reason::NoLongerDeclared => "it is ours and no longer declared",
        Reason::Unmanaged => "it is not declared, and `--unmanaged drop` was given",
        Reason::Moved => "a `moved` entry says so",
    };
    [verb, ": ", why].concat()
}
