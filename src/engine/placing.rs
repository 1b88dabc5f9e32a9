//! Steps in their places: ids, and what holds before and after each.

use std::collections::{BTreeMap, BTreeSet};

use trueup_contract::Step;
use trueup_state::{Address, Fingerprint, Schema};

use crate::plan::{Condition, PlannedStep};

/// Give each step its id, and what holds before and after it.
pub(super) fn place(ordered: Vec<(Step, Vec<usize>)>, observed: &Schema, target: &Schema) -> Vec<PlannedStep> {
    let id = |at: usize| ["s", &(at + 1).to_string()].concat();
    let hash = |schema: &Schema, address: &Address| schema.object(address).map(Fingerprint::of_object);
    let mut now: BTreeMap<Address, Option<Fingerprint>> = BTreeMap::new();
    let mut steps = Vec::with_capacity(ordered.len());
    for (at, (step, waits)) in ordered.into_iter().enumerate() {
        let touched: BTreeSet<&Address> = step.changes.iter().chain(&step.provides).chain(&step.removes).collect();
        let mut precondition = Vec::new();
        let mut postcondition = Vec::new();
        for address in touched {
            let before = now.get(address).copied().unwrap_or_else(|| hash(observed, address));
            let removed = step.removes.contains(address) && !step.provides.contains(address);
            let after = if removed { None } else { hash(target, address) };
            precondition.push(Condition { address: address.clone(), is: before });
            postcondition.push(Condition { address: address.clone(), is: after });
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
