//! Extended statistics, as `pg_get_statisticsobjdef` writes them.

use squawk_syntax::{SyntaxKind, SyntaxNode};
use trueup_state::{Address, Ident, ObjectKind, PostgresObject, Qualified};

use super::{
    declare, defined, lookup, text,
    tokens::{Tokens, full, quoted},
};
use crate::parse::{
    fold::{Fold, FoldResult, Folded, Trouble, later},
    names,
};
use crate::render::defined as render;

const KINDS: [&str; 3] = ["ndistinct", "dependencies", "mcv"];

pub(super) fn create(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("CREATE STATISTICS")?;
    let if_not_exists = tokens.take("IF NOT EXISTS");
    let written = if tokens.is("(") || tokens.is("ON") { None } else { Some(tokens.name()?) };
    let mut kinds = Vec::new();
    if tokens.take("(") {
        kinds = tokens.list(|tokens| Ok(tokens.ident()?.text().to_owned()))?;
        tokens.need(")")?;
    }
    tokens.need("ON")?;
    let terms = tokens.list(Tokens::expression)?;
    tokens.need("FROM")?;
    let table = tokens.name()?;
    let relation = lookup::need_relation(fold, &table)?;
    let Some(relation) = relation.relation().cloned() else {
        return Err(later(&table.node, ["table `", &table.text(), "`"].concat()));
    };
    let name = match &written {
        Some(written) => lookup::new_name(fold, written)?,
        None => generated(fold, &relation, &terms),
    };
    let address = Address::Object(ObjectKind::Statistics, name);
    if if_not_exists && fold.schema.others.contains_key(&address) {
        return Ok(Folded::Nothing);
    }
    let on = sorted(fold, &terms).join(", ");
    let mut definition = String::new();
    let is_all = kinds.is_empty() || KINDS.iter().all(|kind| kinds.iter().any(|it| it == kind));
    if !is_all {
        let kinds: Vec<&str> = KINDS.into_iter().filter(|kind| kinds.iter().any(|it| it == kind)).collect();
        definition = ["(", &kinds.join(", "), ") "].concat();
    }
    definition.push_str(&["ON ", &on, " FROM ", &full(&relation)].concat());
    declare(fold, tokens, address, definition)
}

/// The column that a term is.
fn column(term: &SyntaxNode) -> Option<Ident> {
    matches!(term.kind(), SyntaxKind::NAME_REF).then(|| names::one(term))
}

/// Columns by name, as the server keeps only which they are; then expressions, each in parentheses.
fn sorted(fold: &mut Fold<'_>, terms: &[SyntaxNode]) -> Vec<String> {
    let mut all: Vec<String> = terms.iter().filter_map(column).map(|it| quoted(&it)).collect();
    all.sort();
    for term in terms.iter().filter(|term| column(term).is_none()) {
        let expression = text::expression(fold, term);
        // PostgreSQL writes a call without parentheses around it.
        all.push(match term.kind() {
            SyntaxKind::CALL_EXPR => expression.canonical().to_owned(),
            _ => ["(", expression.canonical(), ")"].concat(),
        });
    }
    all
}

/// The name that PostgreSQL gives: the table, the columns, `stat`.
fn generated(fold: &Fold<'_>, table: &Qualified, terms: &[SyntaxNode]) -> Qualified {
    let columns: Vec<String> =
        terms.iter().map(|term| column(term).map_or_else(|| "expr".to_owned(), |it| it.text().to_owned())).collect();
    let base = [table.name.text(), "_", &columns.join("_"), "_stat"].concat();
    let mut number = 0;
    loop {
        let suffix = if number == 0 { String::new() } else { i32::to_string(&number) };
        let own = Ident::from([names::clip(&base, 63 - suffix.len()), &suffix].concat());
        let name = lookup::beside(table, own);
        if !fold.schema.others.contains_key(&Address::Object(ObjectKind::Statistics, name.clone())) {
            return name;
        }
        number += 1;
    }
}

/// ALTER STATISTICS … SET STATISTICS; `-1` and `DEFAULT` leave it to what columns have.
pub(super) fn set_target(fold: &mut Fold<'_>, tokens: &mut Tokens, name: &Qualified) -> Result<(), Trouble> {
    tokens.need("SET STATISTICS")?;
    let target = if tokens.take("DEFAULT") { -1 } else { tokens.number()? };
    let address = Address::Object(ObjectKind::Statistics, name.clone());
    if let Some(PostgresObject::Defined(it)) = lookup::object_mut(fold, &address) {
        let whole = it.definition.canonical().to_owned();
        let head = whole.split(render::STATISTICS).next().unwrap_or_default();
        let target = (target >= 0).then(|| [render::STATISTICS, &target.to_string()].concat());
        lookup::put(fold, &address, defined([head, target.as_deref().unwrap_or_default()].concat()));
    }
    Ok(())
}
