//! Reading anew only what was touched.

use std::collections::BTreeSet;

use sqlx::MySqlConnection;
use trueup_contract::{DatabaseError, Inspection};
use trueup_state::{Address, Ident, ObjectKind, Qualified, Schema};

use super::{
    catalogue::{Catalogue, Touched},
    finish, inspect, read,
};
use crate::{facts::Facts, normalize, version::Version};

/// What is there after steps that touched these objects; everything else is as it is known.
pub(crate) async fn look(
    connection: &mut MySqlConnection,
    version: Version,
    known: &Inspection,
    touched: &BTreeSet<Address>,
) -> Result<Inspection, DatabaseError> {
    let facts = Facts::of(&known.cluster);
    // The database's defaults mean something to everything in it, and where names are folded they tell little apart.
    if touched.contains(&normalize::database()) || facts.lower_case_table_names != 0 {
        return inspect(connection, version).await;
    }
    let names = Touched { relations: relations(known, touched), others: others(touched) };
    let catalogue = Catalogue::of(connection, &names).await?;
    let Some(found) = read(connection, &catalogue, &facts).await? else {
        return inspect(connection, version).await;
    };
    let mut after = finish(found, known.cluster.clone(), &facts);
    let is_touched = |name: &str| names.relations.contains(name) || names.others.contains(&name.to_lowercase());
    let kept = known.unmodelled.iter().filter(|it| !is_touched(&it.name)).cloned();
    after.unmodelled = kept.chain(after.unmodelled).collect();
    after.schema = merged(&known.schema, after.schema, &names);
    Ok(after)
}

/// The names of tables, views and sequences, and those of tables whose foreign keys say the names of touched ones.
fn relations(known: &Inspection, touched: &BTreeSet<Address>) -> BTreeSet<Ident> {
    let named = |it: &Address| match it {
        Address::Object(ObjectKind::Sequence, name) => Some(name.name.clone()),
        other => other.relation().map(|name| name.name.clone()),
    };
    let mut names: BTreeSet<Ident> = touched.iter().filter_map(named).collect();
    let children = known.schema.tables().filter(|(_, table)| {
        let mut keys = table.foreign_keys.values();
        keys.any(|key| names.contains(&key.references.name))
    });
    let children: Vec<Ident> = children.map(|(name, _)| name.name).collect();
    names.extend(children);
    names
}

/// The names of routines and events, whose capitals mean nothing.
fn others(touched: &BTreeSet<Address>) -> BTreeSet<String> {
    let named = |it: &Address| match it {
        Address::Signed(_, name, _) | Address::Object(ObjectKind::Event, name) => Some(name.name.text().to_lowercase()),
        _ => None,
    };
    touched.iter().filter_map(named).collect()
}

/// What is known, with what was read in place of what was touched.
fn merged(known: &Schema, read: Schema, names: &Touched) -> Schema {
    let mut schema = known.clone();
    let own = schema.namespace_mut(&Ident::default());
    own.tables.retain(|name, _| !names.relations.contains(name));
    own.views.retain(|name, _| !names.relations.contains(name));
    schema.others.retain(|address, _| match address {
        Address::Object(ObjectKind::Sequence, Qualified { name, .. }) => !names.relations.contains(name),
        Address::Signed(_, Qualified { name, .. }, _) | Address::Object(_, Qualified { name, .. }) => {
            !names.others.contains(&name.text().to_lowercase())
        }
        _ => true,
    });
    let own = schema.namespace_mut(&Ident::default());
    for namespace in read.namespaces.into_values() {
        own.tables.extend(namespace.tables);
        own.views.extend(namespace.views);
    }
    schema.others.extend(read.others);
    schema
}
