//! How the tree of a schema is written to files: by name, whatever the order in which it was found.

use indexmap::IndexMap;
use serde::{Serialize, Serializer};

use super::{Namespace, Schema, Table, View};

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

impl Schema {
    /// The same with everything but columns in the order of names, as it is read back from a file.
    pub fn sorted(mut self) -> Schema {
        let Schema { namespaces, others } = &mut self;
        namespaces.sort_unstable_keys();
        others.sort_unstable_keys();
        for Namespace { tables, views, virtual_tables } in namespaces.values_mut() {
            tables.sort_unstable_keys();
            views.sort_unstable_keys();
            virtual_tables.sort_unstable_keys();
            for table in tables.values_mut() {
                let Table { columns: _, primary_key: _, uniques, checks, foreign_keys, indexes, triggers, extra: _ } =
                    table;
                uniques.sort_unstable_keys();
                checks.sort_unstable_keys();
                foreign_keys.sort_unstable_keys();
                indexes.sort_unstable_keys();
                triggers.sort_unstable_keys();
            }
            for View { query: _, triggers } in views.values_mut() {
                triggers.sort_unstable_keys();
            }
        }
        self
    }
}
