//! How far an apply has come: the record that lets a killed apply go on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Address, Fingerprint};

/// The journal of one apply. It lives outside the lockfile: written before and after every commit boundary, removed
/// when the lockfile has been written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    /// The version of this format.
    pub version: u32,
    /// The plan being applied.
    pub plan: Fingerprint,
    /// The lockfile's serial that the apply started from; absent where there is no lockfile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<u64>,
    /// The commit boundaries, in order.
    pub boundaries: Vec<Boundary>,
}

/// One commit boundary: what was intended before it, what was found after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Boundary {
    /// The addresses that the steps of this boundary touch. What they create is ours from here on, even if nothing
    /// after this line is ever written.
    pub intent: Vec<Address>,
    /// What was there after the commit, by address; `None` for an absent object. Absent until the commit is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<BTreeMap<Address, Option<Fingerprint>>>,
}

/// A journal cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It is not JSON of our form.
    #[error("the journal cannot be read")]
    Malformed(#[source] serde_json::Error),
    /// It was written by a newer trueup.
    #[error("the journal has format {0}, this trueup knows format 1")]
    Version(u32),
}

impl Journal {
    /// A journal with no boundary yet.
    pub fn new(plan: Fingerprint, serial: Option<u64>) -> Journal {
        Journal { version: 1, plan, serial, boundaries: Vec::new() }
    }

    /// Read the written form.
    ///
    /// # Errors
    /// When the text is not a journal, or one of a newer format.
    pub fn parse(text: &str) -> Result<Journal, JournalError> {
        let journal: Journal = serde_json::from_str(text).map_err(JournalError::Malformed)?;
        if journal.version == 1 { Ok(journal) } else { Err(JournalError::Version(journal.version)) }
    }

    /// The written form.
    ///
    /// # Errors
    /// Never in practice: a journal holds nothing that JSON cannot say.
    pub fn render(&self) -> Result<String, JournalError> {
        serde_json::to_string_pretty(self).map_err(JournalError::Malformed)
    }
}
