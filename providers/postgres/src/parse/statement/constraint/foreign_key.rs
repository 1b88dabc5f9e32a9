//! Foreign keys.

use squawk_syntax::{SyntaxNode, ast, ast::AstNode};
use trueup_state::{Address, ForeignKey, Ident, PostgresForeignKey, Qualified, ReferentialAction};

use super::{When, deferral, written_name};
use crate::{
    naming,
    parse::{
        fold::{Fold, Trouble, Unresolved, later, wrong},
        names,
        statement::{partition, table::Wish},
    },
};

/// Add a foreign key. The other table may be declared further down.
pub(super) fn add(fold: &mut Fold<'_>, table: &Qualified, wish: &Wish, when: When) -> Result<(), Trouble> {
    let node = wish.constraint.syntax();
    let sides = sides(wish)?;
    for column in &sides.columns {
        if partition::column(fold, table, column).is_none() {
            let message = ["column `", column.text(), "` of `", &table.to_string(), "` is not declared"].concat();
            return Err(wrong(node, message));
        }
    }
    let references = referenced(fold, &sides.table)?;
    let name = match written_name(fold, table, node)? {
        Some(name) => name,
        None => {
            let addition = naming::addition(sides.columns.iter().map(Ident::text));
            fold.free_constraint_name(table, Some(&addition), "fkey")
        }
    };
    let mut extra = PostgresForeignKey { period: sides.period, ..PostgresForeignKey::default() };
    let (mut on_delete, mut on_update) = (ReferentialAction::NoAction, ReferentialAction::NoAction);
    for clause in node.children() {
        match ast::ReferentialAction::cast(clause.clone()) {
            Some(ast::ReferentialAction::OnDeleteAction(it)) => {
                (on_delete, extra.delete_columns) = action(it.ref_action());
            }
            Some(ast::ReferentialAction::OnUpdateAction(it)) => (on_update, _) = action(it.ref_action()),
            None => (),
        }
        match ast::MatchType::cast(clause.clone()) {
            Some(ast::MatchType::MatchFull(_)) => extra.match_full = true,
            Some(ast::MatchType::MatchPartial(_)) => return Err(wrong(&clause, "PostgreSQL has no MATCH PARTIAL")),
            Some(ast::MatchType::MatchSimple(_)) | None => (),
        }
    }
    let options: Vec<_> = wish.constraint.constraint_options().collect();
    for option in &options {
        match option {
            ast::ConstraintOption::NotValid(_) => extra.not_valid = when != When::Created,
            ast::ConstraintOption::NotEnforced(_) => extra.not_enforced = true,
            _ => (),
        }
    }
    extra.not_valid &= !extra.not_enforced;
    let key = ForeignKey {
        name: Some(name.clone()),
        columns: sides.columns,
        references,
        referenced_columns: sides.referenced,
        on_delete,
        on_update,
        deferral: deferral(&options),
        extra: extra.into(),
    };
    fold.taken.add_constraint(Qualified { namespace: table.namespace.clone(), name: name.clone() });
    fold.part(node, Address::ForeignKey(table.clone(), name.clone()));
    fold.unresolved.push(Unresolved { table: table.clone(), name: name.clone(), node: sides.table });
    if let Some(table) = fold.schema.table_mut(table) {
        table.foreign_keys.insert(name, key);
    }
    Ok(())
}

/// What is on both sides of a foreign key.
struct Sides {
    columns: Vec<Ident>,
    table: SyntaxNode,
    referenced: Vec<Ident>,
    period: bool,
}

fn sides(wish: &Wish) -> Result<Sides, Trouble> {
    let node = wish.constraint.syntax();
    let missing = || wrong(node, "the table that it references is missing here");
    match (&wish.constraint, &wish.column) {
        (ast::Constraint::ForeignKeyConstraint(it), _) => {
            let (from, to) = (it.from_columns(), it.to_columns());
            Ok(Sides {
                period: from.as_ref().is_some_and(|it| it.period_column().is_some()),
                columns: columns(from),
                table: it.table_name_ref().ok_or_else(missing)?.syntax().clone(),
                referenced: columns(to),
            })
        }
        (ast::Constraint::ReferencesConstraint(it), Some(column)) => Ok(Sides {
            columns: vec![column.clone()],
            table: it.table().ok_or_else(missing)?.syntax().clone(),
            referenced: it.column().map(|it| names::one(it.syntax())).into_iter().collect(),
            period: false,
        }),
        (_, _) => Err(wrong(node, "its columns are missing here")),
    }
}

fn columns(list: Option<ast::ForeignKeyColumnList>) -> Vec<Ident> {
    let Some(list) = list else { return Vec::new() };
    let period = list.period_column().and_then(|it| it.name());
    list.column_name_refs().chain(period).map(|it| names::one(it.syntax())).collect()
}

/// The table that a foreign key names, be it declared already or further down.
fn referenced(fold: &Fold<'_>, node: &SyntaxNode) -> Result<Qualified, Trouble> {
    let candidates = fold.candidates(node);
    let is_there = |it: &&Qualified| {
        fold.schema.table(it).is_some() || fold.declared.relations.contains(it) || is_elsewhere(fold, it)
    };
    let found = candidates.iter().find(is_there).or(candidates.first()).cloned();
    found.ok_or_else(|| later(node, ["table `", &node.text().to_string(), "`"].concat()))
}

/// Whether the target has this table, in a schema that the script does not declare.
fn is_elsewhere(fold: &Fold<'_>, name: &Qualified) -> bool {
    !fold.declared.namespaces.contains(&name.namespace) && fold.target.schema().table(name).is_some()
}

fn action(written: Option<ast::RefAction>) -> (ReferentialAction, Vec<Ident>) {
    let names = |list: Option<ast::ColumnRefList>| {
        list.iter().flat_map(|it| it.column_name_refs()).map(|it| names::one(it.syntax())).collect()
    };
    match written {
        Some(ast::RefAction::Cascade(_)) => (ReferentialAction::Cascade, Vec::new()),
        Some(ast::RefAction::Restrict(_)) => (ReferentialAction::Restrict, Vec::new()),
        Some(ast::RefAction::SetNullColumns(it)) => (ReferentialAction::SetNull, names(it.column_ref_list())),
        Some(ast::RefAction::SetDefaultColumns(it)) => (ReferentialAction::SetDefault, names(it.column_ref_list())),
        Some(ast::RefAction::NoAction(_)) | None => (ReferentialAction::NoAction, Vec::new()),
    }
}

/// When everything is declared: every foreign key points at a table that is there, and says at which columns.
pub(crate) fn resolve(fold: &mut Fold<'_>) -> Result<(), Trouble> {
    for Unresolved { table, name, node } in std::mem::take(&mut fold.unresolved) {
        let Some(key) = fold.schema.table(&table).and_then(|it| it.foreign_keys.get(&name)) else { continue };
        let (references, is_open) = (key.references.clone(), key.referenced_columns.is_empty());
        let is_there = fold.schema.table(&references).is_some() || is_elsewhere(fold, &references);
        if !is_there {
            return Err(later(&node, ["table `", &references.to_string(), "`"].concat()));
        }
        if !is_open {
            continue;
        }
        let Some(columns) = primary_key_of(fold, &references) else {
            let message = ["table `", &references.to_string(), "` has no primary key to reference"].concat();
            return Err(wrong(&node, message));
        };
        if let Some(key) = fold.schema.table_mut(&table).and_then(|it| it.foreign_keys.get_mut(&name)) {
            key.referenced_columns = columns;
        }
    }
    Ok(())
}

/// The columns of a table's primary key, its own or that of the table it is a partition of.
pub(crate) fn primary_key_of(fold: &Fold<'_>, table: &Qualified) -> Option<Vec<Ident>> {
    let it = fold.schema.table(table).or_else(|| fold.target.schema().table(table))?;
    match &it.primary_key {
        Some(key) => key.parts.iter().map(|part| part.column_name().cloned()).collect(),
        None => primary_key_of(fold, &it.extra.postgres().partition_of?.parent),
    }
}
