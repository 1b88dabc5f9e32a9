//! ALTER TABLE and ALTER FOREIGN TABLE.

mod column;
mod enable;
pub(crate) mod index;
mod remove;
mod rename;

use squawk_syntax::{SyntaxNode, ast, ast::AstNode};
use trueup_state::{Address, Ident, PostgresTable, Qualified, ReplicaIdentity};

use super::{
    constraint::{self, When},
    partition,
    table::{self, Wish, options},
};
use crate::parse::{
    fold::{Fold, FoldResult, Folded, Trouble, later, refused, wrong, wrong_with},
    names,
};

pub(crate) use rename::index as rename_index;

/// ALTER TABLE.
pub(crate) fn fold(fold: &mut Fold<'_>, stmt: &ast::Stmt) -> Option<FoldResult> {
    match stmt {
        ast::Stmt::AlterTable(it) => {
            if it.all_in_tablespace().is_some() {
                return Some(Ok(Folded::Skipped("where tables are stored is not managed".to_owned())));
            }
            let actions: Vec<_> = it.actions().collect();
            Some(alter(fold, it.syntax(), it.table_relation_name(), it.if_exists().is_some(), &actions))
        }
        ast::Stmt::AlterForeignTable(it) => {
            let actions: Vec<_> = it.actions().collect();
            Some(alter(fold, it.syntax(), it.table_relation_name(), it.if_exists().is_some(), &actions))
        }
        _ => None,
    }
}

/// What an action is about.
struct Target<'a> {
    table: &'a Qualified,
    /// Without children.
    only: bool,
}

fn alter(
    fold: &mut Fold<'_>,
    node: &SyntaxNode,
    relation: Option<ast::TableRelationName>,
    if_exists: bool,
    actions: &[ast::AlterTableAction],
) -> FoldResult {
    // Who owns what is not managed; older dumps say so for views and sequences, too.
    if actions
        .iter()
        .all(|it| matches!(it, ast::AlterTableAction::OwnerTo(_) | ast::AlterTableAction::SetTablespace(_)))
    {
        return Ok(Folded::Nothing);
    }
    let Some(relation) = relation else { return Err(wrong(node, "a name is missing here")) };
    let Some(name) = relation.table_name_ref() else { return Err(wrong(node, "a name is missing here")) };
    let is_declared = |it: &Qualified| fold.declared.relations.contains(it) || fold.schema.table(it).is_some();
    if if_exists && !fold.candidates(name.syntax()).iter().any(is_declared) {
        return Ok(Folded::Nothing);
    }
    let candidates = fold.candidates(name.syntax());
    if let Some(view) = candidates.iter().find(|it| fold.schema.view(it).is_some()) {
        return alter_view(fold, view, actions);
    }
    let mut table = fold.table(name.syntax())?;
    ready(fold, &table, actions)?;
    let only = table::is_only(&relation);
    for action in actions {
        if let Some(renamed) = act(fold, &Target { table: &table, only }, action)? {
            table = renamed;
        }
    }
    Ok(Folded::Object(Address::Table(table)))
}

/// Whether everything is there that a later action needs, so that no statement is done by halves.
fn ready(fold: &Fold<'_>, table: &Qualified, actions: &[ast::AlterTableAction]) -> Result<(), Trouble> {
    let adds_column = actions.iter().any(|it| matches!(it, ast::AlterTableAction::AddColumn(_)));
    for action in actions {
        match action {
            ast::AlterTableAction::AddConstraint(it) => {
                let Some(constraint) = it.constraint() else { continue };
                let missing = constraint::missing_column(fold, table, &[Wish { constraint, column: None }]);
                if let Some(trouble) = missing.filter(|_| !adds_column) {
                    return Err(trouble);
                }
            }
            ast::AlterTableAction::AttachPartition(it) => {
                other(fold, action.syntax(), it.table_name_ref()).map(drop)?
            }
            ast::AlterTableAction::DetachPartition(it) => {
                other(fold, action.syntax(), it.table_name_ref()).map(drop)?
            }
            ast::AlterTableAction::InheritTable(it) => other(fold, action.syntax(), it.table_name_ref()).map(drop)?,
            ast::AlterTableAction::NoInheritTable(it) => other(fold, action.syntax(), it.table_name_ref()).map(drop)?,
            _ => (),
        }
    }
    Ok(())
}

/// The other table that an action names.
fn other(
    fold: &Fold<'_>,
    around: &SyntaxNode,
    node: Option<ast::TableNameRef>,
) -> Result<(Qualified, SyntaxNode), Trouble> {
    let Some(node) = node else { return Err(wrong(around, "a name is missing here")) };
    Ok((fold.table(node.syntax())?, node.syntax().clone()))
}

/// One action. A renamed or moved table has another name from then on.
fn act(fold: &mut Fold<'_>, at: &Target<'_>, action: &ast::AlterTableAction) -> Result<Option<Qualified>, Trouble> {
    let node = action.syntax();
    match action {
        ast::AlterTableAction::AddColumn(it) => column::add(fold, at, it)?,
        ast::AlterTableAction::AlterColumn(it) => column::alter(fold, at, it)?,
        ast::AlterTableAction::DropColumn(it) => remove::column(fold, at, it)?,
        ast::AlterTableAction::RenameColumn(it) => rename::column(fold, at, it)?,
        ast::AlterTableAction::AddConstraint(it) => add_constraint(fold, at, it)?,
        ast::AlterTableAction::DropConstraint(it) => remove::constraint(fold, at, it)?,
        ast::AlterTableAction::RenameConstraint(it) => rename::constraint(fold, at, it)?,
        ast::AlterTableAction::ValidateConstraint(it) => validate(fold, at, it)?,
        ast::AlterTableAction::AlterConstraint(it) => alter_constraint(fold, at, it)?,
        ast::AlterTableAction::TableRenameTo(it) => {
            let Some(name) = it.table_name() else { return Err(wrong(node, "a name is missing here")) };
            let to = Qualified { namespace: at.table.namespace.clone(), name: names::one(name.syntax()) };
            return rename::table(fold, at.table, to, node).map(Some);
        }
        ast::AlterTableAction::SetSchema(it) => {
            let Some(schema) = it.schema_ref() else { return Err(wrong(node, "a name is missing here")) };
            let to = Qualified { namespace: names::one(schema.syntax()), name: at.table.name.clone() };
            fold.namespaces.insert(to.namespace.clone());
            return rename::table(fold, at.table, to, node).map(Some);
        }
        ast::AlterTableAction::AttachPartition(it) => {
            let (child, child_node) = other(fold, action.syntax(), it.table_name_ref())?;
            let Some(bound) = it.partition_type() else { return Err(wrong(node, "FOR VALUES or DEFAULT is missing")) };
            let bound = partition::bound(fold, bound.syntax());
            partition::attach(fold, at.table, &child, bound, &child_node)?;
            fold.part(node, Address::Table(child));
        }
        ast::AlterTableAction::DetachPartition(it) => {
            let (child, _) = other(fold, action.syntax(), it.table_name_ref())?;
            partition::detach(fold, at.table, &child);
        }
        ast::AlterTableAction::InheritTable(it) => {
            let (parent, _) = other(fold, action.syntax(), it.table_name_ref())?;
            partition::inherit(fold, &parent, at.table);
        }
        ast::AlterTableAction::NoInheritTable(it) => {
            let (parent, _) = other(fold, action.syntax(), it.table_name_ref())?;
            partition::disinherit(fold, &parent, at.table);
        }
        ast::AlterTableAction::EnableTrigger(_)
        | ast::AlterTableAction::DisableTrigger(_)
        | ast::AlterTableAction::EnableAlwaysTrigger(_)
        | ast::AlterTableAction::EnableReplicaTrigger(_)
        | ast::AlterTableAction::EnableRule(_)
        | ast::AlterTableAction::DisableRule(_)
        | ast::AlterTableAction::EnableAlwaysRule(_)
        | ast::AlterTableAction::EnableReplicaRule(_) => enable::enable(fold, at.table, action)?,
        ast::AlterTableAction::MergePartitions(_) | ast::AlterTableAction::SplitPartition(_) => {
            return Err(wrong_with(node, "this moves rows and declares nothing", "declare the partitions themselves"));
        }
        _ => return table_itself(fold, at, action).map(|()| None),
    }
    Ok(None)
}

/// Actions that change what the table itself says.
fn table_itself(fold: &mut Fold<'_>, at: &Target<'_>, action: &ast::AlterTableAction) -> Result<(), Trouble> {
    let node = action.syntax();
    let Some(mut extra) = fold.schema.table(at.table).map(|it| it.extra.postgres()) else { return Ok(()) };
    match action {
        ast::AlterTableAction::EnableRls(_) => extra.row_security = true,
        ast::AlterTableAction::DisableRls(_) => extra.row_security = false,
        ast::AlterTableAction::ForceRls(_) => extra.force_row_security = true,
        ast::AlterTableAction::NoForceRls(_) => extra.force_row_security = false,
        ast::AlterTableAction::SetLogged(_) => extra.unlogged = false,
        ast::AlterTableAction::SetUnlogged(_) => extra.unlogged = true,
        ast::AlterTableAction::SetOptions(it) => extra.options.extend(options::storage(it.attribute_list())),
        ast::AlterTableAction::ResetOptions(it) => {
            let gone = options::keys(it.attribute_list());
            extra.options.retain(|name, _| !gone.contains(name));
        }
        ast::AlterTableAction::SetAccessMethod(it) => {
            let method = it.access_method_ref().map(|it| names::one(it.syntax()));
            extra.access_method = method.filter(|it| it.text() != "heap");
        }
        ast::AlterTableAction::SetWithoutCluster(_) => extra.cluster_on = None,
        ast::AlterTableAction::ClusterOn(it) => {
            extra.cluster_on = Some(index_of(fold, at.table, it.index_ref(), node)?);
        }
        ast::AlterTableAction::ReplicaIdentity(it) => {
            extra.replica_identity = match it.replica_identity_option() {
                Some(ast::ReplicaIdentityOption::ReplicaIdentityFull(_)) => ReplicaIdentity::Full,
                Some(ast::ReplicaIdentityOption::ReplicaIdentityNothing(_)) => ReplicaIdentity::Nothing,
                Some(ast::ReplicaIdentityOption::UsingIndexName(it)) => {
                    ReplicaIdentity::Index(index_of(fold, at.table, it.index_ref(), node)?)
                }
                Some(ast::ReplicaIdentityOption::ReplicaIdentityDefault(_)) | None => ReplicaIdentity::Default,
            };
        }
        ast::AlterTableAction::NotOf(_) => extra.of_type = None,
        ast::AlterTableAction::AlterOptionList(it) => match &mut extra.foreign {
            Some(foreign) => options::foreign(Some(it.clone()), &mut foreign.options)?,
            None => return Err(wrong(node, "only foreign tables have options")),
        },
        ast::AlterTableAction::OwnerTo(_)
        | ast::AlterTableAction::SetTablespace(_)
        | ast::AlterTableAction::SetWithoutOids(_) => (),
        _ => {
            return Err(refused(node, "this is not supported in a declared schema", "leave it out, and do it by hand"));
        }
    }
    set_extra(fold, at.table, extra);
    Ok(())
}

fn set_extra(fold: &mut Fold<'_>, table: &Qualified, extra: PostgresTable) {
    if let Some(it) = fold.schema.table_mut(table) {
        it.extra = extra.into();
    }
}

/// An index of the table, or of one of its constraints.
fn index_of(
    fold: &Fold<'_>,
    table: &Qualified,
    node: Option<ast::IndexRef>,
    around: &SyntaxNode,
) -> Result<Ident, Trouble> {
    let Some(node) = node else { return Err(wrong(around, "a name is missing here")) };
    let name = names::one(node.syntax());
    let full = Qualified { namespace: table.namespace.clone(), name: name.clone() };
    let is_of_table = fold.taken.index(&full).is_some_and(|it| it.owner() == Some(table));
    let missing = || later(node.syntax(), ["index `", name.text(), "` of `", &table.to_string(), "`"].concat());
    if is_of_table { Ok(name.clone()) } else { Err(missing()) }
}

fn add_constraint(fold: &mut Fold<'_>, at: &Target<'_>, it: &ast::AddConstraint) -> Result<(), Trouble> {
    let Some(constraint) = it.constraint() else {
        return Err(wrong(it.syntax(), "a constraint is missing here"));
    };
    let index = match &constraint {
        ast::Constraint::PrimaryKeyConstraint(it) => it.using_index(),
        ast::Constraint::UniqueConstraint(it) => it.using_index(),
        _ => None,
    };
    match index {
        Some(index) => constraint::using_index(fold, at.table, &constraint, &index),
        None => {
            let when = if at.only { When::AlteredAlone } else { When::Altered };
            constraint::add(fold, at.table, &[Wish { constraint, column: None }], when)
        }
    }
}

/// The name that an action gives for a constraint.
fn named(node: Option<ast::ConstraintNameRef>, around: &SyntaxNode) -> Result<Ident, Trouble> {
    node.map(|it| names::one(it.syntax())).ok_or_else(|| wrong(around, "a name is missing here"))
}

fn validate(fold: &mut Fold<'_>, at: &Target<'_>, it: &ast::ValidateConstraint) -> Result<(), Trouble> {
    let name = named(it.constraint_name_ref(), it.syntax())?;
    let Some(table) = fold.schema.table_mut(at.table) else { return Ok(()) };
    if let Some(check) = table.checks.get_mut(&name) {
        let mut extra = check.extra.postgres();
        extra.not_valid = false;
        check.extra = extra.into();
    } else if let Some(key) = table.foreign_keys.get_mut(&name) {
        let mut extra = key.extra.postgres();
        extra.not_valid = false;
        key.extra = extra.into();
    } else {
        let not_null = table.columns.values_mut().find(|it| it.extra.postgres().not_null_name.as_ref() == Some(&name));
        let Some(column) = not_null else {
            return Err(later(it.syntax(), ["constraint `", name.text(), "`"].concat()));
        };
        let mut extra = column.extra.postgres();
        extra.not_null_not_valid = false;
        column.extra = extra.into();
    }
    Ok(())
}

fn alter_constraint(fold: &mut Fold<'_>, at: &Target<'_>, it: &ast::AlterConstraint) -> Result<(), Trouble> {
    let name = named(it.constraint_name_ref(), it.syntax())?;
    let written: Vec<_> = it.constraint_options().collect();
    let Some(key) = fold.schema.table_mut(at.table).and_then(|it| it.foreign_keys.get_mut(&name)) else {
        return Err(later(it.syntax(), ["foreign key `", name.text(), "`"].concat()));
    };
    let mut extra = key.extra.postgres();
    for option in &written {
        match option {
            ast::ConstraintOption::NotEnforced(_) => (extra.not_enforced, extra.not_valid) = (true, false),
            ast::ConstraintOption::Enforced(_) => extra.not_enforced = false,
            _ => (),
        }
    }
    let says_when = written.iter().any(|it| {
        matches!(
            it,
            ast::ConstraintOption::DeferrableConstraintOption(_)
                | ast::ConstraintOption::NotDeferrableConstraintOption(_)
                | ast::ConstraintOption::InitiallyDeferredConstraintOption(_)
                | ast::ConstraintOption::InitiallyImmediateConstraintOption(_)
        )
    });
    if says_when {
        key.deferral = constraint::deferral(&written);
    }
    key.extra = extra.into();
    Ok(())
}

/// ALTER TABLE also takes views; what it can do with one is little.
fn alter_view(fold: &mut Fold<'_>, view: &Qualified, actions: &[ast::AlterTableAction]) -> FoldResult {
    for action in actions {
        match action {
            ast::AlterTableAction::OwnerTo(_) => (),
            ast::AlterTableAction::AlterColumn(it) => column::alter_view(fold, view, it)?,
            _ => {
                return Err(wrong_with(
                    action.syntax(),
                    ["`", &view.to_string(), "` is a view"].concat(),
                    "declare the view as it shall be",
                ));
            }
        }
    }
    Ok(Folded::Object(Address::View(view.clone())))
}
