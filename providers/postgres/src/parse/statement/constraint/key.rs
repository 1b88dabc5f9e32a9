//! Primary keys, unique constraints and exclusion constraints: those that have an index.

use squawk_syntax::{SyntaxKind, SyntaxNode, ast, ast::AstNode};
use trueup_state::{
    Address, Definition, Exclude, Ident, Part, PartKind, PostgresKey, PostgresObject, PrimaryKey, Qualified, Unique,
};

use super::{When, deferral, set_not_null, written_name};
use crate::{
    naming,
    parse::{
        fold::{Fold, Trouble, later, wrong},
        names,
        statement::{
            partition,
            table::{Wish, index_name, options},
        },
    },
};

/// A key under construction.
struct Draft {
    node: SyntaxNode,
    name: Option<Ident>,
    columns: Vec<Ident>,
    extra: PostgresKey,
    kind: Kind,
}

#[derive(PartialEq, Eq)]
enum Kind {
    Primary,
    Unique,
    Exclude,
}

/// Add those of the constraints that have an index.
pub(super) fn add(fold: &mut Fold<'_>, table: &Qualified, wishes: &[Wish], when: When) -> Result<(), Trouble> {
    let only = when == When::AlteredAlone && partition::has_partitions(fold, table);
    let mut drafts = Vec::new();
    for wish in wishes {
        match &wish.constraint {
            ast::Constraint::PrimaryKeyConstraint(it) if it.using_index().is_none() => {
                drafts.push(draft(fold, table, wish, Kind::Primary, only)?);
            }
            ast::Constraint::UniqueConstraint(it) if it.using_index().is_none() => {
                drafts.push(draft(fold, table, wish, Kind::Unique, only)?);
            }
            ast::Constraint::ExcludeConstraint(it) => {
                let name = written_name(fold, table, it.syntax())?;
                let (node, kind) = (it.syntax().clone(), Kind::Exclude);
                drafts.push(Draft { node, name, columns: Vec::new(), extra: PostgresKey::default(), kind });
            }
            _ => (),
        }
    }
    for draft in without_repetitions(drafts) {
        match draft.kind {
            Kind::Exclude => exclude(fold, table, &draft)?,
            Kind::Primary | Kind::Unique => key(fold, table, draft)?,
        }
    }
    Ok(())
}

fn draft(fold: &Fold<'_>, table: &Qualified, wish: &Wish, kind: Kind, only: bool) -> Result<Draft, Trouble> {
    let node = wish.constraint.syntax().clone();
    let parameters = node.children().find_map(ast::IndexParameters::cast);
    let list = parameters.as_ref().and_then(|it| it.column_list());
    let columns: Vec<Ident> = match (&list, &wish.column) {
        (Some(list), _) => list.column_name_refs().map(|it| names::one(it.syntax())).collect(),
        (None, Some(column)) => vec![column.clone()],
        (None, None) => return Err(wrong(&node, "its columns are missing here")),
    };
    for column in &columns {
        if partition::column(fold, table, column).is_none() {
            let message = ["column `", column.text(), "` of `", &table.to_string(), "` is not declared"].concat();
            return Err(wrong(&node, message));
        }
    }
    let include = parameters.as_ref().and_then(|it| it.constraint_include_clause());
    let include = include.and_then(|it| it.column_ref_list());
    let constraint_options: Vec<_> = wish.constraint.constraint_options().collect();
    let distinct = parameters.as_ref().and_then(|it| it.nulls_distinct_option());
    let extra = PostgresKey {
        include: include.iter().flat_map(|it| it.column_name_refs()).map(|it| names::one(it.syntax())).collect(),
        nulls_not_distinct: matches!(distinct, Some(ast::NullsDistinctOption::NullsNotDistinct(_))),
        without_overlaps: list.is_some_and(|it| it.without_overlaps().is_some()),
        deferral: deferral(&constraint_options),
        options: options::storage(parameters.and_then(|it| it.with_params()).and_then(|it| it.attribute_list())),
        only,
    };
    Ok(Draft { name: written_name(fold, table, &node)?, node, columns, extra, kind })
}

/// The primary key first, and keys only once that are the same but for their name (`transformIndexConstraints`).
fn without_repetitions(mut drafts: Vec<Draft>) -> Vec<Draft> {
    drafts.sort_by_key(|it| it.kind != Kind::Primary);
    let mut kept: Vec<Draft> = Vec::new();
    for draft in drafts {
        let same = |it: &&mut Draft| {
            let PostgresKey { include, nulls_not_distinct, without_overlaps, deferral, options: _, only: _ } =
                &draft.extra;
            it.kind != Kind::Exclude
                && draft.kind != Kind::Exclude
                && it.columns == draft.columns
                && it.extra.include == *include
                && it.extra.nulls_not_distinct == *nulls_not_distinct
                && it.extra.without_overlaps == *without_overlaps
                && it.extra.deferral == *deferral
        };
        match kept.iter_mut().find(same) {
            Some(prior) if draft.kind == Kind::Unique => {
                if prior.name.is_none() {
                    prior.name = draft.name;
                }
            }
            _ => kept.push(draft),
        }
    }
    kept
}

fn key(fold: &mut Fold<'_>, table: &Qualified, draft: Draft) -> Result<(), Trouble> {
    let Draft { node, name, columns, extra, kind } = draft;
    let is_primary = kind == Kind::Primary;
    let has_one = fold.schema.table(table).is_some_and(|it| it.primary_key.is_some());
    if is_primary && has_one {
        return Err(wrong(&node, ["table `", &table.to_string(), "` has two primary keys"].concat()));
    }
    let named = columns.iter().chain(&extra.include).map(|it| it.text().to_owned());
    let addition = naming::addition(naming::index_columns(named).iter().map(String::as_str));
    let name = name.unwrap_or_else(|| match kind {
        Kind::Primary => fold.free_relation_name(table, None, "pkey", true),
        Kind::Unique | Kind::Exclude => fold.free_relation_name(table, Some(&addition), "key", true),
    });
    if is_primary {
        for column in &columns {
            set_not_null(fold, table, column);
        }
    }
    let only = extra.only;
    put(fold, address_of(table, &name, is_primary), &name, &node, columns, extra);
    if !only {
        let full = Qualified { namespace: table.namespace.clone(), name };
        partition::indexes::spread(fold, table, &full);
    }
    Ok(())
}

/// The address of a key of a table.
fn address_of(table: &Qualified, name: &Ident, is_primary: bool) -> Address {
    match is_primary {
        true => Address::PrimaryKey(table.clone()),
        false => Address::Unique(table.clone(), name.clone()),
    }
}

/// Put a key into its table.
fn put(
    fold: &mut Fold<'_>,
    address: Address,
    name: &Ident,
    node: &SyntaxNode,
    columns: Vec<Ident>,
    extra: PostgresKey,
) {
    let Some(table) = address.owner().cloned() else { return };
    let parts: Vec<Part> = columns.into_iter().map(Part::column).collect();
    let full = Qualified { namespace: table.namespace.clone(), name: name.clone() };
    fold.taken.add_constraint(full.clone());
    fold.taken.add_index(full, address.clone());
    let is_primary = matches!(address, Address::PrimaryKey(_));
    fold.part(node, address);
    let Some(table) = fold.schema.table_mut(&table) else { return };
    if is_primary {
        table.primary_key = Some(PrimaryKey { name: Some(name.clone()), parts, extra: extra.into() });
    } else {
        table.uniques.insert(name.clone(), Unique { name: Some(name.clone()), parts, extra: extra.into() });
    }
}

fn exclude(fold: &mut Fold<'_>, table: &Qualified, draft: &Draft) -> Result<(), Trouble> {
    let Some(it) = ast::ExcludeConstraint::cast(draft.node.clone()) else { return Ok(()) };
    let Some(list) = it.constraint_exclusion_list() else {
        return Err(wrong(it.syntax(), "what it excludes is missing here"));
    };
    let name = draft.name.clone().unwrap_or_else(|| {
        let terms = list.constraint_exclusions().filter_map(|it| it.expr());
        let names = naming::index_columns(terms.map(|it| index_name::term_name(it.syntax())));
        fold.free_relation_name(table, Some(&naming::addition(names.iter().map(String::as_str))), "excl", true)
    });
    let mut text = String::new();
    match it.constraint_index_method() {
        Some(method) => text.push_str(&fold.written(method.syntax())),
        None => text.push_str("USING btree"),
    }
    let clauses = [
        Some(list.syntax().clone()),
        it.constraint_include_clause().map(|it| it.syntax().clone()),
        it.with_params().map(|it| it.syntax().clone()),
        it.where_condition_clause().map(|it| it.syntax().clone()),
    ];
    for clause in clauses.into_iter().flatten() {
        text.push(' ');
        text.push_str(&fold.written(&clause));
    }
    let address = Address::Part(PartKind::Exclude, table.clone(), name.clone());
    let options: Vec<_> = it.constraint_options().collect();
    let object = PostgresObject::Exclude(Exclude { definition: fold.sql_text(&text), deferral: deferral(&options) });
    let full = Qualified { namespace: table.namespace.clone(), name };
    fold.taken.add_constraint(full.clone());
    fold.taken.add_index(full, address.clone());
    fold.mention(&address, it.syntax());
    fold.part(it.syntax(), address.clone());
    fold.schema.others.insert(address, Definition::Postgres(Box::new(object)));
    Ok(())
}

/// `ADD CONSTRAINT name UNIQUE USING INDEX index`: the index becomes the constraint's and takes its name.
pub(crate) fn using_index(
    fold: &mut Fold<'_>,
    table: &Qualified,
    constraint: &ast::Constraint,
    index: &ast::UsingIndexName,
) -> Result<(), Trouble> {
    let node = constraint.syntax();
    let is_primary = node.kind() == SyntaxKind::PRIMARY_KEY_CONSTRAINT;
    let old = index.index_ref().map(|it| names::one(it.syntax())).unwrap_or_default();
    let old_name = Qualified { namespace: table.namespace.clone(), name: old.clone() };
    let Some(Definition::Index(found)) = partition::indexes::definition(fold, &old_name) else {
        return Err(later(node, ["index `", old.text(), "`"].concat()));
    };
    let columns: Option<Vec<Ident>> = found.parts.iter().map(|it| it.column_name().cloned()).collect();
    let Some(columns) = columns.filter(|_| found.unique && found.predicate.is_none()) else {
        return Err(wrong(node, ["index `", old.text(), "` cannot be a constraint's"].concat()));
    };
    let name = written_name(fold, table, node)?.unwrap_or_else(|| old.clone());
    let own = found.extra.postgres();
    let constraint_options: Vec<_> = constraint.constraint_options().collect();
    let extra = PostgresKey {
        include: own.include,
        nulls_not_distinct: own.nulls_not_distinct,
        without_overlaps: false,
        deferral: deferral(&constraint_options),
        options: own.options,
        only: own.only,
    };
    if let Some(it) = fold.schema.table_mut(table) {
        it.indexes.shift_remove(&old);
    }
    fold.taken.remove_index(&old_name);
    let new_name = Qualified { name: name.clone(), ..old_name.clone() };
    partition::indexes::rename(fold, &old_name, &new_name);
    if is_primary {
        for column in &columns {
            set_not_null(fold, table, column);
        }
    }
    put(fold, address_of(table, &name, is_primary), &name, node, columns, extra);
    Ok(())
}
