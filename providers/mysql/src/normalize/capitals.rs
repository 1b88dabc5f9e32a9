//! Names that differ from what is declared in capitals alone.

use indexmap::IndexMap;
use trueup_state::{Address, Ident, Schema};

/// Columns and indexes that are there under other capitals: the server takes them for the same, and gives them those that
/// are declared without touching a row.
pub(crate) fn respelled(observed: &Schema, desired: &Schema) -> Vec<(Address, Address)> {
    let mut found = Vec::new();
    for (name, table) in desired.tables() {
        let Some(there) = observed.table(&name) else { continue };
        for (from, to) in pairs(&there.columns, &table.columns) {
            found.push((Address::Column(name.clone(), from), Address::Column(name.clone(), to)));
        }
        for (from, to) in pairs(&there.indexes, &table.indexes) {
            found.push((Address::Index(name.clone(), from), Address::Index(name.clone(), to)));
        }
    }
    found
}

fn pairs<T>(there: &IndexMap<Ident, T>, declared: &IndexMap<Ident, T>) -> Vec<(Ident, Ident)> {
    let missing = declared.keys().filter(|name| !there.contains_key(*name));
    let other = |name: &Ident| there.keys().find(|it| it.folded() == name.folded() && !declared.contains_key(*it));
    missing.filter_map(|name| Some((other(name)?.clone(), name.clone()))).collect()
}
