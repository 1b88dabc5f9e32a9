//! What changed in the database since the lockfile was written.

use std::collections::BTreeSet;

use trueup_state::{Address, Fingerprint, Journal, Lockfile, Schema};

use crate::plan::{Drift, DriftKind};

/// Every recorded object that is not as recorded. What an unfinished apply touched is its doing, not drift.
pub(super) fn drift(observed: &Schema, lockfile: &Lockfile, journal: Option<&Journal>) -> Vec<Drift> {
    let touched = touched(journal);
    let mut drift = Vec::new();
    for (address, entry) in &lockfile.objects {
        if touched.contains(address) {
            continue;
        }
        let kind = match observed.object(address) {
            // An object that is there belongs to somebody; to whom is not looked at where it no longer counts.
            None if matches!(address, Address::Owner(_)) => continue,
            None => DriftKind::Missing,
            Some(object) if Fingerprint::of_object(object) != entry.observed => DriftKind::Changed,
            Some(_) => continue,
        };
        drift.push(Drift { address: address.clone(), kind });
    }
    drift
}

/// Whether this is the database that was recorded, as far as an unfinished apply has not touched it: at least one
/// object must be left to know it by.
pub(super) fn is_as_recorded(observed: &Schema, lockfile: &Lockfile, journal: Option<&Journal>) -> bool {
    let touched = touched(journal);
    drift(observed, lockfile, journal).is_empty() && lockfile.objects.keys().any(|it| !touched.contains(it))
}

fn touched(journal: Option<&Journal>) -> BTreeSet<&Address> {
    journal.into_iter().flat_map(|journal| &journal.boundaries).flat_map(|boundary| &boundary.intent).collect()
}
