//! How the rows of a table that stays are spread over partitions. Each change has a statement of its own.

use trueup_contract::{Fact, Hazard, Question, Sql};
use trueup_state::{Address, Ident, PartitionBy, PartitionDefinition, Partitions, Qualified, Table};

use super::{
    clause::{Class, Clause, Place},
    column::Sides,
    context::Context,
};
use crate::render::{partition, partition_by, sql};

/// The clauses about partitions.
pub(super) fn clauses(context: &Context<'_>, sides: &Sides<'_>) -> Vec<Clause> {
    let address = Address::Table(sides.name.clone());
    let (before, after) = (sides.before.extra.mysql().partitions, sides.after.extra.mysql().partitions);
    if !context.altered.contains(&address) || before == after {
        return Vec::new();
    }
    let whole = |sql: Sql| Clause::new(Place::Options, Class::Unnamed, sql).changes(&address);
    let removal = || Clause { first: true, ..whole(sql("REMOVE PARTITIONING")) };
    match (before, after) {
        (Some(_), None) => vec![removal()],
        (Some(before), Some(after)) => match step_by_step(context, sides.name, &before, &after, &address) {
            Some(clauses) => clauses,
            None if holds(context, sides, &before) => vec![removal(), whole(partition_by(&after))],
            None => vec![whole(partition_by(&after))],
        },
        (None, Some(after)) => vec![whole(partition_by(&after))],
        (None, None) => Vec::new(),
    }
}

/// Whether the partitions of before stand in the way of other changes: a column by which they are made goes or changes,
/// or a key that must have all of these columns.
fn holds(context: &Context<'_>, sides: &Sides<'_>, before: &Partitions) -> bool {
    let rules = [Some(&before.by), before.subpartition_by.as_ref()];
    let speaks_of = |name: &Ident| rules.iter().flatten().any(|it| it.terms.mentions(name.text()));
    let is_unique = |name: &Ident| {
        let of = |table: &Table| table.indexes.get(name).is_some_and(|it| it.unique);
        of(sides.before) || of(sides.after)
    };
    let concerns = |address: &Address| match address {
        Address::Column(_, name) => speaks_of(name),
        Address::PrimaryKey(_) => true,
        Address::Index(_, name) => is_unique(name),
        _ => false,
    };
    let changed = context.created.iter().chain(&context.dropped).chain(&context.altered);
    changed.filter(|it| it.owner() == Some(sides.name)).any(concerns)
}

/// Partitions that go, and partitions that come at the end, where nothing else changes.
fn step_by_step(
    context: &Context<'_>,
    table: &Qualified,
    before: &Partitions,
    after: &Partitions,
    address: &Address,
) -> Option<Vec<Clause>> {
    let same_rule = before.by == after.by && before.subpartition_by == after.subpartition_by;
    if !same_rule || before.count.is_some() || after.count.is_some() || !drops_by_name(&before.by) {
        return None;
    }
    let kept: Vec<&PartitionDefinition> = before.list.iter().filter(|it| after.list.contains(it)).collect();
    let gone: Vec<&PartitionDefinition> = before.list.iter().filter(|it| !after.list.contains(it)).collect();
    let (same, come) = after.list.split_at_checked(kept.len())?;
    // What comes between or under a name that is there moves rows.
    let named = |name: &Ident| before.list.iter().any(|it| it.name == *name);
    if !same.iter().eq(kept.iter().copied()) || kept.is_empty() || come.iter().any(|it| named(&it.name)) {
        return None;
    }
    // Rows of a partition that goes may have a place in one that comes: only the server can move them.
    if !gone.is_empty() && !come.is_empty() {
        return None;
    }
    let mut clauses = Vec::new();
    if !gone.is_empty() {
        // Without a partition its rows have no place, or the next one takes in what they would have been.
        let mut dropped = sql("DROP PARTITION");
        for (at, it) in gone.iter().enumerate() {
            dropped = if at > 0 { dropped.raw(",") } else { dropped }.ident(&it.name);
        }
        let mut clause = Clause::new(Place::Options, Class::Unnamed, dropped).changes(address);
        let question = Some(rows_of(&context.origins.table(table), &gone));
        clause.hazards.push(Hazard { address: address.clone(), fact: Fact::DropsTable, question });
        clauses.push(clause);
    }
    if !come.is_empty() {
        let added = sql("ADD PARTITION").list(come, |sql, it| sql.sql(&partition(it)));
        clauses.push(Clause::new(Place::Options, Class::Unnamed, added).changes(address));
    }
    Some(clauses)
}

fn drops_by_name(by: &PartitionBy) -> bool {
    by.method.starts_with("range") || by.method.starts_with("list")
}

/// How many rows are in these partitions.
fn rows_of(table: &Qualified, gone: &[&PartitionDefinition]) -> Question {
    let query = sql("SELECT COUNT(*), NULL, NULL FROM").name(table).raw("PARTITION");
    let query = query.idents(gone.iter().map(|it| &it.name)).finish();
    let names: Vec<&str> = gone.iter().map(|it| it.name.text()).collect();
    let counts = ["rows of ", &table.to_string(), " in ", &names.join(", ")].concat();
    Question { counts, sql: query, must_be_zero: false }
}
