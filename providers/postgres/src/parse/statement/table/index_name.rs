//! Names of indexes that are created without one.

use squawk_syntax::{SyntaxKind, SyntaxNode, ast, ast::AstNode};
use trueup_state::{Ident, Index, Qualified, Term};

use crate::{
    naming,
    parse::{fold::Fold, names, parse},
};

/// The name that PostgreSQL gives to a new index.
pub(crate) fn of(fold: &Fold<'_>, owner: &Qualified, items: &ast::PartitionItemList, index: &Index) -> Ident {
    let is_term = |it: &SyntaxNode| ast::Expr::can_cast(it.kind()) || it.kind() == SyntaxKind::COLLATE;
    let terms = items.partition_items().map(|item| {
        let expression = item.syntax().children().find(is_term);
        expression.map_or_else(|| "expr".to_owned(), |it| term_name(&it))
    });
    free(fold, owner, terms.collect(), index)
}

/// The name that PostgreSQL gives to a copy of an index.
pub(crate) fn generated_name(fold: &Fold<'_>, owner: &Qualified, index: &Index) -> Ident {
    let terms = index.parts.iter().map(|part| match &part.term {
        Term::Column(name) => name.text().to_owned(),
        Term::Expression(text) => text_name(text.written()),
    });
    free(fold, owner, terms.collect(), index)
}

fn free(fold: &Fold<'_>, owner: &Qualified, mut terms: Vec<String>, index: &Index) -> Ident {
    terms.extend(index.extra.postgres().include.iter().map(|it| it.text().to_owned()));
    let columns = naming::index_columns(terms);
    let addition = naming::addition(columns.iter().map(String::as_str));
    fold.free_relation_name(owner, Some(&addition), "idx", false)
}

/// What an expression is called in an index (`FigureIndexColname`).
pub(crate) fn term_name(node: &SyntaxNode) -> String {
    figure(node).1.unwrap_or_else(|| "expr".to_owned())
}

/// The same of an expression's text.
fn text_name(text: &str) -> String {
    let tree = parse(&["SELECT ", text].concat()).map(|it| it.syntax_node());
    let mut nodes = tree.iter().flat_map(SyntaxNode::descendants);
    let expression = nodes.find(|it| ast::Expr::can_cast(it.kind()) || it.kind() == SyntaxKind::COLLATE);
    expression.map_or_else(|| "expr".to_owned(), |it| term_name(&it))
}

/// A name and how good it is: 2 from a column or function, 1 from a type or keyword (`FigureColnameInternal`).
fn figure(node: &SyntaxNode) -> (u8, Option<String>) {
    let first = || node.children().find(|it| ast::Expr::can_cast(it.kind()));
    match node.kind() {
        SyntaxKind::NAME_REF => (2, Some(names::one(node).text().to_owned())),
        SyntaxKind::FIELD_EXPR => {
            let last = node.children().last().filter(|it| it.kind() == SyntaxKind::NAME_REF);
            last.map_or((0, None), |it| (2, Some(names::one(&it).text().to_owned())))
        }
        SyntaxKind::PAREN_EXPR | SyntaxKind::INDEX_EXPR | SyntaxKind::SLICE_EXPR | SyntaxKind::COLLATE => {
            first().map_or((0, None), |it| figure(&it))
        }
        SyntaxKind::CALL_EXPR => call(node),
        SyntaxKind::ARRAY_EXPR => (2, Some("array".to_owned())),
        SyntaxKind::CAST_EXPR => match (first().map_or((0, None), |it| figure(&it)), type_name(node)) {
            ((0 | 1, _), Some(ty)) => (1, Some(ty)),
            (found, _) => found,
        },
        SyntaxKind::CASE_EXPR => {
            let otherwise = node.children().find(|it| it.kind() == SyntaxKind::ELSE_CLAUSE);
            let inner = otherwise.and_then(|it| it.children().find(|it| ast::Expr::can_cast(it.kind())));
            match inner.map_or((0, None), |it| figure(&it)) {
                (2, name) => (2, name),
                _ => (1, Some("case".to_owned())),
            }
        }
        SyntaxKind::BIN_EXPR => {
            let operator = node.children().find_map(ast::Op::cast);
            let is_zone = operator.is_some_and(|it| {
                let mut inner = it.syntax().descendants();
                inner.any(|it| matches!(it.kind(), SyntaxKind::AT_TIME_ZONE | SyntaxKind::AT_LOCAL))
            });
            if is_zone { (2, Some("timezone".to_owned())) } else { (0, None) }
        }
        _ => (0, None),
    }
}

fn call(node: &SyntaxNode) -> (u8, Option<String>) {
    let Some(callee) = node.children().next() else { return (0, None) };
    let name = match callee.kind() {
        SyntaxKind::NAME_REF | SyntaxKind::FIELD_EXPR => names::path(&callee).pop().map(|it| it.text().to_owned()),
        SyntaxKind::TRIM_FN => Some("btrim".to_owned()),
        _ => {
            let mut tokens = callee.descendants_with_tokens().filter_map(|it| it.into_token());
            tokens.find(|it| !it.kind().is_trivia()).map(|it| it.text().to_ascii_lowercase())
        }
    };
    (2, name)
}

/// The last part of the catalogue's name of the type that an expression is cast to.
fn type_name(node: &SyntaxNode) -> Option<String> {
    let ty = node.children().find_map(ast::Type::cast)?;
    let ty = match ty {
        ast::Type::ArrayType(array) => array.syntax().children().find_map(ast::Type::cast)?,
        other => other,
    };
    let has_zone = || ty.syntax().children().any(|it| it.kind() == SyntaxKind::WITH_TIMEZONE);
    let name = match &ty {
        ast::Type::PathType(path) => names::path(path.path_ref()?.syntax()).pop()?.text().to_owned(),
        ast::Type::VarcharType(_) => "varchar".to_owned(),
        ast::Type::CharacterType(_) => "bpchar".to_owned(),
        ast::Type::BitType(_) => "bit".to_owned(),
        ast::Type::BitVaryingType(_) => "varbit".to_owned(),
        ast::Type::DoubleType(_) => "float8".to_owned(),
        ast::Type::IntervalType(_) => "interval".to_owned(),
        ast::Type::TimeType(_) => ["time", if has_zone() { "tz" } else { "" }].concat(),
        ast::Type::TimestampType(_) => ["timestamp", if has_zone() { "tz" } else { "" }].concat(),
        ast::Type::ArrayType(_) => return None,
    };
    Some(match name.as_str() {
        "int" | "integer" => "int4".to_owned(),
        "bigint" => "int8".to_owned(),
        "smallint" => "int2".to_owned(),
        "boolean" => "bool".to_owned(),
        "real" => "float4".to_owned(),
        "float" => "float8".to_owned(),
        "decimal" | "dec" => "numeric".to_owned(),
        _ => name,
    })
}
