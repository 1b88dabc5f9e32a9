//! Making a table a partition or a child of another, and the way back.

use indexmap::IndexMap;
use squawk_syntax::SyntaxNode;
use trueup_state::{Address, Column, Ident, InheritedColumn, Partition, PostgresTable, Qualified, SqlText, Table};

use super::{columns, indexes};
use crate::{
    naming,
    parse::fold::{Fold, Trouble, wrong},
};

/// ATTACH PARTITION: what the parent has, the partition inherits from now on.
pub(crate) fn attach(
    fold: &mut Fold<'_>,
    parent: &Qualified,
    child: &Qualified,
    bound: SqlText,
    node: &SyntaxNode,
) -> Result<(), Trouble> {
    let (Some(above), Some(own)) = (fold.schema.table(parent).cloned(), fold.schema.table(child).cloned()) else {
        return Ok(());
    };
    if above.extra.postgres().partition_by.is_none() {
        return Err(wrong(node, ["table `", &parent.to_string(), "` is not partitioned"].concat()));
    }
    let inherited = columns(fold, parent);
    let Table { mut columns, primary_key, uniques, mut checks, mut foreign_keys, indexes, triggers, extra } = own;
    let mut extra: PostgresTable = extra.postgres();
    for name in inherited.keys() {
        let Some(column) = columns.shift_remove(name) else {
            let message = ["partition `", &child.to_string(), "` has no column `", name.text(), "`"].concat();
            return Err(wrong(node, message));
        };
        let generated = column.generated.map(|it| it.expression);
        let default = column.default.or(generated);
        let other = InheritedColumn { no_default: default.is_none(), default, not_null: !column.nullable };
        extra.overrides.insert(name.clone(), other);
    }
    if let Some(name) = columns.keys().next() {
        let message =
            ["column `", name.text(), "` of partition `", &child.to_string(), "` is not its parent's"].concat();
        return Err(wrong(node, message));
    }
    extra.partition_of = Some(Partition { parent: parent.clone(), bound });
    let mut gone: Vec<Address> = Vec::new();
    checks.retain(|name, check| {
        let same = above.checks.get(name).is_some_and(|it| it.expression == check.expression);
        keep(!same, Address::Check(child.clone(), name.clone()), &mut gone)
    });
    foreign_keys.retain(|name, key| {
        let without_name = |it: &trueup_state::ForeignKey| trueup_state::ForeignKey { name: None, ..it.clone() };
        let same = above.foreign_keys.values().any(|it| without_name(it) == without_name(key));
        keep(!same, Address::ForeignKey(child.clone(), name.clone()), &mut gone)
    });
    let table = Table { columns, primary_key, uniques, checks, foreign_keys, indexes, triggers, extra: extra.into() };
    if let Some(it) = fold.schema.table_mut(child) {
        *it = table;
    }
    indexes::adopt(fold, parent, child);
    for column in inherited.keys() {
        gone.push(Address::Column(child.clone(), column.clone()));
    }
    fold.mentions.retain(|address, _| !gone.contains(address));
    Ok(())
}

fn keep(stays: bool, address: Address, gone: &mut Vec<Address>) -> bool {
    if !stays {
        gone.push(address);
    }
    stays
}

/// DETACH PARTITION: what was inherited is the table's own.
pub(crate) fn detach(fold: &mut Fold<'_>, parent: &Qualified, child: &Qualified) {
    let all = left_columns(fold, parent, child);
    let Some(above) = fold.schema.table(parent).cloned() else { return };
    if let Some(table) = fold.schema.table_mut(child) {
        let mut extra = table.extra.postgres();
        extra.partition_of = None;
        extra.overrides.clear();
        table.extra = extra.into();
        table.columns = all;
        for (name, check) in above.checks {
            table.checks.entry(name).or_insert(check);
        }
    }
    indexes::detach(fold, child);
}

/// The columns of a table that leaves a parent. A NOT NULL that came from there keeps the name that it has there (18).
fn left_columns(fold: &Fold<'_>, parent: &Qualified, child: &Qualified) -> IndexMap<Ident, Column> {
    let mut all = columns(fold, child);
    let (Some(above), Some(table)) = (fold.schema.table(parent), fold.schema.table(child)) else { return all };
    let overrides = table.extra.postgres().overrides;
    for (name, column) in all.iter_mut().filter(|(name, it)| !it.nullable && !table.columns.contains_key(*name)) {
        let says_so = overrides.get(name).is_some_and(|it| it.not_null);
        let Some(from) = above.columns.get(name).filter(|it| !it.nullable && !says_so) else { continue };
        let mut extra = column.extra.postgres();
        extra.not_null_name = Some(naming::not_null_of(parent, name, &from.extra.postgres()));
        column.extra = extra.into();
    }
    all
}

/// INHERIT: columns that both have stay declared by both.
pub(crate) fn inherit(fold: &mut Fold<'_>, parent: &Qualified, child: &Qualified) {
    if let Some(table) = fold.schema.table_mut(child) {
        let mut extra = table.extra.postgres();
        if !extra.inherits.contains(parent) {
            extra.inherits.push(parent.clone());
        }
        table.extra = extra.into();
    }
}

/// NO INHERIT: columns that were inherited are the table's own.
pub(crate) fn disinherit(fold: &mut Fold<'_>, parent: &Qualified, child: &Qualified) {
    let all = left_columns(fold, parent, child);
    let Some(table) = fold.schema.table_mut(child) else { return };
    let mut extra = table.extra.postgres();
    extra.inherits.retain(|it| it != parent);
    extra.overrides.clear();
    table.extra = extra.into();
    table.columns = all;
}
