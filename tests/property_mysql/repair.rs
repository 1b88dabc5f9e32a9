//! Leaving out of a random schema what does not fit; what is left over the server itself decides.

use std::collections::BTreeSet;

use super::{
    fixtures::FIXTURES,
    model::{Class, Key, Kind, Product, Schema, Source, Table, Text},
};

pub(crate) fn repair(schema: &mut Schema) {
    let product = schema.product;
    schema
        .fixtures
        .retain(|key, _| FIXTURES.iter().any(|it| it.key == *key && (product == Product::Maria || !it.only_maria)));
    for table in &mut schema.tables {
        repair_columns(table);
        repair_table(table);
    }
    schema.tables.retain(|table| !table.columns.is_empty());
    foreign_keys(schema);
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for table in &mut schema.tables {
        // Names of foreign keys are unique in a database, and so are those of checks on MySQL.
        let mut settle = |name: &mut Option<String>| *name = name.take().filter(|it| taken.insert(it.clone()));
        table.checks.iter_mut().for_each(|it| settle(&mut it.name));
        table.foreign_keys.iter_mut().for_each(|it| settle(&mut it.name));
    }
    let mut taken = BTreeSet::new();
    for table in &mut schema.tables {
        table.triggers.retain(|it| taken.insert(it.name.clone()));
        let mut names: BTreeSet<String> = table.foreign_keys.iter().filter_map(|it| it.name.clone()).collect();
        table.keys.iter_mut().for_each(|it| it.name = it.name.take().filter(|name| names.insert(name.clone())));
    }
    views(schema);
}

fn repair_columns(table: &mut Table) {
    loop {
        let whole = table.clone();
        table.columns.retain(|it| match &it.source {
            Source::Generated(text, _) => {
                let stored = |name: &String| whole.column(name).is_some_and(|it| !it.is_generated());
                whole.supports(text) && text.columns.iter().all(|it| stored(&it.0))
            }
            _ => true,
        });
        if whole.columns.len() == table.columns.len() {
            break;
        }
    }
    if table.columns.iter().all(|it| it.invisible) {
        table.columns.iter_mut().for_each(|it| it.invisible = false);
    }
    let mut counts = false;
    for column in &mut table.columns {
        let is_now = matches!(column.source, Source::Now(_));
        let is_counter = column.source == Source::Counter;
        if (is_now && column.class() != Class::Moment)
            || (is_counter && (column.class() != Class::Integer || std::mem::replace(&mut counts, true)))
        {
            column.source = Source::Writer;
        }
        // What nobody writes must have a value.
        column.not_null &= !column.invisible || matches!(column.source, Source::Default(_) | Source::Now(_));
    }
}

fn repair_table(table: &mut Table) {
    let whole = table.clone();
    let column = |name: &String| whole.column(name);
    table.keys.retain(|key| key.parts.iter().all(|part| fits(&whole, key, part.prefix, column(&part.column))));
    let mut primary = false;
    table.keys.retain(|key| key.kind != Kind::Primary || !std::mem::replace(&mut primary, true));
    table.checks.retain(|it| whole.supports(&it.text) && !counts(&whole, &it.text));
    table.triggers.retain(|it| whole.supports(&it.body));
    let integer = |name: &String| column(name).is_some_and(|it| it.class() == Class::Integer && !it.is_generated());
    table.partitioning = table.partitioning.take().filter(|it| integer(&it.column));
    if let Some(partitioning) = &table.partitioning {
        let own = &partitioning.column;
        table.keys.retain(|key| match key.kind {
            Kind::Plain => true,
            Kind::Fulltext => false,
            _ => key.columns().contains(&own),
        });
        // A table with spatial values is not partitioned.
        table.columns.retain(|it| it.class() != Class::Point);
    }
    // What a row is found by is never NULL, so it must have a value even where nobody writes it.
    let found_by: Vec<String> =
        table.keys.iter().filter(|it| it.kind == Kind::Primary).flat_map(Key::columns).cloned().collect();
    for column in table.columns.iter_mut().filter(|it| found_by.contains(&it.name)) {
        column.invisible &= matches!(column.source, Source::Default(_) | Source::Now(_));
        column.not_null = true;
    }
    // A counter is the first column of a key.
    let led: Vec<String> = table
        .keys
        .iter()
        .filter(|it| it.kind != Kind::Fulltext && !it.ignored)
        .map(|it| it.parts[0].column.clone())
        .collect();
    for column in &mut table.columns {
        if column.source == Source::Counter && !led.contains(&column.name) {
            column.source = Source::Writer;
        }
    }
}

/// MariaDB and MySQL let no check look at a counter.
fn counts(table: &Table, text: &Text) -> bool {
    text.columns.iter().any(|(name, _)| table.column(name).is_some_and(|it| it.source == Source::Counter))
}

fn fits(table: &Table, key: &Key, prefix: Option<u32>, column: Option<&super::model::Column>) -> bool {
    let Some(column) = column else { return false };
    let class = column.class();
    let may_be_cut = matches!(class, Class::Text | Class::Bytes) && !["varchar(4)", "char(3)"].contains(&column.ty);
    let cut_fits = prefix.is_none() || may_be_cut;
    let first = key.parts.first().and_then(|it| table.column(&it.column));
    match key.kind {
        Kind::Fulltext => {
            let same = first.is_some_and(|it| table.collation_of(it) == table.collation_of(column));
            class == Class::Text && !column.is_generated() && prefix.is_none() && same
        }
        Kind::Primary if column.is_generated() => false,
        _ => ![Class::Json, Class::Point].contains(&class) && cut_fits && (prefix.is_some() || !column.is_long()),
    }
}

fn foreign_keys(schema: &mut Schema) {
    let whole = schema.clone();
    for table in &mut schema.tables {
        let own = table.clone();
        table.foreign_keys.retain(|key| {
            let Some(parent) = whole.table(&key.parent) else { return false };
            let wanted: Vec<&String> = key.parent_columns.iter().collect();
            let is_key = parent.keys.iter().any(|it| it.is_whole() && it.columns() == wanted);
            let same = |(a, b): (&String, &String)| match (own.column(a), parent.column(b)) {
                (Some(a), Some(b)) => {
                    a.ty == b.ty && own.collation_of(a) == parent.collation_of(b) && !a.is_generated()
                }
                _ => false,
            };
            let nulled = key.actions.contains("SET NULL");
            let may_be_null = |it: &String| own.column(it).is_some_and(|it| !it.not_null) && !in_primary(&own, it);
            let checked = own.checks.iter().flat_map(|it| &it.text.columns).any(|it| key.columns.contains(&it.0));
            let computed = own.columns.iter().any(|it| match &it.source {
                Source::Generated(text, _) => text.columns.iter().any(|it| key.columns.contains(&it.0)),
                _ => false,
            });
            let whole_table = parent.partitioning.is_none() && own.partitioning.is_none();
            is_key
                && whole_table
                && key.columns.iter().zip(&key.parent_columns).all(same)
                && (!nulled || key.columns.iter().all(may_be_null))
                && (key.actions.is_empty() || (!checked && !computed))
        });
    }
}

fn in_primary(table: &Table, column: &String) -> bool {
    table.keys.iter().any(|it| it.kind == Kind::Primary && it.columns().contains(&column))
}

/// A view may read another one, which may go.
fn views(schema: &mut Schema) {
    loop {
        let known = schema.clone();
        schema.views.retain(|view| {
            let below = |name: &str| {
                known.view(name).is_some_and(|it| it.name != view.name && !reads(&known, it.name, view.name))
            };
            let there = |(name, text): &(&str, Text)| known.table(name).is_some_and(|it| it.supports(text));
            view.over.is_none_or(below) && view.uses.iter().all(there)
        });
        if schema.views.len() == known.views.len() {
            break;
        }
    }
    // In an order in which they can be made.
    let mut made: Vec<&str> = Vec::new();
    let mut left = std::mem::take(&mut schema.views);
    while !left.is_empty() {
        let at = left.iter().position(|it| it.over.is_none_or(|over| made.contains(&over)));
        let view = left.remove(at.unwrap_or_default());
        made.push(view.name);
        schema.views.push(view);
    }
}

fn reads(schema: &Schema, from: &str, to: &str) -> bool {
    schema.view(from).and_then(|it| it.over).is_some_and(|over| over == to || reads(schema, over, to))
}
