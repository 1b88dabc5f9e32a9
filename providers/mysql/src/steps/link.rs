//! Foreign keys. On tables that exist they go before everything else and come after it.

use std::collections::{BTreeMap, BTreeSet};

use trueup_contract::{Fact, Hazard, Question, Sql, Step};
use trueup_state::{Address, ForeignKey, Ident, Index, IndexKind, Part, Qualified};

use super::{altered, clause::Class, column, context::Context, object_key, questions, step, unlinked};
use crate::render::{foreign_key, index, sql};

/// Foreign keys that have to go and come again: what they join gets another type, or another name by a copy; and those
/// between tables that go, where these wait for each other.
pub(super) fn relinked(context: &Context<'_>, copied: &BTreeSet<Qualified>) -> BTreeSet<Address> {
    let mut found = BTreeSet::new();
    for (table, it) in context.work.before.tables() {
        for (name, key) in &it.foreign_keys {
            let address = Address::ForeignKey(table.clone(), name.clone());
            let goes = context.dropped.contains(&Address::Table(table.clone()));
            if goes && is_in_circle(context, &table, key) {
                found.insert(address);
            } else if !goes && !context.changes(&address) {
                let ends = [(&table, &key.columns), (&key.references, &key.referenced_columns)];
                let stands_in_the_way = |(table, columns): &(&Qualified, &Vec<Ident>)| {
                    columns.iter().any(|name| changes_type(context, table, name, copied))
                };
                if ends.iter().any(stands_in_the_way) {
                    found.insert(address);
                }
            }
        }
    }
    found
}

/// Whether a column's values are stored otherwise than before, or its new name comes with a copy.
fn changes_type(context: &Context<'_>, table: &Qualified, name: &Ident, copied: &BTreeSet<Qualified>) -> bool {
    let address = Address::Column(table.clone(), name.clone());
    let column = |schema: &trueup_state::Schema| schema.table(table).and_then(|it| it.columns.get(name)).cloned();
    let (before, after) = (column(context.work.before), column(context.work.after));
    let differs = match (before, after) {
        (Some(a), Some(b)) => a.ty != b.ty || a.collation != b.collation || a.generated != b.generated,
        (_, _) => false,
    };
    differs
        || (context.origins.column(table, name) != *name && copied.contains(table))
        || context.dropped.contains(&address)
}

/// Whether a table that goes points to another that goes, and that one, or one further on, back to it.
fn is_in_circle(context: &Context<'_>, table: &Qualified, key: &ForeignKey) -> bool {
    let goes = |name: &Qualified| context.dropped.contains(&Address::Table(name.clone()));
    reaches(&key.references, table, |name| {
        let next = context.work.before.table(name).filter(|_| goes(name));
        next.map(|it| it.foreign_keys.values().map(|it| it.references.clone()).collect()).unwrap_or_default()
    }) && key.references != *table
}

/// Whether one gets from a table to another along foreign keys.
fn reaches(from: &Qualified, to: &Qualified, next: impl Fn(&Qualified) -> Vec<Qualified>) -> bool {
    let mut seen = BTreeSet::from([from.clone()]);
    let mut waiting = vec![from.clone()];
    while let Some(name) = waiting.pop() {
        if name == *to {
            return true;
        }
        waiting.extend(next(&name).into_iter().filter(|it| seen.insert(it.clone())));
    }
    false
}

/// The foreign keys of a new table that stand in its own statement: all but those of a circle of new tables.
pub(super) fn inside(context: &Context<'_>, name: &Qualified) -> BTreeSet<Ident> {
    let Some(table) = context.table(name) else { return BTreeSet::new() };
    let is_new = |name: &Qualified| context.created.contains(&Address::Table(name.clone()));
    let next = |name: &Qualified| -> Vec<Qualified> {
        let next = context.work.after.table(name).filter(|_| is_new(name));
        next.map(|it| it.foreign_keys.values().map(|it| it.references.clone()).collect()).unwrap_or_default()
    };
    let fits = |it: &ForeignKey| it.references == *name || !reaches(&it.references, name, next);
    table.foreign_keys.iter().filter(|(_, it)| fits(it)).map(|(key, _)| key.clone()).collect()
}

/// Foreign keys that go and those that come, one statement for each table.
pub(super) fn steps(context: &Context<'_>) -> Vec<Step> {
    let mut gone: BTreeMap<&Qualified, BTreeSet<&Address>> = BTreeMap::new();
    let mut made: BTreeMap<&Qualified, BTreeSet<&Address>> = BTreeMap::new();
    let table_in = |set: &BTreeSet<Address>, table: &Qualified| set.contains(&Address::Table(table.clone()));
    for address in context.dropped.iter().chain(&context.altered).chain(&context.relinked) {
        if let Address::ForeignKey(table, _) = address
            && (!table_in(&context.dropped, table) || context.relinked.contains(address))
        {
            gone.entry(table).or_default().insert(address);
        }
    }
    for address in context.created.iter().chain(&context.altered).chain(&context.relinked) {
        if let Address::ForeignKey(table, name) = address
            && !table_in(&context.dropped, table)
            && !(table_in(&context.created, table) && inside(context, table).contains(name))
        {
            made.entry(table).or_default().insert(address);
        }
    }
    let drops = gone.into_iter().map(|(table, keys)| drop(context, table, &keys));
    let adds = made.into_iter().map(|(table, keys)| add(context, table, &keys));
    drops.chain(adds).collect()
}

fn listed(sql: Sql, clauses: impl Iterator<Item = Sql>, class: Class) -> String {
    let sql = clauses.fold(sql, |sql, clause| sql.sql(&clause).raw(","));
    sql.raw(class.words()).finish()
}

fn drop(context: &Context<'_>, table: &Qualified, keys: &BTreeSet<&Address>) -> Step {
    let names = keys.iter().filter_map(|it| it.name());
    let clauses = names.clone().map(|name| sql("DROP FOREIGN KEY").ident(name));
    let plain = is_innodb(context, table);
    let class = if plain { Class::Inplace } else { Class::Copy };
    let sql = listed(sql("ALTER TABLE").name(table), clauses, class);
    let is_change = |it: &&&Address| context.dropped.contains(**it);
    let changes = keys.iter().filter(is_change).map(|it| (*it).clone()).collect();
    let mut drop = step(&["drop foreign keys of ", &table.to_string()], sql, changes);
    drop.removes = keys.iter().map(|it| (*it).clone()).collect();
    drop.requires.push(Address::Table(table.clone()));
    drop.names.frees.push(unlinked(table));
    drop.names.frees.extend(names.map(|it| object_key("foreign key", it)));
    for name in keys.iter().filter_map(|it| it.name()) {
        let there = context.work.before.table(table).and_then(|it| it.foreign_keys.get(name));
        drop.names.frees.extend(there.map(|it| unlinked(&it.references)));
    }
    for key in keys.iter().filter(|it| context.dropped.contains(**it) && !context.relinked.contains(**it)) {
        drop.hazards.push(Hazard { address: (*key).clone(), fact: Fact::DropsConstraint, question: None });
    }
    drop
}

/// Foreign keys are a matter of InnoDB; other engines know no way but a copy.
fn is_innodb(context: &Context<'_>, table: &Qualified) -> bool {
    let engine = context.work.before.table(table).and_then(|it| it.extra.mysql().engine);
    engine.is_none_or(|it| it.eq_ignore_ascii_case("innodb"))
}

fn add(context: &Context<'_>, table: &Qualified, keys: &BTreeSet<&Address>) -> Step {
    let of_name = keys.iter().filter_map(|it| Some((it.name()?, context.foreign_key(it)?)));
    let again = own_indexes(context, table, of_name.clone());
    let clauses = of_name.clone().map(|(name, it)| sql("ADD").sql(&foreign_key(name, it)));
    let sql = listed(sql("ALTER TABLE").name(table), again.into_iter().chain(clauses), Class::Copy);
    let is_change = |it: &&&Address| context.created.contains(**it) || context.altered.contains(**it);
    let changes = keys.iter().filter(is_change).map(|it| (*it).clone()).collect();
    let mut add = step(&["add foreign keys to ", &table.to_string()], sql, changes);
    add.provides = keys.iter().map(|it| (*it).clone()).collect();
    add.requires.push(Address::Table(table.clone()));
    add.names.takes.push(altered(table));
    for (name, it) in of_name {
        add.requires.push(Address::Table(it.references.clone()));
        add.names.takes.extend([altered(&it.references), object_key("foreign key", name)]);
    }
    if context.stays(table) {
        let asked = keys.iter().filter(|it| !context.relinked.contains(**it));
        add.hazards.extend(asked.map(|it| Hazard {
            address: (*it).clone(),
            fact: Fact::AddsForeignKey,
            question: orphans(context, table, it),
        }));
        if context.is_large(table) {
            let question = Some(questions::size(&context.origins.table(table)));
            add.hazards.push(Hazard { address: Address::Table(table.clone()), fact: Fact::CopiesTable, question });
        }
    }
    add
}

/// Indexes that the server may have made for a foreign key that is gone: it would put one of another name in their
/// place.
fn own_indexes<'a>(
    context: &Context<'_>,
    table: &Qualified,
    keys: impl Iterator<Item = (&'a Ident, &'a ForeignKey)> + Clone,
) -> Vec<Sql> {
    let Some(there) = context.work.after.table(table) else { return Vec::new() };
    let is_new = |name: &Ident| context.changes(&Address::Index(table.clone(), name.clone()));
    let is_own = |name: &&Ident, it: &Index| {
        keys.clone().any(|(key, foreign)| *name != key && supports_only(it, foreign)) && !is_new(name)
    };
    let indexes = there.indexes.iter().filter(|(name, it)| is_own(name, it));
    indexes.flat_map(|(name, it)| [sql("DROP INDEX").ident(name), sql("ADD").sql(&index(name, it))]).collect()
}

/// Whether an index is just what the server makes for a foreign key.
pub(super) fn supports_only(index: &Index, key: &ForeignKey) -> bool {
    let is_plain = |part: &Part| !part.descending && part.extra.mysql().prefix.is_none();
    let columns = index.parts.iter().map(|it| it.column_name().filter(|_| is_plain(it)));
    !index.unique && columns.eq(key.columns.iter().map(Some)) && index.extra.mysql().kind == IndexKind::Plain
}

/// Rows that point to nothing, both sides as they will be.
fn orphans(context: &Context<'_>, table: &Qualified, address: &Address) -> Option<Question> {
    let key = context.foreign_key(address)?;
    let is_there = context.work.observed.table(&context.origins.table(&key.references)).is_some();
    let child = column::rows_then(context, table, &key.columns.iter().collect::<Vec<_>>())?;
    let mut filled = sql("TRUE");
    let mut same = sql("");
    for (at, (own, theirs)) in key.columns.iter().zip(&key.referenced_columns).enumerate() {
        filled = filled.raw("AND trueup_rows.").ident(own).raw("IS NOT NULL");
        same = if at > 0 { same.raw("AND") } else { same };
        same = same.raw("trueup_parent.").ident(theirs).raw("= trueup_rows.").ident(own);
    }
    let counts = ["rows of ", &table.to_string(), " that point to no row of ", &key.references.to_string()].concat();
    let missing = if is_there {
        let parent = column::rows_then(context, &key.references, &key.referenced_columns.iter().collect::<Vec<_>>())?;
        let from = parent.named("trueup_parent");
        filled.raw("AND NOT EXISTS (SELECT 1").sql(&from).raw("WHERE").sql(&same).raw(")")
    } else {
        // The other side is new, and empty.
        filled
    };
    Some(child.against(&missing, counts))
}
