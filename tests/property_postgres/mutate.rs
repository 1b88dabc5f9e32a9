//! Random changes to a schema.

use super::{
    fixtures::FIXTURES,
    generate::{self, COMMENTS},
    model::{Schema, Source, Table},
    random::Random,
};

/// Change a schema in a few places.
pub(crate) fn mutate(random: &mut Random, schema: &mut Schema) {
    let most = if random.chance(20) { 12 } else { 6 };
    for _ in 0..1 + random.below(most) {
        match random.below(20) {
            0 => generate::add_table(random, schema),
            1 => random.drop_one(&mut schema.tables),
            2 => generate::add_view(random, schema),
            3 => random.drop_one(&mut schema.views),
            4 => view(random, schema),
            5 | 6 => foreign_key(random, schema),
            7..=9 => fixture(random, schema),
            _ => {
                let at = random.below(schema.tables.len());
                if let Some(table) = schema.tables.get_mut(at) {
                    mutate_table(random, table);
                }
            }
        }
    }
}

fn fixture(random: &mut Random, schema: &mut Schema) {
    let at = random.below(FIXTURES.len());
    let fixture = &FIXTURES[at];
    if random.chance(25) {
        schema.fixtures.remove(fixture.key);
    } else {
        schema.fixtures.insert(fixture.key, random.below(fixture.variants.len()));
    }
}

fn view(random: &mut Random, schema: &mut Schema) {
    let at = random.below(schema.views.len());
    let Some(view) = schema.views.get_mut(at) else { return };
    match random.below(4) {
        0 if view.over.is_none() => view.materialized = !view.materialized,
        1 => view.comment = random.chance(50).then(|| random.pick(COMMENTS)),
        2 => view.grants = generate::grants(random),
        _ => {
            let name = view.name;
            let before = schema.views.remove(at);
            generate::add_view(random, schema);
            let count = schema.views.len();
            match schema.views.last_mut() {
                Some(made) if count > at => made.name = name,
                _ => schema.views.push(before),
            }
        }
    }
    if let Some(view) = schema.views.get_mut(at).filter(|it| it.materialized) {
        view.options = "";
    }
}

fn foreign_key(random: &mut Random, schema: &mut Schema) {
    let at = random.below(schema.tables.len());
    match random.below(4) {
        0 | 1 => generate::add_foreign_key(random, schema),
        2 => schema.tables.get_mut(at).into_iter().for_each(|table| random.drop_one(&mut table.foreign_keys)),
        _ => {
            if let Some(key) = schema.tables.iter_mut().flat_map(|table| &mut table.foreign_keys).next() {
                key.actions = random.pick(&["", " ON DELETE CASCADE", " ON DELETE SET NULL"]);
                key.ending = random.pick(&["", " DEFERRABLE INITIALLY DEFERRED", " NOT VALID"]);
            }
        }
    }
}

fn mutate_table(random: &mut Random, table: &mut Table) {
    match random.below(26) {
        0..=3 => generate::add_column(random, table),
        4 | 5 if table.columns.len() > 1 => random.drop_one(&mut table.columns),
        6 => table.uniques.extend(generate::key(random, table, "uq")),
        7 => random.drop_one(&mut table.uniques),
        8 => table.checks.extend(generate::check(random, table)),
        9 => random.drop_one(&mut table.checks),
        10 => table.key = generate::key(random, table, "pk").filter(|_| random.chance(75)),
        11 => generate::add_index(random, table),
        12 => random.drop_one(&mut table.indexes),
        13 => {
            if let Some(index) = table.indexes.first_mut() {
                index.terms.reverse();
                index.unique &= random.chance(50);
            }
        }
        14 => random.shuffle(&mut table.columns),
        15 => rename_constraint(random, table),
        16 => table.policies.extend(generate::policy(random, table)),
        17 => random.drop_one(&mut table.policies),
        18 => table.triggers.extend(generate::trigger(random, table)),
        19 => random.drop_one(&mut table.triggers),
        20 => rest(random, table),
        _ => mutate_column(random, table),
    }
}

/// What a table has besides columns and constraints.
fn rest(random: &mut Random, table: &mut Table) {
    match random.below(7) {
        0 => table.unlogged = !table.unlogged && random.chance(30),
        1 => table.options = random.pick(&["", "fillfactor=50", "autovacuum_enabled=false"]),
        2 => table.row_security = !table.row_security,
        3 => table.comment = random.chance(60).then(|| random.pick(COMMENTS)),
        4 => table.grants = generate::grants(random),
        5 => {
            if let Some(partitioning) = &mut table.partitioning {
                let part = partitioning.parts.pop();
                let keeps = partitioning.parts.is_empty() || partitioning.strategy == "HASH";
                partitioning.parts.extend(part.filter(|_| keeps));
            }
        }
        _ => table.rule = table.rule.is_none().then_some("ON UPDATE TO {T} WHERE false DO ALSO NOTHING"),
    }
}

fn rename_constraint(random: &mut Random, table: &mut Table) {
    let name = |random: &mut Random| random.chance(70).then(|| format!("renamed_{}", random.below(20)));
    let checks = table.checks.iter_mut().map(|it| &mut it.name);
    let uniques = table.uniques.iter_mut().map(|it| &mut it.name);
    let keys = table.foreign_keys.iter_mut().map(|it| &mut it.name);
    for constraint in checks.chain(uniques).chain(keys).chain(table.key.iter_mut().map(|it| &mut it.name)) {
        if random.chance(60) {
            *constraint = name(random);
        }
    }
}

fn mutate_column(random: &mut Random, table: &mut Table) {
    let whole = table.clone();
    let at = random.below(table.columns.len());
    let Some(column) = table.columns.get_mut(at) else { return };
    match random.below(7) {
        0 if !column.is_generated() => {
            column.ty = generate::ty(random);
            column.collation = None;
            column.source = Source::Writer;
        }
        1 | 2 => {
            column.not_null = !column.not_null;
            if column.not_null && matches!(column.source, Source::Writer) && random.chance(60) {
                column.source = Source::Default(generate::default(random, column.class()));
            }
        }
        3 if column.ty == "text" && !column.is_generated() => column.collation = random.chance(60).then_some("\"C\""),
        4 => column.comment = random.chance(60).then(|| random.pick(COMMENTS)),
        _ => column.source = generate::source(random, &whole, column),
    }
}
