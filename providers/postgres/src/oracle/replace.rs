//! What CREATE OR REPLACE accepts.

use std::collections::BTreeSet;

use trueup_contract::Inspection;
use trueup_state::{Address, Argument, ArgumentMode, Object, PostgresObject, Routine, Schema};

/// Whether the columns of the view that is there are the first of the new one's: the last two answers about a view.
pub(super) fn is_prefix(texts: &[Option<String>]) -> bool {
    let [_, Some(new), Some(old)] = texts else { return false };
    let columns = |text: &str| serde_json::from_str::<Vec<serde_json::Value>>(text).ok();
    match (columns(new), columns(old)) {
        (Some(new), Some(old)) => new.starts_with(&old),
        _ => false,
    }
}

/// The routines among the differing objects that can be replaced.
pub(super) fn routines(declared: &Schema, inspection: &Inspection, differing: &[Address]) -> BTreeSet<Address> {
    let routine = |schema: &Schema, address: &Address| match schema.object(address)? {
        Object::Postgres(PostgresObject::Routine(it)) => Some(it.clone()),
        _ => None,
    };
    let can_replace = |address: &&Address| {
        let pair = routine(&inspection.schema, address).zip(routine(declared, address));
        pair.is_some_and(|(before, after)| accepts(&before, &after))
    };
    differing.iter().filter(can_replace).cloned().collect()
}

/// `ProcedureCreate`: the result stays, so do names of arguments once given, and no default goes.
fn accepts(before: &Routine, after: &Routine) -> bool {
    let argument = |(b, a): (&Argument, &Argument)| {
        let is_result = matches!(b.mode, ArgumentMode::Out | ArgumentMode::Table | ArgumentMode::InOut);
        b.mode == a.mode
            && b.ty == a.ty
            && (b.name == a.name || (b.name.is_none() && !is_result))
            && (b.default.is_none() || a.default.is_some())
    };
    before.returns == after.returns
        && before.returns_set == after.returns_set
        && before.window == after.window
        && before.arguments.len() == after.arguments.len()
        && before.arguments.iter().zip(&after.arguments).all(argument)
}
