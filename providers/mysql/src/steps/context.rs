//! What the makers of steps share.

use std::collections::BTreeSet;

use trueup_contract::Work;
use trueup_state::{
    Address, Change, Column, Definition, ForeignKey, Index, Object, Origins, Qualified, References, Table,
};

use crate::{
    facts::Facts,
    version::{Flavor, Version},
};

/// What the makers of steps share.
pub(super) struct Context<'a> {
    pub(super) work: &'a Work<'a>,
    pub(super) facts: Facts,
    pub(super) version: Version,
    pub(super) origins: Origins,
    /// What each object refers to once all is done.
    pub(super) needs: References,
    pub(super) created: BTreeSet<Address>,
    pub(super) dropped: BTreeSet<Address>,
    pub(super) altered: BTreeSet<Address>,
    /// Foreign keys that go and come again, since what they join changes.
    pub(super) relinked: BTreeSet<Address>,
}

impl<'a> Context<'a> {
    pub(super) fn of(work: &'a Work<'a>) -> Context<'a> {
        let facts = Facts::of(work.cluster);
        let version = facts.version.or_else(|| Version::parse(work.version));
        let mut context = Context {
            work,
            facts,
            version: version.unwrap_or(Version { flavor: Flavor::MariaDb, number: (10, 6, 0) }),
            origins: Origins::of(work.changes),
            needs: References::of(work.after),
            created: BTreeSet::new(),
            dropped: BTreeSet::new(),
            altered: BTreeSet::new(),
            relinked: BTreeSet::new(),
        };
        for change in work.changes {
            match change {
                Change::Create(address) => context.created.insert(address.clone()),
                Change::Drop(address) => context.dropped.insert(address.clone()),
                Change::Alter(address) => context.altered.insert(address.clone()),
                Change::Rename { .. } => false,
            };
        }
        context
    }

    /// Whether the server is MariaDB.
    pub(super) fn is_mariadb(&self) -> bool {
        self.version.flavor == Flavor::MariaDb
    }

    /// Whether an object is among the changes by its own address.
    pub(super) fn changes(&self, address: &Address) -> bool {
        self.created.contains(address) || self.dropped.contains(address) || self.altered.contains(address)
    }

    /// An object as it shall be: as it is declared where it changes, or else as it will be there.
    pub(super) fn form(&self, address: &Address) -> Option<Object<'a>> {
        let there = self.work.after.object(address)?;
        let declared = self.work.declared.object(address).filter(|_| self.changes(address));
        Some(declared.unwrap_or(there))
    }

    pub(super) fn column(&self, address: &Address) -> Option<&'a Column> {
        match self.form(address) {
            Some(Object::Column(it)) => Some(it),
            _ => None,
        }
    }

    pub(super) fn index(&self, address: &Address) -> Option<&'a Index> {
        match self.form(address) {
            Some(Object::Index(it)) => Some(it),
            _ => None,
        }
    }

    pub(super) fn foreign_key(&self, address: &Address) -> Option<&'a ForeignKey> {
        match self.form(address) {
            Some(Object::ForeignKey(it)) => Some(it),
            _ => None,
        }
    }

    /// A table as it shall be, with each of its parts as it is declared, in the declared order.
    pub(super) fn table(&self, name: &Qualified) -> Option<Table> {
        let mut table = self.work.after.table(name)?.clone();
        let declared = self.work.declared.table(name);
        if let Some(declared) = declared {
            let place = |column: &trueup_state::Ident| declared.columns.get_index_of(column);
            table.columns.sort_by(|a, _, b, _| match (place(a), place(b)) {
                (Some(a), Some(b)) => a.cmp(&b),
                (_, _) => std::cmp::Ordering::Equal,
            });
        }
        let schema = self.work.after.objects();
        let parts = schema.iter().filter(|(address, _)| {
            (address.owner() == Some(name) || *address == Address::Table(name.clone())) && self.changes(address)
        });
        for (address, _) in parts {
            if let Some(form) = self.form(address) {
                put(&mut table, address, form.to_definition());
            }
        }
        Some(table)
    }

    /// Whether a table is there before and after.
    pub(super) fn stays(&self, table: &Qualified) -> bool {
        self.work.before.table(table).is_some() && self.work.after.table(table).is_some()
    }

    /// Whether a table is so large that others would notice work on all of its rows.
    pub(super) fn is_large(&self, table: &Qualified) -> bool {
        self.work.cluster.large.contains(&self.origins.table(table))
    }
}

/// Put a part of a table in its place.
fn put(table: &mut Table, address: &Address, definition: Definition) {
    match (address, definition) {
        (Address::Table(_), Definition::Table(it)) => table.extra = it,
        (Address::Column(_, name), Definition::Column(it)) => {
            table.columns.insert(name.clone(), it);
        }
        (Address::PrimaryKey(_), Definition::PrimaryKey(it)) => table.primary_key = Some(it),
        (Address::Check(_, name), Definition::Check(it)) => {
            table.checks.insert(name.clone(), it);
        }
        (Address::ForeignKey(_, name), Definition::ForeignKey(it)) => {
            table.foreign_keys.insert(name.clone(), it);
        }
        (Address::Index(_, name), Definition::Index(it)) => {
            table.indexes.insert(name.clone(), it);
        }
        (Address::Trigger(_, name), Definition::Trigger(it)) => {
            table.triggers.insert(name.clone(), it);
        }
        (_, _) => (),
    }
}
