//! Tables that come and go.

use std::collections::{BTreeMap, BTreeSet};

use trueup_contract::{Fact, Hazard, Step};
use trueup_state::{Address, Object, Qualified, Table};

use super::{altered, context::Context, link, object_key, questions, relation_key, step, unlinked};
use crate::render::{create_table_with, sql};

pub(super) fn steps(context: &Context<'_>) -> Vec<Step> {
    let created = context.created.iter().filter_map(|it| as_table(it)).filter_map(|name| create(context, name));
    let dropped = context.dropped.iter().filter_map(|it| as_table(it)).filter_map(|name| drop(context, name));
    created.chain(dropped).collect()
}

fn as_table(address: &Address) -> Option<&Qualified> {
    match address {
        Address::Table(name) => Some(name),
        _ => None,
    }
}

/// The table with its keys and checks, and those foreign keys whose other side is there by then.
fn create(context: &Context<'_>, name: &Qualified) -> Option<Step> {
    let table = context.table(name)?;
    let inside: BTreeSet<_> = link::inside(context, name);
    let keys = table.foreign_keys.iter().filter(|(key, _)| inside.contains(*key));
    let sql = create_table_with(&name.name, &table, keys.clone());
    let parts = context.created.iter().filter(|it| it.owner() == Some(name) && is_inside(it, &inside));
    let made: Vec<Address> = [Address::Table(name.clone())].into_iter().chain(parts.cloned()).collect();
    let mut create = step(&["create table ", &name.to_string()], sql, made.clone());
    create.undo = Some(drop_sql(name));
    create.provides = made;
    create.names.takes.push(relation_key(&name.name));
    for (key, it) in keys {
        create.names.takes.push(object_key("foreign key", key));
        if it.references != *name {
            create.requires.push(Address::Table(it.references.clone()));
            create.names.takes.push(altered(&it.references));
        }
    }
    if !context.is_mariadb() {
        create.names.takes.extend(table.checks.keys().map(|it| object_key("check", it)));
    }
    create.requires.extend(sequences(context, &table));
    Some(create)
}

/// Whether a part is made by its table's own statement.
fn is_inside(address: &Address, keys: &BTreeSet<trueup_state::Ident>) -> bool {
    match address {
        Address::Trigger(..) => false,
        Address::ForeignKey(_, name) => keys.contains(name),
        _ => true,
    }
}

/// The sequences that the defaults of a table speak of.
pub(super) fn sequences(context: &Context<'_>, table: &Table) -> Vec<Address> {
    let names = context.work.after.others.keys().filter(|it| {
        matches!(it, Address::Object(trueup_state::ObjectKind::Sequence, _)) && context.created.contains(*it)
    });
    let speaks_of = |address: &&Address| {
        let name = address.name().map(|it| it.text()).unwrap_or_default();
        table.columns.values().filter_map(|it| it.default.as_ref()).any(|it| it.mentions(name))
    };
    names.filter(speaks_of).cloned().collect()
}

fn drop_sql(name: &Qualified) -> String {
    sql("DROP TABLE").name(name).finish()
}

/// A table with all that is in it, once nothing points to it.
fn drop(context: &Context<'_>, name: &Qualified) -> Option<Step> {
    let table = context.work.before.table(name)?;
    let parts = context.work.before.objects();
    let parts: BTreeMap<&Address, &Object<'_>> =
        parts.iter().map(|(address, it)| (address, it)).filter(|(it, _)| it.owner() == Some(name)).collect();
    let gone: Vec<Address> =
        [Address::Table(name.clone())].into_iter().chain(parts.keys().map(|it| (*it).clone())).collect();
    let mut drop = step(&["drop table ", &name.to_string()], drop_sql(name), gone.clone());
    drop.removes = gone;
    drop.names.frees.push(relation_key(&name.name));
    drop.names.takes.push(unlinked(name));
    for (key, it) in &table.foreign_keys {
        let alone = context.relinked.contains(&Address::ForeignKey(name.clone(), key.clone()));
        if !alone {
            drop.names.frees.push(object_key("foreign key", key));
            if it.references != *name {
                drop.names.frees.push(unlinked(&it.references));
            }
        }
    }
    drop.names.frees.extend(table.checks.keys().map(|it| object_key("check", it)));
    drop.names.frees.extend(table.triggers.keys().map(|it| object_key("trigger", it)));
    drop.hazards.push(Hazard {
        address: Address::Table(name.clone()),
        fact: Fact::DropsTable,
        question: Some(questions::rows(&context.origins.table(name))),
    });
    Some(drop)
}
