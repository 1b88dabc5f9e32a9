//! The equality ladder: what is declared and what is there may be the same and read otherwise.
//!
//! Cheapest first: equal as they are (both sides are canonical), equal as recorded (the memo), equal by the database's
//! own word, equal as a scratch database keeps it. Only these last two rungs may say that two texts differ; what they
//! cannot tell is planned and marked unproven.

use std::collections::{BTreeMap, BTreeSet};

use trueup_contract::{Depends, Redacted, Settled};
use trueup_state::{Address, Definition, Fingerprint, Lockfile, Schema};

use super::{EngineError, Known, Settings, Workspace, scratch};

/// What is compared.
#[derive(Clone, Copy)]
pub(super) struct Compared<'a> {
    /// What was found out before.
    pub(super) known: &'a Known,
    /// What is there, after the renames.
    pub(super) before: &'a Schema,
    /// What is declared, as it was written.
    pub(super) declared: &'a Schema,
    /// Which declared object needs which.
    pub(super) depends: &'a Depends,
    /// Who may be asked.
    pub(super) settings: &'a Settings,
}

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
    skipped: Option<String>,
    /// Why the scratch database did not tell.
    unrehearsed: Option<String>,
}

impl Ladder {
    /// Nothing is to be decided where texts are kept as they were declared.
    pub(super) fn of_texts(desired: &Schema) -> Ladder {
        let mut ladder = Ladder::default();
        ladder.count("realized", desired.objects().len());
        ladder
    }

    /// What is to be said where something is left unproven.
    pub(super) fn warnings(&self) -> Vec<String> {
        if self.unproven.is_empty() {
            return Vec::new();
        }
        let asked = self.skipped.iter().map(|it| ("the database was not asked how it writes what is declared (", it));
        let rehearsed =
            self.unrehearsed.iter().map(|it| ("the scratch database could not make what is declared (", it));
        let all = asked.chain(rehearsed);
        all.map(|(what, reason)| [what, reason, "); some changes may be spelling alone"].concat()).collect()
    }

    fn count(&mut self, rung: &str, count: usize) {
        self.equality.insert(rung.to_owned(), count as u64);
    }
}

/// Put into `desired` the form that is there for everything that is the same.
pub(super) async fn climb(
    workspace: &mut Workspace,
    compared: &Compared<'_>,
    desired: &mut Schema,
) -> Result<Ladder, EngineError> {
    let Compared { known, before, declared: _, depends: _, settings } = *compared;
    let mut ladder = Ladder::default();
    let total = desired.objects().len();
    let differing = differing(before, desired);
    let (remembered, open): (Vec<Address>, Vec<Address>) =
        differing.into_iter().partition(|address| is_remembered(known.lockfile.as_ref(), address, before, desired));
    ladder.count("memo", remembered.len());
    ladder.count("canonical", total.saturating_sub(remembered.len() + open.len()));
    adopt(desired, before, &remembered);
    if open.is_empty() {
        return Ok(ladder);
    }
    if settings.asks_database {
        ask(workspace, known, before, desired, &open, &mut ladder).await?;
    } else {
        ladder.skipped = Some("`--no-oracle` was given".to_owned());
        ladder.unproven = texts_differ(before, desired, &open);
    }
    if let Some(url) = &settings.scratch
        && !ladder.unproven.is_empty()
    {
        rehearse(workspace, url, compared, desired, &mut ladder).await?;
    }
    let unproven = ladder.unproven.len();
    ladder.count("unproven", unproven);
    Ok(ladder)
}

/// The rung of the database's own word.
async fn ask(
    workspace: &mut Workspace,
    known: &Known,
    before: &Schema,
    desired: &mut Schema,
    open: &[Address],
    ladder: &mut Ladder,
) -> Result<(), EngineError> {
    let inspection = trueup_contract::Inspection {
        schema: before.clone(),
        depends: known.inspection.depends.clone(),
        cluster: known.inspection.cluster.clone(),
        ..trueup_contract::Inspection::default()
    };
    let Settled { forms, replaceable, unproven, skipped } =
        workspace.database.settle(desired, &inspection, open).await?;
    let proved = forms.len();
    for (address, definition) in forms {
        // What comes back describes an object that is declared, so there is a place for it.
        let _ = desired.put(&address, definition);
    }
    ladder.count("oracle", proved);
    let still = texts_differ(before, desired, open);
    ladder.unproven =
        if skipped.is_some() { still } else { unproven.into_iter().filter(|it| still.contains(it)).collect() };
    ladder.replaceable = replaceable;
    ladder.skipped = skipped;
    Ok(())
}

/// The rung of the scratch database: the forms in which it keeps what nobody else could tell.
async fn rehearse(
    workspace: &Workspace,
    url: &Redacted,
    compared: &Compared<'_>,
    desired: &mut Schema,
    ladder: &mut Ladder,
) -> Result<(), EngineError> {
    let found = match scratch::rehearse(workspace, url, compared).await? {
        Ok(found) => found,
        Err(reason) => {
            ladder.unrehearsed = Some(reason);
            return Ok(());
        }
    };
    let unproven = std::mem::take(&mut ladder.unproven);
    let (told, untold): (BTreeSet<Address>, BTreeSet<Address>) = unproven
        .into_iter()
        .partition(|address| outline(&found, address).is_some_and(|it| Some(it) == outline(desired, address)));
    adopt(desired, &found, &told);
    ladder.count("scratch", told.len());
    ladder.unproven = untold;
    Ok(())
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

fn adopt<'a>(desired: &mut Schema, found: &Schema, addresses: impl IntoIterator<Item = &'a Address>) {
    for address in addresses {
        if let Some(there) = found.object(address) {
            let _ = desired.put(address, there.to_definition());
        }
    }
}

/// Of these, the objects that differ in expressions alone: those that another spelling might make equal.
fn texts_differ(before: &Schema, desired: &Schema, open: &[Address]) -> BTreeSet<Address> {
    let differs = |address: &&Address| before.object(address) != desired.object(address);
    let same_outline = |address: &&Address| outline(before, address) == outline(desired, address);
    open.iter().filter(differs).filter(same_outline).cloned().collect()
}

/// An object without its expressions.
fn outline(schema: &Schema, address: &Address) -> Option<Definition> {
    Some(schema.object(address)?.to_definition().without_expressions())
}
