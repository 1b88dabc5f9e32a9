//! One spelling for each name: SQLite compares names without regard to ASCII case and keeps the first spelling.
//!
//! Nearly always every name is spelled right already; then nothing is built and nothing is changed.

use std::collections::HashMap;

use indexmap::IndexMap;
use trueup_state::{Ident, Namespace, Part, Schema, Table, Term, Trigger, View};

/// Spellings by folded name.
type Spellings = HashMap<String, Ident>;

fn spellings<'a>(names: impl Iterator<Item = &'a Ident>) -> Spellings {
    names.map(|name| (name.folded(), name.clone())).collect()
}

fn spell(name: &mut Ident, spellings: &Spellings) {
    if let Some(known) = spellings.get(&name.folded())
        && known != name
    {
        *name = known.clone();
    }
}

/// Spell the keys of a map as those of another.
fn spell_keys<T, U>(map: &mut IndexMap<Ident, T>, there: &IndexMap<Ident, U>) {
    if map.keys().all(|name| there.contains_key(name)) {
        return;
    }
    let spellings = spellings(there.keys());
    let differs = |name: &Ident| spellings.get(&name.folded()).is_some_and(|known| known != name);
    if map.keys().any(differs) {
        let respelled = std::mem::take(map).into_iter().map(|(mut name, value)| {
            spell(&mut name, &spellings);
            (name, value)
        });
        *map = respelled.collect();
    }
}

/// Spell every reference inside a schema as what it refers to is spelled.
pub(crate) fn respell_references(schema: &mut Schema) {
    for Namespace { tables, views: _, virtual_tables: _ } in schema.namespaces.values_mut() {
        if tables.iter().all(|(_, table)| is_spelled(table, tables)) {
            continue;
        }
        let names = spellings(tables.keys());
        let columns: HashMap<Ident, Spellings> =
            tables.iter().map(|(name, table)| (name.clone(), spellings(table.columns.keys()))).collect();
        for (name, table) in tables {
            let Some(own) = columns.get(name) else { continue };
            respell_columns(table, own);
            for key in table.foreign_keys.values_mut() {
                spell(&mut key.references.name, &names);
                if let Some(theirs) = columns.get(&key.references.name) {
                    key.referenced_columns.iter_mut().for_each(|column| spell(column, theirs));
                }
            }
        }
    }
}

/// Whether every reference of a table is spelled as what it refers to.
fn is_spelled(table: &Table, tables: &IndexMap<Ident, Table>) -> bool {
    let is_column = |name: &Ident| table.columns.contains_key(name);
    let keys = table.primary_key.iter().map(|key| &key.parts);
    let uniques = table.uniques.values().map(|unique| &unique.parts);
    let indexes = table.indexes.values().map(|index| &index.parts);
    let parts = keys.chain(uniques).chain(indexes).flatten();
    parts.filter_map(Part::column_name).all(is_column)
        && table.foreign_keys.values().all(|key| {
            let theirs = tables.get(&key.references.name);
            let are_theirs =
                || key.referenced_columns.iter().all(|it| theirs.is_some_and(|table| table.columns.contains_key(it)));
            key.columns.iter().all(is_column) && theirs.is_some() && are_theirs()
        })
}

fn respell_columns(table: &mut Table, own: &Spellings) {
    let keys = table.primary_key.iter_mut().map(|key| &mut key.parts);
    let uniques = table.uniques.values_mut().map(|unique| &mut unique.parts);
    let indexes = table.indexes.values_mut().map(|index| &mut index.parts);
    for part in keys.chain(uniques).chain(indexes).flatten() {
        if let Term::Column(name) = &mut part.term {
            spell(name, own);
        }
    }
    for key in table.foreign_keys.values_mut() {
        key.columns.iter_mut().for_each(|column| spell(column, own));
    }
}

/// Spell everything in `schema` that is also in `observed` as it is there.
pub(super) fn respell(schema: &mut Schema, observed: &Schema) {
    for (name, namespace) in &mut schema.namespaces {
        let Some(there) = observed.namespaces.get(name) else { continue };
        spell_keys(&mut namespace.tables, &there.tables);
        spell_keys(&mut namespace.views, &there.views);
        spell_keys(&mut namespace.virtual_tables, &there.virtual_tables);
        for (name, table) in &mut namespace.tables {
            if let Some(there) = there.tables.get(name) {
                respell_table(table, there);
            }
        }
        for (name, View { query: _, triggers }) in &mut namespace.views {
            if let Some(there) = there.views.get(name) {
                respell_triggers(triggers, &there.triggers);
            }
        }
    }
    respell_references(schema);
}

fn respell_table(table: &mut Table, there: &Table) {
    let Table { columns, primary_key: _, uniques, checks, foreign_keys, indexes, triggers, extra: _ } = table;
    spell_keys(columns, &there.columns);
    spell_keys(uniques, &there.uniques);
    spell_keys(checks, &there.checks);
    spell_keys(foreign_keys, &there.foreign_keys);
    spell_keys(indexes, &there.indexes);
    respell_triggers(triggers, &there.triggers);
    uniques.iter_mut().for_each(|(key, it)| spell_name(&mut it.name, key));
    checks.iter_mut().for_each(|(key, it)| spell_name(&mut it.name, key));
    foreign_keys.iter_mut().for_each(|(key, it)| spell_name(&mut it.name, key));
}

/// A constraint's own name follows its key; a key with a number behind it (several of one name) keeps the name.
fn spell_name(name: &mut Option<Ident>, key: &Ident) {
    if let Some(name) = name
        && name != key
        && name.text().eq_ignore_ascii_case(key.text())
    {
        *name = key.clone();
    }
}

fn respell_triggers(triggers: &mut IndexMap<Ident, Trigger>, there: &IndexMap<Ident, Trigger>) {
    spell_keys(triggers, there);
}
