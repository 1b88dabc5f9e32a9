//! Which objects a plan's fingerprint speaks of.

use std::collections::BTreeSet;

use trueup_state::{Address, Fingerprint, Lockfile, References, Schema};

/// The fingerprint of what is there, over declared, recorded and touched objects, the dependents of touched ones, and
/// everything inside a touched table: a rebuild makes that anew from what the plan knew, ours or not.
/// Other objects may come and go without making a plan stale.
pub fn covered_fingerprint<'a>(
    observed: &Schema,
    lockfile: Option<&Lockfile>,
    declared: impl Iterator<Item = &'a Address>,
    touched: &BTreeSet<Address>,
) -> Fingerprint {
    let mut covered: BTreeSet<Address> = declared.cloned().collect();
    covered.extend(lockfile.iter().flat_map(|lockfile| lockfile.objects.keys().cloned()));
    covered.extend(touched.iter().cloned());
    if !touched.is_empty() {
        covered.extend(References::of(observed).dependents(touched));
        let relations: BTreeSet<_> = touched.iter().filter_map(Address::relation).collect();
        let inside = observed.objects().into_iter().map(|(address, _)| address);
        covered.extend(inside.filter(|it| it.relation().is_some_and(|relation| relations.contains(relation))));
    }
    let objects =
        covered.iter().filter_map(|address| Some((address, Fingerprint::of_object(observed.object(address)?))));
    Fingerprint::of_set(objects)
}
