//! Giving the columns of a query other names, by its aliases.

use squawk_syntax::{ast, ast::AstNode, column_name::ColumnName};
use trueup_state::Ident;

use crate::parse::{names, parse};

/// The query with its first columns under these names. `None`: that cannot be said with aliases, or the query looks at
/// its aliases, so that another alias might mean something else.
pub(super) fn aliased(query: &str, columns: &[Ident]) -> Option<String> {
    let file = parse(query)?.ok().ok()?;
    let mut statements = file.stmts();
    let select = leftmost(&statements.next()?)?;
    if statements.next().is_some() {
        return None;
    }
    let targets: Vec<ast::Target> = select.select_clause()?.target_list()?.targets().collect();
    let is_star = |it: &ast::Target| it.syntax().last_token().is_some_and(|token| token.text() == "*");
    if targets.len() < columns.len() || targets.iter().any(is_star) {
        return None;
    }
    let mut edits = Vec::new();
    for (target, column) in targets.iter().zip(columns) {
        if output(target).as_ref() == Some(column) {
            continue;
        }
        let alias = ["AS ", &names::quoted(column)].concat();
        match target.as_name() {
            Some(name) => {
                let range = name.syntax().text_range();
                edits.push((usize::from(range.start())..usize::from(range.end()), alias, true));
            }
            None => {
                let end = target.expr()?.syntax().text_range().end();
                edits.push((usize::from(end)..usize::from(end), [" ", &alias].concat(), false));
            }
        }
    }
    let has_distinct_on = select.select_clause()?.select_quantifier().is_some();
    let looks_at_aliases = has_distinct_on || select.group_by_clause().is_some();
    let replaces = edits.iter().any(|(_, _, replaces)| *replaces);
    if (looks_at_aliases && replaces) || (!edits.is_empty() && sorts_by_name(&file, columns)) {
        return None;
    }
    let mut text = query.to_owned();
    for (range, alias, _) in edits.into_iter().rev() {
        text.replace_range(range, &alias);
    }
    Some(text)
}

/// The SELECT whose aliases are the names of the columns.
fn leftmost(stmt: &ast::Stmt) -> Option<ast::Select> {
    let mut variant = match stmt {
        ast::Stmt::Select(it) => return Some(it.clone()),
        ast::Stmt::CompoundSelect(it) => it.lhs()?,
        _ => return None,
    };
    loop {
        variant = match variant {
            ast::SelectVariant::Select(it) => return Some(it),
            ast::SelectVariant::CompoundSelect(it) => it.lhs()?,
            _ => return None,
        };
    }
}

/// The name that a column of a query has by itself.
pub(super) fn output(target: &ast::Target) -> Option<Ident> {
    let (name, _) = ColumnName::from_target(target.clone())?;
    match name {
        ColumnName::Column(_) => name.to_string().map(Ident::from),
        ColumnName::UnknownColumn(_) | ColumnName::Star => None,
    }
}

/// Whether the query is sorted by something, and mentions one of the names there.
fn sorts_by_name(file: &ast::SourceFile, columns: &[Ident]) -> bool {
    let aliases = file.syntax().descendants().filter_map(ast::AsName::cast).filter_map(|it| it.name());
    let aliases: Vec<Ident> = aliases.map(|it| names::one(it.syntax())).collect();
    let clauses = file.syntax().descendants().filter_map(ast::OrderByClause::cast);
    let mut words = clauses.flat_map(|it| names::path(it.syntax()));
    words.any(|word| columns.contains(&word) || aliases.contains(&word))
}

/// The query with one of its columns under another name.
pub(super) fn renamed(query: &str, from: &Ident, to: &Ident) -> Option<String> {
    let file = parse(query)?.ok().ok()?;
    let select = leftmost(&file.stmts().next()?)?;
    let targets = select.select_clause()?.target_list()?.targets();
    let columns: Option<Vec<Ident>> = targets.map(|it| output(&it)).collect();
    let mut columns = columns?;
    let place = columns.iter().position(|it| it == from)?;
    columns[place] = to.clone();
    aliased(query, &columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, expected: Option<&str>) {
        let columns = [Ident::from("x"), Ident::from("Y")];
        assert_eq!(aliased(query, &columns).as_deref(), expected);
    }

    #[test]
    fn columns_get_aliases() {
        check("SELECT a, b AS c FROM t", Some("SELECT a AS x, b AS \"Y\" FROM t"));
        check("SELECT x, count(*) FROM t GROUP BY x", Some("SELECT x, count(*) AS \"Y\" FROM t GROUP BY x"));
        check("SELECT a, b UNION SELECT c, d", Some("SELECT a AS x, b AS \"Y\" UNION SELECT c, d"));
    }

    #[test]
    fn what_might_mean_something_else_gets_none() {
        check("SELECT * FROM t", None);
        check("VALUES (1, 2)", None);
        check("SELECT a, b FROM t ORDER BY x", None);
        check("SELECT a AS k, b FROM t GROUP BY k", None);
        check("SELECT a AS k, b FROM t ORDER BY k", None);
    }

    #[test]
    fn one_column_is_renamed() {
        let to = renamed("SELECT a, b FROM t", &Ident::from("b"), &Ident::from("c"));
        assert_eq!(to.as_deref(), Some("SELECT a, b AS c FROM t"));
    }
}
