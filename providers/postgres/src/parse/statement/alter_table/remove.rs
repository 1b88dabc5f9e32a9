//! DROP COLUMN and DROP CONSTRAINT.

use squawk_syntax::{ast, ast::AstNode};
use trueup_state::{Address, Definition, Ident, PartKind, PostgresObject, Qualified, Sequence, Table, Term};

use super::{Target, named, rename::refuse_if_shown};
use crate::parse::{
    fold::{Fold, Trouble, wrong, wrong_with},
    names,
    statement::partition,
};

/// DROP COLUMN, with the indexes and constraints that it is part of.
pub(super) fn column(fold: &mut Fold<'_>, at: &Target<'_>, it: &ast::DropColumn) -> Result<(), Trouble> {
    let Some(node) = it.column_name_ref() else { return Err(wrong(it.syntax(), "a name is missing here")) };
    let name = names::one(node.syntax());
    let is_there = fold.schema.table(at.table).is_some_and(|it| it.columns.contains_key(&name));
    if !is_there {
        if it.if_exists().is_some() {
            return Ok(());
        }
        let message = ["column `", name.text(), "` is not there at this point"].concat();
        return Err(wrong(node.syntax(), message));
    }
    refuse_if_shown(fold, at.table, Some(&name), node.syntax())?;
    let is_cascade = matches!(it.drop_behavior(), Some(ast::DropBehavior::Cascade(_)));
    let pointing = foreign_keys_to(fold, at.table, &name);
    if let (Some(key), false) = (pointing.first(), is_cascade) {
        let message = ["`", &key.to_string(), "` needs it"].concat();
        return Err(wrong_with(node.syntax(), message, "drop that first, or write CASCADE"));
    }
    for key in pointing {
        forget(fold, &key);
    }
    let parts = fold.schema.table(at.table).map(|it| parts_with(it, at.table, &name)).unwrap_or_default();
    for part in parts {
        forget(fold, &part);
    }
    let address = Address::Column(at.table.clone(), name.clone());
    fold.schema.remove(&address);
    fold.mentions.remove(&address);
    fold.schema.others.retain(|_, it| {
        let Definition::Postgres(object) = it else { return true };
        let PostgresObject::Sequence(Sequence { owned_by: Some((owner, column)), .. }) = object.as_ref() else {
            return true;
        };
        owner != at.table || *column != name
    });
    for child in partition::children(fold, at.table) {
        if let Some(table) = fold.schema.table_mut(&child) {
            let mut extra = table.extra.postgres();
            extra.overrides.remove(&name);
            table.extra = extra.into();
        }
    }
    Ok(())
}

fn foreign_keys_to(fold: &Fold<'_>, table: &Qualified, column: &Ident) -> Vec<Address> {
    let mut found = Vec::new();
    for (owner, it) in fold.schema.tables() {
        for (name, key) in &it.foreign_keys {
            if key.references == *table && key.referenced_columns.contains(column) && owner != *table {
                found.push(Address::ForeignKey(owner.clone(), name.clone()));
            }
        }
    }
    found
}

/// Indexes and constraints that a column is part of.
fn parts_with(it: &Table, table: &Qualified, column: &Ident) -> Vec<Address> {
    let in_parts = |parts: &[trueup_state::Part]| {
        parts.iter().any(|part| match &part.term {
            Term::Column(name) => name == column,
            Term::Expression(text) => text.mentions(column.text()),
        })
    };
    let mut found = Vec::new();
    if let Some(key) = &it.primary_key
        && (in_parts(&key.parts) || key.extra.postgres().include.contains(column))
    {
        found.push(Address::PrimaryKey(table.clone()));
    }
    let uniques =
        it.uniques.iter().filter(|(_, key)| in_parts(&key.parts) || key.extra.postgres().include.contains(column));
    found.extend(uniques.map(|(name, _)| Address::Unique(table.clone(), name.clone())));
    let indexes = it.indexes.iter().filter(|(_, index)| {
        in_parts(&index.parts)
            || index.extra.postgres().include.contains(column)
            || index.predicate.as_ref().is_some_and(|it| it.mentions(column.text()))
    });
    found.extend(indexes.map(|(name, _)| Address::Index(table.clone(), name.clone())));
    let checks = it.checks.iter().filter(|(_, check)| check.expression.mentions(column.text()));
    found.extend(checks.map(|(name, _)| Address::Check(table.clone(), name.clone())));
    let keys = it.foreign_keys.iter().filter(|(_, key)| {
        key.columns.contains(column) || key.references == *table && key.referenced_columns.contains(column)
    });
    found.extend(keys.map(|(name, _)| Address::ForeignKey(table.clone(), name.clone())));
    found
}

/// Take away a constraint or an index.
fn forget(fold: &mut Fold<'_>, address: &Address) {
    let Some(owner) = address.owner().cloned() else { return };
    let name = match address {
        Address::PrimaryKey(table) => {
            fold.schema.table(table).and_then(|it| it.primary_key.as_ref()).and_then(|it| it.name.clone())
        }
        _ => address.name().cloned(),
    };
    if let Some(name) = name {
        let full = Qualified { namespace: owner.namespace, name };
        fold.taken.remove_index(&full);
        partition::indexes::forget(fold, &full);
        if !matches!(address, Address::Index(..)) {
            fold.taken.remove_constraint(&full);
        }
    }
    fold.schema.remove(address);
    fold.mentions.remove(address);
}

/// The address of a constraint by its name.
pub(super) fn constraint_address(fold: &Fold<'_>, table: &Qualified, name: &Ident) -> Option<Address> {
    let it = fold.schema.table(table)?;
    if it.primary_key.as_ref().is_some_and(|it| it.name.as_ref() == Some(name)) {
        return Some(Address::PrimaryKey(table.clone()));
    }
    let exclude = Address::Part(PartKind::Exclude, table.clone(), name.clone());
    if it.uniques.contains_key(name) {
        Some(Address::Unique(table.clone(), name.clone()))
    } else if it.checks.contains_key(name) {
        Some(Address::Check(table.clone(), name.clone()))
    } else if it.foreign_keys.contains_key(name) {
        Some(Address::ForeignKey(table.clone(), name.clone()))
    } else {
        fold.schema.others.contains_key(&exclude).then_some(exclude)
    }
}

/// DROP CONSTRAINT.
pub(super) fn constraint(fold: &mut Fold<'_>, at: &Target<'_>, it: &ast::DropConstraint) -> Result<(), Trouble> {
    let name = named(it.constraint_name_ref(), it.syntax())?;
    let Some(address) = constraint_address(fold, at.table, &name) else {
        if it.if_exists().is_some() {
            return Ok(());
        }
        let message = ["constraint `", name.text(), "` is not there at this point"].concat();
        return Err(wrong(it.syntax(), message));
    };
    forget(fold, &address);
    Ok(())
}
