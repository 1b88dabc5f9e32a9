//! ADD COLUMN and ALTER COLUMN.

use squawk_syntax::{SyntaxNode, ast, ast::AstNode};
use trueup_state::{
    Address, Column, Ident, Identity, InheritedColumn, ObjectKind, PostgresColumn, Qualified, SequenceOptions, SqlText,
};

use super::{Target, set_extra};
use crate::{
    naming,
    parse::{
        fold::{Fold, Trouble, later, refused, wrong, wrong_with},
        names,
        statement::{
            constraint::{self, When},
            grant, partition,
            table::{
                column::{self, storage_mode},
                identity, options,
            },
        },
        types,
    },
};

/// ADD COLUMN. Children inherit it.
pub(super) fn add(fold: &mut Fold<'_>, at: &Target<'_>, it: &ast::AddColumn) -> Result<(), Trouble> {
    let Some(name) = it.column_name().map(|it| names::one(it.syntax())) else {
        return Err(wrong(it.syntax(), "a name is missing here"));
    };
    if partition::column(fold, at.table, &name).is_some() {
        if it.if_not_exists().is_some() {
            return Ok(());
        }
        let message = ["column `", name.text(), "` of `", &at.table.to_string(), "` is declared twice"].concat();
        return Err(wrong(it.syntax(), message));
    }
    let unlogged = fold.schema.table(at.table).is_some_and(|it| it.extra.postgres().unlogged);
    let draft = column::column(fold, at.table, &name, it.syntax(), unlogged)?;
    fold.part(it.syntax(), Address::Column(at.table.clone(), name.clone()));
    let wishes = column::place(fold, at.table, &name, draft);
    constraint::add(fold, at.table, &wishes, When::Altered)
}

/// ALTER COLUMN.
pub(super) fn alter(fold: &mut Fold<'_>, at: &Target<'_>, it: &ast::AlterColumn) -> Result<(), Trouble> {
    let Some(node) = it.column_name_ref() else { return Err(wrong(it.syntax(), "a name is missing here")) };
    let name = names::one(node.syntax());
    if partition::column(fold, at.table, &name).is_none() {
        let missing = ["column `", name.text(), "` of `", &at.table.to_string(), "`"].concat();
        return Err(later(node.syntax(), missing));
    }
    let Some(option) = it.option() else { return Err(wrong(it.syntax(), "what to change is missing here")) };
    match &option {
        ast::AlterColumnOption::SetDefault(set) => {
            let Some(expression) = set.expr() else { return Err(wrong(set.syntax(), "a default is missing here")) };
            if let Some(there) = partition::column(fold, at.table, &name) {
                column::refuse_moment(&there.ty, expression.syntax())?;
            }
            set_default(fold, at, &name, Some(expression.syntax()));
        }
        ast::AlterColumnOption::DropDefault(_) => set_default(fold, at, &name, None),
        ast::AlterColumnOption::SetNotNull(_) => {
            for table in tables(fold, at) {
                set_nullable(fold, &table, &name, false);
            }
        }
        ast::AlterColumnOption::DropNotNull(_) => {
            for table in tables(fold, at) {
                set_nullable(fold, &table, &name, true);
            }
        }
        ast::AlterColumnOption::SetType(set) => set_type(fold, at, &name, set)?,
        _ => {
            for table in own_tables(fold, at, &name) {
                own(fold, &table, &name, &option)?;
            }
        }
    }
    Ok(())
}

/// The table and, without ONLY, all that hang on it.
fn tables(fold: &Fold<'_>, at: &Target<'_>) -> Vec<Qualified> {
    if at.only { vec![at.table.clone()] } else { partition::with_descendants(fold, at.table) }
}

/// Those of them that declare the column themselves.
fn own_tables(fold: &Fold<'_>, at: &Target<'_>, column: &Ident) -> Vec<Qualified> {
    let mut all = tables(fold, at);
    all.retain(|it| fold.schema.table(it).is_some_and(|it| it.columns.contains_key(column)));
    all
}

fn set_default(fold: &mut Fold<'_>, at: &Target<'_>, name: &Ident, expression: Option<&SyntaxNode>) {
    let Some(now) = partition::column(fold, at.table, name) else { return };
    let default = expression.and_then(|it| column::default(fold, &now.ty, it));
    if at.only {
        freeze(fold, at.table, name);
    }
    for table in tables(fold, at) {
        let address = Address::Column(table.clone(), name.clone());
        let is_own = fold.schema.table(&table).is_some_and(|it| it.columns.contains_key(name));
        if is_own && let Some(expression) = expression {
            fold.mention(&address, expression);
        }
        if !is_own && let Some(expression) = expression {
            fold.mention(&Address::Table(table.clone()), expression);
        }
        change(
            fold,
            &table,
            name,
            |column| column.default.clone_from(&default),
            |other| {
                other.no_default = default.is_none();
                other.default.clone_from(&default);
            },
        );
    }
}

/// A change of the parent alone leaves what children have as it is.
fn freeze(fold: &mut Fold<'_>, table: &Qualified, name: &Ident) {
    for child in partition::children(fold, table) {
        let Some(now) = partition::column(fold, &child, name) else { continue };
        let is_own = fold.schema.table(&child).is_some_and(|it| it.columns.contains_key(name));
        if !is_own {
            change(
                fold,
                &child,
                name,
                |_| (),
                |other| {
                    other.no_default = now.default.is_none() && now.generated.is_none();
                    other.default.clone_from(&now.default);
                },
            );
        }
    }
}

/// Change a column of a table's own, or what the table says of one that it inherits.
fn change(
    fold: &mut Fold<'_>,
    table: &Qualified,
    name: &Ident,
    own: impl FnOnce(&mut Column),
    inherited: impl FnOnce(&mut InheritedColumn),
) {
    let Some(it) = fold.schema.table_mut(table) else { return };
    match it.columns.get_mut(name) {
        Some(column) => own(column),
        None => {
            let mut extra = it.extra.postgres();
            inherited(extra.overrides.entry(name.clone()).or_default());
            it.extra = extra.into();
        }
    }
}

fn set_nullable(fold: &mut Fold<'_>, table: &Qualified, name: &Ident, nullable: bool) {
    let in_key = constraint::primary_key_of(fold, table).is_some_and(|it| it.contains(name));
    let nullable = nullable && !in_key;
    change(
        fold,
        table,
        name,
        |column| {
            column.nullable = nullable;
            if nullable {
                let mut extra = column.extra.postgres();
                extra.not_null_name = None;
                extra.not_null_no_inherit = false;
                extra.not_null_not_valid = false;
                column.extra = extra.into();
            }
        },
        |other| other.not_null = !nullable,
    );
    let has_overrides = fold.schema.table(table).map(|it| it.extra.postgres());
    if let Some(mut extra) = has_overrides {
        extra.overrides.retain(|_, it| *it != InheritedColumn::default());
        set_extra(fold, table, extra);
    }
}

fn set_type(fold: &mut Fold<'_>, at: &Target<'_>, name: &Ident, set: &ast::SetType) -> Result<(), Trouble> {
    let Some(ty) = set.ty() else { return Err(wrong(set.syntax(), "a type is missing here")) };
    let text = types::text(fold, &ty)?;
    let collation = set.collate().and_then(|it| column::collation(fold, &it));
    for table in own_tables(fold, at, name) {
        fold.mention(&Address::Column(table.clone(), name.clone()), ty.syntax());
        let column = fold.schema.table_mut(&table).and_then(|it| it.columns.get_mut(name));
        if let Some(column) = column {
            let mut extra = column.extra.postgres();
            retype_identity(&mut extra, &column.ty, &text);
            extra.collation.clone_from(&collation);
            // The new type has its own way to store.
            extra.storage = None;
            column.ty = text.clone();
            column.extra = extra.into();
        }
    }
    Ok(())
}

/// A sequence that reaches as far as its type goes on doing so.
fn retype_identity(extra: &mut PostgresColumn, before: &SqlText, after: &SqlText) {
    let Some(Identity { sequence, .. }) = &mut extra.identity else { return };
    let old = SequenceOptions::of_type(before.canonical(), sequence.increment);
    let new = SequenceOptions::of_type(after.canonical(), sequence.increment);
    if sequence.maximum == old.maximum {
        sequence.maximum = new.maximum;
    }
    if sequence.minimum == old.minimum {
        sequence.minimum = new.minimum;
    }
}

/// Actions that change only what a column itself says.
fn own(fold: &mut Fold<'_>, table: &Qualified, name: &Ident, option: &ast::AlterColumnOption) -> Result<(), Trouble> {
    let node = option.syntax();
    let Some(mut column) = fold.schema.table(table).and_then(|it| it.columns.get(name)).cloned() else { return Ok(()) };
    let mut extra = column.extra.postgres();
    match option {
        ast::AlterColumnOption::SetStatistics(set) => {
            let target = set.expr().and_then(|it| it.syntax().text().to_string().replace(' ', "").parse::<i32>().ok());
            extra.statistics = target.filter(|it| *it >= 0);
        }
        ast::AlterColumnOption::SetStorage(set) => {
            let mode = set.storage_mode().map(|it| names::one(it.syntax()));
            extra.storage = mode.and_then(|it| storage_mode(it.text(), column.ty.canonical()));
        }
        ast::AlterColumnOption::SetCompression(set) => {
            let method = set.compression_method_name().map(|it| names::one(it.syntax()).text().to_owned());
            extra.compression = method.filter(|it| it != "default");
        }
        ast::AlterColumnOption::SetOptions(set) => extra.options.extend(options::storage(set.attribute_list())),
        ast::AlterColumnOption::ResetOptions(reset) => {
            let gone = options::keys(reset.attribute_list());
            extra.options.retain(|name, _| !gone.contains(name));
        }
        ast::AlterColumnOption::SetOptionsList(set) => {
            options::foreign(set.alter_option_list(), &mut extra.foreign_options)?;
        }
        ast::AlterColumnOption::AddGenerated(add) => {
            let always = matches!(add.generated_when(), Some(ast::GeneratedWhen::GeneratedAlways(_)));
            let list = add.sequence_option_list();
            column.nullable = false;
            let identity = column::new_identity(fold, table, name, &column.ty, always, list)?;
            let sequence = naming::identity(table, name, &identity);
            grant::created(fold, &Address::Object(ObjectKind::Sequence, sequence.clone()));
            fold.taken.add_index(sequence, Address::Column(table.clone(), name.clone()));
            extra.identity = Some(identity);
        }
        ast::AlterColumnOption::DropIdentity(_) => extra.identity = None,
        ast::AlterColumnOption::SetGenerated(_)
        | ast::AlterColumnOption::SetGeneratedOptions(_)
        | ast::AlterColumnOption::SetSequenceOption(_)
        | ast::AlterColumnOption::Restart(_) => set_identity(&mut extra, &column.ty, node)?,
        ast::AlterColumnOption::DropExpression(_) => {
            // What was generated stays as values.
            column.generated = None;
        }
        ast::AlterColumnOption::SetExpression(set) => {
            let (Some(expression), Some(generated)) = (set.expr(), column.generated.as_mut()) else {
                return Err(wrong(node, ["column `", name.text(), "` is not generated"].concat()));
            };
            generated.expression = fold.text(expression.syntax());
            fold.mention(&Address::Column(table.clone(), name.clone()), expression.syntax());
        }
        ast::AlterColumnOption::Inherit(_) | ast::AlterColumnOption::NoInherit(_) => {
            return Err(refused(node, "this is not supported in a declared schema", "leave it out, and do it by hand"));
        }
        ast::AlterColumnOption::SetDefault(_)
        | ast::AlterColumnOption::DropDefault(_)
        | ast::AlterColumnOption::SetNotNull(_)
        | ast::AlterColumnOption::DropNotNull(_)
        | ast::AlterColumnOption::SetType(_) => return Ok(()),
    }
    column.extra = extra.into();
    if let Some(it) = fold.schema.table_mut(table).and_then(|it| it.columns.get_mut(name)) {
        *it = column;
    }
    Ok(())
}

/// `SET GENERATED …`, `SET INCREMENT BY …`, …
fn set_identity(extra: &mut PostgresColumn, ty: &SqlText, node: &SyntaxNode) -> Result<(), Trouble> {
    let Some(identity) = &mut extra.identity else { return Err(wrong(node, "this column has no identity")) };
    for when in node.descendants().filter_map(ast::GeneratedWhen::cast) {
        identity.always = matches!(when, ast::GeneratedWhen::GeneratedAlways(_));
    }
    let written: Vec<_> = node.descendants().filter_map(ast::SequenceOption::cast).collect();
    identity.sequence = identity::options(ty.canonical(), Some(&identity.sequence), written.into_iter())?;
    Ok(())
}

/// ALTER COLUMN on a view: only defaults.
pub(super) fn alter_view(fold: &mut Fold<'_>, view: &Qualified, it: &ast::AlterColumn) -> Result<(), Trouble> {
    let Some(name) = it.column_name_ref().map(|it| names::one(it.syntax())) else {
        return Err(wrong(it.syntax(), "a name is missing here"));
    };
    let default = match it.option() {
        Some(ast::AlterColumnOption::SetDefault(set)) => set.expr().map(|it| it.syntax().clone()),
        Some(ast::AlterColumnOption::DropDefault(_)) => None,
        _ => return Err(wrong_with(it.syntax(), "a view's columns have only defaults", "change the view's query")),
    };
    let text = default.as_ref().map(|it| fold.text(it));
    if let Some(expression) = &default {
        fold.mention(&Address::View(view.clone()), expression);
    }
    let found = fold.schema.namespaces.get_mut(&view.namespace).and_then(|it| it.views.get_mut(&view.name));
    let Some(found) = found else { return Ok(()) };
    let mut extra = found.query.extra.postgres();
    match text {
        Some(text) => drop(extra.defaults.insert(name, text)),
        None => drop(extra.defaults.remove(&name)),
    }
    found.query.extra = extra.into();
    Ok(())
}
