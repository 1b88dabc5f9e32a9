//! Columns: how they come, go and change, and what that does to the rows.

mod class;
mod conversion;
mod facts;
mod kind;
mod moment;
mod values;

use std::collections::BTreeSet;

use trueup_contract::{Fact, Hazard};
use trueup_state::{Address, Column, Ident, Qualified, SqlText, Table};

use super::{
    clause::{Clause, Place},
    context::Context,
    questions,
};
use crate::render::{self, sql};
pub(super) use class::{is_innodb, is_innodb_engine};
pub(super) use values::rows_then;

/// A table before and after, each with the table's name after.
pub(super) struct Sides<'a> {
    pub(super) name: &'a Qualified,
    pub(super) before: &'a Table,
    pub(super) after: &'a Table,
}

/// A column's definition with its collation spelled out, whatever the table's becomes in the same statement.
fn definition(name: &Ident, column: &Column) -> trueup_contract::Sql {
    render::column(name, column, &Table::default())
}

/// Every clause about columns.
pub(super) fn clauses(context: &Context<'_>, sides: &Sides<'_>) -> Vec<Clause> {
    let table = sides.name;
    let mut clauses = Vec::new();
    for name in sides.before.columns.keys() {
        let address = Address::Column(table.clone(), name.clone());
        if context.dropped.contains(&address) {
            clauses.push(drop(context, sides, name, &address));
        } else {
            clauses.extend(change(context, sides, name, &address));
        }
    }
    clauses.extend(additions(context, sides));
    clauses
}

fn drop(context: &Context<'_>, sides: &Sides<'_>, name: &Ident, address: &Address) -> Clause {
    let class = class::of_drop(context, sides, name);
    let clause = Clause::new(Place::DropsColumn, class, sql("DROP COLUMN").ident(name)).drops(address).column(name);
    let clause = clause.counter(sides.before.columns.get(name).is_some_and(counts));
    let mut clause = with_texts(clause, sides.before, name);
    clause.hazards.extend(lost(context, sides, name, address));
    clause
}

/// The values of a column that goes; one that is computed when read has none.
fn lost(context: &Context<'_>, sides: &Sides<'_>, name: &Ident, address: &Address) -> Option<Hazard> {
    let column = sides.before.columns.get(name)?;
    if column.generated.is_some() || column.extra.mysql().row.is_some() {
        return None;
    }
    let now = context.origins.table(sides.name);
    let question = Some(questions::values(&now, &context.origins.column(sides.name, name)));
    Some(Hazard { address: address.clone(), fact: Fact::DropsColumn, question })
}

/// Everything in a table that speaks of a column must share a statement with what becomes of the column.
fn with_texts(clause: Clause, table: &Table, name: &Ident) -> Clause {
    let generated = table.columns.iter().filter(|(_, it)| generated(it).is_some_and(|it| it.mentions(name.text())));
    let clause = generated.fold(clause, |clause, (other, _)| clause.column(other));
    let checks = table.checks.iter().filter(|(_, it)| it.expression.mentions(name.text()));
    checks.fold(clause, |clause, (check, _)| clause.key(check.text()))
}

fn counts(column: &Column) -> bool {
    column.extra.mysql().auto_increment
}

pub(super) fn generated(column: &Column) -> Option<&SqlText> {
    column.generated.as_ref().map(|it| &it.expression)
}

/// A column that stays: it may be called otherwise, be otherwise, or both.
fn change(context: &Context<'_>, sides: &Sides<'_>, name: &Ident, address: &Address) -> Option<Clause> {
    let now = context.origins.column(sides.name, name);
    let is_renamed = now != *name;
    let is_altered = context.altered.contains(address);
    let again = remade(context, sides).contains(name);
    if !is_renamed && !is_altered && !again {
        return None;
    }
    let before = sides.before.columns.get(name)?;
    let after = if is_altered { context.column(address)? } else { sides.after.columns.get(name)? };
    if again {
        return Some(remake(context, sides, (name, &now), (before, after), address));
    }
    let from = Address::Column(context.origins.table(sides.name), now.clone());
    let (sql, class) = match (is_renamed, is_altered) {
        (true, false) => (sql("RENAME COLUMN").ident(&now).raw("TO").ident(name), class::of_rename(context)),
        (true, true) => {
            let class = class::of_change(context, sides, name, (before, after)).max(class::of_rename(context));
            (sql("CHANGE COLUMN").ident(&now).sql(&definition(name, after)), class)
        }
        (false, _) => {
            let class = class::of_change(context, sides, name, (before, after));
            (sql("MODIFY COLUMN").sql(&definition(name, after)), class)
        }
    };
    let mut clause = Clause::new(Place::ChangesColumn, class, sql).column(name).column(&now);
    clause = with_texts(clause, sides.before, name).counter(counts(before) || counts(after));
    if is_renamed {
        clause = clause.makes(address);
        clause.removes.push(from);
        clause.renames = true;
        clause.hazards.push(Hazard { address: address.clone(), fact: Fact::RenamesInUse, question: None });
    } else {
        clause = clause.changes(address);
    }
    if is_altered {
        clause.hazards.extend(facts::of_change(context, sides, name, (before, after)));
    }
    Some(clause)
}

/// Whether a column goes between being computed when read and being stored, or to a type that its values cannot become:
/// no server does that in place.
fn changes_kind(before: &Column, after: &Column) -> bool {
    let is_virtual = |it: &Column| it.generated.as_ref().is_some_and(|it| !it.stored);
    is_virtual(before) != is_virtual(after) || !conversion::exists(before, after)
}

/// The columns that have to go and come again: those that go between being computed when read and being stored, on
/// MySQL those that speak of a column that gets another name, and all that speak of these.
pub(super) fn remade<'a>(context: &Context<'_>, sides: &Sides<'a>) -> BTreeSet<&'a Ident> {
    let stays = |name: &Ident| !context.dropped.contains(&Address::Column(sides.name.clone(), name.clone()));
    let columns: Vec<(&Ident, &Column)> = sides.before.columns.iter().filter(|(name, _)| stays(name)).collect();
    let is_other_kind = |name: &Ident, before: &Column| {
        let address = Address::Column(sides.name.clone(), name.clone());
        context.altered.contains(&address) && context.column(&address).is_some_and(|after| changes_kind(before, after))
    };
    let mut remade: BTreeSet<&Ident> =
        columns.iter().filter(|(name, it)| is_other_kind(name, it)).map(|(name, _)| *name).collect();
    let is_renamed = |name: &Ident| !context.is_mariadb() && context.origins.column(sides.name, name) != *name;
    loop {
        let more: Vec<&Ident> = columns
            .iter()
            .filter(|(name, it)| !remade.contains(name) && generated(it).is_some())
            .filter(|(_, it)| {
                let speaks_of = |own: &Ident| generated(it).is_some_and(|text| text.mentions(own.text()));
                columns.iter().any(|(own, _)| (remade.contains(own) || is_renamed(own)) && speaks_of(own))
            })
            .map(|(name, _)| *name)
            .collect();
        if more.is_empty() {
            return remade;
        }
        remade.extend(more);
    }
}

/// A column that goes and comes again in its place.
fn remake(
    context: &Context<'_>,
    sides: &Sides<'_>,
    (name, now): (&Ident, &Ident),
    (before, after): (&Column, &Column),
    address: &Address,
) -> Clause {
    let place = match sides.before.columns.get_index_of(name).unwrap_or_default().checked_sub(1) {
        None => sql("FIRST"),
        Some(at) => match sides.before.columns.get_index(at) {
            Some((previous, _)) => sql("AFTER").ident(&context.origins.column(sides.name, previous)),
            None => sql(""),
        },
    };
    let is_stable = |it: &str| !it.starts_with("AFTER") || !moves(context, sides, name);
    let sql = sql("DROP COLUMN").ident(now).raw(", ADD COLUMN").sql(&definition(name, after));
    let sql = if is_stable(&place.clone().finish()) { sql.sql(&place) } else { sql };
    let class = class::of_addition(context, sides, name, after, false).max(class::of_drop(context, sides, name));
    let mut clause = Clause::new(Place::ChangesColumn, class, sql).changes(address).column(name).column(now);
    if now != name {
        clause.provides.push(address.clone());
        clause.removes.push(Address::Column(context.origins.table(sides.name), now.clone()));
    }
    clause = with_texts(clause, sides.before, name);
    // A column that is computed again holds what it held; what is stored from now on is computed no more.
    if after.generated.is_none() {
        let question = Some(questions::values(&context.origins.table(sides.name), now));
        clause.hazards.push(Hazard { address: address.clone(), fact: Fact::DropsColumn, question });
    } else if before.generated.is_none() {
        clause.hazards.extend(lost(context, sides, name, address));
    }
    let text = after.generated.as_ref().map(|it| it.expression.clone());
    let spoken_of = sides.after.columns.keys().filter(|it| text.as_ref().is_some_and(|text| text.mentions(it.text())));
    clause.columns(spoken_of)
}

/// Whether the column before this one goes or gets another name in the same statement.
fn moves(context: &Context<'_>, sides: &Sides<'_>, name: &Ident) -> bool {
    let at = sides.before.columns.get_index_of(name).and_then(|at| at.checked_sub(1));
    let previous = at.and_then(|at| sides.before.columns.get_index(at)).map(|(previous, _)| previous);
    previous.is_some_and(|previous| {
        let address = Address::Column(sides.name.clone(), previous.clone());
        context.dropped.contains(&address)
            || context.origins.column(sides.name, previous) != *previous
            || remade(context, sides).contains(previous)
    })
}

/// Columns that come, each behind the one it is declared behind.
fn additions(context: &Context<'_>, sides: &Sides<'_>) -> Vec<Clause> {
    let gone = |name: &Ident| context.dropped.contains(&Address::Column(sides.name.clone(), name.clone()));
    let mut order: Vec<&Ident> = sides.before.columns.keys().filter(|it| !gone(it)).collect();
    let mut clauses = Vec::new();
    let mut previous: Option<&Ident> = None;
    let mut fresh: BTreeSet<&Ident> = BTreeSet::new();
    for (name, column) in &sides.after.columns {
        let address = Address::Column(sides.name.clone(), name.clone());
        if !context.created.contains(&address) {
            previous = order.contains(&name).then_some(name).or(previous);
            continue;
        }
        let at = previous.and_then(|it| order.iter().position(|own| *own == it)).map_or(0, |at| at + 1);
        let is_last = at == order.len();
        let mut sql = sql("ADD COLUMN").sql(&definition(name, column));
        match previous {
            _ if is_last => (),
            Some(previous) => sql = sql.raw("AFTER").ident(previous),
            None => sql = sql.raw("FIRST"),
        }
        order.insert(at, name);
        let class = class::of_addition(context, sides, name, column, is_last);
        let mut clause =
            Clause::new(Place::AddsColumn, class, sql).makes(&address).column(name).counter(counts(column));
        // What it comes behind must be there, under that name.
        if let Some(previous) = previous
            && (fresh.contains(previous) || context.origins.column(sides.name, previous) != *previous)
        {
            clause = clause.column(previous);
        }
        if let Some(text) = generated(column).or(column.default.as_ref()) {
            clause = clause.columns(sides.after.columns.keys().filter(|it| text.mentions(it.text())));
        }
        clause.hazards.extend(facts::of_addition(context, sides, name, column));
        clauses.push(clause);
        fresh.insert(name);
        previous = Some(name);
    }
    clauses
}

/// Whether a column is part of an index or of the primary key.
pub(super) fn is_indexed(table: &Table, name: &Ident) -> bool {
    let keys = table.primary_key.iter().map(|it| &it.parts).chain(table.indexes.values().map(|it| &it.parts));
    keys.flatten().any(|part| part.column_name() == Some(name))
}
