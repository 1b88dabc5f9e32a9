//! Objects with statements of their own: indexes, triggers, views, virtual tables.

use trueup_contract::{Fact, Hazard, Step};
use trueup_state::{Address, Change, Ident, Index, Qualified, References, Trigger};

use super::{
    Context, NEW_TEXTS_COME, OLD_TEXTS_GONE, questions, relation_key, rows, script, step, table::library_hazard,
    trigger_key,
};
use crate::{
    render::{self, sql},
    version,
};

/// The steps for indexes and triggers of a table that is not rebuilt.
pub(super) fn of_table(context: &Context<'_>, table: &Qualified, changes: &[&Change]) -> Vec<Step> {
    changes.iter().flat_map(|change| part(context, table, change)).collect()
}

fn part(context: &Context<'_>, owner: &Qualified, change: &Change) -> Vec<Step> {
    let address = change.address();
    match (address, change) {
        (Address::Index(_, name), Change::Drop(_)) => vec![drop_index(address, name)],
        (Address::Index(_, name), Change::Create(_) | Change::Alter(_)) => {
            let index = context.work.after.table(owner).and_then(|table| table.indexes.get(name));
            let Some(index) = index else { return Vec::new() };
            vec![make_index(context, owner, (name, index), matches!(change, Change::Alter(_)))]
        }
        (Address::Trigger(_, name), Change::Drop(_)) => vec![drop_trigger(address, name)],
        (Address::Trigger(_, name), Change::Create(_) | Change::Alter(_)) => {
            let mut steps = Vec::new();
            if matches!(change, Change::Alter(_)) {
                steps.push(drop_trigger(address, name));
            }
            steps.extend(trigger_after(context, owner, name).map(|it| create_trigger(context, owner, name, it)));
            steps
        }
        (_, _) => Vec::new(),
    }
}

fn trigger_after<'a>(context: &Context<'a>, owner: &Qualified, name: &Ident) -> Option<&'a Trigger> {
    let of_table = context.work.after.table(owner).and_then(|table| table.triggers.get(name));
    of_table.or_else(|| context.work.after.view(owner)?.triggers.get(name))
}

fn drop_index(address: &Address, name: &Ident) -> Step {
    let mut drop =
        step(["drop index ", name.text()].concat(), sql("DROP INDEX").ident(name).finish(), vec![address.clone()]);
    drop.removes.push(address.clone());
    drop.names.frees.push(relation_key(name));
    drop.names.frees.push(OLD_TEXTS_GONE.to_owned());
    drop
}

fn make_index(context: &Context<'_>, table: &Qualified, (name, index): (&Ident, &Index), replaces: bool) -> Step {
    let address = Address::Index(table.clone(), name.clone());
    let create = render::create_index(table, name, index);
    let mut make = if replaces {
        let statements = [sql("DROP INDEX").ident(name).finish(), create];
        let mut replace = step(["replace index ", name.text()].concat(), script(statements), vec![address.clone()]);
        replace.removes.push(address.clone());
        replace
    } else {
        let mut make = step(["create index ", name.text()].concat(), create, vec![address.clone()]);
        make.undo = Some(sql("DROP INDEX").ident(name).finish());
        make.names.takes.push(relation_key(name));
        make
    };
    make.provides.push(address.clone());
    make.requires.push(Address::Table(table.clone()));
    make.requires.extend(index_columns(context, table, index));
    make.hazards = rows::index_hazards(context, table, name);
    let expressions = index.parts.iter().any(|part| part.column_name().is_none());
    let features = [(expressions, version::EXPRESSION_INDEX), (index.predicate.is_some(), version::PARTIAL_INDEX)];
    let used = features.iter().filter(|(is_used, _)| *is_used);
    make.hazards.extend(used.filter_map(|(_, feature)| library_hazard(context, &address, feature)));
    make
}

fn index_columns(context: &Context<'_>, table: &Qualified, index: &Index) -> Vec<Address> {
    let columns = context.work.after.table(table).into_iter().flat_map(|it| it.columns.keys());
    let uses = |name: &&Ident| {
        let in_parts = index.parts.iter().any(|part| match &part.term {
            trueup_state::Term::Column(column) => column == *name,
            trueup_state::Term::Expression(text) => text.mentions(name.text()),
        });
        in_parts || index.predicate.as_ref().is_some_and(|text| text.mentions(name.text()))
    };
    columns.filter(uses).map(|name| Address::Column(table.clone(), name.clone())).collect()
}

fn drop_trigger(address: &Address, name: &Ident) -> Step {
    let mut drop =
        step(["drop trigger ", name.text()].concat(), sql("DROP TRIGGER").ident(name).finish(), vec![address.clone()]);
    drop.removes.push(address.clone());
    drop.names.frees = vec![trigger_key(name), OLD_TEXTS_GONE.to_owned()];
    drop
}

fn create_trigger(context: &Context<'_>, owner: &Qualified, name: &Ident, trigger: &Trigger) -> Step {
    let address = Address::Trigger(owner.clone(), name.clone());
    let mut create =
        step(["create trigger ", name.text()].concat(), render::trigger(name, trigger), vec![address.clone()]);
    create.undo = Some(sql("DROP TRIGGER").ident(name).finish());
    create.requires = mentioned_tables(context, &address);
    let is_view = context.work.after.view(owner).is_some();
    create.requires.push(if is_view { Address::View(owner.clone()) } else { Address::Table(owner.clone()) });
    create.provides.push(address);
    create.names.takes = vec![trigger_key(name), NEW_TEXTS_COME.to_owned()];
    create
}

/// The tables and columns that a text mentions. Views are left out: SQLite creates a view before what it selects from,
/// and names that only look like references could otherwise make a circle.
fn mentioned_tables(context: &Context<'_>, address: &Address) -> Vec<Address> {
    let references = context.references.get_or_init(|| References::of(context.work.after));
    references
        .needs(address)
        .into_iter()
        .filter(|needed| matches!(needed, Address::Table(_) | Address::Column(..)))
        .collect()
}

/// The steps for a view or virtual table, and for triggers of a view.
pub(super) fn views_and_virtual_tables(
    context: &Context<'_>,
    name: &Qualified,
    all: &[&Change],
    changes: &[&Change],
) -> Vec<Step> {
    let view_before = context.work.before.view(name).is_some();
    let view_after = context.work.after.view(name);
    let mut steps = Vec::new();
    let mut remade = false;
    for change in changes {
        match (change.address(), change) {
            (Address::View(_), Change::Drop(_)) => steps.push(drop_view(context, name)),
            (Address::View(_), Change::Create(_) | Change::Alter(_)) => {
                let Some(view) = view_after else { continue };
                if view_before {
                    remade = true;
                    steps.push(drop_view(context, name));
                }
                steps.push(create_view(context, name, view));
            }
            (Address::VirtualTable(_), change) => steps.extend(virtual_table(context, name, change)),
            (_, _) => (),
        }
    }
    if let Some(view) = view_after {
        if remade {
            steps.extend(view.triggers.iter().map(|(own, it)| create_trigger(context, name, own, it)));
        } else {
            let triggers = all.iter().filter(|change| matches!(change.address(), Address::Trigger(..)));
            let into_view = triggers.filter(|change| {
                context.work.before.table(name).is_none() || view_before || !matches!(change, Change::Drop(_))
            });
            steps.extend(into_view.flat_map(|change| part(context, name, change)));
        }
    }
    steps
}

fn drop_view(context: &Context<'_>, name: &Qualified) -> Step {
    let address = Address::View(name.clone());
    let triggers: Vec<&Ident> =
        context.work.before.view(name).into_iter().flat_map(|view| view.triggers.keys()).collect();
    let mut drop =
        step(["drop view ", &name.to_string()].concat(), sql("DROP VIEW").name(name).finish(), vec![address.clone()]);
    drop.removes.push(address);
    drop.removes.extend(triggers.iter().map(|own| Address::Trigger(name.clone(), (*own).clone())));
    drop.changes = drop.removes.clone();
    drop.names.frees = vec![relation_key(&name.name), OLD_TEXTS_GONE.to_owned()];
    drop.names.frees.extend(triggers.into_iter().map(trigger_key));
    drop
}

fn create_view(context: &Context<'_>, name: &Qualified, view: &trueup_state::View) -> Step {
    let address = Address::View(name.clone());
    let mut create =
        step(["create view ", &name.to_string()].concat(), render::view(name, view), vec![address.clone()]);
    create.undo = Some(sql("DROP VIEW").name(name).finish());
    create.requires = mentioned_tables(context, &address);
    create.provides.push(address);
    create.names.takes = vec![relation_key(&name.name), NEW_TEXTS_COME.to_owned()];
    create
}

fn virtual_table(context: &Context<'_>, name: &Qualified, change: &Change) -> Vec<Step> {
    let address = Address::VirtualTable(name.clone());
    let table = context.work.after.namespaces.get(&name.namespace).and_then(|it| it.virtual_tables.get(&name.name));
    let mut steps = Vec::new();
    if !matches!(change, Change::Create(_)) {
        let drop_sql = sql("DROP TABLE").name(name).finish();
        let mut drop = step(["drop virtual table ", &name.to_string()].concat(), drop_sql, vec![address.clone()]);
        drop.removes.push(address.clone());
        drop.names.frees.push(relation_key(&name.name));
        let question = Some(questions::rows(&context.origins.table(name)));
        drop.hazards.push(Hazard { address: address.clone(), fact: Fact::DropsTable, question });
        steps.push(drop);
    }
    if let Some(table) = table {
        let summary = ["create virtual table ", &name.to_string()].concat();
        let mut create = step(summary, render::virtual_table(name, table), vec![address.clone()]);
        create.undo = Some(sql("DROP TABLE").name(name).finish());
        create.requires = mentioned_tables(context, &address);
        create.provides.push(address);
        create.names.takes.push(relation_key(&name.name));
        steps.push(create);
    }
    steps
}
