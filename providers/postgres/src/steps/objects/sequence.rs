//! Sequences.

use trueup_contract::{Fact, Hazard, Work};
use trueup_state::{Address, ObjectKind, Pair, Qualified, Sequence};

use super::column;
use crate::{
    render::sequence,
    steps::{
        Statement,
        frame::write::{shown, summary},
    },
};

/// CREATE SEQUENCE; its column may be made later than it, since the column's default needs it.
pub(super) fn create(name: &Qualified, it: &Sequence) -> Vec<Statement> {
    let made = Statement::of(sequence::create(name, it));
    std::iter::once(made).chain(it.owned_by.is_some().then(|| owned_by(name, it, None))).collect()
}

/// ALTER SEQUENCE with what is not as it was.
pub(super) fn alter(address: &Address, name: &Qualified, forms: Pair<&Sequence>) -> Vec<Statement> {
    let Pair { before, after } = forms;
    let options = sequence::alter(name, forms).map(|sql| {
        let undo = sequence::alter(name, Pair { before: after, after: before });
        let restarts = sequence::must_restart(&before.options, &after.options);
        let lost = Hazard { address: address.clone(), fact: Fact::LosesSequence, question: None };
        let hazards = restarts.then_some(lost).into_iter().collect();
        Statement { undo: undo.filter(|_| !restarts), hazards, ..Statement::of(sql) }
    });
    let logged = (before.unlogged != after.unlogged).then(|| Statement {
        undo: Some(sequence::logged(name, before.unlogged)),
        ..Statement::of(sequence::logged(name, after.unlogged))
    });
    let owner = (before.owned_by != after.owned_by).then(|| owned_by(name, after, Some(before)));
    options.into_iter().chain(logged).chain(owner).collect()
}

fn owned_by(name: &Qualified, after: &Sequence, before: Option<&Sequence>) -> Statement {
    let owner = after.owned_by.as_ref();
    let requires = owner.map(|(table, it)| column(table, it)).into_iter().collect();
    let before = before.and_then(|it| it.owned_by.as_ref());
    let undo = Some(sequence::owned_by(name, before));
    let address = Address::Object(ObjectKind::Sequence, name.clone());
    let summary = match owner {
        Some((table, it)) => [summary("tie", &address), " to ".to_owned(), shown(&column(table, it))].concat(),
        None => summary("untie", &address) + " from its column",
    };
    Statement { undo, requires, summary: Some(summary), ..Statement::of(sequence::owned_by(name, owner)) }
}

/// Whether its column is dropped, and it with it.
pub(super) fn goes_with_column(work: &Work<'_>, it: &Sequence) -> bool {
    let Some((table, name)) = &it.owned_by else { return false };
    let address = column(table, name);
    work.before.object(&address).is_some() && work.after.object(&address).is_none()
}
