//! The stable name of every schema object.

mod codec;

use crate::{Ident, Qualified};
pub use codec::AddressError;

/// The stable name of one schema object, written `column:public.users.email`.
///
/// Invariant: an address never depends on position, so it means the same object in the desired, the observed and the
/// recorded schema. `Display`, `FromStr` and serde are one codec.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// A namespace, called schema in SQL: `schema:public`.
    Namespace(Ident),
    /// A table: `table:users`.
    Table(Qualified),
    /// A column of a table.
    Column(Qualified, Ident),
    /// The primary key of a table; there is at most one, so it needs no name of its own.
    PrimaryKey(Qualified),
    /// A unique constraint.
    Unique(Qualified, Ident),
    /// A check constraint.
    Check(Qualified, Ident),
    /// A foreign key, addressed on the referencing table.
    ForeignKey(Qualified, Ident),
    /// An index that was created by its own statement.
    Index(Qualified, Ident),
    /// A trigger on a table or a view.
    Trigger(Qualified, Ident),
    /// A view.
    View(Qualified),
    /// A SQLite virtual table, managed as a whole together with its shadow tables.
    VirtualTable(Qualified),
}

impl Address {
    /// The address of the object that owns this one, if it is a part of another object.
    ///
    /// A trigger's owner may be a view; `view_owner` tells which addresses those are.
    pub fn owner(&self) -> Option<&Qualified> {
        match self {
            Address::Namespace(_) | Address::Table(_) | Address::View(_) | Address::VirtualTable(_) => None,
            Address::Column(owner, _)
            | Address::PrimaryKey(owner)
            | Address::Unique(owner, _)
            | Address::Check(owner, _)
            | Address::ForeignKey(owner, _)
            | Address::Index(owner, _)
            | Address::Trigger(owner, _) => Some(owner),
        }
    }

    /// The table, view or virtual table that this address is or belongs to; `None` for a namespace.
    pub fn relation(&self) -> Option<&Qualified> {
        match self {
            Address::Namespace(_) => None,
            Address::Table(name) | Address::View(name) | Address::VirtualTable(name) => Some(name),
            Address::Column(owner, _)
            | Address::PrimaryKey(owner)
            | Address::Unique(owner, _)
            | Address::Check(owner, _)
            | Address::ForeignKey(owner, _)
            | Address::Index(owner, _)
            | Address::Trigger(owner, _) => Some(owner),
        }
    }

    /// The object's own name, without the names of what owns it; `None` for a primary key.
    pub fn name(&self) -> Option<&Ident> {
        match self {
            Address::Namespace(name) => Some(name),
            Address::Table(name) | Address::View(name) | Address::VirtualTable(name) => Some(&name.name),
            Address::PrimaryKey(_) => None,
            Address::Column(_, name)
            | Address::Unique(_, name)
            | Address::Check(_, name)
            | Address::ForeignKey(_, name)
            | Address::Index(_, name)
            | Address::Trigger(_, name) => Some(name),
        }
    }

    /// The kind in words for people: `foreign key`.
    pub fn kind(&self) -> &'static str {
        match self {
            Address::Namespace(_) => "schema",
            Address::Table(_) => "table",
            Address::Column(..) => "column",
            Address::PrimaryKey(_) => "primary key",
            Address::Unique(..) => "unique constraint",
            Address::Check(..) => "check",
            Address::ForeignKey(..) => "foreign key",
            Address::Index(..) => "index",
            Address::Trigger(..) => "trigger",
            Address::View(_) => "view",
            Address::VirtualTable(_) => "virtual table",
        }
    }

    /// The same kind of part, moved to another owner. An address that has no owner is returned unchanged.
    pub fn with_owner(&self, owner: &Qualified) -> Address {
        let owner = owner.clone();
        match self {
            Address::Namespace(_) | Address::Table(_) | Address::View(_) | Address::VirtualTable(_) => self.clone(),
            Address::Column(_, name) => Address::Column(owner, name.clone()),
            Address::PrimaryKey(_) => Address::PrimaryKey(owner),
            Address::Unique(_, name) => Address::Unique(owner, name.clone()),
            Address::Check(_, name) => Address::Check(owner, name.clone()),
            Address::ForeignKey(_, name) => Address::ForeignKey(owner, name.clone()),
            Address::Index(_, name) => Address::Index(owner, name.clone()),
            Address::Trigger(_, name) => Address::Trigger(owner, name.clone()),
        }
    }
}
