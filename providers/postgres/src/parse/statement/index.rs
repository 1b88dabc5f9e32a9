//! Indexes.

use squawk_syntax::{SyntaxKind, SyntaxNode, ast, ast::AstNode};
use trueup_state::{
    Address, Definition, Ident, Index, ObjectKind, Part, PostgresIndex, PostgresObject, PostgresPart, Qualified, Term,
};

use super::{
    alter_table, partition,
    table::{self, column, options},
};
use crate::{
    parse::{
        fold::{Fold, FoldResult, Folded, Trouble, later, wrong, wrong_with},
        names,
    },
    types::operator_class,
};

/// CREATE, ALTER and DROP INDEX.
pub(crate) fn fold(fold: &mut Fold<'_>, stmt: &ast::Stmt) -> Option<FoldResult> {
    match stmt {
        ast::Stmt::CreateIndex(it) => Some(create(fold, it)),
        ast::Stmt::AlterIndex(it) => Some(alter_table::index::alter(fold, it)),
        ast::Stmt::DropIndex(it) => Some(alter_table::index::drop(fold, it)),
        _ => None,
    }
}

fn create(fold: &mut Fold<'_>, it: &ast::CreateIndex) -> FoldResult {
    let Some(relation) = it.table_relation_name() else {
        return Err(wrong(it.syntax(), "the table is missing here"));
    };
    let owner = owner(fold, &relation)?;
    let written = it.index().map(|it| names::one(it.syntax()));
    if let Some(name) = &written {
        let full = Qualified { namespace: owner.namespace.clone(), name: name.clone() };
        if fold.is_relation(&full) {
            if it.if_not_exists().is_some() {
                return Ok(Folded::Nothing);
            }
            let message = ["`", &full.to_string(), "` is declared twice"].concat();
            return Err(wrong_with(it.syntax(), message, "leave out one of the two, or write IF NOT EXISTS"));
        }
    }
    let method = it.using_method().and_then(|it| it.access_method_ref());
    let method = method.map_or_else(|| Ident::from("btree"), |it| names::one(it.syntax()));
    let Some(items) = it.partition_item_list() else { return Err(wrong(it.syntax(), "what to index is missing here")) };
    let mut parts = Vec::new();
    for item in items.partition_items() {
        parts.push(part(fold, &owner, &method, &item)?);
    }
    let include = it.index_include_clause().and_then(|it| it.partition_item_list());
    let include = include.iter().flat_map(|it| it.partition_items()).map(|it| names::one(it.syntax())).collect();
    let distinct = it.nulls_distinct_option();
    let extra = PostgresIndex {
        include,
        nulls_not_distinct: matches!(distinct, Some(ast::NullsDistinctOption::NullsNotDistinct(_))),
        options: options::storage(it.with_params().and_then(|it| it.attribute_list())),
        is_invalid: false,
        only: table::is_only(&relation) && partition::has_partitions(fold, &owner),
        statistics: Default::default(),
        method,
    };
    let predicate = it.where_clause().and_then(|it| it.expr());
    let index = Index {
        unique: it.unique_token().is_some(),
        parts,
        predicate: predicate.map(|it| fold.text(&bare(it.syntax()))),
        extra: extra.into(),
    };
    let name = written.unwrap_or_else(|| table::index_name::of(fold, &owner, &items, &index));
    let address = Address::Index(owner.clone(), name.clone());
    fold.mention(&address, it.syntax());
    let full = Qualified { namespace: owner.namespace.clone(), name };
    fold.taken.add_index(full.clone(), address.clone());
    if fold.schema.put(&address, Definition::Index(index)).is_none() {
        return Err(wrong(it.syntax(), "this index cannot be placed"));
    }
    if !table::is_only(&relation) {
        partition::indexes::spread(fold, &owner, &full);
    }
    Ok(Folded::Object(address))
}

/// The table or materialized view that an index is on.
fn owner(fold: &Fold<'_>, relation: &ast::TableRelationName) -> Result<Qualified, Trouble> {
    let Some(node) = relation.table_name_ref() else {
        return Err(wrong(relation.syntax(), "the table is missing here"));
    };
    let is_view =
        |it: &Qualified| fold.schema.others.contains_key(&Address::Object(ObjectKind::MaterializedView, it.clone()));
    let mut candidates = fold.candidates(node.syntax()).into_iter();
    let found = candidates.find(|it| fold.schema.table(it).is_some() || is_view(it));
    found.ok_or_else(|| later(node.syntax(), ["table `", &node.syntax().text().to_string(), "`"].concat()))
}

/// One part of an index.
fn part(fold: &Fold<'_>, owner: &Qualified, method: &Ident, item: &ast::PartitionItem) -> Result<Part, Trouble> {
    let outer = item.syntax().children().find(is_term);
    let Some(outer) = outer else { return Err(wrong(item.syntax(), "what to index is missing here")) };
    let (inner, collated) = peeled(outer);
    let collate = item.collate().or(collated);
    let (term, ty) = term(fold, owner, &inner)?;
    let descending = matches!(item.sort_order(), Some(ast::SortOrder::SortDesc(_)));
    let nulls_opposite = match item.nulls_order() {
        Some(ast::NullsOrder::NullsFirst(_)) => !descending,
        Some(ast::NullsOrder::NullsLast(_)) => descending,
        None => false,
    };
    let class = item.op_class_ref().map(|it| operator_class(fold, it.syntax()));
    let is_default = |it: &Qualified| it.namespace.is_empty() || operator_class::of_extension(it.name.text()).is_some();
    let class = class
        .filter(|it| !(is_default(it) && operator_class::is_default(method.text(), it.name.text(), ty.as_deref())));
    let collation = collate.and_then(|it| column::collation(fold, &it));
    let own = match &term {
        Term::Column(name) => partition::column(fold, owner, name).and_then(|it| it.extra.postgres().collation),
        Term::Expression(_) => None,
    };
    let extra = PostgresPart {
        collation: collation.filter(|it| own.as_ref() != Some(it)),
        operator_class: class,
        operator_class_options: options::storage(item.attribute_list()),
        nulls_opposite,
    };
    Ok(Part { term, collation: None, descending, extra: extra.into() })
}

fn is_term(node: &SyntaxNode) -> bool {
    ast::Expr::can_cast(node.kind()) || node.kind() == SyntaxKind::COLLATE
}

/// A term without the parentheses around it, and the outermost COLLATE among them: PostgreSQL keeps collations beside
/// what is indexed, and takes a column for a column however it is wrapped (`ComputeIndexAttrs` in `indexcmds.c`).
fn peeled(mut node: SyntaxNode) -> (SyntaxNode, Option<ast::Collate>) {
    let mut collate = None;
    while matches!(node.kind(), SyntaxKind::PAREN_EXPR | SyntaxKind::COLLATE)
        && let Some(inner) = node.children().find(is_term)
    {
        collate = collate.or_else(|| ast::Collate::cast(node));
        node = inner;
    }
    (node, collate)
}

/// What stands in parentheses that mean nothing.
fn bare(node: &SyntaxNode) -> SyntaxNode {
    let inner = ast::ParenExpr::cast(node.clone()).and_then(|it| it.expr());
    inner.map_or_else(|| node.clone(), |it| bare(it.syntax()))
}

/// The type under a domain; any other type is its own.
fn base_type(fold: &Fold<'_>, ty: &str) -> String {
    let domain = fold.schema.others.iter().find_map(|(address, definition)| match (address, definition) {
        (Address::Object(ObjectKind::Domain, name), Definition::Postgres(it)) if names::qualified(name) == ty => {
            match &**it {
                PostgresObject::Domain(it) => Some(it.ty.canonical().to_owned()),
                _ => None,
            }
        }
        _ => None,
    });
    domain.map_or_else(|| ty.to_owned(), |it| base_type(fold, &it))
}

/// A column or an expression, with the type of a column.
fn term(fold: &Fold<'_>, owner: &Qualified, node: &SyntaxNode) -> Result<(Term, Option<String>), Trouble> {
    if node.kind() != SyntaxKind::NAME_REF {
        return Ok((Term::Expression(fold.text(&bare(node))), None));
    }
    let name = names::one(node);
    if fold.schema.table(owner).is_none() {
        return Ok((Term::Column(name), None));
    }
    match partition::column(fold, owner, &name) {
        Some(column) => Ok((Term::Column(name), Some(base_type(fold, column.ty.canonical())))),
        None => Err(later(node, ["column `", name.text(), "` of `", &owner.to_string(), "`"].concat())),
    }
}

/// The full name of an operator class; one of PostgreSQL's own has no namespace.
fn operator_class(fold: &Fold<'_>, node: &SyntaxNode) -> Qualified {
    let schemas = &fold.declared.extension_schemas;
    match names::path(node).as_slice() {
        [.., namespace, name] if namespace.text() == "pg_catalog" => Qualified::bare(name.clone()),
        [.., namespace, name] => Qualified { namespace: namespace.clone(), name: name.clone() },
        [name] if operator_class::is_own(name.text()) => Qualified::bare(name.clone()),
        [name] => {
            let extension = operator_class::of_extension(name.text());
            let of_extension = extension.and_then(|it| {
                let declared = schemas.get(it).cloned();
                declared.or_else(|| installed(fold, it))
            });
            let declared = fold.candidates(node).into_iter().find(|it| {
                let is_this = |address: &Address| {
                    matches!(address, Address::Signed(ObjectKind::OperatorClass, class, _) if class == it)
                };
                fold.schema.others.keys().any(is_this)
            });
            let first = || fold.search_path.first().cloned().unwrap_or_else(|| Ident::from("public"));
            let namespace = of_extension.or(declared.map(|it| it.namespace)).unwrap_or_else(first);
            Qualified { namespace, name: name.clone() }
        }
        [] => Qualified::default(),
    }
}

/// Where an extension is in the target.
fn installed(fold: &Fold<'_>, extension: &str) -> Option<Ident> {
    let address = Address::Object(ObjectKind::Extension, Qualified::bare(extension));
    match fold.target.schema().others.get(&address)? {
        Definition::Postgres(it) => match it.as_ref() {
            trueup_state::PostgresObject::Extension(it) => it.schema.clone(),
            _ => None,
        },
        _ => None,
    }
}
