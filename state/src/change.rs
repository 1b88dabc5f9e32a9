//! What differs between two schemas.

use serde::{Deserialize, Serialize};

use crate::{Address, Schema};

/// The same thing before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair<T> {
    /// As it is.
    pub before: T,
    /// As it shall be.
    pub after: T,
}

impl<T> Pair<T> {
    /// Both sides through one function.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> Pair<U> {
        Pair { before: f(self.before), after: f(self.after) }
    }
}

/// One difference between two schemas.
///
/// It names objects and never copies them: the definitions are read from the [`Pair`] of schemas it was computed from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The object is only in the schema after.
    Create(Address),
    /// The object is only in the schema before.
    Drop(Address),
    /// The object is in both and differs.
    Alter(Address),
    /// The object goes by another name; what it is may differ besides, as an `Alter` of the new address.
    Rename {
        /// Its address before.
        from: Address,
        /// Its address after.
        to: Address,
    },
}

/// A change does not fit the schema it was applied to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not there")]
pub struct ApplyError(pub Address);

impl Change {
    /// The address the change is about; of a rename, the new one.
    pub fn address(&self) -> &Address {
        match self {
            Change::Create(address) | Change::Drop(address) | Change::Alter(address) => address,
            Change::Rename { from: _, to } => to,
        }
    }
}

impl Schema {
    /// Apply one change in memory, reading new definitions from `target`.
    ///
    /// A rename takes the definition from `target` as well, under the new address, since a rename may rewrite the
    /// texts that mention the old name.
    ///
    /// # Errors
    /// When the object to drop or alter is not here, or the one to create is not in `target`.
    pub fn apply(&mut self, change: &Change, target: &Schema) -> Result<(), ApplyError> {
        let missing = |address: &Address| ApplyError(address.clone());
        if let Change::Drop(address) | Change::Rename { from: address, to: _ } = change {
            self.remove(address).ok_or_else(|| missing(address))?;
        }
        match change {
            Change::Drop(_) => Ok(()),
            Change::Create(address) | Change::Alter(address) | Change::Rename { from: _, to: address } => {
                let object = target.object(address).ok_or_else(|| missing(address))?;
                self.put(address, object.to_definition()).ok_or_else(|| missing(address))
            }
        }
    }
}
