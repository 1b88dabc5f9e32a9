//! The spaces of names that objects of several kinds share.

use trueup_state::{Address, Ident, Object, ObjectKind, PartKind, Qualified};

use crate::{naming, render::table::primary_key_name};

fn key(space: &str, namespace: &Ident, name: &str) -> String {
    [space, " ", namespace.text(), ".", name].concat()
}

/// The names that an object has while it is there: in the space of relations, that of types and that of the constraints
/// of its table.
pub(crate) fn names(address: &Address, object: Object<'_>) -> Vec<String> {
    let ty = |name: &Qualified| key("type", &name.namespace, name.name.text());
    let index = |owner: &Qualified, name: &Ident| key("relation", &owner.namespace, name.text());
    let constraint = |owner: &Qualified, name: &Ident| {
        [&key("constraint", &owner.namespace, owner.name.text()), ".", name.text()].concat()
    };
    match address {
        Address::Table(name) => {
            let partition = match object {
                Object::Table(extra) => extra.postgres().partition_of,
                _ => None,
            };
            let bounds = partition.map(|it| crate::steps::partition::bounds(&it.parent));
            [relation(name), ty(name)].into_iter().chain(bounds).collect()
        }
        Address::View(name) => vec![relation(name), ty(name)],
        Address::Object(ObjectKind::MaterializedView | ObjectKind::CompositeType, name) => {
            vec![relation(name), ty(name)]
        }
        Address::Object(ObjectKind::Sequence, name) => vec![relation(name)],
        Address::Object(kind, name) if kind.is_type() => vec![ty(name)],
        Address::Signed(ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Aggregate, name, signature) => {
            vec![[&key("routine", &name.namespace, name.name.text()), "(", signature.text(), ")"].concat()]
        }
        Address::PrimaryKey(table) => match object {
            Object::PrimaryKey(it) => {
                let name = primary_key_name(table, it);
                vec![index(table, &name), constraint(table, &name)]
            }
            _ => Vec::new(),
        },
        Address::Unique(table, name) | Address::Part(PartKind::Exclude, table, name) => {
            vec![index(table, name), constraint(table, name)]
        }
        Address::Index(owner, name) => vec![index(owner, name)],
        Address::Check(table, name) | Address::ForeignKey(table, name) => vec![constraint(table, name)],
        Address::Column(table, name) => match object {
            Object::Column(column) => {
                column.extra.postgres().identity.iter().map(|it| identity(table, name, it)).collect()
            }
            _ => Vec::new(),
        },
        Address::Trigger(owner, name) => {
            vec![[&key("trigger", &owner.namespace, owner.name.text()), ".", name.text()].concat()]
        }
        Address::Namespace(_)
        | Address::VirtualTable(_)
        | Address::Object(..)
        | Address::Signed(..)
        | Address::Part(..)
        | Address::Grant(..)
        | Address::Comment(_)
        | Address::Owner(_)
        | Address::DefaultPrivileges(..) => Vec::new(),
    }
}

/// The name of a table, an index or the like, in the space that they share.
pub(crate) fn relation(name: &Qualified) -> String {
    key("relation", &name.namespace, name.name.text())
}

/// The name of an identity column's sequence.
pub(crate) fn identity(table: &Qualified, column: &Ident, identity: &trueup_state::Identity) -> String {
    let name = naming::identity(table, column, identity);
    key("relation", &name.namespace, name.name.text())
}
