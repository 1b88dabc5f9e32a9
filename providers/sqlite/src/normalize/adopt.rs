//! Names for constraints that are declared without one: an equal constraint keeps the name it has.

use indexmap::IndexMap;
use trueup_state::{Check, ForeignKey, Ident, Schema, Table, Unique};

use crate::read::{check_name, foreign_key_name, insert_named, key_name};

/// A constraint that may have a name.
trait Named: Clone {
    fn name(&self) -> Option<&Ident>;
    /// Whether the two say the same, names aside.
    fn says(&self, other: &Self) -> bool;
    /// What the reader calls it if it has no name.
    fn generated_name(&self) -> Ident;
}

impl Named for Unique {
    fn name(&self) -> Option<&Ident> {
        self.name.as_ref()
    }

    fn says(&self, other: &Self) -> bool {
        let Unique { name: _, parts, extra } = self;
        *parts == other.parts && *extra == other.extra
    }

    fn generated_name(&self) -> Ident {
        key_name(&self.parts)
    }
}

impl Named for Check {
    fn name(&self) -> Option<&Ident> {
        self.name.as_ref()
    }

    fn says(&self, other: &Self) -> bool {
        let Check { name: _, expression, extra: _ } = self;
        *expression == other.expression
    }

    fn generated_name(&self) -> Ident {
        check_name(&self.expression)
    }
}

impl Named for ForeignKey {
    fn name(&self) -> Option<&Ident> {
        self.name.as_ref()
    }

    fn says(&self, other: &Self) -> bool {
        let ForeignKey { name: _, columns, references, referenced_columns, on_delete, on_update, deferral, extra: _ } =
            self;
        *columns == other.columns
            && *references == other.references
            && *referenced_columns == other.referenced_columns
            && *on_delete == other.on_delete
            && *on_update == other.on_update
            && *deferral == other.deferral
    }

    fn generated_name(&self) -> Ident {
        foreign_key_name(&self.columns)
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
    let settled = |key: &Ident, it: &T| observed.get(key).is_some_and(|there| there.name().is_none() && there.says(it));
    if desired.iter().all(|(key, it)| it.name().is_some() || settled(key, it)) {
        return;
    }
    let is_free =
        |key: &Ident, there: &T| there.name().is_some() && desired.get(key).is_none_or(|it| it.name().is_none());
    let mut free: Vec<&T> =
        observed.iter().filter(|(key, there)| is_free(key, there)).map(|(_, there)| there).collect();
    let named = |it: T| match free.iter().position(|there| it.name().is_none() && there.says(&it)) {
        Some(at) => free.swap_remove(at).clone(),
        None => it,
    };
    let mut constraints: Vec<T> = std::mem::take(desired).into_values().map(named).collect();
    // Those that would share a generated name get their numbers in the order they have in the database, which is the
    // order in which they are written and read again.
    constraints.sort_by_key(|it| observed.values().position(|there| there.says(it)).unwrap_or(usize::MAX));
    for it in constraints {
        let key = it.name().cloned().unwrap_or_else(|| it.generated_name());
        insert_named(desired, key, it);
    }
}
