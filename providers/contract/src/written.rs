//! What a schema becomes in another format, and what that format cannot hold.

use std::{collections::BTreeMap, path::PathBuf};

use serde::Serialize;
use trueup_state::Address;

/// A schema as files of another format.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The whole text of every file, by path; a file that is not here is not needed any more.
    pub files: BTreeMap<PathBuf, String>,
    /// What the format cannot hold, in the order of the schema. Nothing is left out silently.
    pub losses: Vec<Loss>,
}

/// Something in a schema that a format cannot hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Loss {
    /// The object that is not there, or not whole.
    pub address: Address,
    /// What is lost, as one plain sentence.
    pub what: String,
}
