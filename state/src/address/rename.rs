//! Addresses under other names.

use crate::{Address, Ident, ObjectKind, PartKind, Qualified};

impl Address {
    /// This address after an object has got another name: of the object itself, of what is a part of it or lies in it, and
    /// of what hangs on any of these.
    pub fn renamed(&self, from: &Address, to: &Address) -> Address {
        if self == from {
            return to.clone();
        }
        match (self, from, to) {
            (Address::Grant(on, role), _, _) => Address::Grant(Box::new(on.renamed(from, to)), role.clone()),
            (Address::Comment(on), _, _) => Address::Comment(Box::new(on.renamed(from, to))),
            (Address::Owner(on), _, _) => Address::Owner(Box::new(on.renamed(from, to))),
            (_, Address::Namespace(old), Address::Namespace(new)) => self.in_namespace(old, new),
            (
                Address::Part(PartKind::DomainCheck | PartKind::EnumValue, owner, _),
                Address::Object(ObjectKind::Domain | ObjectKind::Enum, old),
                Address::Object(_, new),
            ) if owner == old => self.with_owner(new),
            (_, _, _) => match (from.relation().filter(|_| from.owner().is_none()), to.relation()) {
                (Some(old), Some(new)) if self.owner() == Some(old) => self.with_owner(new),
                (_, _) => self.clone(),
            },
        }
    }

    fn in_namespace(&self, old: &Ident, new: &Ident) -> Address {
        let name = |it: &Qualified| Qualified {
            namespace: if it.namespace == *old { new.clone() } else { it.namespace.clone() },
            name: it.name.clone(),
        };
        match self {
            Address::Table(it) => Address::Table(name(it)),
            Address::View(it) => Address::View(name(it)),
            Address::VirtualTable(it) => Address::VirtualTable(name(it)),
            Address::Object(kind, it) => Address::Object(*kind, name(it)),
            Address::Signed(kind, it, signature) => Address::Signed(*kind, name(it), signature.clone()),
            Address::DefaultPrivileges(scope, role) => {
                let mut scope = scope.clone();
                if scope.namespace == *old {
                    scope.namespace = new.clone();
                }
                Address::DefaultPrivileges(scope, role.clone())
            }
            Address::Namespace(_) | Address::Grant(..) | Address::Comment(_) | Address::Owner(_) => self.clone(),
            Address::Column(..)
            | Address::PrimaryKey(_)
            | Address::Unique(..)
            | Address::Check(..)
            | Address::ForeignKey(..)
            | Address::Index(..)
            | Address::Trigger(..)
            | Address::Part(..) => self.owner().map_or_else(|| self.clone(), |owner| self.with_owner(&name(owner))),
        }
    }

    /// An object of the same kind in the same place under another name of its own; `None` for what has none.
    pub fn with_name(&self, name: &Ident) -> Option<Address> {
        let beside = |it: &Qualified| Qualified { namespace: it.namespace.clone(), name: name.clone() };
        let own = name.clone();
        Some(match self {
            Address::Namespace(_) => Address::Namespace(own),
            Address::Table(it) => Address::Table(beside(it)),
            Address::View(it) => Address::View(beside(it)),
            Address::VirtualTable(it) => Address::VirtualTable(beside(it)),
            Address::Object(kind, it) => Address::Object(*kind, beside(it)),
            Address::Signed(kind, it, signature) => Address::Signed(*kind, beside(it), signature.clone()),
            Address::Column(owner, _) => Address::Column(owner.clone(), own),
            Address::Unique(owner, _) => Address::Unique(owner.clone(), own),
            Address::Check(owner, _) => Address::Check(owner.clone(), own),
            Address::ForeignKey(owner, _) => Address::ForeignKey(owner.clone(), own),
            Address::Index(owner, _) => Address::Index(owner.clone(), own),
            Address::Trigger(owner, _) => Address::Trigger(owner.clone(), own),
            Address::Part(kind, owner, _) => Address::Part(*kind, owner.clone(), own),
            Address::PrimaryKey(_)
            | Address::Grant(..)
            | Address::Comment(_)
            | Address::Owner(_)
            | Address::DefaultPrivileges(..) => return None,
        })
    }

    /// How deep it lies: what lies in a namespace or in a table is spoken of by their names.
    pub fn depth(&self) -> u8 {
        match self {
            Address::Namespace(_) => 0,
            _ if self.owner().is_none() && self.subject().is_none() => 1,
            _ => 2,
        }
    }
}
