//! Views and materialized views.
//!
//! A view's definition is its query. Names of columns in parentheses before `AS` become the aliases of the query's own
//! columns, which is how PostgreSQL keeps them. Where that could change the query's meaning, or cannot be done (`*`,
//! `VALUES`), the definition is `(a, b) AS query`: no query starts like this, so it never equals by accident. Whoever
//! renders a view puts its options between the two.

mod alter;
mod columns;

use squawk_syntax::{SyntaxNode, ast, ast::AstNode};
use trueup_state::{
    Address, Definition, Ident, MaterializedView, ObjectKind, Options, PostgresObject, PostgresView, Qualified, Query,
    SqlText,
};

use super::routine::{is_temporary, twice};
use crate::{
    Postgres,
    parse::{
        fold::{Fold, FoldResult, Folded, Trouble, wrong},
        names,
    },
};

/// CREATE, ALTER and DROP VIEW and MATERIALIZED VIEW.
pub(crate) fn fold(fold: &mut Fold<'_>, stmt: &ast::Stmt) -> Option<FoldResult> {
    Some(match stmt {
        ast::Stmt::CreateView(it) => create(fold, it),
        ast::Stmt::CreateMaterializedView(it) => create_materialized(fold, it),
        _ => return alter::fold(fold, stmt),
    })
}

fn create(fold: &mut Fold<'_>, it: &ast::CreateView) -> FoldResult {
    let node = it.syntax();
    if let Some(ast::Persistence::Temp(_)) = it.persistence() {
        return Ok(Folded::Skipped("a temporary view goes with its session".to_owned()));
    }
    let (Some(name), Some(query)) = (it.view(), it.query()) else {
        return Err(wrong(node, "this view is not understood"));
    };
    if is_temporary(name.syntax()) {
        return Ok(Folded::Skipped("a temporary view goes with its session".to_owned()));
    }
    let qualified = fold.new_name(name.syntax())?;
    let address = Address::View(qualified.clone());
    if let Some(kind) = relation_kind(fold, &qualified) {
        let is_view = matches!(kind, Address::View(_));
        if !is_view || it.or_replace().is_none() {
            return Err(twice(name.syntax(), kind.kind(), is_view));
        }
    }
    let columns = listed(it.column_list());
    let definition = match it.recursive_token() {
        Some(_) => fold.sql_text(&recursive(&qualified.name, &columns, &fold.written(query.syntax()))),
        None => definition(fold, query.syntax(), &columns),
    };
    let mut extra = PostgresView::default();
    for (name, value) in options(it.with_params().and_then(|it| it.attribute_list())) {
        let value = Postgres::view_option(&name, &value);
        extra.options.insert(name, value);
    }
    if let Some(check) = it.with_check_option() {
        let level = match check.check_option_level() {
            Some(ast::CheckOptionLevel::LocalCheckOption(_)) => "local",
            Some(ast::CheckOptionLevel::CascadedCheckOption(_)) | None => "cascaded",
        };
        extra.options.insert("check_option".to_owned(), level.to_owned());
    }
    // Defaults of columns stay when a view is replaced.
    if let Some(view) = fold.schema.view(&qualified) {
        extra.defaults = view.query.extra.postgres().defaults;
    }
    fold.mentions.remove(&address);
    fold.mention(&address, query.syntax());
    fold.schema.put(&address, Definition::View(Query { definition, extra: extra.into() }));
    Ok(Folded::Object(address))
}

fn create_materialized(fold: &mut Fold<'_>, it: &ast::CreateMaterializedView) -> FoldResult {
    let node = it.syntax();
    let (Some(name), Some(query)) = (it.view(), it.query()) else {
        return Err(wrong(node, "this view is not understood"));
    };
    let qualified = fold.new_name(name.syntax())?;
    let address = Address::Object(ObjectKind::MaterializedView, qualified.clone());
    if let Some(kind) = relation_kind(fold, &qualified) {
        if it.if_not_exists().is_some() {
            return Ok(Folded::Nothing);
        }
        return Err(twice(name.syntax(), kind.kind(), true));
    }
    let method = it.using_method().and_then(|it| it.access_method_ref()).map(|it| names::one(it.syntax()));
    let view = MaterializedView {
        definition: definition(fold, query.syntax(), &listed(it.column_list())),
        options: options(it.with_params().and_then(|it| it.attribute_list())),
        access_method: method.filter(|it| it.text() != "heap"),
    };
    fold.mentions.remove(&address);
    fold.mention(&address, query.syntax());
    let object = PostgresObject::MaterializedView(view);
    fold.schema.put(&address, Definition::Postgres(Box::new(object)));
    Ok(Folded::Object(address))
}

/// What there is under a name that tables and views share.
fn relation_kind(fold: &Fold<'_>, name: &Qualified) -> Option<Address> {
    let all = [
        Address::Table(name.clone()),
        Address::View(name.clone()),
        Address::Object(ObjectKind::MaterializedView, name.clone()),
        Address::Object(ObjectKind::Sequence, name.clone()),
    ];
    all.into_iter().find(|it| fold.schema.object(it).is_some())
}

fn listed(list: Option<ast::ColumnList>) -> Vec<Ident> {
    let names = list.into_iter().flat_map(|it| it.column_names());
    names.map(|it| names::one(it.syntax())).collect()
}

/// A query, with the names that its columns are given.
fn definition(fold: &Fold<'_>, query: &SyntaxNode, columns: &[Ident]) -> SqlText {
    let written = fold.written(query);
    let written = written.trim().trim_end_matches(';').trim_end();
    if columns.is_empty() {
        return fold.sql_text(written);
    }
    match columns::aliased(written, columns) {
        Some(aliased) => fold.sql_text(&aliased),
        None => {
            let text = fold.sql_text(written);
            let list = ["(", &list(columns), ") AS "].concat();
            SqlText::new([&list, text.canonical()].concat(), [&list, text.written()].concat())
        }
    }
}

/// What PostgreSQL makes of CREATE RECURSIVE VIEW.
fn recursive(name: &Ident, columns: &[Ident], query: &str) -> String {
    let (name, columns) = (names::quoted(name), list(columns));
    let query = query.trim().trim_end_matches(';');
    ["WITH RECURSIVE ", &name, "(", &columns, ") AS (", query, ") SELECT ", &columns, " FROM ", &name].concat()
}

fn list(columns: &[Ident]) -> String {
    let columns: Vec<String> = columns.iter().map(names::quoted).collect();
    columns.join(", ")
}

/// Options in parentheses, as `pg_class.reloptions` would have them.
fn options(list: Option<ast::AttributeList>) -> Options {
    let each = |it: ast::AttributeOption| {
        let name = names::one(it.name()?.syntax()).text().to_owned();
        let name = match it.namespace() {
            Some(namespace) => [names::one(namespace.syntax()).text(), ".", &name].concat(),
            None => name,
        };
        let value = it.attribute_value().map_or_else(|| "true".to_owned(), |it| option_value(&it));
        Some((name, value))
    };
    list.into_iter().flat_map(|it| it.attribute_options()).filter_map(each).collect()
}

fn option_value(value: &ast::AttributeValue) -> String {
    match value.literal().and_then(|it| names::string(&it)) {
        Some(string) => string,
        None => names::ident(value.syntax().text().to_string().trim()).text().to_owned(),
    }
}

/// The existing view, or materialized view, that a name stands for.
fn existing(fold: &Fold<'_>, node: &SyntaxNode, is_materialized: bool) -> Result<Address, Trouble> {
    let address = |name: Qualified| match is_materialized {
        true => Address::Object(ObjectKind::MaterializedView, name),
        false => Address::View(name),
    };
    let found = fold.candidates(node).into_iter().map(address).find(|it| fold.schema.object(it).is_some());
    let missing = || crate::parse::fold::later(node, ["view ", node.text().to_string().trim()].concat());
    found.ok_or_else(missing)
}

#[cfg(test)]
mod tests;
