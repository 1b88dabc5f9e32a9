//! Random changes to a schema.

use super::{
    generate::{self, COLLATIONS},
    model::{Program, Schema, Table, Text},
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
            4 => generate::add_trigger(random, schema),
            5 => random.drop_one(&mut schema.triggers),
            6 => foreign_key(random, schema),
            7 => index(random, schema),
            8 if random.chance(30) => search(random, schema),
            8 if random.chance(30) => become_view(random, schema),
            8 => move_index(random, schema),
            _ => {
                let at = random.below(schema.tables.len());
                if let Some(table) = schema.tables.get_mut(at) {
                    mutate_table(random, table);
                }
            }
        }
    }
}

fn search(random: &mut Random, schema: &mut Schema) {
    if random.chance(50) {
        random.drop_one(&mut schema.searches);
    } else {
        generate::add_search(random, schema);
    }
}

/// A table goes, and a view of its name comes.
fn become_view(random: &mut Random, schema: &mut Schema) {
    if schema.tables.len() > 1 {
        let table = schema.tables.remove(random.below(schema.tables.len()));
        let (template, names) = ("SELECT 1 AS {0}", vec![table.columns[0].name.clone()]);
        let text = Text { template, names };
        schema.views.insert(0, Program { name: table.name, on: String::new(), text, uses: Vec::new() });
    }
}

/// An index's name goes to another table's index.
fn move_index(random: &mut Random, schema: &mut Schema) {
    let (from, to) = (random.below(schema.tables.len()), random.below(schema.tables.len()));
    if let Some(index) = schema.tables.get_mut(from).and_then(|table| table.indexes.pop()) {
        let table = schema.tables[to].name.clone();
        let before = schema.tables[to].indexes.len();
        generate::add_index(random, schema, &table);
        if let Some(made) = schema.tables[to].indexes.get_mut(before) {
            made.name = index.name;
        }
    }
}

fn foreign_key(random: &mut Random, schema: &mut Schema) {
    let at = random.below(schema.tables.len());
    match random.below(3) {
        0 => generate::add_foreign_key(random, schema),
        1 => schema.tables.get_mut(at).into_iter().for_each(|table| random.drop_one(&mut table.foreign_keys)),
        _ => {
            if let Some(key) = schema.tables.iter_mut().flat_map(|table| &mut table.foreign_keys).next() {
                key.on_delete = random.pick(&["", "CASCADE", "SET NULL"]);
                key.deferral = random.pick(&["", "DEFERRABLE INITIALLY DEFERRED"]);
            }
        }
    }
}

fn index(random: &mut Random, schema: &mut Schema) {
    let at = random.below(schema.tables.len());
    let Some(table) = schema.tables.get_mut(at) else { return };
    let name = table.name.clone();
    match random.below(4) {
        0 | 1 => generate::add_index(random, schema, &name),
        2 => random.drop_one(&mut table.indexes),
        _ => {
            if let Some(index) = table.indexes.first_mut() {
                index.terms.reverse();
                index.unique &= random.chance(50);
            }
        }
    }
}

fn mutate_table(random: &mut Random, table: &mut Table) {
    match random.below(20) {
        0..=3 => {
            generate::add_column(random, table);
        }
        4 | 5 if table.columns.len() > 1 => random.drop_one(&mut table.columns),
        6 => table.uniques.extend(generate::unique(random, table).filter(|_| random.chance(75))),
        7 => random.drop_one(&mut table.uniques),
        8 => table.checks.extend(generate::check(random, table)),
        9 => random.drop_one(&mut table.checks),
        10 => table.key = generate::primary_key(random, table).filter(|_| random.chance(75)),
        11 => {
            if let Some(key) = &mut table.key {
                key.autoincrement = !key.autoincrement;
                key.conflict = random.pick(&["", "REPLACE"]);
            }
        }
        12 => table.without_rowid = !table.without_rowid,
        13 => table.strict = !table.strict,
        14 => random.shuffle(&mut table.columns),
        15 => rename_constraint(random, table),
        _ => mutate_column(random, table),
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
    match random.below(6) {
        0 => column.ty = generate::ty(random, whole.strict),
        1 => column.default = random.chance(60).then(|| generate::default(random, column.ty, whole.strict)),
        2 if column.not_null.is_some() => column.not_null = random.chance(20).then_some("FAIL"),
        2 => {
            column.not_null = Some(random.pick(&["", "", "REPLACE"]));
            if random.chance(60) {
                column.default = Some(generate::default(random, column.ty, whole.strict));
            }
        }
        3 => column.collation = random.chance(60).then(|| random.pick(COLLATIONS)),
        _ => {
            column.generated = match column.generated.take() {
                Some((text, stored)) if random.chance(60) => Some((text, !stored)),
                Some(_) => None,
                None if random.chance(40) => Some((generate::generated(random, &whole), random.chance(50))),
                None => None,
            }
        }
    }
}
