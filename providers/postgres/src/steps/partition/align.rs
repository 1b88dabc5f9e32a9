//! The columns of a table that changes hands: as long as nobody is above it they are its own, and they must be those of its
//! new parents before it gets these.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use trueup_contract::DialectError;
use trueup_state::{Address, Column, Ident, PostgresTable, Qualified, Schema};

use super::{Context, parent_column, parents};
use crate::steps::{Statement, column, frame::context::Course};

/// What brings them into the form that they have under the new parents, as far as no change of their own does.
pub(super) fn columns(
    context: &Context<'_>,
    name: &Qualified,
    (before, after): (&PostgresTable, &PostgresTable),
) -> Result<Vec<Statement>, DialectError> {
    let (old, new) = (effective(context.work.before, name), effective(context.work.after, name));
    let is_own = |schema: &Schema, own: &Ident| schema.table(name).is_some_and(|it| it.columns.contains_key(own));
    // What a parent that stays has and gets, its children have and get with it.
    let from_staying = |schema: &Schema| -> BTreeSet<Ident> {
        let staying = before.inherits.iter().filter(|it| after.inherits.contains(it));
        staying.flat_map(|it| effective(schema, it)).map(|(own, _)| own).collect()
    };
    let [had, has] = [context.work.before, context.work.after].map(from_staying);
    let mut statements = Vec::new();
    for (own, column) in &new {
        let changes_itself =
            is_own(context.work.after, own) && (is_own(context.work.before, own) || !old.contains_key(own));
        if changes_itself || has.contains(own) {
            continue;
        }
        let at = statements.len();
        match old.get(own) {
            None if after.partition_of.is_some() => statements.extend(column::create(context, (name, own), column)),
            None => {
                let reason = "to inherit it, the table needs it before, and PostgreSQL keeps it as the table's own; declare \
                              it in both";
                let address = Address::Column(name.clone(), own.clone());
                return Err(DialectError { address, reason: reason.to_owned() });
            }
            Some(was) if was == column => (),
            Some(was) => match column::alter(context, (name, own), (was, column))? {
                Course::InPlace(all) | Course::Retype(all) => statements.extend(all),
                Course::Recreate => {
                    statements.push(column::drop(context, (name, own), was));
                    statements.extend(column::create(context, (name, own), column));
                }
            },
        }
        // Types and functions that the parent's column needs are needed here, too.
        let parents_own = parent_column(context, after, own).map(|(parent, _)| Address::Column(parent, own.clone()));
        let needed = parents_own.iter().flat_map(|it| context.needs_after.of_object(it));
        let needed: Vec<Address> = needed.filter(|it| it.owner().is_none() && !is_table(it)).cloned().collect();
        statements[at..].iter_mut().for_each(|it| it.requires.extend(needed.iter().cloned()));
    }
    for (own, column) in &old {
        if !new.contains_key(own) && !is_own(context.work.before, own) && !had.contains(own) {
            statements.push(column::drop(context, (name, own), column));
        }
    }
    Ok(statements)
}

/// Whether a column is a table's own or only its parents' cannot be changed: PostgreSQL remembers how it came. Only a table
/// that leaves a parent gets the columns that it had from there, and a partition loses its own.
pub(in crate::steps) fn refuse_merges(context: &Context<'_>) -> Result<(), DialectError> {
    for address in context.created.iter().chain(&context.dropped) {
        let (Address::Column(name, own) | Address::Check(name, own)) = address else { continue };
        let (Some(before), Some(after)) = (context.work.before.table(name), context.work.after.table(name)) else {
            continue;
        };
        let (before, after) = (before.extra.postgres(), after.extra.postgres());
        let has = |schema: &Schema, parent: &Qualified| match address {
            Address::Column(..) => effective(schema, parent).contains_key(own),
            _ => schema.table(parent).is_some_and(|it| it.checks.contains_key(own)),
        };
        let is_column = matches!(address, Address::Column(..));
        let had = |parent: &&Qualified| before.inherits.contains(parent) && has(context.work.before, parent);
        let stays = |parent: &&Qualified| has(context.work.after, parent) && is_column && had(parent);
        let joins = |parent: &&Qualified| has(context.work.after, parent) && !before.inherits.contains(parent);
        let is_created = context.created.contains(address);
        let parent = after.inherits.iter().find(|it| stays(it) || (!is_created && joins(it)));
        if let Some(parent) = parent {
            let parent = parent.to_string();
            let reason = if is_created {
                [&parent, " has it already, and PostgreSQL does not make an inherited column a table's own"].concat()
            } else {
                [&parent, " has it too, and PostgreSQL keeps it as the table's own; declare it in both"].concat()
            };
            return Err(DialectError { address: address.clone(), reason });
        }
    }
    Ok(())
}

fn is_table(address: &Address) -> bool {
    matches!(address, Address::Table(_))
}

/// The columns of a table with those that it inherits. Identities are not inherited.
fn effective(schema: &Schema, name: &Qualified) -> IndexMap<Ident, Column> {
    let Some(table) = schema.table(name) else { return IndexMap::new() };
    let extra = table.extra.postgres();
    let mut all = IndexMap::new();
    for parent in parents(&extra) {
        for (own, mut column) in effective(schema, &parent) {
            let mut own_extra = column.extra.postgres();
            if own_extra.identity.take().is_some() {
                column.extra = own_extra.into();
            }
            all.entry(own).or_insert(column);
        }
    }
    for (own, it) in &extra.overrides {
        let Some(column) = all.get_mut(own) else { continue };
        if it.default.is_some() || it.no_default {
            column.default.clone_from(&it.default);
        }
        column.nullable &= !it.not_null;
    }
    all.extend(table.columns.iter().map(|(own, column)| (own.clone(), column.clone())));
    all
}
