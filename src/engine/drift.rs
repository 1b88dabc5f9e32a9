//! What changed in the database since the lockfile was written.

use std::collections::BTreeSet;

use trueup_state::{Address, Fingerprint, Journal, Lockfile, Schema};

use crate::plan::{Drift, DriftKind};

/// Every recorded object that is not as recorded. What an unfinished apply touched is its doing, not drift.
pub(super) fn drift(observed: &Schema, lockfile: &Lockfile, journal: Option<&Journal>) -> Vec<Drift> {
    let touched: BTreeSet<&Address> =
        journal.into_iter().flat_map(|journal| &journal.boundaries).flat_map(|boundary| &boundary.intent).collect();
    let mut drift = Vec::new();
    for (address, entry) in &lockfile.objects {
        if touched.contains(address) {
            continue;
        }
        let kind = match observed.object(address) {
            None => DriftKind::Missing,
            Some(object) if Fingerprint::of_object(object) != entry.observed => DriftKind::Changed,
            Some(_) => continue,
        };
        drift.push(Drift { address: address.clone(), kind });
    }
    drift
}
