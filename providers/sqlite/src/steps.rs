//! From changes to steps.

mod copy;
mod native;
mod parts;
mod questions;
mod rebuild;
pub(crate) mod rename;
mod rows;
mod table;

use std::{cell::OnceCell, collections::BTreeMap};

use trueup_contract::{Action, DialectError, Lock, Step, Work};
use trueup_state::{Address, Change, Ident, Origins, Qualified, References};

use crate::version::Version;

pub(crate) use native::is_literal;
pub(crate) use questions::rows as count_rows;

/// What the makers of steps share.
struct Context<'a> {
    work: &'a Work<'a>,
    version: Version,
    origins: Origins,
    /// What each object after the plan refers to, made when first asked for.
    references: OnceCell<References>,
}

/// A moment in the order of steps, taken and freed like a name: everything that makes SQLite parse every view and
/// trigger again (RENAME, DROP COLUMN) comes after those that go and before those that come.
const OLD_TEXTS_GONE: &str = "moment: dropped views and triggers are gone";
const NEW_TEXTS_COME: &str = "moment: new views and triggers come";

pub(crate) fn steps(work: &Work<'_>) -> Result<Vec<Step>, DialectError> {
    // A version we cannot read is older than every feature.
    let version = Version::parse(work.version).unwrap_or(Version::OLDEST);
    let context = Context { work, version, origins: Origins::of(work.changes), references: OnceCell::new() };
    let mut steps = rename::steps(&context)?;
    for (relation, changes) in by_relation(work.changes) {
        let mut made = relation_steps(&context, &relation, &changes)?;
        made.iter_mut().filter(|step| !is_drop_by_name(step)).for_each(|step| after_renames(work, &relation, step));
        steps.extend(made);
    }
    Ok(steps)
}

/// Steps speak of a relation under its names after the renames.
fn after_renames(work: &Work<'_>, relation: &Qualified, step: &mut Step) {
    let renamed = work.changes.iter().filter_map(|change| match change {
        Change::Rename { from: _, to } if to.relation() == Some(relation) => Some(to.clone()),
        _ => None,
    });
    step.requires.extend(renamed);
}

/// DROP INDEX, TRIGGER and VIEW name nothing that a rename changes, and come before renames.
fn is_drop_by_name(step: &Step) -> bool {
    step.provides.is_empty() && step.names.frees.iter().any(|name| name == OLD_TEXTS_GONE)
}

/// The changes of each relation, renames left out, in address order.
fn by_relation(changes: &[Change]) -> BTreeMap<Qualified, Vec<&Change>> {
    let mut groups: BTreeMap<Qualified, Vec<&Change>> = BTreeMap::new();
    for change in changes {
        let (Change::Create(address) | Change::Drop(address) | Change::Alter(address)) = change else { continue };
        if let Some(relation) = address.relation() {
            groups.entry(relation.clone()).or_default().push(change);
        }
    }
    groups
}

fn relation_steps(context: &Context<'_>, name: &Qualified, changes: &[&Change]) -> Result<Vec<Step>, DialectError> {
    let mut steps = Vec::new();
    let before = context.work.before.table(name);
    let after = context.work.after.table(name);
    let of_table = |change: &&Change| !matches!(change.address(), Address::View(_) | Address::VirtualTable(_));
    let (table_changes, other_changes): (Vec<&Change>, Vec<&Change>) = changes.iter().copied().partition(of_table);
    match (before, after) {
        (None, Some(after)) => {
            steps.extend(table::create(context, name, after));
            steps.extend(parts::of_table(context, name, &own_parts(&table_changes)));
        }
        (Some(before), None) => steps.push(table::drop(context, name, before)),
        (Some(before), Some(after)) => steps.extend(altered(context, name, (before, after), &table_changes)?),
        (None, None) => (),
    }
    steps.extend(parts::views_and_virtual_tables(context, name, changes, &other_changes));
    Ok(steps)
}

/// The steps of a table that stays: its own statements where SQLite has one for each change, or one rebuild.
fn altered(
    context: &Context<'_>,
    name: &Qualified,
    tables: (&trueup_state::Table, &trueup_state::Table),
    changes: &[&Change],
) -> Result<Vec<Step>, DialectError> {
    let parts = own_parts(changes);
    let structural: Vec<&Change> = changes.iter().copied().filter(|change| !is_own_part(change)).collect();
    if structural.is_empty() {
        return Ok(parts::of_table(context, name, &parts));
    }
    match native::steps(context, name, tables, &structural, &parts) {
        Some(mut steps) => {
            steps.extend(parts::of_table(context, name, &parts));
            Ok(steps)
        }
        None => {
            // A name that another table's part takes over is freed on its own: two rebuilds that swap names would wait
            // for each other.
            let (passed_on, own): (Vec<&Change>, Vec<&Change>) =
                changes.iter().copied().partition(|change| is_passed_on(context, change));
            let mut steps = parts::of_table(context, name, &passed_on);
            steps.push(rebuild::rebuild(context, name, tables, &own)?);
            Ok(steps)
        }
    }
}

/// Indexes and triggers have statements of their own.
fn is_own_part(change: &Change) -> bool {
    matches!(change.address(), Address::Index(..) | Address::Trigger(..))
}

/// Whether this drops an index or trigger whose name one of another table will have.
fn is_passed_on(context: &Context<'_>, change: &Change) -> bool {
    let mut tables = context.work.after.tables();
    let same = |own: &Ident, name: &Ident| own.folded() == name.folded();
    match change {
        Change::Drop(Address::Index(_, name)) => tables.any(|(_, it)| it.indexes.keys().any(|own| same(own, name))),
        Change::Drop(Address::Trigger(_, name)) => tables.any(|(_, it)| it.triggers.keys().any(|own| same(own, name))),
        _ => false,
    }
}

fn own_parts<'a>(changes: &[&'a Change]) -> Vec<&'a Change> {
    changes.iter().copied().filter(|change| is_own_part(change)).collect()
}

/// A step with what every step of SQLite has in common.
fn step(summary: String, sql: String, changes: Vec<Address>) -> Step {
    Step { summary, action: Action::Sql(sql), changes, lock: Lock::DatabaseWrites, ..Step::default() }
}

/// The key of a relation's name in the space of names that tables, views and indexes share.
fn relation_key(name: &trueup_state::Ident) -> String {
    ["relation ", &name.folded()].concat()
}

/// The key of a trigger's name.
fn trigger_key(name: &trueup_state::Ident) -> String {
    ["trigger ", &name.folded()].concat()
}

/// Several statements as one script.
fn script(statements: impl IntoIterator<Item = String>) -> String {
    statements.into_iter().map(|statement| [statement.as_str(), ";"].concat()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;
