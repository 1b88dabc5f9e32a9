//! How the tree of a schema is written to files: by name, whatever the order in which it was found.

use indexmap::IndexMap;
use serde::{Serialize, Serializer};

/// The entries in the order of their keys: the order in which they were found says nothing, so the same schema has the same
/// bytes.
pub(super) fn by_key<K, V, S>(entries: &IndexMap<K, V>, serializer: S) -> Result<S::Ok, S::Error>
where
    K: Serialize + Ord,
    V: Serialize,
    S: Serializer,
{
    let mut entries: Vec<(&K, &V)> = entries.iter().collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    serializer.collect_map(entries)
}
