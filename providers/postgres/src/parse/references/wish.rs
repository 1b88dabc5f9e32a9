//! Needs that would be good to heed, and are left out where they would lead in a circle.

use std::collections::{BTreeMap, BTreeSet};

use trueup_contract::Depends;
use trueup_state::{Address, Qualified};

/// Add those of the wishes that make no circle. A table and its parts are made together.
pub(super) fn grant(depends: &mut Depends, wishes: Vec<(Address, Address)>) {
    let mut parts: BTreeMap<Qualified, BTreeSet<Address>> = BTreeMap::new();
    for address in depends.keys() {
        if let Some(owner) = address.owner() {
            parts.entry(owner.clone()).or_default().insert(address.clone());
        }
    }
    for (object, needed) in wishes {
        if !leads_to(depends, &parts, &needed, &object) {
            depends.entry(object).or_default().insert(needed);
        }
    }
}

fn leads_to(depends: &Depends, parts: &BTreeMap<Qualified, BTreeSet<Address>>, from: &Address, to: &Address) -> bool {
    let mut seen = BTreeSet::new();
    let mut waiting = vec![from];
    while let Some(address) = waiting.pop() {
        if address == to {
            return true;
        }
        if seen.insert(address) {
            waiting.extend(depends.get(address).into_iter().flatten());
            waiting.extend(address.relation().and_then(|it| parts.get(it)).into_iter().flatten());
        }
    }
    false
}
