//! CREATE INDEX, and the column lists of keys.

use std::collections::HashSet;

use trueup_state::{Index, IndexExtra, Part, PartExtra, Term};

use super::{Created, Cursor, Names, ReadError, cursor::split_commas};
use crate::{
    canonical::{self, Scope},
    token::Token,
};

pub(super) fn read(mut cursor: Cursor<'_, '_>, unique: bool, names: &Names) -> Result<Created, ReadError> {
    let name = cursor.created_name()?;
    cursor.expect("on")?;
    let table = cursor.name("the index's table")?;
    let unknown = HashSet::new();
    let scope = Scope::Names(names.columns.get(&table.folded()).unwrap_or(&unknown));
    let parts = parts(&mut cursor, scope)?;
    let predicate = if cursor.accept("where") {
        let condition = cursor.rest();
        let text = canonical::expression(cursor.source(), condition, scope);
        cursor = Cursor::new(cursor.source(), &[]);
        Some(text)
    } else {
        None
    };
    cursor.finish()?;
    Ok(Created::Index { name, table, index: Index { unique, parts, predicate, extra: IndexExtra::None } })
}

/// `( term [COLLATE name] [ASC | DESC], … )`
pub(super) fn parts(cursor: &mut Cursor<'_, '_>, scope: Scope<'_>) -> Result<Vec<Part>, ReadError> {
    let source = cursor.source();
    let group = cursor.group()?;
    split_commas(group).into_iter().map(|tokens| part(source, tokens, scope)).collect()
}

fn part(source: &str, tokens: &[Token<'_>], scope: Scope<'_>) -> Result<Part, ReadError> {
    let (tokens, descending) = match tokens {
        [rest @ .., last] if last.is("desc") && !rest.is_empty() => (rest, true),
        [rest @ .., last] if last.is("asc") && !rest.is_empty() => (rest, false),
        whole => (whole, false),
    };
    let (tokens, collation) = match canonical::strip_parentheses(tokens) {
        [rest @ .., collate, name] if collate.is("collate") && name.is_name() && !rest.is_empty() => {
            (rest, Some(name.unquoted().to_ascii_lowercase().into()))
        }
        whole => (whole, None),
    };
    let term = match canonical::strip_parentheses(tokens) {
        [] => return Err(Cursor::new(source, tokens).wrong("a column or an expression")),
        [name] if name.is_name() => Term::Column(name.unquoted().as_ref().into()),
        // COLLATE binds more tightly than any operator, so here the parentheses have a meaning.
        _ if collation.is_some() => Term::Expression(canonical::text(source, tokens, scope)),
        expression => Term::Expression(canonical::text(source, expression, scope)),
    };
    Ok(Part { term, collation, descending, extra: PartExtra::None })
}

/// The names that expressions of a table may see.
pub(super) fn column_scope<'a>(names: impl Iterator<Item = &'a trueup_state::Ident>) -> HashSet<String> {
    names.map(trueup_state::Ident::folded).collect()
}
