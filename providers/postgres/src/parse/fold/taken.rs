//! Which names are taken, for names that PostgreSQL generates, and where an index or a constraint of a name is.

use std::collections::BTreeMap;

use trueup_state::{Address, Ident, ObjectKind, Qualified};

use super::Fold;
use crate::naming;

/// Names of what lies in tables: indexes share their namespace with tables, constraints with other constraints.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// Indexes, those of keys and exclusion constraints included, and sequences inside identity columns.
    relations: BTreeMap<Qualified, Address>,
    /// How many constraints have a name.
    constraints: BTreeMap<Qualified, usize>,
}

impl Taken {
    /// The index, or the constraint with an index, of a name.
    pub(crate) fn index(&self, name: &Qualified) -> Option<&Address> {
        self.relations.get(name)
    }

    /// Every index, or constraint with an index, on a table.
    pub(crate) fn indexes_of(&self, table: &Qualified) -> Vec<Qualified> {
        let own = self.relations.iter().filter(|(_, address)| address.owner() == Some(table));
        own.map(|(name, _)| name.clone()).collect()
    }

    /// Note an index.
    pub(crate) fn add_index(&mut self, name: Qualified, address: Address) {
        self.relations.insert(name, address);
    }

    /// Forget an index.
    pub(crate) fn remove_index(&mut self, name: &Qualified) {
        self.relations.remove(name);
    }

    /// Note a constraint.
    pub(crate) fn add_constraint(&mut self, name: Qualified) {
        *self.constraints.entry(name).or_default() += 1;
    }

    /// Forget a constraint.
    pub(crate) fn remove_constraint(&mut self, name: &Qualified) {
        if let Some(count) = self.constraints.get_mut(name) {
            *count = count.saturating_sub(1);
        }
    }

    fn has_constraint(&self, name: &Qualified) -> bool {
        self.constraints.get(name).is_some_and(|count| *count > 0)
    }
}

impl Fold<'_> {
    /// Whether a table, view, index, sequence or the like has this name.
    pub(crate) fn is_relation(&self, name: &Qualified) -> bool {
        let kinds = [ObjectKind::Sequence, ObjectKind::MaterializedView, ObjectKind::CompositeType];
        let is_object = |kind| self.schema.others.contains_key(&Address::Object(kind, name.clone()));
        self.schema.table(name).is_some()
            || self.schema.view(name).is_some()
            || self.taken.relations.contains_key(name)
            || kinds.into_iter().any(is_object)
    }

    /// A free name for an index, a sequence or a constraint with an index (`ChooseRelationName`).
    pub(crate) fn free_relation_name(
        &self,
        table: &Qualified,
        column: Option<&str>,
        label: &str,
        is_constraint: bool,
    ) -> Ident {
        naming::first_free(table.name.text(), column, label, |name| {
            let full = Qualified { namespace: table.namespace.clone(), name: name.clone() };
            self.is_relation(&full) || is_constraint && self.taken.has_constraint(&full)
        })
    }

    /// A free name for a constraint without an index (`ChooseConstraintName`).
    pub(crate) fn free_constraint_name(&self, table: &Qualified, column: Option<&str>, label: &str) -> Ident {
        naming::first_free(table.name.text(), column, label, |name| {
            self.taken.has_constraint(&Qualified { namespace: table.namespace.clone(), name: name.clone() })
        })
    }

    /// Forget everything that lies in a table or the like.
    pub(crate) fn forget(&mut self, owner: &Qualified) {
        for name in self.taken.indexes_of(owner) {
            self.taken.remove_index(&name);
            self.attached.remove(&name);
        }
        if let Some(table) = self.schema.table(owner) {
            let key = table.primary_key.iter().filter_map(|it| it.name.clone());
            let names = table.checks.keys().chain(table.uniques.keys()).chain(table.foreign_keys.keys()).cloned();
            let names: Vec<Ident> = key.chain(names).collect();
            for name in names {
                self.taken.remove_constraint(&Qualified { namespace: owner.namespace.clone(), name });
            }
        }
        self.unresolved.retain(|it| it.table != *owner);
        self.mentions.retain(|address, _| address.relation() != Some(owner));
        self.created.retain(|address, _| address.relation() != Some(owner));
    }
}
