//! One spelling for each name: SQLite compares names without regard to ASCII case and keeps the first spelling.

use std::collections::HashMap;

use indexmap::IndexMap;
use trueup_state::{Ident, Namespace, Schema, Table, Term, Trigger, View};

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

fn spell_keys<T>(map: &mut IndexMap<Ident, T>, spellings: &Spellings) {
    let differs = |name: &Ident| spellings.get(&name.folded()).is_some_and(|known| known != name);
    if map.keys().any(differs) {
        *map = std::mem::take(map)
            .into_iter()
            .map(|(mut name, value)| {
                spell(&mut name, spellings);
                (name, value)
            })
            .collect();
    }
}

/// Spell every reference inside a schema as what it refers to is spelled.
pub(crate) fn respell_references(schema: &mut Schema) {
    for Namespace { tables, views: _, virtual_tables: _ } in schema.namespaces.values_mut() {
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
        spell_keys(&mut namespace.tables, &spellings(there.tables.keys()));
        spell_keys(&mut namespace.views, &spellings(there.views.keys()));
        spell_keys(&mut namespace.virtual_tables, &spellings(there.virtual_tables.keys()));
        for (name, table) in &mut namespace.tables {
            if let Some(there) = there.tables.get(name) {
                respell_table(table, there);
            }
        }
        for (name, View { definition: _, triggers }) in &mut namespace.views {
            if let Some(there) = there.views.get(name) {
                respell_triggers(triggers, &there.triggers);
            }
        }
    }
    respell_references(schema);
}

fn respell_table(table: &mut Table, there: &Table) {
    let Table { columns, primary_key: _, uniques, checks, foreign_keys, indexes, triggers, extra: _ } = table;
    spell_keys(columns, &spellings(there.columns.keys()));
    spell_keys(uniques, &spellings(there.uniques.keys()));
    spell_keys(checks, &spellings(there.checks.keys()));
    spell_keys(foreign_keys, &spellings(there.foreign_keys.keys()));
    spell_keys(indexes, &spellings(there.indexes.keys()));
    respell_triggers(triggers, &there.triggers);
    uniques.iter_mut().for_each(|(key, it)| spell_name(&mut it.name, key));
    checks.iter_mut().for_each(|(key, it)| spell_name(&mut it.name, key));
    foreign_keys.iter_mut().for_each(|(key, it)| spell_name(&mut it.name, key));
}

/// A constraint's own name follows its key; a key with a number behind it (several of one name) keeps the name.
fn spell_name(name: &mut Option<Ident>, key: &Ident) {
    if let Some(name) = name
        && name.folded() == key.folded()
    {
        *name = key.clone();
    }
}

fn respell_triggers(triggers: &mut IndexMap<Ident, Trigger>, there: &IndexMap<Ident, Trigger>) {
    spell_keys(triggers, &spellings(there.keys()));
}
