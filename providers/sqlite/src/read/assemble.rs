//! Putting what statements create into one schema.

use std::collections::HashMap;

use indexmap::IndexMap;
use trueup_state::{Address, Ident, Namespace, Qualified, Query, Schema, View, ViewExtra};

use super::Created;

/// Why something created has no place in the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Misplaced {
    /// Something of this name is there already.
    Exists(Address),
    /// Its table or view is not there.
    NoOwner(Ident),
}

/// A schema that grows by one created object at a time. Names are compared as SQLite does, without regard to ASCII
/// case; the first spelling stays.
#[derive(Default)]
pub(crate) struct Assembly {
    namespace: Namespace,
    /// Tables, views and indexes share one space of names; triggers have their own.
    relations: HashMap<String, Address>,
    triggers: HashMap<String, Address>,
}

impl Assembly {
    /// Put one object in its place. Owners come before what they own.
    pub(crate) fn add(&mut self, created: Created) -> Result<Address, Misplaced> {
        match created {
            Created::Table { name, table } => {
                let address = self.claim(&name, Address::Table(Qualified::bare(name.clone())))?;
                self.namespace.tables.insert(name, table);
                Ok(address)
            }
            Created::VirtualTable { name, table } => {
                let address = self.claim(&name, Address::VirtualTable(Qualified::bare(name.clone())))?;
                self.namespace.virtual_tables.insert(name, table);
                Ok(address)
            }
            Created::View { name, definition } => {
                let address = self.claim(&name, Address::View(Qualified::bare(name.clone())))?;
                self.namespace.views.insert(
                    name,
                    View { query: Query { definition, extra: ViewExtra::None }, triggers: IndexMap::new() },
                );
                Ok(address)
            }
            Created::Index { name, table, index } => {
                let Some(Address::Table(owner)) = self.relations.get(&table.folded()).cloned() else {
                    return Err(Misplaced::NoOwner(table));
                };
                let address = self.claim(&name, Address::Index(owner.clone(), name.clone()))?;
                if let Some(table) = self.namespace.tables.get_mut(&owner.name) {
                    table.indexes.insert(name, index);
                }
                Ok(address)
            }
            Created::Trigger { name, on, trigger } => {
                let owner = match self.relations.get(&on.folded()) {
                    Some(Address::Table(owner) | Address::View(owner)) => owner.clone(),
                    _ => return Err(Misplaced::NoOwner(on)),
                };
                if let Some(there) = self.triggers.get(&name.folded()) {
                    return Err(Misplaced::Exists(there.clone()));
                }
                let address = Address::Trigger(owner.clone(), name.clone());
                self.triggers.insert(name.folded(), address.clone());
                let Namespace { tables, views, virtual_tables: _ } = &mut self.namespace;
                if let Some(table) = tables.get_mut(&owner.name) {
                    table.triggers.insert(name, trigger);
                } else if let Some(view) = views.get_mut(&owner.name) {
                    view.triggers.insert(name, trigger);
                }
                Ok(address)
            }
        }
    }

    fn claim(&mut self, name: &Ident, address: Address) -> Result<Address, Misplaced> {
        match self.relations.get(&name.folded()) {
            Some(there) => Err(Misplaced::Exists(there.clone())),
            None => {
                self.relations.insert(name.folded(), address.clone());
                Ok(address)
            }
        }
    }

    /// The schema, its references spelled as what they refer to.
    pub(crate) fn finish(self) -> Schema {
        let mut schema = Schema::default();
        schema.namespaces.insert(Ident::default(), self.namespace);
        crate::normalize::respell_references(&mut schema);
        schema
    }
}
