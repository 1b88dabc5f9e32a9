//! ALTER and DROP INDEX.

use squawk_syntax::{SyntaxNode, ast, ast::AstNode};
use trueup_state::{Address, Definition, Ident, Options, PostgresIndex, Qualified, ReplicaIdentity};

use super::rename_index;
use crate::parse::{
    fold::{Fold, FoldResult, Folded, Trouble, later, wrong, wrong_with},
    names,
    statement::{partition, table::options},
};

/// The index that a name stands for.
fn index(fold: &Fold<'_>, node: &SyntaxNode) -> Option<(Qualified, Address)> {
    fold.candidates(node).into_iter().find_map(|name| Some((name.clone(), fold.taken.index(&name)?.clone())))
}

fn existing(fold: &Fold<'_>, node: &SyntaxNode) -> Result<(Qualified, Address), Trouble> {
    index(fold, node).ok_or_else(|| later(node, ["index `", &node.text().to_string(), "`"].concat()))
}

/// ALTER INDEX.
pub(crate) fn alter(fold: &mut Fold<'_>, it: &ast::AlterIndex) -> FoldResult {
    let Some(node) = it.index_ref() else { return Ok(Folded::Nothing) };
    if it.if_exists().is_some() && index(fold, node.syntax()).is_none() {
        return Ok(Folded::Nothing);
    }
    let (name, address) = existing(fold, node.syntax())?;
    match it.action() {
        Some(ast::AlterIndexAction::AttachIndexPartition(attach)) => {
            let Some(child) = attach.index_ref() else { return Err(wrong(attach.syntax(), "a name is missing here")) };
            let (child, _) = existing(fold, child.syntax())?;
            partition::indexes::attach(fold, &name, &child);
        }
        Some(ast::AlterIndexAction::IndexRenameTo(rename)) => {
            let Some(to) = rename.index() else { return Err(wrong(rename.syntax(), "a name is missing here")) };
            return rename_index(fold, &name, &address, &names::one(to.syntax()), to.syntax());
        }
        Some(ast::AlterIndexAction::SetOptions(set)) => {
            let new = options::storage(set.attribute_list());
            change_options(fold, &address, &mut |options| options.extend(new.clone()));
        }
        Some(ast::AlterIndexAction::ResetOptions(reset)) => {
            let gone = options::keys(reset.attribute_list());
            change_options(fold, &address, &mut |options| options.retain(|name, _| !gone.contains(name)));
        }
        Some(ast::AlterIndexAction::AlterSetStatistics(set)) => statistics(fold, &address, &set)?,
        // Where it is stored is not managed, nor are dependencies on extensions.
        Some(
            ast::AlterIndexAction::SetTablespace(_)
            | ast::AlterIndexAction::DependsOnExtension(_)
            | ast::AlterIndexAction::NoDependsOnExtension(_),
        )
        | None => (),
    }
    Ok(Folded::Object(address))
}

/// Change the storage parameters of an index, or of the index of a key.
fn change_options(fold: &mut Fold<'_>, address: &Address, change: &mut dyn FnMut(&mut Options)) {
    let key = match address {
        Address::PrimaryKey(table) => {
            fold.schema.table_mut(table).and_then(|it| it.primary_key.as_mut()).map(|it| &mut it.extra)
        }
        Address::Unique(table, name) => {
            fold.schema.table_mut(table).and_then(|it| it.uniques.get_mut(name)).map(|it| &mut it.extra)
        }
        _ => return change_index(fold, address, |extra| change(&mut extra.options)),
    };
    if let Some(extra) = key {
        let mut own = extra.postgres();
        change(&mut own.options);
        *extra = own.into();
    }
}

/// Change what an index of a table or a materialized view says.
fn change_index(fold: &mut Fold<'_>, address: &Address, change: impl FnOnce(&mut PostgresIndex)) {
    let Address::Index(owner, name) = address else { return };
    let index = if fold.schema.table(owner).is_some() {
        fold.schema.table_mut(owner).and_then(|it| it.indexes.get_mut(name))
    } else {
        match fold.schema.others.get_mut(address) {
            Some(Definition::Index(index)) => Some(index),
            _ => None,
        }
    };
    if let Some(index) = index {
        let mut extra = index.extra.postgres();
        change(&mut extra);
        index.extra = extra.into();
    }
}

fn statistics(fold: &mut Fold<'_>, address: &Address, set: &ast::AlterSetStatistics) -> Result<(), Trouble> {
    let literals = set.syntax().descendants().filter_map(ast::Literal::cast);
    let numbers: Vec<String> = literals.map(|it| it.syntax().text().to_string()).collect();
    let column = numbers.first().and_then(|it| it.parse::<u32>().ok());
    let target = numbers.get(1).and_then(|it| it.parse::<i32>().ok());
    let (Some(column), Some(target)) = (column, target) else {
        return Err(wrong(set.syntax(), "write the column's number and the target"));
    };
    change_index(fold, address, |extra| {
        extra.statistics.insert(column, target);
    });
    Ok(())
}

/// DROP INDEX.
pub(crate) fn drop(fold: &mut Fold<'_>, it: &ast::DropIndex) -> FoldResult {
    for node in it.index_refs() {
        let node = node.syntax();
        match index(fold, node) {
            Some((name, address @ Address::Index(..))) => {
                fold.schema.remove(&address);
                fold.mentions.remove(&address);
                fold.taken.remove_index(&name);
                partition::indexes::forget(fold, &name);
                forget_uses(fold, &address);
            }
            Some((_, address)) => {
                let message = ["it belongs to `", &address.to_string(), "`"].concat();
                return Err(wrong_with(node, message, "drop the constraint"));
            }
            None if it.if_exists().is_some() => (),
            None => {
                let message = ["index `", &node.text().to_string(), "` is not there at this point"].concat();
                return Err(wrong(node, message));
            }
        }
    }
    Ok(Folded::Nothing)
}

/// What an index was used for besides looking up rows.
fn forget_uses(fold: &mut Fold<'_>, address: &Address) {
    let (Some(owner), Some(name)) = (address.owner(), address.name()) else { return };
    let name: Ident = name.clone();
    let Some(table) = fold.schema.table_mut(owner) else { return };
    let mut extra = table.extra.postgres();
    if extra.cluster_on.as_ref() == Some(&name) {
        extra.cluster_on = None;
    }
    if extra.replica_identity == ReplicaIdentity::Index(name) {
        extra.replica_identity = ReplicaIdentity::Default;
    }
    table.extra = extra.into();
}
