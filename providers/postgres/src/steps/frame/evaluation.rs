//! What runs while a statement does: a column, check or index of a table with rows computes its expressions for each of
//! them, and so calls routines whose bodies call others. No server and no parser knows of these until then.

use std::collections::BTreeSet;

use trueup_state::{Address, Object, PostgresObject, RoutineBody, SqlText};

use super::context::Context;

/// New routines that the bodies mention which run when a part of a table that is there comes, and that do not wait for it.
pub(crate) fn calls(context: &Context<'_>, part: &Address) -> Vec<Address> {
    let is_computed = matches!(part, Address::Column(..) | Address::Check(..) | Address::Index(..));
    let table = part.owner().filter(|_| is_computed).map(|owner| Address::Table(owner.clone()));
    if table.is_none_or(|table| context.work.before.object(&table).is_none()) {
        return Vec::new();
    }
    let new = &context.new_functions;
    let mut open: Vec<Address> = if new.is_empty() { Vec::new() } else { vec![part.clone()] };
    let mut seen: BTreeSet<Address> = open.iter().cloned().collect();
    let mut found = Vec::new();
    while let Some(address) = open.pop() {
        let body = body(context, &address);
        let mentioned =
            |it: &&Address| body.as_ref().is_some_and(|body| it.name().is_some_and(|name| body.mentions(name.text())));
        let called: Vec<Address> = new.iter().filter(mentioned).cloned().collect();
        found.extend(called.iter().cloned());
        let needed = context.needs_after.of_object(&address).filter(|it| it.owner().is_none()).cloned();
        open.extend(needed.chain(called).filter(|it| seen.insert(it.clone())));
    }
    found.retain(|it| !context.needs_after.reaches([it], |needed| needed == part));
    found
}

/// The body of a routine, where it is a text.
fn body(context: &Context<'_>, address: &Address) -> Option<SqlText> {
    match context.work.after.object(address)? {
        Object::Postgres(PostgresObject::Routine(it)) => match &it.body {
            RoutineBody::Text(body) => Some(SqlText::new(body.as_str(), body.as_str())),
            _ => None,
        },
        _ => None,
    }
}
