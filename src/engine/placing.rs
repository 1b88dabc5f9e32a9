//! Steps in their places: ids, and what holds before and after each.

use std::collections::{BTreeMap, BTreeSet};

use trueup_contract::Step;
use trueup_state::{Address, Fingerprint, Schema};

use crate::plan::{Condition, PlannedStep};

/// Give each step its id, and what holds before and after it.
pub(super) fn place(
    ordered: Vec<(Step, Vec<usize>)>,
    observed: &Schema,
    target: &Schema,
    keeps_texts: bool,
) -> Vec<PlannedStep> {
    let id = |at: usize| ["s", &(at + 1).to_string()].concat();
    let mut now: BTreeMap<Address, Condition> = BTreeMap::new();
    let mut steps = Vec::with_capacity(ordered.len());
    for (at, (step, waits)) in ordered.into_iter().enumerate() {
        let touched: BTreeSet<&Address> = step.changes.iter().chain(&step.provides).chain(&step.removes).collect();
        let mut precondition = Vec::new();
        let mut postcondition = Vec::new();
        for address in touched {
            let known = || Condition {
                address: address.clone(),
                is: observed.object(address).map(Fingerprint::of_object),
                outline: false,
            };
            precondition.push(now.get(address).cloned().unwrap_or_else(known));
            let removed = step.removes.contains(address) && !step.provides.contains(address);
            let hash = if keeps_texts { Fingerprint::of_object } else { Fingerprint::of_outline };
            let is = if removed { None } else { target.object(address).map(hash) };
            let after = Condition { address: address.clone(), outline: !keeps_texts && is.is_some(), is };
            postcondition.push(after.clone());
            now.insert(address.clone(), after);
        }
        steps.push(PlannedStep {
            id: id(at),
            depends_on: waits.into_iter().map(id).collect(),
            step,
            precondition,
            postcondition,
        });
    }
    steps
}
