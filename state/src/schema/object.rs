//! One addressable object: borrowed from a schema, or owned as in a plan file.

use serde::{Deserialize, Serialize};

use super::{MySqlObject, PostgresObject, Query};
use crate::{Check, Column, ForeignKey, Index, Part, PrimaryKey, TableExtra, Trigger, Unique, VirtualTable};

/// One object of a schema, without the parts that have addresses of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "one variant for each kind of address")]
pub enum Object<'a> {
    Namespace,
    Table(&'a TableExtra),
    Column(&'a Column),
    PrimaryKey(&'a PrimaryKey),
    Unique(&'a Unique),
    Check(&'a Check),
    ForeignKey(&'a ForeignKey),
    Index(&'a Index),
    Trigger(&'a Trigger),
    View(&'a Query),
    VirtualTable(&'a VirtualTable),
    Postgres(&'a PostgresObject),
    MySql(&'a MySqlObject),
}

/// An [`Object`] that owns what it says: the form in which a plan file carries it.
///
/// Only canonical forms are written, so what is read back compares equal to what was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "is")]
#[allow(missing_docs, reason = "one variant for each kind of address")]
pub enum Definition {
    Namespace,
    Table(TableExtra),
    Column(Column),
    PrimaryKey(PrimaryKey),
    Unique(Unique),
    Check(Check),
    ForeignKey(ForeignKey),
    Index(Index),
    Trigger(Trigger),
    View(Query),
    VirtualTable(VirtualTable),
    Postgres(Box<PostgresObject>),
    MySql(Box<MySqlObject>),
}

impl Object<'_> {
    /// The same object, owned.
    pub fn to_definition(self) -> Definition {
        match self {
            Object::Namespace => Definition::Namespace,
            Object::Table(it) => Definition::Table(it.clone()),
            Object::Column(it) => Definition::Column(it.clone()),
            Object::PrimaryKey(it) => Definition::PrimaryKey(it.clone()),
            Object::Unique(it) => Definition::Unique(it.clone()),
            Object::Check(it) => Definition::Check(it.clone()),
            Object::ForeignKey(it) => Definition::ForeignKey(it.clone()),
            Object::Index(it) => Definition::Index(it.clone()),
            Object::Trigger(it) => Definition::Trigger(it.clone()),
            Object::View(it) => Definition::View(it.clone()),
            Object::VirtualTable(it) => Definition::VirtualTable(it.clone()),
            Object::Postgres(it) => Definition::Postgres(Box::new(it.clone())),
            Object::MySql(it) => Definition::MySql(Box::new(it.clone())),
        }
    }
}

impl Definition {
    /// The same object, borrowed.
    pub fn as_object(&self) -> Object<'_> {
        match self {
            Definition::Namespace => Object::Namespace,
            Definition::Table(it) => Object::Table(it),
            Definition::Column(it) => Object::Column(it),
            Definition::PrimaryKey(it) => Object::PrimaryKey(it),
            Definition::Unique(it) => Object::Unique(it),
            Definition::Check(it) => Object::Check(it),
            Definition::ForeignKey(it) => Object::ForeignKey(it),
            Definition::Index(it) => Object::Index(it),
            Definition::Trigger(it) => Object::Trigger(it),
            Definition::View(it) => Object::View(it),
            Definition::VirtualTable(it) => Object::VirtualTable(it),
            Definition::Postgres(it) => Object::Postgres(it),
            Definition::MySql(it) => Object::MySql(it),
        }
    }
}

impl Definition {
    /// The same in canonical form: additions of one dialect that say nothing are left out.
    pub fn plain(self) -> Definition {
        let parts = |parts: Vec<Part>| parts.into_iter().map(|it| Part { extra: it.extra.plain(), ..it }).collect();
        match self {
            Definition::Table(extra) => Definition::Table(extra.plain()),
            Definition::Column(it) => Definition::Column(Column { extra: it.extra.plain(), ..it }),
            Definition::PrimaryKey(PrimaryKey { name, parts: of, extra }) => {
                Definition::PrimaryKey(PrimaryKey { name, parts: parts(of), extra: extra.plain() })
            }
            Definition::Unique(Unique { name, parts: of, extra }) => {
                Definition::Unique(Unique { name, parts: parts(of), extra: extra.plain() })
            }
            Definition::Check(it) => Definition::Check(Check { extra: it.extra.plain(), ..it }),
            Definition::ForeignKey(it) => Definition::ForeignKey(ForeignKey { extra: it.extra.plain(), ..it }),
            Definition::Index(Index { unique, parts: of, predicate, extra }) => {
                Definition::Index(Index { unique, parts: parts(of), predicate, extra: extra.plain() })
            }
            Definition::Trigger(it) => Definition::Trigger(Trigger { extra: it.extra.plain(), ..it }),
            Definition::View(Query { definition, extra }) => {
                Definition::View(Query { definition, extra: extra.plain() })
            }
            other @ (Definition::Namespace
            | Definition::VirtualTable(_)
            | Definition::Postgres(_)
            | Definition::MySql(_)) => other,
        }
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Object::Namespace => serializer.serialize_unit(),
            Object::Table(it) => it.serialize(serializer),
            Object::Column(it) => it.serialize(serializer),
            Object::PrimaryKey(it) => it.serialize(serializer),
            Object::Unique(it) => it.serialize(serializer),
            Object::Check(it) => it.serialize(serializer),
            Object::ForeignKey(it) => it.serialize(serializer),
            Object::Index(it) => it.serialize(serializer),
            Object::Trigger(it) => it.serialize(serializer),
            Object::View(it) => it.serialize(serializer),
            Object::VirtualTable(it) => it.serialize(serializer),
            Object::Postgres(it) => it.serialize(serializer),
            Object::MySql(it) => it.serialize(serializer),
        }
    }
}
