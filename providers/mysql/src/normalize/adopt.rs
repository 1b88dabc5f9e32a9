//! Taking over from what is there what a declaration leaves open.

use std::collections::HashMap;

use indexmap::IndexMap;
use trueup_state::{Check, Definition, ForeignKey, Ident, MySqlObject, MySqlTrigger, MySqlView, Object, Schema, Table};

use crate::facts::Facts;

/// Names of tables that differ in case alone are the same names on some servers.
pub(super) fn spelling(desired: &mut Schema, observed: &Schema, facts: &Facts) {
    if facts.lower_case_table_names != 2 {
        return;
    }
    for (namespace, objects) in &mut desired.namespaces {
        let Some(there) = observed.namespaces.get(namespace) else { continue };
        respell(&mut objects.tables, &there.tables);
        respell(&mut objects.views, &there.views);
    }
}

/// Keys in the spelling of another map.
fn respell<T, U>(map: &mut IndexMap<Ident, T>, there: &IndexMap<Ident, U>) {
    if map.keys().all(|name| there.contains_key(name)) {
        return;
    }
    let by_folded: HashMap<String, &Ident> = there.keys().map(|name| (name.folded(), name)).collect();
    let respelled = std::mem::take(map).into_iter().map(|(name, it)| {
        let same = by_folded.get(&name.folded()).filter(|_| !there.contains_key(&name));
        (same.map_or(name, |it| (*it).clone()), it)
    });
    *map = respelled.collect();
}

/// Foreign keys and checks that are declared without a name have the one that they were given when they were made.
pub(super) fn generated_names(desired: &mut Schema, observed: &Schema) {
    for (namespace, objects) in &mut desired.namespaces {
        for (name, table) in &mut objects.tables {
            let there = observed.namespaces.get(namespace).and_then(|it| it.tables.get(name));
            let none = Table::default();
            let there = there.unwrap_or(&none);
            rename(&mut table.foreign_keys, &there.foreign_keys, |it| &mut it.name, same_foreign_key);
            rename(
                &mut table.checks,
                &there.checks,
                |it| &mut it.name,
                |a: &Check, b: &Check| a.expression == b.expression,
            );
        }
    }
}

fn same_foreign_key(a: &ForeignKey, b: &ForeignKey) -> bool {
    let key = |it: &ForeignKey| ForeignKey { name: None, ..it.clone() };
    key(a) == key(b)
}

/// Give nameless entries the names of equal ones that are there, and forget which were nameless.
fn rename<T>(
    map: &mut IndexMap<Ident, T>,
    there: &IndexMap<Ident, T>,
    name_of: impl Fn(&mut T) -> &mut Option<Ident>,
    same: impl Fn(&T, &T) -> bool,
) {
    let mut free: Vec<&Ident> = there.keys().filter(|name| !map.contains_key(*name)).collect();
    let all = std::mem::take(map);
    for (name, mut it) in all {
        let is_nameless = name_of(&mut it).take().is_none();
        let is_there = there.get(&name).is_some_and(|there| same(there, &it));
        let found = free.iter().position(|name| there.get(*name).is_some_and(|there| same(there, &it)));
        let name = match found.filter(|_| is_nameless && !is_there) {
            Some(at) => free.remove(at).clone(),
            None => free_name(name, map),
        };
        map.insert(name, it);
    }
}

/// A generated name that an adopted one has taken goes on to the next number.
fn free_name<T>(name: Ident, taken: &IndexMap<Ident, T>) -> Ident {
    if !taken.contains_key(&name) {
        return name;
    }
    let text = name.text().trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    let mut names = (1_u32..).map(|number| Ident::from([&text, number.to_string().as_str()].concat()));
    names.find(|name| !taken.contains_key(name)).unwrap_or(name)
}

/// Who made a view, trigger or routine, and under which mode, where a declaration does not say.
pub(super) fn makers(desired: &mut Schema, observed: &Schema) {
    let views: Vec<_> = desired.views().map(|(name, _)| name).collect();
    for name in views {
        let there = observed.view(&name).map(|it| it.query.extra.mysql()).unwrap_or_default();
        let Some(objects) = desired.namespaces.get_mut(&name.namespace) else { continue };
        let Some(view) = objects.views.get_mut(&name.name) else { continue };
        let MySqlView { definer, algorithm, invoker, check_option } = view.query.extra.mysql();
        let definer = definer.or(there.definer);
        view.query.extra = MySqlView { definer, algorithm, invoker, check_option }.into();
    }
    for (namespace, objects) in &mut desired.namespaces {
        for (name, table) in &mut objects.tables {
            for (own, trigger) in &mut table.triggers {
                let there = observed.namespaces.get(namespace).and_then(|it| it.tables.get(name)?.triggers.get(own));
                let there = there.map(|it| it.extra.mysql()).unwrap_or_default();
                let MySqlTrigger { definer, sql_mode, follows } = trigger.extra.mysql();
                let (definer, sql_mode) = (definer.or(there.definer), sql_mode.or(there.sql_mode));
                trigger.extra = MySqlTrigger { definer, sql_mode, follows }.into();
            }
        }
    }
    for (address, definition) in &mut desired.others {
        if let Definition::MySql(object) = definition {
            object_maker(object, observed.object(address));
        }
    }
}

fn object_maker(object: &mut MySqlObject, there: Option<Object<'_>>) {
    let Some(Object::MySql(there)) = there else { return };
    match (object, there) {
        (MySqlObject::Routine(it), MySqlObject::Routine(there)) => {
            it.definer = it.definer.take().or_else(|| there.definer.clone());
            it.sql_mode = it.sql_mode.take().or_else(|| there.sql_mode.clone());
        }
        (MySqlObject::Event(it), MySqlObject::Event(there)) => {
            it.definer = it.definer.take().or_else(|| there.definer.clone());
            it.sql_mode = it.sql_mode.take().or_else(|| there.sql_mode.clone());
        }
        (_, _) => (),
    }
}
