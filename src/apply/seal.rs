//! The end of a group: what it led to, and what of it is recorded.

use std::collections::BTreeSet;

use trueup_contract::{Cluster, DatabaseError, Inspection, Observer, Progress, StateWrite, Step};
use trueup_state::{Address, Fingerprint, Journal, Lockfile, Schema};

use super::{Conditions, Watcher, record, verify};
use crate::{
    backend::{journal_text, lockfile_text},
    engine::{EngineError, owners},
    failpoint,
    plan::Plan,
};

/// What it takes to say whether a plan has led to what it promised, and to record that.
pub(super) struct End<'a> {
    pub(super) plan: &'a Plan,
    /// What was there before, under the names to come.
    pub(super) before: &'a Schema,
    /// What was around it.
    pub(super) cluster: &'a Cluster,
    pub(super) lockfile: Option<&'a Lockfile>,
    /// The lockfile's text, where it is kept in the database.
    pub(super) replaces: Option<String>,
    pub(super) target: Fingerprint,
    pub(super) keeps_texts: bool,
    pub(super) conditions: &'a Conditions<'a>,
    /// The serial of the lockfile that was written together with the last steps.
    pub(super) recorded: Option<u64>,
}

impl End<'_> {
    /// Compare what is there with what was promised.
    pub(super) fn verify(&self, after: &Inspection) -> Result<(), EngineError> {
        verify::verify(self.plan, self.before, &after.schema, self.keeps_texts)?;
        verify::verify_extensions(self.plan, self.cluster, &after.cluster)
    }

    /// The next lockfile, for the state tables.
    fn write(&mut self, after: &Schema) -> Result<StateWrite, EngineError> {
        let next = record::next(self.plan, self.lockfile, after, (self.target, self.conditions));
        failpoint::hit("before-lockfile");
        self.recorded = Some(next.serial);
        let text = lockfile_text(&next)?;
        Ok(StateWrite { lockfile: Some((text, self.replaces.clone())), journal: Some(None) })
    }
}

/// Someone who looks at what a group has led to before it is committed, where the state commits with it.
pub(super) struct Seal<'a, 'b> {
    pub(super) end: &'a mut End<'b>,
    /// Whether the plan ends with this group.
    pub(super) is_last: bool,
    /// What the group touches.
    pub(super) intent: &'a BTreeSet<Address>,
    /// The objects whose owners are looked at.
    pub(super) owners: &'a BTreeSet<Address>,
    pub(super) journal: &'a mut Journal,
    /// What there was.
    pub(super) found: Option<Inspection>,
    /// Why it cannot stay.
    pub(super) wrong: Option<EngineError>,
}

impl Seal<'_, '_> {
    fn write(&mut self, mut found: Inspection) -> Result<StateWrite, EngineError> {
        owners::observe(&mut found, self.owners);
        done(self.journal, self.intent, &found.schema);
        let write = if self.is_last {
            self.end.verify(&found).map_err(|error| match error {
                EngineError::Mismatch(wrong) => EngineError::RolledBack(wrong),
                EngineError::Extensions { gone, rolled_back: _ } => EngineError::Extensions { gone, rolled_back: true },
                other => other,
            })?;
            failpoint::hit("apply-verified");
            self.end.write(&found.schema)?
        } else {
            let journal = journal_text(self.journal)?;
            StateWrite { lockfile: None, journal: Some(Some(journal)) }
        };
        self.found = Some(found);
        Ok(write)
    }
}

/// Note in the journal what its last group led to.
pub(super) fn done(journal: &mut Journal, intent: &BTreeSet<Address>, after: &Schema) {
    let found = |address: &Address| after.object(address).map(Fingerprint::of_object);
    if let Some(boundary) = journal.boundaries.last_mut() {
        boundary.done = Some(intent.iter().map(|address| (address.clone(), found(address))).collect());
    }
}

/// Tells the watcher of an apply what happens in a group.
pub(super) struct Watched<'a, 'b> {
    pub(super) watcher: &'a mut dyn Watcher,
    pub(super) steps: &'a [Step],
    /// The number of its first step.
    pub(super) first: usize,
    /// Present where the state is kept in the database.
    pub(super) seal: Option<Seal<'a, 'b>>,
}

impl Observer for Watched<'_, '_> {
    fn observe(&mut self, progress: Progress) {
        match progress {
            Progress::Started(at) => self.watcher.started(self.first + at, &self.steps[at]),
            Progress::Finished(at) => {
                failpoint::hit("step-finished");
                self.watcher.finished(self.first + at, &self.steps[at]);
            }
            Progress::Committing => failpoint::hit("before-commit"),
            Progress::Committed => {
                failpoint::hit("after-commit");
                self.watcher.committed();
            }
        }
    }

    fn seals(&self) -> bool {
        self.seal.is_some()
    }

    fn seal(&mut self, found: Inspection) -> Result<StateWrite, DatabaseError> {
        let Some(seal) = &mut self.seal else { return Ok(StateWrite::default()) };
        seal.write(found).map_err(|error| {
            seal.wrong = Some(error);
            DatabaseError::Unsealed
        })
    }
}
