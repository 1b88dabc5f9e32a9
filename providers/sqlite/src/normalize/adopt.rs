//! Names for constraints that are declared without one: an equal constraint keeps the name it has.

use indexmap::IndexMap;
use trueup_state::{Check, ForeignKey, Ident, Schema, Table, Unique};

/// A constraint that may have a name.
trait Named: Clone {
    fn name(&self) -> Option<&Ident>;
    /// Whether the two say the same, names aside.
    fn says(&self, other: &Self) -> bool;
}

impl Named for Unique {
    fn name(&self) -> Option<&Ident> {
        self.name.as_ref()
    }

    fn says(&self, other: &Self) -> bool {
        let Unique { name: _, parts, extra } = self;
        *parts == other.parts && *extra == other.extra
    }
}

impl Named for Check {
    fn name(&self) -> Option<&Ident> {
        self.name.as_ref()
    }

    fn says(&self, other: &Self) -> bool {
        let Check { name: _, expression } = self;
        *expression == other.expression
    }
}

impl Named for ForeignKey {
    fn name(&self) -> Option<&Ident> {
        self.name.as_ref()
    }

    fn says(&self, other: &Self) -> bool {
        let ForeignKey { name: _, columns, references, referenced_columns, on_delete, on_update, deferral } = self;
        *columns == other.columns
            && *references == other.references
            && *referenced_columns == other.referenced_columns
            && *on_delete == other.on_delete
            && *on_update == other.on_update
            && *deferral == other.deferral
    }
}

pub(super) fn adopt_names(desired: &mut Schema, observed: &Schema) {
    for (namespace, objects) in &mut desired.namespaces {
        let Some(there) = observed.namespaces.get(namespace) else { continue };
        for (name, table) in &mut objects.tables {
            if let Some(there) = there.tables.get(name) {
                adopt_table(table, there);
            }
        }
    }
}

fn adopt_table(table: &mut Table, there: &Table) {
    adopt(&mut table.uniques, &there.uniques);
    adopt(&mut table.checks, &there.checks);
    adopt(&mut table.foreign_keys, &there.foreign_keys);
    if let (Some(key), Some(there)) = (&mut table.primary_key, &there.primary_key)
        && key.name.is_none()
        && key.parts == there.parts
        && key.extra == there.extra
    {
        key.name.clone_from(&there.name);
    }
}

fn adopt<T: Named>(desired: &mut IndexMap<Ident, T>, observed: &IndexMap<Ident, T>) {
    let unnamed = |it: &T| it.name().is_none();
    let settled = |key: &Ident, it: &T| observed.get(key).is_some_and(|there| !unnamed(it) || there.says(it));
    if desired.iter().all(|(key, it)| !unnamed(it) || settled(key, it)) {
        return;
    }
    let mut free: Vec<(&Ident, &T)> =
        observed.iter().filter(|(key, _)| !desired.get(*key).is_some_and(|it| settled(key, it))).collect();
    *desired = std::mem::take(desired)
        .into_iter()
        .map(|(key, it)| {
            let found = free.iter().position(|(_, there)| unnamed(&it) && there.says(&it));
            match found {
                Some(at) if !observed.get(&key).is_some_and(|there| there.says(&it)) => {
                    let (key, there) = free.swap_remove(at);
                    (key.clone(), there.clone())
                }
                _ => (key, it),
            }
        })
        .collect();
}
