//! Leaving out of a random schema what does not fit; what is left over PostgreSQL itself decides.

use std::collections::BTreeSet;

use super::{
    fixtures,
    model::{Name, Schema, Source, Table},
};

pub(crate) fn repair(schema: &mut Schema) {
    let known: BTreeSet<&str> = schema.fixtures.keys().copied().collect();
    schema
        .fixtures
        .retain(|key, _| fixtures::named(key).is_some_and(|it| it.needs.iter().all(|need| known.contains(need))));
    let has = |template: &str| {
        let fixture = |key: &str, text: &str| !template.contains(text) || schema.fixtures.contains_key(key);
        fixture("twice", "app.twice") && fixture("mood", "app.mood")
    };
    let has_type = |ty: &str| ty.strip_prefix("app.").is_none_or(|key| schema.fixtures.contains_key(key));
    let triggers = schema.fixtures.contains_key("touch");
    for table in &mut schema.tables {
        table.columns.retain(|it| has_type(it.ty));
        repair_table(table, &has);
        table.triggers.retain(|_| triggers);
    }
    schema.views.retain(|view| has(view.template));
    schema.tables.retain(|table| !table.columns.is_empty());
    foreign_keys(schema);
    let mut taken: BTreeSet<(&str, String)> = BTreeSet::new();
    for table in &mut schema.tables {
        let namespace = table.name.0;
        table.indexes.retain(|it| taken.insert((namespace, it.name.clone())));
        let mut names = BTreeSet::new();
        let mut settle = |name: &mut Option<String>| {
            *name = name.take().filter(|it| names.insert(it.clone()) && taken.insert((namespace, it.clone())));
        };
        table.key.iter_mut().for_each(|it| settle(&mut it.name));
        table.uniques.iter_mut().for_each(|it| settle(&mut it.name));
        table.checks.iter_mut().for_each(|it| settle(&mut it.name));
        table.foreign_keys.iter_mut().for_each(|it| settle(&mut it.name));
    }
    views(schema);
}

fn repair_table(table: &mut Table, has: &dyn Fn(&str) -> bool) {
    loop {
        let whole = table.clone();
        table.columns.retain(|it| match &it.source {
            Source::Generated(text) => {
                let stored = |name: &String| whole.column(name).is_some_and(|it| !it.is_generated());
                has(text.template) && whole.supports(text) && text.columns.iter().all(|it| stored(&it.0))
            }
            _ => true,
        });
        if whole.columns.len() == table.columns.len() {
            break;
        }
    }
    let whole = table.clone();
    let integer = |name: &String| {
        whole.column(name).is_some_and(|it| ["integer", "bigint"].contains(&it.ty) && !it.is_generated())
    };
    table.partitioning = table.partitioning.take().filter(|it| integer(&it.column));
    let fits = |names: &[String]| whole.has_all(names);
    table.key = table.key.take().filter(|it| fits(&it.columns) && fits(&it.include));
    table.uniques.retain(|it| fits(&it.columns) && fits(&it.include));
    table.checks.retain(|it| has(it.text.template) && whole.supports(&it.text));
    table.indexes.retain(|it| {
        it.terms.iter().all(|(text, ending)| {
            has(text.template)
                && whole.supports(text)
                && (!ending.contains("text_pattern") || text_is_text(&whole, text))
        }) && it.predicate.iter().all(|it| has(it.template) && whole.supports(it))
    });
    table.policies.retain(|it| whole.supports(&it.text));
    table.triggers.retain(|it| it.when.iter().all(|it| whole.supports(it)));
    if !fits(&table.statistics) || table.statistics.len() < 2 {
        table.statistics.clear();
    }
    if let Some(partitioning) = &table.partitioning {
        table.unlogged = false;
        table.options = "";
        table.uniques.clear();
        table.rule = None;
        table.triggers.retain(|it| it.event.contains("EACH ROW") && !it.event.contains("REFERENCING"));
        table.indexes.iter_mut().for_each(|it| it.unique = false);
        if let Some(key) = &mut table.key {
            if !key.columns.contains(&partitioning.column) {
                key.columns.push(partitioning.column.clone());
            }
            key.include.retain(|it| *it != partitioning.column);
        }
        // A column of a partition key can be NULL only where no key is.
        table.columns.iter_mut().for_each(|it| {
            if matches!(it.source, Source::Identity(_)) {
                it.source = Source::Writer;
            }
        });
    }
    let mut names = BTreeSet::new();
    table.policies.retain(|it| names.insert(it.name.clone()));
    let mut names = BTreeSet::new();
    table.triggers.retain(|it| names.insert(it.name.clone()));
}

fn text_is_text(table: &Table, text: &super::model::Text) -> bool {
    text.columns.iter().all(|(name, _)| table.column(name).is_some_and(|it| it.ty == "text"))
}

fn foreign_keys(schema: &mut Schema) {
    let whole = schema.clone();
    for table in &mut schema.tables {
        let own = table.clone();
        table.foreign_keys.retain(|key| {
            let Some(parent) = whole.table(key.parent) else { return false };
            let keys = parent.key.iter().chain(parent.uniques.iter().filter(|it| it.deferral.is_empty()));
            let is_key = keys.map(|it| &it.columns).any(|it| *it == key.parent_columns);
            let mut pairs = key.columns.iter().zip(&key.parent_columns);
            let same = |(a, b): (&String, &String)| match (own.column(a), parent.column(b)) {
                (Some(a), Some(b)) => a.class() == b.class() && !a.is_generated(),
                _ => false,
            };
            let whole_table = parent.partitioning.is_none() && own.partitioning.is_none();
            let persistent = !parent.unlogged && !own.unlogged;
            is_key && whole_table && persistent && pairs.all(same)
        });
    }
}

/// A view may read another one, which may go.
fn views(schema: &mut Schema) {
    loop {
        let known = schema.clone();
        schema.views.retain(|view| {
            let below = |name: Name| {
                known.view(name).is_some_and(|it| it.name != view.name && !reads(&known, it.name, view.name))
            };
            let there =
                |(name, text): &(Name, super::model::Text)| known.table(*name).is_some_and(|it| it.supports(text));
            view.over.is_none_or(below) && view.uses.iter().all(there)
        });
        if schema.views.len() == known.views.len() {
            break;
        }
    }
    // In an order in which they can be made.
    let mut made: Vec<Name> = Vec::new();
    let mut left = std::mem::take(&mut schema.views);
    while !left.is_empty() {
        let at = left.iter().position(|it| it.over.is_none_or(|over| made.contains(&over)));
        let view = left.remove(at.unwrap_or_default());
        made.push(view.name);
        schema.views.push(view);
    }
}

fn reads(schema: &Schema, from: Name, to: Name) -> bool {
    schema.view(from).and_then(|it| it.over).is_some_and(|over| over == to || reads(schema, over, to))
}
