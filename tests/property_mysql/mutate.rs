//! Random changes to a schema.

use super::{
    fixtures::FIXTURES,
    generate::{self, COLLATIONS, COMMENTS, HEADS, OPTIONS},
    model::{Class, Kind, Product, Schema, Source, Table, class, has_collation},
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
            7 => fixture(random, schema),
            _ => {
                let (at, product) = (random.below(schema.tables.len()), schema.product);
                if let Some(table) = schema.tables.get_mut(at) {
                    mutate_table(random, product, table);
                }
            }
        }
    }
}

fn fixture(random: &mut Random, schema: &mut Schema) {
    let fixture = &FIXTURES[random.below(FIXTURES.len())];
    if random.chance(25) {
        schema.fixtures.remove(fixture.key);
    } else {
        schema.fixtures.insert(fixture.key, random.below(fixture.variants.len()));
    }
}

fn view(random: &mut Random, schema: &mut Schema) {
    let at = random.below(schema.views.len());
    let Some(view) = schema.views.get_mut(at) else { return };
    if random.chance(40) {
        view.head = random.pick(HEADS);
        return;
    }
    let name = view.name;
    let before = schema.views.remove(at);
    generate::add_view(random, schema);
    let count = schema.views.len();
    match schema.views.last_mut() {
        Some(made) if count > at => made.name = name,
        _ => schema.views.push(before),
    }
}

fn foreign_key(random: &mut Random, schema: &mut Schema) {
    let at = random.below(schema.tables.len());
    match random.below(4) {
        0 | 1 => generate::add_foreign_key(random, schema),
        2 => schema.tables.get_mut(at).into_iter().for_each(|table| random.drop_one(&mut table.foreign_keys)),
        _ => {
            if let Some(key) = schema.tables.iter_mut().flat_map(|table| &mut table.foreign_keys).next() {
                key.actions = random.pick(&["", " ON DELETE CASCADE", " ON UPDATE SET NULL"]);
            }
        }
    }
}

fn mutate_table(random: &mut Random, product: Product, table: &mut Table) {
    match random.below(26) {
        0..=3 => generate::add_column(random, product, table),
        4 | 5 if table.columns.len() > 1 => random.drop_one(&mut table.columns),
        6 => table.keys.extend(generate::key(random, table, Kind::Unique)),
        7 | 8 => random.drop_one(&mut table.keys),
        9 => table.checks.extend(generate::check(random, table)),
        10 => random.drop_one(&mut table.checks),
        11 => {
            table.keys.retain(|it| it.kind != Kind::Primary);
            table.keys.extend(generate::key(random, table, Kind::Primary).filter(|_| random.chance(75)));
        }
        12 | 13 => table.keys.extend(generate::key(random, table, Kind::Plain)),
        14 => random.shuffle(&mut table.columns),
        15 => rename_constraint(random, table),
        16 => table.triggers.extend(generate::trigger(random, table)),
        17 => random.drop_one(&mut table.triggers),
        18 | 19 => rest(random, table),
        _ => mutate_column(random, product, table),
    }
}

/// What a table has besides columns and constraints.
fn rest(random: &mut Random, table: &mut Table) {
    match random.below(6) {
        0 => table.options = random.pick(OPTIONS),
        1 => table.collation = random.chance(60).then(|| random.pick(COLLATIONS)),
        2 => table.comment = random.chance(60).then(|| random.pick(COMMENTS)),
        3 => table.partitioning = generate::partitioning(random, table).filter(|_| random.chance(50)),
        4 => table.keys.extend(generate::key(random, table, Kind::Fulltext)),
        _ => {
            if let Some(key) = table.keys.iter_mut().find(|it| it.kind != Kind::Fulltext) {
                key.parts.reverse();
                key.ignored = key.kind != Kind::Primary && !key.ignored;
            }
        }
    }
}

fn rename_constraint(random: &mut Random, table: &mut Table) {
    let length = table.name.len();
    let name = |random: &mut Random| random.chance(70).then(|| format!("renamed{length}_{}", random.below(20)));
    let checks = table.checks.iter_mut().map(|it| &mut it.name);
    let keys = table.keys.iter_mut().filter(|it| it.kind != Kind::Primary).map(|it| &mut it.name);
    for constraint in checks.chain(keys).chain(table.foreign_keys.iter_mut().map(|it| &mut it.name)) {
        if random.chance(60) {
            *constraint = name(random);
        }
    }
}

fn mutate_column(random: &mut Random, product: Product, table: &mut Table) {
    let whole = table.clone();
    let at = random.below(table.columns.len());
    let Some(column) = table.columns.get_mut(at) else { return };
    match random.below(10) {
        0 if !column.is_generated() => {
            column.ty = generate::ty(random, product);
            (column.collation, column.source) = (None, Source::Writer);
        }
        1 | 2 if !column.is_generated() => {
            // Another type of such values.
            let before = column.class();
            let alike = (0..40).map(|_| generate::ty(random, product)).find(|it| class(it) == before);
            column.ty = alike.unwrap_or(column.ty);
            if !matches!(column.source, Source::Counter) || column.ty == "tinyint(1)" {
                column.source = Source::Writer;
            }
        }
        3 | 4 => {
            column.not_null = !column.not_null;
            if column.not_null && matches!(column.source, Source::Writer) && random.chance(60) {
                column.source = Source::Default(generate::default(random, column.ty));
            }
        }
        5 if has_collation(column.class()) && !column.is_generated() => {
            column.collation = random.chance(70).then(|| random.pick(COLLATIONS));
        }
        6 => column.comment = random.chance(60).then(|| random.pick(COMMENTS)),
        7 => column.invisible = !column.invisible && random.chance(50) && column.class() != Class::Point,
        _ => column.source = generate::source(random, &whole, column),
    }
}
