//! Enums: new values are added in place; with fewer, or in another order, the type is made anew.

use trueup_contract::{Step, Transaction, Work};
use trueup_state::{Address, Change, EnumType, Object, Pair, PostgresObject, Qualified};

use super::{Alteration, Statement};
use crate::render::{
    sql,
    types::{self, Position},
};

/// From one list of values to another.
pub(super) fn alter(name: &Qualified, forms: Pair<&EnumType>) -> Alteration {
    let Pair { before, after } = forms.map(|it| it.labels.as_slice());
    if is_only_extended(before, after) { Alteration::InPlace(added(name, before, after)) } else { Alteration::Recreate }
}

/// Whether every value is still there, in the same order.
fn is_only_extended(before: &[String], after: &[String]) -> bool {
    let mut kept = after.iter().filter(|label| before.contains(label));
    before.iter().all(|label| kept.next() == Some(label))
}

/// ADD VALUE for each new value, each beside one that is there by then.
fn added(name: &Qualified, before: &[String], after: &[String]) -> Vec<Statement> {
    let mut statements = Vec::new();
    for (at, label) in after.iter().enumerate() {
        if before.contains(label) {
            continue;
        }
        let is_last = after[at..].iter().all(|later| !before.contains(later));
        let position = match (at.checked_sub(1), before.first()) {
            (_, _) if is_last => Position::Last,
            (Some(previous), _) => Position::After(&after[previous]),
            (None, Some(first)) => Position::Before(first),
            (None, None) => Position::Last,
        };
        statements.push(Statement {
            summary: Some(["add value ", label, " to enum ", &name.to_string()].concat()),
            transaction: Transaction::CommitAfter,
            ..Statement::of(types::add_value(name, label, position))
        });
    }
    statements
}

/// What mentions a new value comes after it: nobody knows without asking the server of which type `'glad'` is in
/// `WHERE feels = 'glad'`.
pub(crate) fn precede(work: &Work<'_>, steps: &mut [Step]) {
    for (address, literals) in work.changes.iter().filter_map(|change| new_values(work, change)) {
        let mentions = |step: &Step| literals.iter().any(|literal| step.action.sql().contains(literal));
        // The steps that add the values mention them, too.
        let is_other = |step: &Step| step.transaction != Transaction::CommitAfter && !step.requires.contains(address);
        for step in steps.iter_mut().filter(|step| is_other(step) && mentions(step)) {
            step.requires.push(address.clone());
        }
    }
}

/// The literals of the values that an enum gets.
fn new_values<'a>(work: &Work<'a>, change: &'a Change) -> Option<(&'a Address, Vec<String>)> {
    let Change::Alter(address) = change else { return None };
    let labels = |object: Option<Object<'a>>| match object {
        Some(Object::Postgres(PostgresObject::Enum(it))) => Some(&it.labels),
        _ => None,
    };
    let (before, after) = (labels(work.before.object(address))?, labels(work.after.object(address))?);
    let new = after.iter().filter(|label| !before.contains(label));
    Some((address, new.map(|label| sql("").string(label).finish().trim().to_owned()).collect()))
}
