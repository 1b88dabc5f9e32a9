//! Renames that were asked for, as far as they are still to be done.

use trueup_contract::{Dialect, Directive, DirectiveKind, RealizeError};
use trueup_state::{Address, Change, Ident, Origins, Schema};

use super::EngineError;

/// The renames to carry out, the outer objects first. One that is done, or was never needed here, is no change; what the
/// database cannot rename is no rename.
pub(super) fn renames(
    moved: &[(Address, Address)],
    directives: &[Directive],
    (observed, desired): (&Schema, &Schema),
    dialect: &dyn Dialect,
) -> Result<Vec<Change>, EngineError> {
    let mut wanted: Vec<(Address, Address)> = moved.to_vec();
    for directive in directives {
        if let DirectiveKind::Moved { from } = &directive.kind {
            wanted.push((sibling(directive, from, dialect)?, directive.address.clone()));
        }
    }
    refuse_circles(&wanted)?;
    wanted.retain(|(_, to)| dialect.can_rename(to));
    let mut changes = Vec::new();
    for depth in 0..=2 {
        for (from, to) in wanted.iter().filter(|(_, to)| to.depth() == depth) {
            // Names of what it lies in may be given as they are or as they will be.
            let origins = Origins::of(&changes);
            changes.extend(rename(&origins, from, &follow(to, &wanted, desired), (observed, desired))?);
        }
    }
    changes.dedup();
    for (from, to) in dialect.renamed_along(&changes, observed, desired) {
        let is_told =
            changes.iter().any(|it| matches!(it, Change::Rename { from: old, to: new } if *old == from || *new == to));
        if !is_told {
            changes.push(Change::Rename { from, to });
        }
    }
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
fn sibling(directive: &Directive, from: &str, dialect: &dyn Dialect) -> Result<Address, EngineError> {
    let name = Ident::from(from.trim_matches(['"', '`', '[', ']']));
    let to = &directive.address;
    match to.with_name(&name).filter(|_| dialect.can_rename(to)) {
        Some(from) => Ok(from),
        None => Err(RealizeError::At {
            place: directive.place.clone(),
            length: 0,
            offset: 0,
            message: ["a ", to.kind(), " cannot be moved; it is dropped and created under its new name"].concat(),
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
        if desired.has(&at) {
            break;
        }
        let Some((_, next)) = wanted.iter().find(|(from, _)| *from == at) else { break };
        at = next.clone();
    }
    at
}

fn rename(
    origins: &Origins,
    from: &Address,
    to: &Address,
    (observed, desired): (&Schema, &Schema),
) -> Result<Option<Change>, EngineError> {
    if from.kind() != to.kind() {
        let what =
            ["`", &from.to_string(), "` cannot become `", &to.to_string(), "`: they are of different kinds"].concat();
        return Err(EngineError::Wrong { what, hint: "correct the `moved` entry".to_owned() });
    }
    let there = |address: &Address| spelled(&origins.now(address), observed);
    let (Some(from), None) = (there(from), there(to)) else {
        let both = there(from).is_some() && there(to).is_some();
        if both && !desired.has(&origins.then(from)) && origins.then(from) != *to {
            let what =
                ["`", &from.to_string(), "` is to be renamed to `", &to.to_string(), "`, but both are there"].concat();
            let hint = "merge the two by hand, or remove the `moved` entry to drop the old one".to_owned();
            return Err(EngineError::Wrong { what, hint });
        }
        return Ok(None);
    };
    if !desired.has(to) {
        let what =
            ["`", &from.to_string(), "` is to be renamed to `", &to.to_string(), "`, which is not declared"].concat();
        return Err(EngineError::Wrong { what, hint: "declare it, or correct the `moved` entry".to_owned() });
    }
    if desired.has(&origins.then(&from)) {
        let what =
            ["`", &from.to_string(), "` is to be renamed to `", &to.to_string(), "`, but both are declared"].concat();
        return Err(EngineError::Wrong { what, hint: "remove the old declaration or the `moved` entry".to_owned() });
    }
    Ok(Some(Change::Rename { from, to: to.clone() }))
}

/// The address as the database spells it, if the object is there.
fn spelled(address: &Address, schema: &Schema) -> Option<Address> {
    if schema.has(address) {
        return Some(address.clone());
    }
    // A database without namespaces does not tell names apart by their case.
    if address.namespace().is_some() {
        return None;
    }
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
        _ => None,
    }
}
