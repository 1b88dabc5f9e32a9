//! CREATE TABLE and DROP TABLE.

use trueup_contract::{Fact, Hazard, Names, Step};
use trueup_state::{Address, Object, Qualified, ReferentialAction, Schema, Table};

use super::{Context, questions, relation_key, step, trigger_key};
use crate::{
    render::{self, sql},
    version,
};

/// A table with its columns and constraints; foreign keys are part of it, as SQLite looks at them only when rows come.
pub(super) fn create(context: &Context<'_>, name: &Qualified, table: &Table) -> Vec<Step> {
    let own = constituents(name, table);
    let mut create = step(["create table ", &name.to_string()].concat(), render::table(name, table), own.clone());
    create.undo = Some(sql("DROP TABLE").name(name).finish());
    create.provides = own;
    create.names.takes.push(relation_key(&name.name));
    create.hazards = library_hazards(context, name, table);
    vec![create]
}

/// The table and everything that stands inside its CREATE TABLE.
fn constituents(name: &Qualified, table: &Table) -> Vec<Address> {
    addresses(name, table).into_iter().filter(|it| !matches!(it, Address::Index(..) | Address::Trigger(..))).collect()
}

/// The table and everything it owns.
fn addresses(name: &Qualified, table: &Table) -> Vec<Address> {
    let mut alone = Schema::default();
    alone.namespace_mut(&name.namespace).tables.insert(name.name.clone(), table.clone());
    let objects: Vec<(Address, Object<'_>)> = alone.objects();
    objects.into_iter().map(|(address, _)| address).filter(|it| it.relation().is_some()).collect()
}

pub(super) fn drop(context: &Context<'_>, name: &Qualified, table: &Table) -> Step {
    let all = addresses(name, table);
    let mut drop =
        step(["drop table ", &name.to_string()].concat(), sql("DROP TABLE").name(name).finish(), all.clone());
    let index_names = table.indexes.keys().map(relation_key);
    let trigger_names = table.triggers.keys().map(trigger_key);
    drop.names = Names { takes: Vec::new(), frees: index_names.chain(trigger_names).collect() };
    drop.names.frees.push(relation_key(&name.name));
    drop.removes = all;
    drop.compares_foreign_keys = true;
    let address = Address::Table(name.clone());
    let question = Some(questions::rows(&context.origins.table(name)));
    drop.hazards.push(Hazard { address, fact: Fact::DropsTable, question });
    drop.hazards.extend(cascade_hazard(context, name));
    drop
}

/// The tables whose rows would go or change if foreign keys were on while this one is dropped.
pub(super) fn cascade_hazard(context: &Context<'_>, name: &Qualified) -> Option<Hazard> {
    let acts = |action: ReferentialAction| {
        matches!(action, ReferentialAction::Cascade | ReferentialAction::SetNull | ReferentialAction::SetDefault)
    };
    let children: Vec<Address> = context
        .work
        .before
        .tables()
        .filter(|(child, table)| {
            child != name && table.foreign_keys.values().any(|key| key.references == *name && acts(key.on_delete))
        })
        .map(|(child, _)| Address::Table(child))
        .collect();
    let address = Address::Table(name.clone());
    (!children.is_empty()).then_some(Hazard { address, fact: Fact::Cascades { children }, question: None })
}

/// Features of a table that libraries older than the configured minimum cannot open.
pub(super) fn library_hazards(context: &Context<'_>, name: &Qualified, table: &Table) -> Vec<Hazard> {
    let options = table.extra.sqlite();
    let generated = table.columns.values().any(|column| column.generated.is_some());
    let used = [
        (options.strict, version::STRICT_TABLE),
        (options.without_rowid, version::WITHOUT_ROWID),
        (generated, version::GENERATED_COLUMN),
    ];
    let used = used.into_iter().filter(|(is_used, _)| *is_used).map(|(_, feature)| feature);
    used.filter_map(|feature| library_hazard(context, &Address::Table(name.clone()), &feature)).collect()
}

pub(super) fn library_hazard(context: &Context<'_>, address: &Address, feature: &version::Feature) -> Option<Hazard> {
    let minimum = version::Version::parse(context.work.minimum_version?)?;
    (minimum < feature.since).then(|| Hazard {
        address: address.clone(),
        fact: Fact::NeedsLibrary {
            feature: feature.name.to_owned(),
            since: feature.since.to_string(),
            minimum: minimum.to_string(),
        },
        question: None,
    })
}
