//! RENAME and SET SCHEMA: what is declared under one name is to have another.

use squawk_syntax::{SyntaxNode, ast, ast::AstNode};
use trueup_state::{
    Address, Column, Definition, Generated, Ident, Object, PostgresObject, Qualified, ReplicaIdentity, Sequence,
    SqlText, Table, Term,
};

use super::{Target, named, remove::constraint_address};
use crate::{
    naming,
    parse::{
        fold::{Fold, FoldResult, Folded, Trouble, later, wrong, wrong_with},
        names,
        statement::partition,
    },
};

/// Refuse when texts of other objects speak of a table, or of one of its columns: they would have to change with it.
pub(super) fn refuse_if_shown(
    fold: &Fold<'_>,
    table: &Qualified,
    column: Option<&Ident>,
    node: &SyntaxNode,
) -> Result<(), Trouble> {
    let owner = Address::Table(table.clone());
    for (address, object) in fold.schema.objects() {
        let is_own = column.is_none() && address.is_within(&owner);
        let texts: Vec<&SqlText> = match object {
            Object::View(it) => vec![&it.definition],
            Object::Trigger(it) => vec![&it.definition],
            Object::Postgres(it) => match it {
                PostgresObject::MaterializedView(_) | PostgresObject::Policy(_) | PostgresObject::Rule(_) => it.texts(),
                _ => continue,
            },
            _ => continue,
        };
        let names_table = address.owner() == Some(table) || texts.iter().any(|it| it.mentions(table.name.text()));
        let names_column = column.is_none_or(|column| texts.iter().any(|it| it.mentions(column.text())));
        if names_table && names_column && !is_own {
            let message = ["`", &address.to_string(), "` is declared with the name as it is now"].concat();
            return Err(wrong_with(node, message, "declare everything under the names that it shall have"));
        }
    }
    Ok(())
}

/// Another name or namespace for a table, for everything that lies in it and points at it.
pub(super) fn table(
    fold: &mut Fold<'_>,
    from: &Qualified,
    to: Qualified,
    node: &SyntaxNode,
) -> Result<Qualified, Trouble> {
    if fold.is_relation(&to) {
        return Err(wrong(node, ["`", &to.to_string(), "` is declared twice"].concat()));
    }
    refuse_if_shown(fold, from, None, node)?;
    let names = fold.schema.namespaces.get_mut(&from.namespace);
    let Some(mut table) = names.and_then(|it| it.tables.shift_remove(&from.name)) else { return Ok(to) };
    if from.name != to.name {
        table.columns.iter_mut().for_each(|(name, column)| keep_names(column, from, name));
    }
    fold.schema.namespace_mut(&to.namespace).tables.insert(to.name.clone(), table);
    let all: Vec<Qualified> = fold.schema.tables().map(|(name, _)| name).collect();
    for name in all {
        let Some(it) = fold.schema.table_mut(&name) else { continue };
        for key in it.foreign_keys.values_mut().filter(|key| key.references == *from) {
            key.references.clone_from(&to);
        }
        let mut extra = it.extra.postgres();
        extra.inherits.iter_mut().filter(|it| *it == from).for_each(|it| it.clone_from(&to));
        if let Some(of) = extra.partition_of.as_mut().filter(|it| it.parent == *from) {
            of.parent.clone_from(&to);
        }
        it.extra = extra.into();
    }
    readdress(fold, from, &to);
    Ok(to)
}

/// What PostgreSQL made a name for keeps it when its table or its column is called otherwise.
fn keep_names(column: &mut Column, table: &Qualified, name: &Ident) {
    let mut extra = column.extra.postgres();
    if let Some(identity) = &mut extra.identity {
        identity.name.get_or_insert_with(|| naming::sequence(table, name));
    }
    if !column.nullable {
        extra.not_null_name.get_or_insert_with(|| naming::not_null(table, name));
    }
    column.extra = extra.into();
}

/// Give everything that is addressed by a table its new address.
fn readdress(fold: &mut Fold<'_>, from: &Qualified, to: &Qualified) {
    let moved = |address: &Address| -> Address {
        match address {
            Address::Table(name) if name == from => Address::Table(to.clone()),
            _ if address.owner() == Some(from) || address.subject().and_then(Address::relation) == Some(from) => {
                address.with_owner(to)
            }
            _ => address.clone(),
        }
    };
    let others = std::mem::take(&mut fold.schema.others);
    fold.schema.others = others
        .into_iter()
        .map(|(address, mut it)| {
            if let Definition::Postgres(object) = &mut it
                && let PostgresObject::Sequence(Sequence { owned_by: Some((owner, _)), .. }) = object.as_mut()
                && owner == from
            {
                owner.clone_from(to);
            }
            (moved(&address), it)
        })
        .collect();
    let mentions = std::mem::take(&mut fold.mentions);
    fold.mentions = mentions.into_iter().map(|(address, it)| (moved(&address), it)).collect();
    let created = std::mem::take(&mut fold.created);
    fold.created = created.into_iter().map(|(address, it)| (moved(&address), it)).collect();
    for it in fold.unresolved.iter_mut().filter(|it| it.table == *from) {
        it.table.clone_from(to);
    }
    for name in fold.taken.indexes_of(from) {
        if let Some(address) = fold.taken.index(&name).cloned() {
            fold.taken.remove_index(&name);
            let moved = Qualified { namespace: to.namespace.clone(), name: name.name.clone() };
            partition::indexes::rename(fold, &name, &moved);
            fold.taken.add_index(moved, address.with_owner(to));
        }
    }
}

/// RENAME COLUMN, in children, too.
pub(super) fn column(fold: &mut Fold<'_>, at: &Target<'_>, it: &ast::RenameColumn) -> Result<(), Trouble> {
    let (Some(old_node), Some(new)) = (it.column_name_ref(), it.column_name()) else {
        return Err(wrong(it.syntax(), "a name is missing here"));
    };
    let (old, new) = (names::one(old_node.syntax()), names::one(new.syntax()));
    if partition::column(fold, at.table, &old).is_none() {
        return Err(later(old_node.syntax(), ["column `", old.text(), "`"].concat()));
    }
    if partition::column(fold, at.table, &new).is_some() {
        return Err(wrong(it.syntax(), ["column `", new.text(), "` is declared twice"].concat()));
    }
    refuse_if_shown(fold, at.table, Some(&old), it.syntax())?;
    for table in partition::with_descendants(fold, at.table) {
        if let Some(it) = fold.schema.table_mut(&table) {
            it.columns.get_mut(&old).into_iter().for_each(|it| keep_names(it, &table, &old));
            rename_in(it, &old, &new);
        }
        readdress_column(fold, &table, &old, &new);
        for name in fold.schema.tables().map(|(name, _)| name).collect::<Vec<_>>() {
            let Some(it) = fold.schema.table_mut(&name) else { continue };
            for key in it.foreign_keys.values_mut().filter(|key| key.references == table) {
                replace(&mut key.referenced_columns, &old, &new);
            }
        }
    }
    fold.part(it.syntax(), Address::Column(at.table.clone(), new));
    Ok(())
}

fn replace(names: &mut [Ident], old: &Ident, new: &Ident) {
    names.iter_mut().filter(|it| *it == old).for_each(|it| it.clone_from(new));
}

fn readdress_column(fold: &mut Fold<'_>, table: &Qualified, old: &Ident, new: &Ident) {
    let (from, to) = (Address::Column(table.clone(), old.clone()), Address::Column(table.clone(), new.clone()));
    let moved = |address: &Address| match address {
        it if *it == from => to.clone(),
        Address::Comment(on) if **on == from => Address::Comment(Box::new(to.clone())),
        Address::Grant(on, role) if **on == from => Address::Grant(Box::new(to.clone()), role.clone()),
        it => it.clone(),
    };
    let others = std::mem::take(&mut fold.schema.others);
    fold.schema.others = others
        .into_iter()
        .map(|(address, mut it)| {
            if let Definition::Postgres(object) = &mut it
                && let PostgresObject::Sequence(Sequence { owned_by: Some((owner, column)), .. }) = object.as_mut()
                && owner == table
                && column == old
            {
                column.clone_from(new);
            }
            (moved(&address), it)
        })
        .collect();
    if let Some(mentions) = fold.mentions.remove(&from) {
        fold.mentions.insert(to, mentions);
    }
}

/// The same column under another name, in everything that a table itself holds.
fn rename_in(table: &mut Table, old: &Ident, new: &Ident) {
    let Table { columns, primary_key, uniques, checks, foreign_keys, indexes, triggers: _, extra } = table;
    let mut own = extra.postgres();
    if let Some(other) = own.overrides.remove(old) {
        own.overrides.insert(new.clone(), other);
    }
    own.partition_by.iter_mut().for_each(|it| rename_word(it, old, new));
    *extra = own.into();
    *columns = std::mem::take(columns)
        .into_iter()
        .map(|(name, mut column)| {
            if let Some(Generated { expression, stored: _ }) = &mut column.generated {
                rename_word(expression, old, new);
            }
            (if name == *old { new.clone() } else { name }, column)
        })
        .collect();
    for key in primary_key.iter_mut() {
        rename_parts(&mut key.parts, old, new);
        let mut extra = key.extra.postgres();
        replace(&mut extra.include, old, new);
        key.extra = extra.into();
    }
    for key in uniques.values_mut() {
        rename_parts(&mut key.parts, old, new);
        let mut extra = key.extra.postgres();
        replace(&mut extra.include, old, new);
        key.extra = extra.into();
    }
    for index in indexes.values_mut() {
        rename_parts(&mut index.parts, old, new);
        index.predicate.iter_mut().for_each(|it| rename_word(it, old, new));
        let mut extra = index.extra.postgres();
        replace(&mut extra.include, old, new);
        index.extra = extra.into();
    }
    checks.values_mut().for_each(|it| rename_word(&mut it.expression, old, new));
    foreign_keys.values_mut().for_each(|it| replace(&mut it.columns, old, new));
}

fn rename_parts(parts: &mut [trueup_state::Part], old: &Ident, new: &Ident) {
    for part in parts {
        match &mut part.term {
            Term::Column(name) if name == old => name.clone_from(new),
            Term::Column(_) => (),
            Term::Expression(text) => rename_word(text, old, new),
        }
    }
}

/// Replace a column's name in an expression of its table.
fn rename_word(text: &mut SqlText, old: &Ident, new: &Ident) {
    let renamed = |it: &str| renamed(it, old, new);
    *text = SqlText::new(renamed(text.canonical()), renamed(text.written()));
}

fn renamed(text: &str, old: &Ident, new: &Ident) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => rest[1..].find('\'').map_or(rest.len(), |at| at + 2),
            '"' => rest[1..].find('"').map_or(rest.len(), |at| at + 2),
            c if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (piece, after) = rest.split_at(length);
        let is_name = first == '"' || is_word(first) && !first.is_ascii_digit();
        let is_call = after.trim_start().starts_with('(');
        if is_name && !is_call && names::ident(piece) == *old {
            result.push_str(&names::quoted(new));
        } else {
            result.push_str(piece);
        }
        rest = after;
    }
    result
}

/// RENAME CONSTRAINT.
pub(super) fn constraint(fold: &mut Fold<'_>, at: &Target<'_>, it: &ast::RenameConstraint) -> Result<(), Trouble> {
    let old = named(it.constraint_name_ref(), it.syntax())?;
    let Some(new) = it.constraint_name().map(|it| names::one(it.syntax())) else {
        return Err(wrong(it.syntax(), "a name is missing here"));
    };
    let Some(address) = constraint_address(fold, at.table, &old) else {
        return Err(later(it.syntax(), ["constraint `", old.text(), "`"].concat()));
    };
    let name = Qualified { namespace: at.table.namespace.clone(), name: old };
    let folded = index(fold, &name, &address, &new, it.syntax())?;
    if let Folded::Object(address) = folded {
        fold.part(it.syntax(), address);
    }
    Ok(())
}

/// Another name for an index or a constraint.
pub(crate) fn index(
    fold: &mut Fold<'_>,
    name: &Qualified,
    address: &Address,
    new: &Ident,
    node: &SyntaxNode,
) -> FoldResult {
    let full = Qualified { namespace: name.namespace.clone(), name: new.clone() };
    let renamed = match address {
        Address::PrimaryKey(_) => address.clone(),
        Address::Unique(table, _) => Address::Unique(table.clone(), new.clone()),
        Address::Check(table, _) => Address::Check(table.clone(), new.clone()),
        Address::ForeignKey(table, _) => Address::ForeignKey(table.clone(), new.clone()),
        Address::Index(table, _) => Address::Index(table.clone(), new.clone()),
        Address::Part(kind, table, _) => Address::Part(*kind, table.clone(), new.clone()),
        _ => return Err(wrong(node, "this cannot be renamed")),
    };
    if fold.schema.object(&renamed).is_some() && renamed != *address {
        return Err(wrong(node, ["`", &renamed.to_string(), "` is declared twice"].concat()));
    }
    // What hangs on a parent's index is not in the schema and has a name all the same.
    let object = fold.schema.object(address).map(trueup_state::Object::to_definition);
    let comment = Address::Comment(Box::new(address.clone()));
    let comment = fold.schema.others.shift_remove(&comment);
    if let Some(object) = object {
        fold.schema.remove(address);
        fold.schema.put(&renamed, with_name(object, new));
    }
    if let Some(comment) = comment {
        fold.schema.others.insert(Address::Comment(Box::new(renamed.clone())), comment);
    }
    if let Some(mentions) = fold.mentions.remove(address) {
        fold.mentions.insert(renamed.clone(), mentions);
    }
    if fold.taken.index(name).is_some() {
        fold.taken.remove_index(name);
        fold.taken.add_index(full.clone(), renamed.clone());
    }
    if !matches!(address, Address::Index(..)) {
        fold.taken.remove_constraint(name);
        fold.taken.add_constraint(full.clone());
    }
    partition::indexes::rename(fold, name, &full);
    if let Some(table) = address.owner().cloned() {
        for it in fold.unresolved.iter_mut().filter(|it| it.table == table && it.name == name.name) {
            it.name.clone_from(new);
        }
        rename_uses(fold, &table, &name.name, new);
    }
    Ok(Folded::Object(renamed))
}

fn with_name(object: Definition, new: &Ident) -> Definition {
    let name = Some(new.clone());
    match object {
        Definition::PrimaryKey(it) => Definition::PrimaryKey(trueup_state::PrimaryKey { name, ..it }),
        Definition::Unique(it) => Definition::Unique(trueup_state::Unique { name, ..it }),
        Definition::Check(it) => Definition::Check(trueup_state::Check { name, ..it }),
        Definition::ForeignKey(it) => Definition::ForeignKey(trueup_state::ForeignKey { name, ..it }),
        other => other,
    }
}

fn rename_uses(fold: &mut Fold<'_>, table: &Qualified, old: &Ident, new: &Ident) {
    let Some(table) = fold.schema.table_mut(table) else { return };
    let mut extra = table.extra.postgres();
    if extra.cluster_on.as_ref() == Some(old) {
        extra.cluster_on = Some(new.clone());
    }
    if extra.replica_identity == ReplicaIdentity::Index(old.clone()) {
        extra.replica_identity = ReplicaIdentity::Index(new.clone());
    }
    table.extra = extra.into();
}
