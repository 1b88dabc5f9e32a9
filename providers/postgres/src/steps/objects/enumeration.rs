//! Enums: new values are added in place; with fewer, or in another order, the type is made anew.

use trueup_contract::Transaction;
use trueup_state::{EnumType, Pair, Qualified};

use super::{Alteration, Statement};
use crate::render::types::{self, Position};

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
