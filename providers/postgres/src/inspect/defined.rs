//! The catalogue's objects of rare kinds, each as the definition that would make it.

use sqlx::{Row, postgres::PgRow};
use trueup_contract::{DatabaseError, Unmodelled};
use trueup_state::{Address, Enabled, Ident, ObjectKind, PostgresObject, Qualified};

use super::{
    Catalogue,
    answers::Answers,
    extensions::put,
    types::{defined, name, oid},
};
use crate::{canonical, connect::failed};

/// Read them.
pub(super) async fn read(answers: &mut Answers<'_>, catalogue: &mut Catalogue) -> Result<(), DatabaseError> {
    for query in [
        include_str!("sql/operators.sql"),
        include_str!("sql/defined.sql"),
        include_str!("sql/text_search.sql"),
        include_str!("sql/foreign.sql"),
        include_str!("sql/publications.sql"),
    ] {
        for row in answers.rows(query).await? {
            object(catalogue, &row)?;
        }
    }
    for row in answers.rows(include_str!("sql/unmodelled.sql")).await? {
        let text = |column: &str| row.try_get::<String, _>(column).map_err(failed);
        let it = Unmodelled { kind: text("kind")?, name: text("name")?, reason: text("reason")? };
        catalogue.unmodelled.push(it);
    }
    Ok(())
}

fn object(catalogue: &mut Catalogue, row: &PgRow) -> Result<(), DatabaseError> {
    let word: String = row.try_get("word").map_err(failed)?;
    let kind = ObjectKind::of_word(&word);
    let kind = kind.ok_or_else(|| DatabaseError::Failed(["`", &word, "` is no kind of object"].concat()))?;
    let own: Qualified = name(row)?;
    let signature: Option<String> = row.try_get("signature").map_err(failed)?;
    let address = match signature {
        Some(signature) => Address::Signed(kind, own, Ident::from(signature)),
        None => Address::Object(kind, own),
    };
    let definition: String = row.try_get("definition").map_err(failed)?;
    let definition = match kind {
        ObjectKind::Statistics => statistics(&definition),
        _ => plain_expressions(&definition),
    };
    let mut object = defined(definition);
    let enabled: Option<String> = row.try_get("enabled").map_err(failed)?;
    if let PostgresObject::Defined(it) = &mut object {
        it.enabled = match enabled.as_deref() {
            Some("D") => Enabled::Disabled,
            Some("R") => Enabled::Replica,
            Some("A") => Enabled::Always,
            _ => Enabled::Origin,
        };
    }
    catalogue.is(oid(row, "class")?, oid(row, "oid")?, 0, address.clone());
    put(catalogue, &address, object);
    Ok(())
}

/// Expressions stand between marks: they lose the parentheses around them, as those of declarations do.
fn plain_expressions(definition: &str) -> String {
    let pieces = definition.split('\u{1}').enumerate();
    pieces.map(|(at, piece)| if at % 2 == 0 { piece.to_owned() } else { plain(piece) }).collect()
}

fn plain(expression: &str) -> String {
    canonical::plain(expression).canonical().to_owned()
}

/// Columns come by name, since the server keeps only which they are; expressions in parentheses have one pair of them.
fn statistics(definition: &str) -> String {
    let Some((head, rest)) = definition.split_once("ON ") else { return definition.to_owned() };
    let Some((terms, table)) = rest.rsplit_once(" FROM ") else { return definition.to_owned() };
    let (mut depth, mut quoted, mut all) = (0_u32, None, vec![String::new()]);
    for c in terms.chars() {
        match (quoted, c) {
            (Some(quote), c) if quote == c => quoted = None,
            (None, '\'' | '"') => quoted = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            _ => (),
        }
        match (c, all.last_mut()) {
            (',', _) if depth == 0 && quoted.is_none() => all.push(String::new()),
            (_, Some(last)) => last.push(c),
            (_, None) => (),
        }
    }
    let one = |term: &String| match term.trim() {
        term if term.starts_with('(') => ["(", &plain(term), ")"].concat(),
        term => term.to_owned(),
    };
    let mut terms: Vec<String> = all.iter().map(one).collect();
    // An expression is in parentheses or is a call.
    let is_column = |term: &String| !term.ends_with(')');
    terms.sort_by(|a, b| match (is_column(a), is_column(b)) {
        (true, true) => a.cmp(b),
        (a, b) => b.cmp(&a),
    });
    [head, "ON ", &terms.join(", "), " FROM ", table].concat()
}
