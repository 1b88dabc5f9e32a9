//! The equality ladder: what is declared and what is there may be the same and read otherwise.
//!
//! Cheapest first: equal as they are (both sides are canonical), equal as recorded (the memo), equal by the database's
//! own word. Only that last rung may say that two texts differ; what it cannot tell is planned and marked unproven.

use std::collections::{BTreeMap, BTreeSet};

use trueup_contract::Settled;
use trueup_state::{Address, Definition, Fingerprint, Lockfile, Schema};

use super::{EngineError, Known, Workspace};

/// What the rungs decided.
#[derive(Default)]
pub(super) struct Ladder {
    /// How many objects each rung decided.
    pub(super) equality: BTreeMap<String, u64>,
    /// Views and routines that the database would replace in place.
    pub(super) replaceable: BTreeSet<Address>,
    /// Objects that differ in a text of which nobody could say how the database would write it.
    pub(super) unproven: BTreeSet<Address>,
    /// Why the database was not asked.
    pub(super) skipped: Option<String>,
}

/// Put into `desired` the form that is there for everything that is the same.
pub(super) async fn climb(
    workspace: &mut Workspace,
    known: &Known,
    before: &Schema,
    desired: &mut Schema,
    asks: bool,
) -> Result<Ladder, EngineError> {
    let mut ladder = Ladder::default();
    let total = desired.objects().len() as u64;
    if workspace.provider.dialect().keeps_texts() {
        ladder.equality.insert("realized".to_owned(), total);
        return Ok(ladder);
    }
    let differing = differing(before, desired);
    let (remembered, open): (Vec<Address>, Vec<Address>) =
        differing.into_iter().partition(|address| is_remembered(known.lockfile.as_ref(), address, before, desired));
    let count = |ladder: &mut Ladder, rung: &str, count: usize| {
        ladder.equality.insert(rung.to_owned(), count as u64);
    };
    count(&mut ladder, "memo", remembered.len());
    count(&mut ladder, "canonical", (total as usize).saturating_sub(remembered.len() + open.len()));
    adopt(desired, before, &remembered);
    if open.is_empty() {
        return Ok(ladder);
    }
    if !asks {
        ladder.skipped = Some("`--no-oracle` was given".to_owned());
        ladder.unproven = texts_differ(before, desired, &open);
        return Ok(ladder);
    }
    let inspection = trueup_contract::Inspection {
        schema: before.clone(),
        depends: known.inspection.depends.clone(),
        cluster: known.inspection.cluster.clone(),
        ..trueup_contract::Inspection::default()
    };
    let Settled { forms, replaceable, unproven, skipped } =
        workspace.database.settle(desired, &inspection, &open).await?;
    let proved = forms.len();
    for (address, definition) in forms {
        // What comes back describes an object that is declared, so there is a place for it.
        let _ = desired.put(&address, definition);
    }
    count(&mut ladder, "oracle", proved);
    let still = texts_differ(before, desired, &open);
    ladder.unproven =
        if skipped.is_some() { still } else { unproven.into_iter().filter(|it| still.contains(it)).collect() };
    let unproven = ladder.unproven.len();
    count(&mut ladder, "unproven", unproven);
    ladder.replaceable = replaceable;
    ladder.skipped = skipped;
    Ok(ladder)
}

/// Objects that are on both sides and differ.
fn differing(before: &Schema, desired: &Schema) -> Vec<Address> {
    let all = desired.objects();
    let differs =
        |(address, it): &(Address, trueup_state::Object<'_>)| before.object(address).is_some_and(|b| b != *it);
    all.into_iter().filter(differs).map(|(address, _)| address).collect()
}

/// Whether both sides are as they were when they were last found to be the same.
fn is_remembered(lockfile: Option<&Lockfile>, address: &Address, before: &Schema, desired: &Schema) -> bool {
    let Some(entry) = lockfile.and_then(|it| it.objects.get(address)) else { return false };
    let is = |schema: &Schema, hash| schema.object(address).is_some_and(|it| Fingerprint::of_object(it) == hash);
    is(desired, entry.source) && is(before, entry.observed)
}

fn adopt(desired: &mut Schema, before: &Schema, addresses: &[Address]) {
    for address in addresses {
        if let Some(there) = before.object(address) {
            let _ = desired.put(address, there.to_definition());
        }
    }
}

/// Of these, the objects that differ in expressions alone: those that another spelling might make equal.
fn texts_differ(before: &Schema, desired: &Schema, open: &[Address]) -> BTreeSet<Address> {
    let outline = |schema: &Schema, address: &Address| -> Option<Definition> {
        Some(schema.object(address)?.to_definition().without_expressions())
    };
    let differs = |address: &&Address| before.object(address) != desired.object(address);
    let same_outline = |address: &&Address| outline(before, address) == outline(desired, address);
    open.iter().filter(differs).filter(same_outline).cloned().collect()
}
