//! Tables.

pub(crate) mod column;
pub(crate) mod drop;
pub(crate) mod identity;
pub(crate) mod index_name;
pub(crate) mod options;

use squawk_syntax::{SyntaxKind, SyntaxNode, ast, ast::AstNode};
use trueup_state::{
    Address, Column, ColumnExtra, CompositeType, Definition, ForeignTable, Ident, InheritedColumn, ObjectKind,
    Partition, PostgresColumn, PostgresObject, PostgresTable, Qualified, SqlText, Table,
};

use super::{
    constraint::{self, When},
    partition,
};
use crate::{
    naming,
    parse::{
        fold::{Fold, FoldResult, Folded, Trouble, later, wrong, wrong_with},
        names,
    },
};

/// A constraint to be made, with the column that it stands behind.
#[derive(Clone)]
pub(crate) struct Wish {
    /// What is written.
    pub(crate) constraint: ast::Constraint,
    /// The column, unless it is the table's.
    pub(crate) column: Option<Ident>,
}

/// CREATE and DROP TABLE and FOREIGN TABLE.
pub(crate) fn fold(fold: &mut Fold<'_>, stmt: &ast::Stmt) -> Option<FoldResult> {
    match stmt {
        ast::Stmt::CreateTable(it) => Some(create(fold, &Statement::of(it))),
        ast::Stmt::CreateForeignTable(it) => Some(create(fold, &Statement::of_foreign(it))),
        ast::Stmt::CreateTableAs(it) => Some(Err(wrong_with(
            it.syntax(),
            "CREATE TABLE AS is no declaration: what it makes depends on data",
            "write CREATE TABLE with columns",
        ))),
        ast::Stmt::SelectInto(it) => Some(Err(wrong_with(
            it.syntax(),
            "SELECT INTO is no declaration: what it makes depends on data",
            "write CREATE TABLE with columns",
        ))),
        ast::Stmt::DropTable(it) => {
            let names: Vec<SyntaxNode> = it.table_name_refs().map(|it| it.syntax().clone()).collect();
            let is_cascade = matches!(it.drop_behavior(), Some(ast::DropBehavior::Cascade(_)));
            Some(drop::tables(fold, &names, it.if_exists().is_some(), is_cascade))
        }
        ast::Stmt::DropForeignTable(it) => {
            let names: Vec<SyntaxNode> = it.table_name_refs().map(|it| it.syntax().clone()).collect();
            let is_cascade = matches!(it.drop_behavior(), Some(ast::DropBehavior::Cascade(_)));
            Some(drop::tables(fold, &names, it.if_exists().is_some(), is_cascade))
        }
        _ => None,
    }
}

/// What can only be done when everything is declared.
pub(crate) fn finish(fold: &mut Fold<'_>) -> Result<(), Trouble> {
    constraint::resolve(fold)?;
    partition::settle_overrides(fold);
    partition::indexes::settle(fold);
    Ok(())
}

/// The parts of CREATE TABLE and CREATE FOREIGN TABLE.
struct Statement {
    node: SyntaxNode,
    name: Option<ast::TableName>,
    if_not_exists: bool,
    persistence: Option<ast::Persistence>,
    arguments: Vec<ast::TableArg>,
    partition_of: Option<ast::PartitionOf>,
    bound: Option<ast::PartitionType>,
    inherits: Vec<SyntaxNode>,
    of_type: Option<ast::OfType>,
    partition_by: Option<ast::PartitionBy>,
    using: Option<ast::UsingMethod>,
    parameters: Option<ast::TableParams>,
    server: Option<ast::ServerClause>,
    options: Option<ast::AlterOptionList>,
}

impl Statement {
    fn of(it: &ast::CreateTable) -> Statement {
        Statement {
            node: it.syntax().clone(),
            name: it.table_name(),
            if_not_exists: it.if_not_exists().is_some(),
            persistence: it.persistence(),
            arguments: it.table_arg_list().iter().flat_map(|it| it.args()).collect(),
            partition_of: it.partition_of(),
            bound: it.partition_type(),
            inherits: parents(it.inherits()),
            of_type: it.of_type(),
            partition_by: it.partition_by(),
            using: it.using_method(),
            parameters: it.table_params(),
            server: None,
            options: None,
        }
    }

    fn of_foreign(it: &ast::CreateForeignTable) -> Statement {
        Statement {
            node: it.syntax().clone(),
            name: it.table_name(),
            if_not_exists: it.if_not_exists().is_some(),
            persistence: None,
            arguments: it.table_arg_list().iter().flat_map(|it| it.args()).collect(),
            partition_of: it.partition_of(),
            bound: it.partition_type(),
            inherits: parents(it.inherits()),
            of_type: None,
            partition_by: None,
            using: None,
            parameters: None,
            server: it.server_clause(),
            options: it.alter_option_list(),
        }
    }
}

fn parents(inherits: Option<ast::Inherits>) -> Vec<SyntaxNode> {
    inherits.iter().flat_map(|it| it.table_name_refs()).map(|it| it.syntax().clone()).collect()
}

fn create(fold: &mut Fold<'_>, it: &Statement) -> FoldResult {
    let Some(node) = &it.name else { return Err(wrong(&it.node, "a name is missing here")) };
    if matches!(it.persistence, Some(ast::Persistence::Temp(_))) {
        return Ok(Folded::Skipped("temporary tables vanish with their session".to_owned()));
    }
    let name = fold.new_name(node.syntax())?;
    let address = Address::Table(name.clone());
    if fold.is_relation(&name) {
        if it.if_not_exists {
            return Ok(Folded::Nothing);
        }
        let message = ["`", &name.to_string(), "` is declared twice"].concat();
        return Err(wrong_with(node.syntax(), message, "leave out one of the two, or write IF NOT EXISTS"));
    }
    let mut extra = table_extra(fold, it)?;
    let types = inherited_types(fold, it, &extra)?;
    let copied = copied(fold, it)?;
    // From here on nothing is put off any more.
    fold.schema.namespace_mut(&name.namespace).tables.insert(name.name.clone(), Table::default());
    if let Some(table) = fold.schema.table_mut(&name) {
        table.extra = extra.clone().into();
    }
    let mut wishes = Vec::new();
    for (at, argument) in it.arguments.iter().enumerate() {
        match argument {
            ast::TableArg::Column(column) => add_column(fold, &name, column, &types, &mut extra, &mut wishes)?,
            ast::TableArg::LikeClause(_) => {
                for (_, copied) in copied.iter().filter(|(index, _)| *index == at) {
                    add_copied(fold, &name, copied);
                }
            }
            ast::TableArg::TableConstraint(constraint) => {
                if let Some(constraint) = ast::Constraint::cast(constraint.syntax().clone()) {
                    wishes.push(Wish { constraint, column: None });
                }
            }
        }
    }
    if extra.of_type.is_some() {
        complete(fold, &name, &types);
    }
    if let Some(of) = &extra.partition_of {
        partition::indexes::adopt(fold, &of.parent, &name);
    }
    constraint::add(fold, &name, &wishes, When::Created)?;
    for (_, copied) in &copied {
        copied.finish(fold, &name);
    }
    if extra.partition_by.is_some() || extra.partition_of.is_some() {
        fold.mention(&address, &it.node);
    }
    fold.created.insert(address.clone(), it.node.clone());
    Ok(Folded::Object(address))
}

/// A typed table has all columns of its type, in their order, whether or not the statement says more of them.
fn complete(fold: &mut Fold<'_>, table: &Qualified, types: &[(Ident, SqlText)]) {
    let Some(it) = fold.schema.table_mut(table) else { return };
    let mut said = std::mem::take(&mut it.columns);
    for (name, ty) in types {
        let column = said.shift_remove(name).unwrap_or_else(|| Column {
            ty: ty.clone(),
            nullable: true,
            default: None,
            collation: None,
            generated: None,
            extra: ColumnExtra::None,
        });
        it.columns.insert(name.clone(), column);
    }
}

/// What the statement says of the table itself.
fn table_extra(fold: &mut Fold<'_>, it: &Statement) -> Result<PostgresTable, Trouble> {
    let mut extra = PostgresTable { unlogged: it.persistence.is_some(), ..PostgresTable::default() };
    if let Some(of) = &it.partition_of {
        let Some(parent) = of.table_name_ref() else { return Err(wrong(of.syntax(), "a name is missing here")) };
        let parent_name = fold.table(parent.syntax())?;
        let is_partitioned =
            fold.schema.table(&parent_name).is_some_and(|it| it.extra.postgres().partition_by.is_some());
        if !is_partitioned {
            let message = ["table `", &parent_name.to_string(), "` is not partitioned"].concat();
            return Err(wrong(parent.syntax(), message));
        }
        let Some(bound) = &it.bound else { return Err(wrong(of.syntax(), "FOR VALUES or DEFAULT is missing")) };
        let bound = partition::bound(fold, bound.syntax());
        extra.partition_of = Some(Partition { parent: parent_name, bound });
    }
    for parent in &it.inherits {
        extra.inherits.push(fold.table(parent)?);
    }
    if let Some(by) = &it.partition_by {
        extra.partition_by = Some(partition::strategy(fold, by)?);
    }
    if let Some(using) = &it.using {
        let method = using.access_method_ref().map(|it| names::one(it.syntax()));
        extra.access_method = method.filter(|it| it.text() != "heap");
    }
    if let Some(ast::TableParams::WithParams(list)) = &it.parameters {
        extra.options = options::storage(list.attribute_list());
    }
    if let Some(server) = &it.server {
        let mut foreign = ForeignTable::default();
        let Some(server) = server.server_ref() else { return Err(wrong(server.syntax(), "a name is missing here")) };
        foreign.server = names::one(server.syntax());
        options::foreign(it.options.clone(), &mut foreign.options)?;
        extra.foreign = Some(foreign);
    }
    if let Some(of) = &it.of_type {
        extra.of_type = Some(composite(fold, of)?.0);
    }
    Ok(extra)
}

/// The composite type of a typed table.
fn composite(fold: &Fold<'_>, of: &ast::OfType) -> Result<(Qualified, CompositeType), Trouble> {
    let Some(ty) = of.ty() else { return Err(wrong(of.syntax(), "a type is missing here")) };
    let candidates = fold.candidates(ty.syntax());
    for name in candidates {
        let address = Address::Object(ObjectKind::CompositeType, name.clone());
        if let Some(Definition::Postgres(object)) = fold.schema.others.get(&address)
            && let PostgresObject::Composite(composite) = object.as_ref()
        {
            return Ok((name, composite.clone()));
        }
    }
    Err(later(ty.syntax(), ["composite type `", &ty.syntax().text().to_string(), "`"].concat()))
}

/// The types of columns that are declared without one.
fn inherited_types(fold: &Fold<'_>, it: &Statement, extra: &PostgresTable) -> Result<Vec<(Ident, SqlText)>, Trouble> {
    if let Some(of) = &it.of_type {
        let (_, composite) = composite(fold, of)?;
        return Ok(composite.attributes.into_iter().map(|it| (it.name, it.ty)).collect());
    }
    let Some(of) = &extra.partition_of else { return Ok(Vec::new()) };
    Ok(partition::columns(fold, &of.parent).into_iter().map(|(name, column)| (name, column.ty)).collect())
}

/// What the LIKE clauses copy, by their positions.
fn copied(fold: &Fold<'_>, it: &Statement) -> Result<Vec<(usize, partition::Copied)>, Trouble> {
    let mut all = Vec::new();
    for (at, argument) in it.arguments.iter().enumerate() {
        if let ast::TableArg::LikeClause(clause) = argument {
            all.push((at, partition::like(fold, clause)?));
        }
    }
    Ok(all)
}

fn add_copied(fold: &mut Fold<'_>, table: &Qualified, copied: &partition::Copied) {
    for (name, column) in &copied.columns {
        let mut column = column.clone();
        let generated = naming::not_null(table, name);
        let extra = column.extra.postgres();
        if extra.not_null_name == Some(generated) {
            column.extra = PostgresColumn { not_null_name: None, ..extra }.into();
        }
        if let Some(it) = fold.schema.table_mut(table) {
            it.columns.insert(name.clone(), column);
        }
    }
    copied.mentions(fold, table);
}

fn add_column(
    fold: &mut Fold<'_>,
    table: &Qualified,
    node: &ast::Column,
    types: &[(Ident, SqlText)],
    extra: &mut PostgresTable,
    wishes: &mut Vec<Wish>,
) -> Result<(), Trouble> {
    let Some(name) = node.name().map(|it| names::one(it.syntax())) else {
        return Err(wrong(node.syntax(), "a name is missing here"));
    };
    let is_there = fold.schema.table(table).is_some_and(|it| it.columns.contains_key(&name));
    if is_there {
        return Err(wrong(node.syntax(), ["column `", name.text(), "` is declared twice"].concat()));
    }
    fold.part(node.syntax(), Address::Column(table.clone(), name.clone()));
    if node.ty().is_some() {
        let mut draft = column::column(fold, table, &name, node.syntax(), extra.unlogged)?;
        merge(fold, &name, extra, &mut draft.column, draft.says);
        wishes.extend(column::place(fold, table, &name, draft));
        return Ok(());
    }
    let Some((_, ty)) = types.iter().find(|(it, _)| *it == name) else {
        return Err(wrong(node.syntax(), ["column `", name.text(), "` has no type and is not inherited"].concat()));
    };
    let draft = column::Draft::typeless(fold, table, &name, node.syntax(), ty.clone())?;
    if extra.of_type.is_some() {
        wishes.extend(column::place(fold, table, &name, draft));
        return Ok(());
    }
    let generated = draft.column.generated.clone().map(|it| it.expression);
    let other = InheritedColumn {
        no_default: draft.says.default && draft.column.default.is_none(),
        default: draft.column.default.clone().or(generated),
        not_null: draft.says.not_null,
    };
    for it in draft.mentions.clone() {
        fold.mention(&Address::Table(table.clone()), &it);
    }
    wishes.extend(draft.wishes);
    if other != InheritedColumn::default() {
        extra.overrides.insert(name, other);
        if let Some(it) = fold.schema.table_mut(table) {
            it.extra = extra.clone().into();
        }
    }
    Ok(())
}

/// A column that the parents have, too: what they forbid, it forbids; without a default it has theirs.
fn merge(fold: &Fold<'_>, name: &Ident, extra: &PostgresTable, column: &mut trueup_state::Column, says: column::Says) {
    for parent in &extra.inherits {
        let Some(above) = partition::column(fold, parent, name) else { continue };
        column.nullable &= above.nullable;
        if !says.default && column.default.is_none() {
            column.default = above.default;
        }
    }
}

/// The node kinds whose statements change an existing table.
pub(crate) fn is_only(node: &ast::TableRelationName) -> bool {
    node.syntax().children_with_tokens().any(|it| it.kind() == SyntaxKind::ONLY_KW)
}
