//! ALTER and DROP of views and materialized views.

use squawk_syntax::{SyntaxNode, ast, ast::AstNode};
use trueup_state::{Address, Definition, Ident, Options, PostgresObject, Qualified, SqlText};

use super::{columns, existing, options};
use crate::{
    Postgres,
    parse::{
        fold::{Fold, FoldResult, Folded, Trouble, wrong, wrong_with},
        names,
        statement::trigger::relation_renamed,
    },
};

pub(super) fn fold(fold: &mut Fold<'_>, stmt: &ast::Stmt) -> Option<FoldResult> {
    Some(match stmt {
        ast::Stmt::AlterView(it) => alter(fold, it),
        ast::Stmt::AlterMaterializedView(it) => alter_materialized(fold, it),
        ast::Stmt::DropView(it) => drop_all(fold, it.view_refs().collect(), it.if_exists().is_some(), false),
        ast::Stmt::DropMaterializedView(it) => drop_all(fold, it.view_refs().collect(), it.if_exists().is_some(), true),
        _ => return None,
    })
}

fn drop_all(fold: &mut Fold<'_>, views: Vec<ast::ViewRef>, if_exists: bool, is_materialized: bool) -> FoldResult {
    for view in views {
        match existing(fold, view.syntax(), is_materialized) {
            Ok(address) => {
                fold.mentions.retain(|it, _| *it != address && !it.is_within(&address));
                fold.schema.remove(&address);
            }
            Err(Trouble::Later { .. }) if if_exists => (),
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(Folded::Nothing)
}

fn alter(fold: &mut Fold<'_>, it: &ast::AlterView) -> FoldResult {
    let node = it.syntax();
    let (Some(name), Some(action)) = (it.view_ref(), it.action()) else {
        return Err(wrong(node, "this is not understood"));
    };
    if let ast::AlterViewAction::OwnerTo(_) = action {
        return Ok(Folded::Nothing);
    }
    let address = match existing(fold, name.syntax(), false) {
        Err(Trouble::Later { .. }) if it.if_exists().is_some() => return Ok(Folded::Nothing),
        other => other?,
    };
    let Address::View(view) = &address else { return Err(wrong(node, "this is not understood")) };
    match action {
        ast::AlterViewAction::OwnerTo(_) => (),
        ast::AlterViewAction::AlterViewColumn(it) => {
            let column = it.name().map(|it| names::one(it.syntax())).unwrap_or_default();
            let default = match it.alter_view_column_action() {
                Some(ast::AlterViewColumnAction::SetDefault(it)) => it.expr(),
                Some(ast::AlterViewColumnAction::DropDefault(_)) => None,
                None => return Err(wrong(node, "this is not understood")),
            };
            set_default(fold, view, column, default.as_ref());
        }
        ast::AlterViewAction::RenameColumn(it) => rename_column(fold, &address, &it)?,
        ast::AlterViewAction::ResetOptions(it) => {
            let gone = options(it.attribute_list());
            change_options(fold, view, |all| all.retain(|name, _| !gone.contains_key(name)));
        }
        ast::AlterViewAction::SetOptions(it) => {
            let new = options(it.attribute_list());
            let new = new.into_iter().map(|(name, value)| (name.clone(), Postgres::view_option(&name, &value)));
            change_options(fold, view, |all| all.extend(new));
        }
        ast::AlterViewAction::SetSchema(it) => move_to(fold, node, &address, &it)?,
        ast::AlterViewAction::ViewRenameTo(it) => rename(fold, node, &address, &it)?,
    }
    Ok(Folded::Nothing)
}

/// Give a column of a view a default, or take it away.
fn set_default(fold: &mut Fold<'_>, view: &Qualified, column: Ident, default: Option<&ast::Expr>) {
    let text = default.map(|it| fold.text(it.syntax()));
    if let Some(expression) = default {
        fold.mention(&Address::View(view.clone()), expression.syntax());
    }
    let query = fold.schema.namespace_mut(&view.namespace).views.get_mut(&view.name).map(|it| &mut it.query);
    if let Some(query) = query {
        let mut extra = query.extra.postgres();
        match text {
            Some(text) => drop(extra.defaults.insert(column, text)),
            None => drop(extra.defaults.remove(&column)),
        }
        query.extra = extra.into();
    }
}

fn change_options(fold: &mut Fold<'_>, view: &Qualified, change: impl FnOnce(&mut Options)) {
    let query = fold.schema.namespace_mut(&view.namespace).views.get_mut(&view.name).map(|it| &mut it.query);
    if let Some(query) = query {
        let mut extra = query.extra.postgres();
        change(&mut extra.options);
        query.extra = extra.into();
    }
}

fn alter_materialized(fold: &mut Fold<'_>, it: &ast::AlterMaterializedView) -> FoldResult {
    let node = it.syntax();
    let Some(name) = it.view_ref() else { return Ok(Folded::Nothing) };
    for action in it.action() {
        let address = |fold: &Fold<'_>| existing(fold, name.syntax(), true);
        match action {
            ast::AlterMaterializedViewAction::DependsOnExtension(_)
            | ast::AlterMaterializedViewAction::NoDependsOnExtension(_) => (),
            ast::AlterMaterializedViewAction::RenameColumn(it) => {
                let address = address(fold)?;
                rename_column(fold, &address, &it)?;
            }
            ast::AlterMaterializedViewAction::SetSchema(it) => {
                let address = address(fold)?;
                move_to(fold, node, &address, &it)?;
            }
            ast::AlterMaterializedViewAction::ViewRenameTo(it) => {
                let address = address(fold)?;
                rename(fold, node, &address, &it)?;
            }
            ast::AlterMaterializedViewAction::AlterTableAction(it) => {
                if let ast::AlterTableAction::OwnerTo(_) | ast::AlterTableAction::SetTablespace(_) = it {
                    continue;
                }
                let address = address(fold)?;
                alter_storage(fold, &address, &it)?;
            }
        }
    }
    Ok(Folded::Nothing)
}

fn alter_storage(fold: &mut Fold<'_>, address: &Address, it: &ast::AlterTableAction) -> Result<(), Trouble> {
    let object = match fold.schema.others.get_mut(address) {
        Some(Definition::Postgres(object)) => object.as_mut(),
        _ => return Err(wrong(it.syntax(), "this is not understood")),
    };
    let PostgresObject::MaterializedView(view) = object else {
        return Err(wrong(it.syntax(), "this is not understood"));
    };
    match it {
        ast::AlterTableAction::SetOptions(it) => view.options.extend(options(it.attribute_list())),
        ast::AlterTableAction::ResetOptions(it) => {
            let gone = options(it.attribute_list());
            view.options.retain(|name, _| !gone.contains_key(name));
        }
        _ => {
            let hint = "say it in CREATE MATERIALIZED VIEW";
            return Err(wrong_with(it.syntax(), "this change of a materialized view is not supported here", hint));
        }
    }
    Ok(())
}

fn rename_column(fold: &mut Fold<'_>, address: &Address, it: &ast::RenameColumn) -> Result<(), Trouble> {
    let (Some(from), Some(to)) = (it.column_name_ref(), it.column_name()) else {
        return Err(wrong(it.syntax(), "a name is missing here"));
    };
    let (from, to) = (names::one(from.syntax()), names::one(to.syntax()));
    let texts = |text: &SqlText| columns::renamed(text.written(), &from, &to);
    let renamed = match fold.schema.object(address) {
        Some(trueup_state::Object::View(query)) => texts(&query.definition),
        Some(trueup_state::Object::Postgres(PostgresObject::MaterializedView(view))) => texts(&view.definition),
        _ => None,
    };
    let hint = "name the column in the view's own query";
    let cannot = || wrong_with(it.syntax(), "this column of the view cannot be renamed here", hint);
    let text = fold.sql_text(&renamed.ok_or_else(cannot)?);
    match address {
        Address::View(view) => {
            if let Some(it) = fold.schema.namespace_mut(&view.namespace).views.get_mut(&view.name) {
                it.query.definition = text;
                let mut extra = it.query.extra.postgres();
                if let Some(default) = extra.defaults.remove(&from) {
                    extra.defaults.insert(to, default);
                }
                it.query.extra = extra.into();
            }
        }
        _ => {
            if let Some(Definition::Postgres(object)) = fold.schema.others.get_mut(address)
                && let PostgresObject::MaterializedView(it) = object.as_mut()
            {
                it.definition = text;
            }
        }
    }
    Ok(())
}

fn rename(fold: &mut Fold<'_>, node: &SyntaxNode, address: &Address, it: &ast::ViewRenameTo) -> Result<(), Trouble> {
    let name = it.view().map(|it| names::one(it.syntax())).ok_or_else(|| wrong(node, "a name is missing here"))?;
    let Some(from) = address.relation().cloned() else { return Err(wrong(node, "this is not understood")) };
    let to = Qualified { namespace: from.namespace.clone(), name };
    become_(fold, node, address, &from, to)
}

fn move_to(fold: &mut Fold<'_>, node: &SyntaxNode, address: &Address, it: &ast::SetSchema) -> Result<(), Trouble> {
    let to = it.schema_ref().ok_or_else(|| wrong(node, "a schema is missing here"))?;
    let namespace = names::one(to.syntax());
    fold.namespaces.insert(namespace.clone());
    let Some(from) = address.relation().cloned() else { return Err(wrong(node, "this is not understood")) };
    let to = Qualified { namespace, name: from.name.clone() };
    become_(fold, node, address, &from, to)
}

/// Put a view under another name, with everything that is on it.
fn become_(
    fold: &mut Fold<'_>,
    node: &SyntaxNode,
    address: &Address,
    from: &Qualified,
    to: Qualified,
) -> Result<(), Trouble> {
    if *from == to {
        return Ok(());
    }
    if super::relation_kind(fold, &to).is_some() {
        return Err(wrong(node, "there is already something of this name"));
    }
    if let Some(other) = fold.mentions_relation(from).find(|it| *it != address && it.owner() != Some(from)) {
        let message = ["`", &other.to_string(), "` is declared with the name as it is now"].concat();
        return Err(wrong_with(node, message, "declare everything under the names that it shall have"));
    }
    let renamed = match address {
        Address::View(_) => {
            let view = fold.schema.namespace_mut(&from.namespace).views.shift_remove(&from.name);
            if let Some(view) = view {
                fold.schema.namespace_mut(&to.namespace).views.insert(to.name.clone(), view);
            }
            Address::View(to.clone())
        }
        Address::Object(kind, _) => Address::Object(*kind, to.clone()),
        _ => return Err(wrong(node, "this is not understood")),
    };
    let moved = |it: Address| match it {
        it if it == *address => renamed.clone(),
        it if it.owner() == Some(from) => it.with_owner(&to),
        it => it,
    };
    let others = std::mem::take(&mut fold.schema.others);
    fold.schema.others = others.into_iter().map(|(it, object)| (moved(it), object)).collect();
    let mentions = std::mem::take(&mut fold.mentions);
    fold.mentions = mentions.into_iter().map(|(it, mentions)| (moved(it), mentions)).collect();
    relation_renamed(&mut fold.schema, from, &to);
    Ok(())
}
