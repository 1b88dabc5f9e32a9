//! Indexes that the server makes for foreign keys and that another index of the same columns replaces.

use std::collections::BTreeSet;

use trueup_state::{Ident, Table};

use crate::{
    normalize,
    parse::{Fold, check},
};

/// Spell out the indexes that the server has made for a table's foreign keys.
pub(in crate::parse) fn make_indexes(fold: &mut Fold<'_>, name: &Ident) {
    let facts = fold.facts;
    let Some(table) = fold.tables().get_mut(name) else { return };
    let before: BTreeSet<Ident> = table.indexes.keys().cloned().collect();
    normalize::support_foreign_keys(table, facts);
    let made: Vec<Ident> = table.indexes.keys().filter(|it| !before.contains(*it)).cloned().collect();
    fold.made.entry(name.clone()).or_default().extend(made);
}

/// Take away those that are not needed any more, since another index does as well.
pub(in crate::parse) fn drop_made(fold: &mut Fold<'_>, name: &Ident) {
    let made = fold.made.get(name).cloned().unwrap_or_default();
    let Some(table) = fold.tables().get_mut(name) else { return };
    let mut kept = BTreeSet::new();
    for index in made {
        if !table.indexes.contains_key(&index) {
            continue;
        }
        if is_replaced(table, &index) {
            table.indexes.shift_remove(&index);
        } else {
            kept.insert(index);
        }
    }
    fold.made.insert(name.clone(), kept);
}

fn is_replaced(table: &Table, name: &Ident) -> bool {
    let Some(index) = table.indexes.get(name) else { return false };
    let columns: Vec<Ident> = check::columns_of(&index.parts).collect();
    let by_primary = table.primary_key.as_ref().is_some_and(|key| {
        let own: Vec<Ident> = check::columns_of(&key.parts).collect();
        own.starts_with(&columns)
    });
    by_primary || table.indexes.iter().any(|(other, it)| other != name && normalize::supports(it, &columns))
}
