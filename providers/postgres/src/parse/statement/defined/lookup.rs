//! What a written name stands for.

use trueup_state::{Address, Definition, Ident, ObjectKind, PostgresObject, Qualified};

use super::tokens::{Tokens, Written};
use crate::parse::fold::{Fold, Trouble, later, wrong};

/// Every kind of type.
pub(crate) const TYPES: [ObjectKind; 5] =
    [ObjectKind::Enum, ObjectKind::CompositeType, ObjectKind::RangeType, ObjectKind::BaseType, ObjectKind::Domain];

/// The declared object of one of these kinds that a name stands for, if there is one.
pub(crate) fn find(fold: &Fold<'_>, name: &Written, kinds: &[ObjectKind]) -> Option<Address> {
    let addresses = name
        .candidates(fold)
        .into_iter()
        .flat_map(|it| kinds.iter().map(move |kind| Address::Object(*kind, it.clone())));
    addresses.into_iter().find(|address| fold.schema.others.contains_key(address))
}

/// The declared object of one of these kinds that a name stands for; it may be declared further down.
pub(crate) fn need(fold: &Fold<'_>, name: &Written, kinds: &[ObjectKind]) -> Result<Address, Trouble> {
    let word = match kinds {
        [kind] => kind.words(),
        _ => "type",
    };
    find(fold, name, kinds).ok_or_else(|| later(&name.node, [word, " `", &name.text(), "`"].concat()))
}

/// The declared object of a kind that has no namespace.
pub(crate) fn need_bare(fold: &Fold<'_>, name: &Written, kind: ObjectKind) -> Result<Address, Trouble> {
    let address = Address::Object(kind, Qualified::bare(name.last()));
    if fold.schema.others.contains_key(&address) {
        return Ok(address);
    }
    Err(later(&name.node, [kind.words(), " `", &name.text(), "`"].concat()))
}

/// The table, view, materialized view or sequence that a name stands for, if there is one.
pub(crate) fn find_relation(fold: &Fold<'_>, name: &Written) -> Option<Address> {
    let kinds = [
        Address::Table as fn(Qualified) -> Address,
        Address::View,
        |it| Address::Object(ObjectKind::MaterializedView, it),
        |it| Address::Object(ObjectKind::Sequence, it),
    ];
    let candidates = name.candidates(fold).into_iter();
    let addresses = candidates.flat_map(|it| kinds.iter().map(move |kind| kind(it.clone())));
    addresses.into_iter().find(|address| fold.schema.object(address).is_some())
}

/// The table, view, materialized view or sequence that a name stands for; it may be declared further down.
pub(crate) fn need_relation(fold: &Fold<'_>, name: &Written) -> Result<Address, Trouble> {
    find_relation(fold, name).ok_or_else(|| later(&name.node, ["table or view `", &name.text(), "`"].concat()))
}

/// Where something is created: the namespace it says, or the first of the path.
pub(crate) fn new_name(fold: &mut Fold<'_>, name: &Written) -> Result<Qualified, Trouble> {
    if let [alone] = name.parts.as_slice()
        && let Some(namespace) = fold.search_path.first().cloned()
    {
        fold.namespaces.insert(namespace.clone());
        return Ok(Qualified { namespace, name: alone.clone() });
    }
    match name.candidates(fold).into_iter().next() {
        Some(found) if name.parts.len() > 1 => {
            fold.namespaces.insert(found.namespace.clone());
            Ok(found)
        }
        _ => fold.new_name(&name.node),
    }
}

/// Put a new object into the schema; it must not be there.
pub(crate) fn put_new(
    fold: &mut Fold<'_>,
    at: &Tokens,
    address: &Address,
    object: PostgresObject,
) -> Result<(), Trouble> {
    if fold.schema.object(address).is_some() {
        return Err(wrong(at.statement(), ["`", &address.to_string(), "` is declared twice"].concat()));
    }
    put(fold, address, object);
    Ok(())
}

/// Put an object into the schema in place of what is there.
pub(crate) fn put(fold: &mut Fold<'_>, address: &Address, object: PostgresObject) {
    fold.schema.others.insert(address.clone(), Definition::Postgres(Box::new(object)));
}

/// A declared object, to change it.
pub(crate) fn object_mut<'a>(fold: &'a mut Fold<'_>, address: &Address) -> Option<&'a mut PostgresObject> {
    match fold.schema.others.get_mut(address)? {
        Definition::Postgres(it) => Some(it.as_mut()),
        _ => None,
    }
}

/// Give an object another address, with its grants, comments and parts.
pub(crate) fn readdress(fold: &mut Fold<'_>, before: &Address, after: &Address) {
    let renamed = |it: &Address| match it {
        _ if it == before => Some(after.clone()),
        Address::Grant(on, role) if **on == *before => Some(Address::Grant(Box::new(after.clone()), role.clone())),
        Address::Comment(on) if **on == *before => Some(Address::Comment(Box::new(after.clone()))),
        Address::Comment(on) => match (&**on, before, after) {
            (Address::Part(kind, owner, name), Address::Object(_, from), Address::Object(_, to)) if owner == from => {
                Some(Address::Comment(Box::new(Address::Part(*kind, to.clone(), name.clone()))))
            }
            (Address::Column(owner, name), Address::Object(_, from), Address::Object(_, to)) if owner == from => {
                Some(Address::Comment(Box::new(Address::Column(to.clone(), name.clone()))))
            }
            _ => None,
        },
        _ => None,
    };
    let others = std::mem::take(&mut fold.schema.others);
    fold.schema.others = others.into_iter().map(|(it, object)| (renamed(&it).unwrap_or(it), object)).collect();
}

/// Remove an object with everything on it, columns' comments of a composite type included.
pub(crate) fn remove(fold: &mut Fold<'_>, address: &Address) {
    let _ = fold.schema.remove(address);
    if let Address::Object(ObjectKind::CompositeType, name) = address {
        let is_on_column = |it: &Address| matches!(it, Address::Comment(on) if matches!(&**on, Address::Column(owner, _) if owner == name));
        fold.schema.others.retain(|it, _| !is_on_column(it));
    }
}

/// A name in the same namespace.
pub(crate) fn beside(name: &Qualified, own: Ident) -> Qualified {
    Qualified { namespace: name.namespace.clone(), name: own }
}
