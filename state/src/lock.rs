//! The lockfile: which objects are ours, and what they looked like when we last saw them.

mod history;
mod wire;

use std::collections::BTreeMap;

use crate::{Address, Fingerprint};
pub use history::{HistoryEntry, Seal};

/// The recorded state of one database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lockfile {
    /// Made once, never changed: two lockfiles with different lineages describe different histories.
    pub lineage: String,
    /// Grows by one with every finished write.
    pub serial: u64,
    /// The provider's name, such as `sqlite`.
    pub provider: String,
    /// The hash of the database's identity, never a connection string.
    pub target: Fingerprint,
    /// The fingerprint of what was declared.
    pub desired: Fingerprint,
    /// The fingerprint of what was there after the last apply, over the managed addresses.
    pub observed: Fingerprint,
    /// The plan that was applied last; absent when the last write was another command's.
    pub plan: Option<Fingerprint>,
    /// The objects that are ours.
    pub objects: BTreeMap<Address, Entry>,
    /// What happened, each entry hashing the one before.
    pub history: Vec<HistoryEntry>,
}

/// What is recorded of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The hash of what was declared.
    pub source: Fingerprint,
    /// The hash of the canonical form that was observed.
    pub observed: Fingerprint,
    /// Whether it must never be dropped, even when its declaration is gone.
    pub protected: bool,
    /// The managed objects it needs.
    pub depends: Vec<Address>,
}

/// Why a lockfile cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// It is not TOML of our form.
    #[error("the lockfile cannot be read")]
    Malformed(#[source] toml::de::Error),
    /// It cannot be written as TOML.
    #[error("the lockfile cannot be written")]
    Unwritable(#[source] toml::ser::Error),
    /// It was written by a newer trueup.
    #[error("the lockfile has format {0}, this trueup knows format 1")]
    Version(u32),
    /// An address is listed twice.
    #[error("the lockfile lists `{0}` twice")]
    Twice(Address),
    /// The chain of hashes does not fit the content.
    #[error("the lockfile was edited: {what}")]
    Edited {
        /// Where the chain breaks.
        what: String,
    },
}

impl Lockfile {
    /// A lockfile that records nothing yet.
    pub fn new(lineage: impl Into<String>, provider: impl Into<String>, target: Fingerprint) -> Lockfile {
        let nothing = Fingerprint::of_set([]);
        Lockfile {
            lineage: lineage.into(),
            serial: 0,
            provider: provider.into(),
            target,
            desired: nothing,
            observed: nothing,
            plan: None,
            objects: BTreeMap::new(),
            history: Vec::new(),
        }
    }

    /// Read and verify the written form.
    ///
    /// # Errors
    /// When the text is not a lockfile, is one of a newer format, or was edited by hand.
    pub fn parse(text: &str) -> Result<Lockfile, LockError> {
        let lockfile = wire::parse(text)?;
        lockfile.verify()?;
        Ok(lockfile)
    }

    /// The written form: same content, same bytes.
    ///
    /// # Errors
    /// When TOML cannot hold a value; no value of ours is such.
    pub fn render(&self) -> Result<String, LockError> {
        wire::render(self)
    }

    /// The next version of this lockfile: the serial grows and the history gains one entry that seals the content.
    pub fn sealed(mut self, seal: Seal) -> Lockfile {
        self.serial += 1;
        let entry = HistoryEntry::seal(&self, seal);
        self.history.push(entry);
        self
    }

    /// Check that every history entry hashes the one before, and that the last one fits the content.
    ///
    /// # Errors
    /// When an entry or the content was edited.
    pub fn verify(&self) -> Result<(), LockError> {
        history::verify(self)
    }

    /// Whether the object at this address is ours.
    pub fn owns(&self, address: &Address) -> bool {
        self.objects.contains_key(address)
    }
}
