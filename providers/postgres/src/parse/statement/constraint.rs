//! Keys, checks and foreign keys, in a table or behind a column.

mod foreign_key;
mod key;

use squawk_syntax::{SyntaxKind, SyntaxNode, ast, ast::AstNode};
use trueup_state::{Address, Check, Deferral, Ident, PostgresCheck, PostgresTable, Qualified};

use super::{partition, table::Wish};
use crate::parse::{
    fold::{Fold, Trouble, later, wrong},
    names,
};

pub(crate) use foreign_key::{primary_key_of, resolve};
pub(crate) use key::using_index;

/// When constraints come to a table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// With the table, which has no rows: nothing is left unchecked.
    Created,
    /// Later.
    Altered,
    /// Later, and to the table alone, not to its partitions.
    AlteredAlone,
}

/// Add constraints to a table that is there, in PostgreSQL's order: checks, keys, foreign keys.
pub(crate) fn add(fold: &mut Fold<'_>, table: &Qualified, wishes: &[Wish], when: When) -> Result<(), Trouble> {
    for wish in wishes {
        let node = wish.constraint.syntax();
        match &wish.constraint {
            ast::Constraint::CheckConstraint(it) => check(fold, table, it, when)?,
            ast::Constraint::NotNullConstraint(it) => not_null(fold, table, wish, it)?,
            ast::Constraint::DefaultConstraint(_)
            | ast::Constraint::GeneratedConstraint(_)
            | ast::Constraint::NullConstraint(_) => return Err(wrong(node, "this belongs to a column")),
            ast::Constraint::ExcludeConstraint(_)
            | ast::Constraint::PrimaryKeyConstraint(_)
            | ast::Constraint::UniqueConstraint(_)
            | ast::Constraint::ForeignKeyConstraint(_)
            | ast::Constraint::ReferencesConstraint(_) => (),
        }
    }
    key::add(fold, table, wishes, when)?;
    for wish in wishes {
        match &wish.constraint {
            ast::Constraint::ForeignKeyConstraint(_) | ast::Constraint::ReferencesConstraint(_) => {
                foreign_key::add(fold, table, wish, when)?;
            }
            _ => (),
        }
    }
    Ok(())
}

/// Columns that constraints speak of and that are not there yet.
pub(crate) fn missing_column(fold: &Fold<'_>, table: &Qualified, wishes: &[Wish]) -> Option<Trouble> {
    let lists = wishes.iter().flat_map(|wish| wish.constraint.syntax().children());
    let own = lists.filter(|it| it.kind() != SyntaxKind::TABLE_NAME_REF);
    for list in own {
        let node = match list.kind() {
            SyntaxKind::INDEX_PARAMETERS => {
                list.children().find(|it| it.kind() == SyntaxKind::CONSTRAINT_COLUMN_REF_LIST)
            }
            // Of a foreign key's two lists, the first is this table's.
            SyntaxKind::FOREIGN_KEY_COLUMN_LIST => {
                let is_first = list.prev_sibling().is_none_or(|it| it.kind() != SyntaxKind::TABLE_NAME_REF);
                is_first.then_some(list)
            }
            _ => None,
        };
        let columns = node.iter().flat_map(SyntaxNode::children).filter(|it| it.kind() == SyntaxKind::COLUMN_NAME_REF);
        for column in columns {
            if partition::column(fold, table, &names::one(&column)).is_none() {
                return Some(later(&column, ["column `", &column.text().to_string(), "`"].concat()));
            }
        }
    }
    None
}

/// The name that is written, if one is, noted as taken.
fn written_name(fold: &Fold<'_>, table: &Qualified, constraint: &SyntaxNode) -> Result<Option<Ident>, Trouble> {
    let clause = constraint.children().find_map(ast::ConstraintNameClause::cast);
    let Some(node) = clause.and_then(|it| it.constraint_name()) else { return Ok(None) };
    let name = names::one(node.syntax());
    let is_taken = fold.schema.table(table).is_some_and(|it| {
        it.checks.contains_key(&name)
            || it.uniques.contains_key(&name)
            || it.foreign_keys.contains_key(&name)
            || it.primary_key.as_ref().is_some_and(|it| it.name.as_ref() == Some(&name))
    });
    if is_taken {
        let message = ["constraint `", name.text(), "` of `", &table.to_string(), "` is declared twice"].concat();
        return Err(wrong(node.syntax(), message));
    }
    Ok(Some(name))
}

/// When a constraint is checked.
pub(crate) fn deferral(options: &[ast::ConstraintOption]) -> Deferral {
    let mut deferral = Deferral::NotDeferrable;
    for option in options {
        match option {
            ast::ConstraintOption::DeferrableConstraintOption(_) if deferral == Deferral::NotDeferrable => {
                deferral = Deferral::InitiallyImmediate;
            }
            ast::ConstraintOption::InitiallyDeferredConstraintOption(_) => deferral = Deferral::InitiallyDeferred,
            _ => (),
        }
    }
    deferral
}

fn check(fold: &mut Fold<'_>, table: &Qualified, it: &ast::CheckConstraint, when: When) -> Result<(), Trouble> {
    let Some(expression) = it.expr() else { return Err(wrong(it.syntax(), "a condition is missing here")) };
    let name = match written_name(fold, table, it.syntax())? {
        Some(name) => name,
        None => {
            let columns = mentioned_columns(fold, table, expression.syntax());
            let single = if let [column] = columns.as_slice() { Some(column.text()) } else { None };
            fold.free_constraint_name(table, single, "check")
        }
    };
    let mut extra = PostgresCheck::default();
    for option in it.constraint_options() {
        match option {
            ast::ConstraintOption::NotValid(_) => extra.not_valid = true,
            ast::ConstraintOption::NoInherit(_) => extra.no_inherit = true,
            ast::ConstraintOption::NotEnforced(_) => extra.not_enforced = true,
            _ => (),
        }
    }
    let is_foreign = fold.schema.table(table).is_some_and(|it| it.extra.postgres().foreign.is_some());
    extra.not_valid &= when != When::Created || is_foreign;
    extra.not_valid &= !extra.not_enforced;
    let address = Address::Check(table.clone(), name.clone());
    let expression_text = fold.text(expression.syntax());
    let check = Check { name: Some(name.clone()), expression: expression_text, extra: extra.into() };
    fold.taken.add_constraint(Qualified { namespace: table.namespace.clone(), name: name.clone() });
    fold.mention(&address, expression.syntax());
    fold.part(it.syntax(), address);
    if let Some(table) = fold.schema.table_mut(table) {
        table.checks.insert(name, check);
    }
    Ok(())
}

/// The columns of a table that an expression speaks of, each once.
pub(crate) fn mentioned_columns(fold: &Fold<'_>, table: &Qualified, expression: &SyntaxNode) -> Vec<Ident> {
    let mut found = Vec::new();
    for node in expression.descendants().filter(|it| it.kind() == SyntaxKind::NAME_REF) {
        let is_function = node.parent().is_some_and(|it| it.kind() == SyntaxKind::CALL_EXPR);
        let name = names::one(&node);
        if !is_function && !found.contains(&name) && partition::column(fold, table, &name).is_some() {
            found.push(name);
        }
    }
    found
}

/// `NOT NULL column` as a constraint of the table (18).
fn not_null(fold: &mut Fold<'_>, table: &Qualified, wish: &Wish, it: &ast::NotNullConstraint) -> Result<(), Trouble> {
    let written = it.column_name_ref().map(|it| names::one(it.syntax()));
    let Some(column) = wish.column.clone().or(written) else {
        return Err(wrong(it.syntax(), "a column is missing here"));
    };
    let own = fold.schema.table_mut(table).and_then(|it| it.columns.get_mut(&column));
    if let Some(own) = own {
        let mut extra = own.extra.postgres();
        super::table::column::not_null(&mut extra, table, &column, it);
        own.extra = extra.into();
    }
    set_not_null(fold, table, &column);
    Ok(())
}

/// Forbid NULL in a column of a table's own, or in one that it inherits.
pub(crate) fn set_not_null(fold: &mut Fold<'_>, table: &Qualified, column: &Ident) {
    let Some(it) = fold.schema.table_mut(table) else { return };
    match it.columns.get_mut(column) {
        Some(own) => own.nullable = false,
        None => {
            let mut extra: PostgresTable = it.extra.postgres();
            extra.overrides.entry(column.clone()).or_default().not_null = true;
            it.extra = extra.into();
        }
    }
}
