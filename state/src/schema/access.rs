//! Finding, listing, placing and removing objects by address.
//!
//! This is the only place, besides the differ, that knows where in the tree each kind of object lives.

use indexmap::IndexMap;

use crate::{
    Address, Definition, Ident, Namespace, Object, ObjectKind, PartKind, PostgresObject, Qualified, Schema, Table, View,
};

impl Schema {
    /// The table of this name.
    pub fn table(&self, name: &Qualified) -> Option<&Table> {
        self.namespaces.get(&name.namespace)?.tables.get(&name.name)
    }

    /// The table of this name, to change it.
    pub fn table_mut(&mut self, name: &Qualified) -> Option<&mut Table> {
        self.namespaces.get_mut(&name.namespace)?.tables.get_mut(&name.name)
    }

    /// The view of this name.
    pub fn view(&self, name: &Qualified) -> Option<&View> {
        self.namespaces.get(&name.namespace)?.views.get(&name.name)
    }

    /// Every table with its full name.
    pub fn tables(&self) -> impl Iterator<Item = (Qualified, &Table)> {
        self.namespaces.iter().flat_map(|(namespace, objects)| {
            objects.tables.iter().map(move |(name, table)| (qualify(namespace, name), table))
        })
    }

    /// Every view with its full name.
    pub fn views(&self) -> impl Iterator<Item = (Qualified, &View)> {
        self.namespaces.iter().flat_map(|(namespace, objects)| {
            objects.views.iter().map(move |(name, view)| (qualify(namespace, name), view))
        })
    }

    /// The namespace of this name, made if it is missing.
    pub fn namespace_mut(&mut self, name: &Ident) -> &mut Namespace {
        self.namespaces.entry(name.clone()).or_default()
    }

    /// The object at an address.
    pub fn object(&self, address: &Address) -> Option<Object<'_>> {
        Some(match address {
            Address::Namespace(name) => {
                self.namespaces.get(name)?;
                Object::Namespace
            }
            Address::Table(name) => Object::Table(&self.table(name)?.extra),
            Address::Column(table, name) => Object::Column(self.table(table)?.columns.get(name)?),
            Address::PrimaryKey(table) => Object::PrimaryKey(self.table(table)?.primary_key.as_ref()?),
            Address::Unique(table, name) => Object::Unique(self.table(table)?.uniques.get(name)?),
            Address::Check(table, name) => Object::Check(self.table(table)?.checks.get(name)?),
            Address::ForeignKey(table, name) => Object::ForeignKey(self.table(table)?.foreign_keys.get(name)?),
            Address::Index(table, name) => match self.table(table) {
                Some(table) => Object::Index(table.indexes.get(name)?),
                None => self.others.get(address)?.as_object(),
            },
            Address::Trigger(owner, name) => match self.table(owner) {
                Some(table) => Object::Trigger(table.triggers.get(name)?),
                None => Object::Trigger(self.view(owner)?.triggers.get(name)?),
            },
            Address::View(name) => Object::View(&self.view(name)?.query),
            Address::VirtualTable(name) => {
                Object::VirtualTable(self.namespaces.get(&name.namespace)?.virtual_tables.get(&name.name)?)
            }
            Address::Object(..)
            | Address::Signed(..)
            | Address::Part(..)
            | Address::Grant(..)
            | Address::Comment(_)
            | Address::Owner(_)
            | Address::DefaultPrivileges(..) => self.others.get(address)?.as_object(),
        })
    }

    /// Whether something is there that has an address: an object, or a value of an enum.
    pub fn has(&self, address: &Address) -> bool {
        match address {
            Address::Part(PartKind::EnumValue, ty, value) => {
                let ty = Address::Object(ObjectKind::Enum, ty.clone());
                let Some(Object::Postgres(PostgresObject::Enum(it))) = self.object(&ty) else { return false };
                it.labels.iter().any(|label| label == value.text())
            }
            _ => self.object(address).is_some(),
        }
    }

    /// Every object with its address; owners before what they own, otherwise in the order of the tree.
    pub fn objects(&self) -> Vec<(Address, Object<'_>)> {
        let mut all = Vec::new();
        for (name, objects) in &self.namespaces {
            let Namespace { tables, views, virtual_tables } = objects;
            if !name.is_empty() {
                all.push((Address::Namespace(name.clone()), Object::Namespace));
            }
            for (table_name, table) in tables {
                table_objects(&qualify(name, table_name), table, &mut all);
            }
            for (view_name, view) in views {
                let View { query, triggers } = view;
                let view_name = qualify(name, view_name);
                all.push((Address::View(view_name.clone()), Object::View(query)));
                for (trigger, it) in triggers {
                    all.push((Address::Trigger(view_name.clone(), trigger.clone()), Object::Trigger(it)));
                }
            }
            for (table_name, it) in virtual_tables {
                all.push((Address::VirtualTable(qualify(name, table_name)), Object::VirtualTable(it)));
            }
        }
        all.extend(self.others.iter().map(|(address, it)| (address.clone(), it.as_object())));
        all
    }

    /// Put an object at an address, replacing what is there. `None`: its owner does not exist, or the definition is
    /// of another kind than the address.
    pub fn put(&mut self, address: &Address, definition: Definition) -> Option<()> {
        match (address, definition) {
            (Address::Namespace(name), Definition::Namespace) => drop(self.namespace_mut(name)),
            (Address::Table(name), Definition::Table(extra)) => {
                let tables = &mut self.namespace_mut(&name.namespace).tables;
                tables.entry(name.name.clone()).or_default().extra = extra;
            }
            (Address::View(name), Definition::View(query)) => {
                let views = &mut self.namespace_mut(&name.namespace).views;
                match views.get_mut(&name.name) {
                    Some(view) => view.query = query,
                    None => drop(views.insert(name.name.clone(), View { query, triggers: IndexMap::new() })),
                }
            }
            (Address::VirtualTable(name), Definition::VirtualTable(it)) => {
                self.namespace_mut(&name.namespace).virtual_tables.insert(name.name.clone(), it);
            }
            (Address::Column(table, name), Definition::Column(it)) => {
                self.table_mut(table)?.columns.insert(name.clone(), it);
            }
            (Address::PrimaryKey(table), Definition::PrimaryKey(it)) => self.table_mut(table)?.primary_key = Some(it),
            (Address::Unique(table, name), Definition::Unique(it)) => {
                self.table_mut(table)?.uniques.insert(name.clone(), it);
            }
            (Address::Check(table, name), Definition::Check(it)) => {
                self.table_mut(table)?.checks.insert(name.clone(), it);
            }
            (Address::ForeignKey(table, name), Definition::ForeignKey(it)) => {
                self.table_mut(table)?.foreign_keys.insert(name.clone(), it);
            }
            (Address::Index(owner, name), Definition::Index(it)) => {
                match self.table_mut(owner) {
                    Some(table) => drop(table.indexes.insert(name.clone(), it)),
                    None => drop(self.others.insert(address.clone(), Definition::Index(it))),
                };
            }
            (Address::Trigger(owner, name), Definition::Trigger(it)) => {
                self.triggers_mut(owner)?.insert(name.clone(), it);
            }
            (
                Address::Object(..)
                | Address::Signed(..)
                | Address::Part(..)
                | Address::Grant(..)
                | Address::Comment(_)
                | Address::Owner(_)
                | Address::DefaultPrivileges(..),
                it @ (Definition::Postgres(_) | Definition::MySql(_)),
            ) => drop(self.others.insert(address.clone(), it)),
            (_, _) => return None,
        }
        Some(())
    }

    /// Remove the object at an address together with what it owns. `None`: it is not there.
    pub fn remove(&mut self, address: &Address) -> Option<()> {
        match address {
            Address::Namespace(name) => drop(self.namespaces.shift_remove(name)?),
            Address::Table(name) => {
                self.namespaces.get_mut(&name.namespace)?.tables.shift_remove(&name.name)?;
            }
            Address::View(name) => drop(self.namespaces.get_mut(&name.namespace)?.views.shift_remove(&name.name)?),
            Address::VirtualTable(name) => {
                self.namespaces.get_mut(&name.namespace)?.virtual_tables.shift_remove(&name.name)?;
            }
            Address::Column(table, name) => drop(self.table_mut(table)?.columns.shift_remove(name)?),
            Address::PrimaryKey(table) => drop(self.table_mut(table)?.primary_key.take()?),
            Address::Unique(table, name) => drop(self.table_mut(table)?.uniques.shift_remove(name)?),
            Address::Check(table, name) => drop(self.table_mut(table)?.checks.shift_remove(name)?),
            Address::ForeignKey(table, name) => drop(self.table_mut(table)?.foreign_keys.shift_remove(name)?),
            Address::Index(owner, name) => match self.table_mut(owner) {
                Some(table) => drop(table.indexes.shift_remove(name)?),
                None => drop(self.others.shift_remove(address)?),
            },
            Address::Trigger(owner, name) => drop(self.triggers_mut(owner)?.shift_remove(name)?),
            Address::Object(..)
            | Address::Signed(..)
            | Address::Part(..)
            | Address::Grant(..)
            | Address::Comment(_)
            | Address::Owner(_)
            | Address::DefaultPrivileges(..) => drop(self.others.shift_remove(address)?),
        }
        if !matches!(address, Address::Grant(..) | Address::Comment(_) | Address::Owner(_)) {
            self.others.retain(|it, _| !it.is_within(address));
        }
        Some(())
    }

    fn triggers_mut(&mut self, owner: &Qualified) -> Option<&mut IndexMap<Ident, crate::Trigger>> {
        let Namespace { tables, views, virtual_tables: _ } = self.namespaces.get_mut(&owner.namespace)?;
        match tables.get_mut(&owner.name) {
            Some(table) => Some(&mut table.triggers),
            None => Some(&mut views.get_mut(&owner.name)?.triggers),
        }
    }
}

fn qualify(namespace: &Ident, name: &Ident) -> Qualified {
    Qualified { namespace: namespace.clone(), name: name.clone() }
}

fn table_objects<'a>(name: &Qualified, table: &'a Table, all: &mut Vec<(Address, Object<'a>)>) {
    let Table { columns, primary_key, uniques, checks, foreign_keys, indexes, triggers, extra } = table;
    all.push((Address::Table(name.clone()), Object::Table(extra)));
    all.extend(columns.iter().map(|(own, it)| (Address::Column(name.clone(), own.clone()), Object::Column(it))));
    all.extend(primary_key.iter().map(|it| (Address::PrimaryKey(name.clone()), Object::PrimaryKey(it))));
    all.extend(uniques.iter().map(|(own, it)| (Address::Unique(name.clone(), own.clone()), Object::Unique(it))));
    all.extend(checks.iter().map(|(own, it)| (Address::Check(name.clone(), own.clone()), Object::Check(it))));
    all.extend(
        foreign_keys.iter().map(|(own, it)| (Address::ForeignKey(name.clone(), own.clone()), Object::ForeignKey(it))),
    );
    all.extend(indexes.iter().map(|(own, it)| (Address::Index(name.clone(), own.clone()), Object::Index(it))));
    all.extend(triggers.iter().map(|(own, it)| (Address::Trigger(name.clone(), own.clone()), Object::Trigger(it))));
}
