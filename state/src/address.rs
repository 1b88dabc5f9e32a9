//! The stable name of every schema object.

mod codec;
mod kind;
mod rename;

use crate::{Ident, Qualified};
pub use codec::AddressError;
pub use kind::{DefaultScope, ObjectKind, PartKind};

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
    /// An object of a kind that only some databases have; where there is no namespace, as for an extension, it is empty.
    Object(ObjectKind, Qualified),
    /// The same, with what tells it apart from others of its name: the input types of a function, the right type of an
    /// operator, the method of an operator class, the target of a cast, the user of a mapping.
    Signed(ObjectKind, Qualified, Ident),
    /// A part of a table of a kind that only some databases have.
    Part(PartKind, Qualified, Ident),
    /// The privileges of a role on an object: `grant:app@table:public.users`.
    Grant(Box<Address>, Ident),
    /// The comment on an object: `comment:table:public.users`.
    Comment(Box<Address>),
    /// Whose an object is: `owner:table:public.users`.
    Owner(Box<Address>),
    /// The privileges that a role gets on objects to come: `default_privileges:app@tables.public.""`.
    DefaultPrivileges(Box<DefaultScope>, Ident),
}

impl Address {
    /// The name of the table or view that this address is a part of; `None` for what stands by itself.
    ///
    /// A grant or a comment on a table or on a part of one is a part of the table. A trigger's owner may be a view, an
    /// index's a materialized view.
    pub fn owner(&self) -> Option<&Qualified> {
        match self {
            Address::Namespace(_)
            | Address::Table(_)
            | Address::View(_)
            | Address::VirtualTable(_)
            | Address::Object(..)
            | Address::Signed(..)
            | Address::DefaultPrivileges(..) => None,
            Address::Column(owner, _)
            | Address::PrimaryKey(owner)
            | Address::Unique(owner, _)
            | Address::Check(owner, _)
            | Address::ForeignKey(owner, _)
            | Address::Index(owner, _)
            | Address::Trigger(owner, _)
            | Address::Part(_, owner, _) => Some(owner),
            Address::Grant(on, _) | Address::Comment(on) | Address::Owner(on) => on.relation(),
        }
    }

    /// The table, view or virtual table that this address is or belongs to; `None` for what stands by itself.
    pub fn relation(&self) -> Option<&Qualified> {
        match self {
            Address::Table(name)
            | Address::View(name)
            | Address::VirtualTable(name)
            | Address::Object(ObjectKind::MaterializedView, name) => Some(name),
            _ => self.owner(),
        }
    }

    /// The namespace that it is or lies in; `None` for what lies in none.
    pub fn namespace(&self) -> Option<&Ident> {
        match self {
            Address::Namespace(name) => Some(name),
            Address::Table(name)
            | Address::View(name)
            | Address::VirtualTable(name)
            | Address::Object(_, name)
            | Address::Signed(_, name, _)
            | Address::Column(name, _)
            | Address::PrimaryKey(name)
            | Address::Unique(name, _)
            | Address::Check(name, _)
            | Address::ForeignKey(name, _)
            | Address::Index(name, _)
            | Address::Trigger(name, _)
            | Address::Part(_, name, _) => Some(&name.namespace).filter(|it| !it.is_empty()),
            Address::Grant(on, _) | Address::Comment(on) | Address::Owner(on) => on.namespace(),
            Address::DefaultPrivileges(scope, _) => Some(&scope.namespace).filter(|it| !it.is_empty()),
        }
    }

    /// What a grant, a comment or an owner is of.
    pub fn subject(&self) -> Option<&Address> {
        match self {
            Address::Grant(on, _) | Address::Comment(on) | Address::Owner(on) => Some(on),
            _ => None,
        }
    }

    /// Whether this lives and dies with `whole`: a part of a table, a grant or comment on it or on a part of it, or
    /// anything in a namespace.
    pub fn is_within(&self, whole: &Address) -> bool {
        if let Some(on) = self.subject()
            && (on == whole || on.is_within(whole))
        {
            return true;
        }
        match whole {
            Address::Namespace(name) => self != whole && self.namespace() == Some(name),
            Address::Table(name)
            | Address::View(name)
            | Address::VirtualTable(name)
            | Address::Object(ObjectKind::MaterializedView, name) => self.owner() == Some(name),
            Address::Object(ObjectKind::Domain, name) => {
                matches!(self, Address::Part(PartKind::DomainCheck, owner, _) if owner == name)
            }
            _ => false,
        }
    }

    /// The object's own name, without the names of what owns it; `None` for a primary key, a grant or a comment.
    pub fn name(&self) -> Option<&Ident> {
        match self {
            Address::Namespace(name) => Some(name),
            Address::Table(name)
            | Address::View(name)
            | Address::VirtualTable(name)
            | Address::Object(_, name)
            | Address::Signed(_, name, _) => Some(&name.name),
            Address::PrimaryKey(_)
            | Address::Grant(..)
            | Address::Comment(_)
            | Address::Owner(_)
            | Address::DefaultPrivileges(..) => None,
            Address::Column(_, name)
            | Address::Unique(_, name)
            | Address::Check(_, name)
            | Address::ForeignKey(_, name)
            | Address::Index(_, name)
            | Address::Trigger(_, name)
            | Address::Part(_, _, name) => Some(name),
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
            Address::Object(kind, _) | Address::Signed(kind, _, _) => kind.words(),
            Address::Part(kind, _, _) => kind.words(),
            Address::Grant(..) => "grant",
            Address::Comment(_) => "comment",
            Address::Owner(_) => "owner",
            Address::DefaultPrivileges(..) => "default privileges",
        }
    }

    /// The same part of another table or view. An address that is no part is returned unchanged.
    pub fn with_owner(&self, owner: &Qualified) -> Address {
        let to = owner.clone();
        match self {
            Address::Namespace(_)
            | Address::Table(_)
            | Address::View(_)
            | Address::VirtualTable(_)
            | Address::Object(..)
            | Address::Signed(..)
            | Address::DefaultPrivileges(..) => self.clone(),
            Address::Column(_, name) => Address::Column(to, name.clone()),
            Address::PrimaryKey(_) => Address::PrimaryKey(to),
            Address::Unique(_, name) => Address::Unique(to, name.clone()),
            Address::Check(_, name) => Address::Check(to, name.clone()),
            Address::ForeignKey(_, name) => Address::ForeignKey(to, name.clone()),
            Address::Index(_, name) => Address::Index(to, name.clone()),
            Address::Trigger(_, name) => Address::Trigger(to, name.clone()),
            Address::Part(kind, _, name) => Address::Part(*kind, to, name.clone()),
            Address::Grant(on, role) => Address::Grant(Box::new(on.with_relation(owner)), role.clone()),
            Address::Comment(on) => Address::Comment(Box::new(on.with_relation(owner))),
            Address::Owner(on) => Address::Owner(Box::new(on.with_relation(owner))),
        }
    }

    /// The same object, or the same part of it, under another name of the table or view.
    fn with_relation(&self, owner: &Qualified) -> Address {
        let to = owner.clone();
        match self {
            Address::Table(_) => Address::Table(to),
            Address::View(_) => Address::View(to),
            Address::VirtualTable(_) => Address::VirtualTable(to),
            Address::Object(ObjectKind::MaterializedView, _) => Address::Object(ObjectKind::MaterializedView, to),
            _ => self.with_owner(owner),
        }
    }
}
