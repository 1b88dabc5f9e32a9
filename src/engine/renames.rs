//! Renames that were asked for, as far as they are still to be done.

use trueup_contract::{Directive, DirectiveKind, RealizeError};
use trueup_state::{Address, Change, Ident, Qualified, Schema};

use super::EngineError;

/// The renames to carry out, tables before columns. One that is done, or was never needed here, is no change.
pub(super) fn renames(
    moved: &[(Address, Address)],
    directives: &[Directive],
    observed: &Schema,
    desired: &Schema,
) -> Result<Vec<Change>, EngineError> {
    let mut wanted: Vec<(Address, Address)> = moved.to_vec();
    for directive in directives {
        if let DirectiveKind::Moved { from } = &directive.kind {
            wanted.push((sibling(directive, from)?, directive.address.clone()));
        }
    }
    refuse_circles(&wanted)?;
    let is_table = |(_, to): &&(Address, Address)| matches!(to, Address::Table(_));
    let tables: Vec<(Address, Address)> = wanted.iter().filter(is_table).cloned().collect();
    let mut changes = Vec::new();
    for (from, to) in wanted.iter().filter(is_table) {
        changes.extend(rename(from, &follow(to, &wanted, desired), observed, desired)?);
    }
    let old_table = |name: &Qualified| {
        let there = tables.iter().find(|(from, to)| to.relation() == Some(name) && observed.object(from).is_some());
        there.and_then(|(from, _)| from.relation()).unwrap_or(name).clone()
    };
    for (from, to) in wanted.iter().filter(|(_, to)| matches!(to, Address::Column(..))) {
        let from = from.owner().map_or_else(|| from.clone(), |owner| from.with_owner(&old_table(owner)));
        changes.extend(rename(&from, &follow(to, &wanted, desired), observed, desired)?);
    }
    changes.dedup();
    Ok(changes)
}

/// Names that change places cannot be told from names that stay.
fn refuse_circles(wanted: &[(Address, Address)]) -> Result<(), EngineError> {
    for (from, to) in wanted {
        let mut at = to;
        for _ in 0..wanted.len() {
            let Some((_, next)) = wanted.iter().find(|(it, _)| it == at) else { break };
            if next == from || at == from {
                let what = ["`", &from.to_string(), "` and `", &to.to_string(), "` are moved in a circle"].concat();
                let hint = "rename by way of a third name, in two applies".to_owned();
                return Err(EngineError::Wrong { what, hint });
            }
            at = next;
        }
    }
    Ok(())
}

/// The address that `-- @moved from=NAME` means: the same kind of object in the same owner.
fn sibling(directive: &Directive, from: &str) -> Result<Address, EngineError> {
    let name = Ident::from(from.trim_matches(['"', '`', '[', ']']));
    match &directive.address {
        Address::Table(to) => Ok(Address::Table(Qualified { namespace: to.namespace.clone(), name })),
        Address::Column(table, _) => Ok(Address::Column(table.clone(), name)),
        other => Err(RealizeError::At {
            place: directive.place.clone(),
            length: 0,
            offset: 0,
            message: ["a ", other.kind(), " cannot be moved; it is dropped and created under its new name"].concat(),
            hint: Some("remove this `@moved`; only tables and columns hold data that a rename must keep".to_owned()),
            is_refusal: false,
        }
        .into()),
    }
}

/// Follow a chain of moves to the name that is declared now.
fn follow(to: &Address, wanted: &[(Address, Address)], desired: &Schema) -> Address {
    let mut at = to.clone();
    for _ in 0..wanted.len() {
        if desired.object(&at).is_some() {
            break;
        }
        let Some((_, next)) = wanted.iter().find(|(from, _)| *from == at) else { break };
        at = next.clone();
    }
    at
}

fn rename(from: &Address, to: &Address, observed: &Schema, desired: &Schema) -> Result<Option<Change>, EngineError> {
    if std::mem::discriminant(from) != std::mem::discriminant(to) {
        let what =
            ["`", &from.to_string(), "` cannot become `", &to.to_string(), "`: they are of different kinds"].concat();
        return Err(EngineError::Wrong { what, hint: "correct the `moved` entry".to_owned() });
    }
    let (Some(from), None) = (spelled(from, observed), spelled(to, observed)) else {
        let both = spelled(from, observed).is_some() && spelled(to, observed).is_some();
        if both && desired.object(from).is_none() && from != to {
            let what =
                ["`", &from.to_string(), "` is to be renamed to `", &to.to_string(), "`, but both are there"].concat();
            let hint = "merge the two by hand, or remove the `moved` entry to drop the old one".to_owned();
            return Err(EngineError::Wrong { what, hint });
        }
        return Ok(None);
    };
    if desired.object(to).is_none() {
        let what =
            ["`", &from.to_string(), "` is to be renamed to `", &to.to_string(), "`, which is not declared"].concat();
        return Err(EngineError::Wrong { what, hint: "declare it, or correct the `moved` entry".to_owned() });
    }
    if desired.object(&from).is_some() {
        let what =
            ["`", &from.to_string(), "` is to be renamed to `", &to.to_string(), "`, but both are declared"].concat();
        return Err(EngineError::Wrong { what, hint: "remove the old declaration or the `moved` entry".to_owned() });
    }
    Ok(Some(Change::Rename { from, to: to.clone() }))
}

/// The address as the database spells it, if the object is there.
fn spelled(address: &Address, schema: &Schema) -> Option<Address> {
    match address {
        Address::Table(name) => {
            let (found, _) = schema.tables().find(|(it, _)| it.name.folded() == name.name.folded())?;
            Some(Address::Table(found))
        }
        Address::Column(owner, name) => {
            let (table, it) = schema.tables().find(|(it, _)| it.name.folded() == owner.name.folded())?;
            let (column, _) = it.columns.iter().find(|(column, _)| column.folded() == name.folded())?;
            Some(Address::Column(table, column.clone()))
        }
        other => schema.object(other).map(|_| other.clone()),
    }
}
