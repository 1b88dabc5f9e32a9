//! Every change that turns one schema into another.

use indexmap::IndexMap;

use crate::{Address, Change, Definition, Ident, Namespace, ObjectKind, Pair, Qualified, Schema, Table, View};

/// Every change that turns `before` into `after`: drops with owners last, then the rest with owners first.
///
/// Both sides must already be in the provider's canonical form, so equality is all this needs to know. What is owned by
/// a created or dropped object is listed by itself, because each address has its own ownership.
pub fn diff(schemas: Pair<&Schema>) -> Vec<Change> {
    let Schema { namespaces: before, others: others_before } = schemas.before;
    let Schema { namespaces: after, others: others_after } = schemas.after;
    let mut others = diff_others(Pair { before: others_before, after: others_after });
    for address in others_after.keys().filter(|it| others_before.contains_key(*it)) {
        // What hangs on a view goes with it, also where a table of its name comes.
        let kinds = schemas.map(|side| address.owner().and_then(|owner| relation(side, owner)));
        if kinds.before != kinds.after {
            others.retain(|change| change.address() != address);
            others.extend([Change::Drop(address.clone()), Change::Create(address.clone())]);
        }
    }
    // What hangs on an object goes before it and comes after it.
    let (mut changes, later): (Vec<Change>, Vec<Change>) =
        others.into_iter().partition(|change| matches!(change, Change::Drop(_)));
    diff_map(&mut changes, Pair { before, after }, |name| Address::Namespace(name.clone()), diff_namespace);
    // The connected database itself is neither created nor dropped.
    changes.retain(|change| !matches!(change.address(), Address::Namespace(name) if name.is_empty()));
    changes.extend(later);
    // A view may take the name of a table that goes, and a trigger of one is addressed like a trigger of the other.
    changes.sort_by_key(|change| !matches!(change, Change::Drop(_)));
    changes
}

/// The table or view of a name.
fn relation(schema: &Schema, name: &Qualified) -> Option<Address> {
    let kinds = [
        Address::Table(name.clone()),
        Address::View(name.clone()),
        Address::VirtualTable(name.clone()),
        Address::Object(ObjectKind::MaterializedView, name.clone()),
    ];
    kinds.into_iter().find(|it| schema.object(it).is_some())
}

/// Changes among objects outside the tree; drops of what hangs on another object first.
fn diff_others(sides: Pair<&IndexMap<Address, Definition>>) -> Vec<Change> {
    let Pair { before, after } = sides;
    let hangs = |address: &&Address| address.subject().is_none() && address.owner().is_none();
    let mut drops: Vec<&Address> = before.keys().filter(|it| !after.contains_key(*it)).collect();
    drops.sort_by_key(|it| (it.subject().is_none(), hangs(it)));
    let mut changes: Vec<Change> = drops.into_iter().cloned().map(Change::Drop).collect();
    for (address, it) in after {
        match before.get(address) {
            None => changes.push(Change::Create(address.clone())),
            Some(there) if there != it => changes.push(Change::Alter(address.clone())),
            Some(_) => (),
        }
    }
    changes
}

fn diff_namespace(changes: &mut Vec<Change>, name: &Ident, sides: Pair<Option<&Namespace>>) -> bool {
    let empty = Namespace::default();
    let Pair { before, after } = sides.map(|side| side.unwrap_or(&empty));
    let Namespace { tables, views, virtual_tables } = before;
    let qualify = |own: &Ident| Qualified { namespace: name.clone(), name: own.clone() };
    diff_map(
        changes,
        Pair { before: tables, after: &after.tables },
        |own| Address::Table(qualify(own)),
        |changes, own, sides| diff_table(changes, &qualify(own), sides),
    );
    diff_map(
        changes,
        Pair { before: views, after: &after.views },
        |own| Address::View(qualify(own)),
        |changes, own, sides| diff_view(changes, &qualify(own), sides),
    );
    let sides = Pair { before: virtual_tables, after: &after.virtual_tables };
    diff_map(changes, sides, |own| Address::VirtualTable(qualify(own)), leaf);
    false
}

fn diff_table(changes: &mut Vec<Change>, name: &Qualified, sides: Pair<Option<&Table>>) -> bool {
    let empty = Table::default();
    let Pair { before, after } = sides.map(|side| side.unwrap_or(&empty));
    let Table { columns, primary_key, uniques, checks, foreign_keys, indexes, triggers, extra } = before;
    let part = |make: fn(Qualified, Ident) -> Address| move |own: &Ident| make(name.clone(), own.clone());
    diff_map(changes, Pair { before: columns, after: &after.columns }, part(Address::Column), leaf);
    let key = Address::PrimaryKey(name.clone());
    match (primary_key, &after.primary_key) {
        (None, Some(_)) => changes.push(Change::Create(key)),
        (Some(_), None) => changes.push(Change::Drop(key)),
        (before, after) if before != after => changes.push(Change::Alter(key)),
        (_, _) => (),
    }
    diff_map(changes, Pair { before: uniques, after: &after.uniques }, part(Address::Unique), leaf);
    diff_map(changes, Pair { before: checks, after: &after.checks }, part(Address::Check), leaf);
    diff_map(changes, Pair { before: foreign_keys, after: &after.foreign_keys }, part(Address::ForeignKey), leaf);
    diff_map(changes, Pair { before: indexes, after: &after.indexes }, part(Address::Index), leaf);
    diff_map(changes, Pair { before: triggers, after: &after.triggers }, part(Address::Trigger), leaf);
    *extra != after.extra
}

fn diff_view(changes: &mut Vec<Change>, name: &Qualified, sides: Pair<Option<&View>>) -> bool {
    let none = IndexMap::new();
    let triggers = sides.map(|side| side.map_or(&none, |view| &view.triggers));
    diff_map(changes, triggers, |own| Address::Trigger(name.clone(), own.clone()), leaf);
    sides.before.map(|view| &view.query) != sides.after.map(|view| &view.query)
}

/// Compare two maps by key. `inner` compares what an entry owns, and reports whether the entry itself differs.
fn diff_map<T>(
    changes: &mut Vec<Change>,
    sides: Pair<&IndexMap<Ident, T>>,
    address: impl Fn(&Ident) -> Address,
    inner: impl Fn(&mut Vec<Change>, &Ident, Pair<Option<&T>>) -> bool,
) {
    for (name, before) in sides.before {
        if !sides.after.contains_key(name) {
            inner(changes, name, Pair { before: Some(before), after: None });
            changes.push(Change::Drop(address(name)));
        }
    }
    for (name, after) in sides.after {
        let before = sides.before.get(name);
        let at = changes.len();
        let altered = inner(changes, name, Pair { before, after: Some(after) });
        match before {
            None => changes.insert(at, Change::Create(address(name))),
            Some(_) if altered => changes.insert(at, Change::Alter(address(name))),
            Some(_) => (),
        }
    }
}

fn leaf<T: PartialEq>(_: &mut Vec<Change>, _: &Ident, sides: Pair<Option<&T>>) -> bool {
    sides.before != sides.after
}
