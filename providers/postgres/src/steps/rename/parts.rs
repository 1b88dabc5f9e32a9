//! What has a name in a table that is renamed and is no object by itself, or goes with the table wherever that goes.

use trueup_contract::DialectError;
use trueup_state::{Address, Change, Ident, ObjectKind, PostgresObject, Qualified};

use crate::{
    naming,
    render::sql,
    steps::{frame::context::Context, objects::uses},
};

/// The table that takes a sequence along to another schema: of its own accord, as the sequence belongs to it.
pub(super) fn taken_along<'a>(context: &'a Context<'_>, sequence: &Address) -> Option<&'a Address> {
    let Some(PostgresObject::Sequence(it)) = uses::postgres(context.work.observed, sequence) else { return None };
    let (owner, _) = it.owned_by.as_ref()?;
    let owner = Address::Table(owner.clone());
    context.work.changes.iter().find_map(|change| match change {
        Change::Rename { from, to } if *from == owner => Some(to).filter(|to| to.namespace() != from.namespace()),
        _ => None,
    })
}

/// The sequences that a table takes along, and what they will be called.
pub(super) fn sequences<'a>(context: &'a Context<'_>, table: &Address) -> Vec<(&'a Address, &'a Address)> {
    let all = context.work.changes.iter().filter_map(|change| match change {
        Change::Rename { from: from @ Address::Object(ObjectKind::Sequence, _), to } => Some((from, to)),
        _ => None,
    });
    let owner = |it: &Address| match uses::postgres(context.work.observed, it) {
        Some(PostgresObject::Sequence(it)) => it.owned_by.as_ref().map(|(owner, _)| Address::Table(owner.clone())),
        _ => None,
    };
    all.filter(|(from, _)| taken_along(context, from).is_some() && owner(from).as_ref() == Some(table)).collect()
}

/// The statements that come after the rename of a table or column from one name to the other, which may be the way back:
/// sequences of identity columns and NOT NULL constraints (18) are called what PostgreSQL would call them now.
///
/// # Errors
/// When a NOT NULL constraint cannot be renamed.
pub(super) fn statements(
    context: &Context<'_>,
    observed: &Address,
    (from, to): (&Address, &Address),
) -> Result<Vec<String>, DialectError> {
    let (Some(old), Some(new), Some(name)) = (table(from), table(to), table(observed)) else { return Ok(Vec::new()) };
    let Some(known) = context.work.observed.table(name) else { return Ok(Vec::new()) };
    let mut statements = Vec::new();
    for (own, column) in &known.columns {
        let (before, after) = match (observed, from, to) {
            (Address::Table(_), _, _) => (own, own),
            (Address::Column(_, it), Address::Column(_, before), Address::Column(_, after)) if it == own => {
                (before, after)
            }
            _ => continue,
        };
        let extra = column.extra.postgres();
        let (was, is) = (naming::sequence(old, before), naming::sequence(new, after));
        if extra.identity.is_some_and(|it| it.name.is_none()) {
            statements.extend(rename_sequence(was.name, &is));
        }
        let (was, is) = (naming::not_null(old, before), naming::not_null(new, after));
        let has_it = context.version.names_not_null() && !column.nullable && extra.not_null_name.is_none();
        if has_it && was != is {
            if uses::inherits_column(context.work.observed, known, own) {
                let reason =
                    ["its NOT NULL constraint `", was.text(), "` is inherited, too, and cannot be called otherwise"];
                return Err(DialectError { address: observed.clone(), reason: reason.concat() });
            }
            let alter = sql("ALTER TABLE").name(new).raw("RENAME CONSTRAINT");
            statements.push(alter.ident(&was).raw("TO").ident(&is).finish());
        }
    }
    for (a, b) in sequences(context, observed) {
        let (was, is) = if b.namespace() == to.namespace() { (a, b) } else { (b, a) };
        if let (Some(was), Address::Object(_, is)) = (was.name(), is) {
            statements.extend(rename_sequence(was.clone(), is));
        }
    }
    Ok(statements)
}

fn table(address: &Address) -> Option<&Qualified> {
    match address {
        Address::Table(name) | Address::Column(name, _) => Some(name),
        _ => None,
    }
}

/// A sequence that lies in its schema to come already.
fn rename_sequence(was: Ident, is: &Qualified) -> Option<String> {
    let here = Qualified { namespace: is.namespace.clone(), name: was };
    (here != *is).then(|| sql("ALTER SEQUENCE").name(&here).raw("RENAME TO").ident(&is.name).finish())
}
