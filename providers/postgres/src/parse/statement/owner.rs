//! ALTER … OWNER TO and CREATE SCHEMA AUTHORIZATION: whose an object is.
//!
//! That is looked up when everything is declared, and kept apart from the schema: it counts only where it is asked for.

use squawk_syntax::{ast, ast::AstNode};
use trueup_state::{Address, Ident, ObjectKind, Qualified};

use super::{
    comment::subject::{self, Subject},
    defined::tokens::Tokens,
};
use crate::parse::fold::{Fold, FoldResult, Trouble};

/// Notes the statement; what else it does or means is for its own family to say.
pub(crate) fn note(fold: &mut Fold<'_>, stmt: &ast::Stmt) -> Option<FoldResult> {
    // Most statements are neither, and need not be taken apart to tell.
    let words = if matches!(stmt, ast::Stmt::CreateSchema(_)) {
        "AUTHORIZATION"
    } else if stmt.syntax().first_token().is_some_and(|it| it.text().eq_ignore_ascii_case("alter")) {
        "OWNER TO"
    } else {
        return None;
    };
    if Tokens::of(stmt.syntax()).has(words) {
        let path = &fold.search_path;
        fold.given.entry(stmt.syntax().clone()).or_insert_with(|| path.clone());
    }
    None
}

/// What can only be done when everything is declared. What is not found belongs to an extension, or is of a kind that is
/// not managed.
pub(crate) fn finish(fold: &mut Fold<'_>) -> Result<(), Trouble> {
    for (statement, path) in std::mem::take(&mut fold.given) {
        fold.search_path = path;
        if let Ok(Some((on, role))) = read(fold, &mut Tokens::of(&statement))
            && fold.schema.object(&on).is_some()
            && !goes_with_column(fold, &on)
        {
            fold.owners.insert(on, role);
        }
    }
    Ok(())
}

fn read(fold: &mut Fold<'_>, tokens: &mut Tokens) -> Result<Option<(Address, Ident)>, Trouble> {
    if tokens.take("CREATE SCHEMA") {
        let _ = tokens.take("IF NOT EXISTS");
        let named = if tokens.is("AUTHORIZATION") { None } else { Some(tokens.ident()?) };
        tokens.need("AUTHORIZATION")?;
        let role = role(fold, tokens)?;
        return Ok(Some((Address::Namespace(named.unwrap_or_else(|| role.clone())), role)));
    }
    tokens.need("ALTER")?;
    let start = tokens.position();
    let on = match subject::read(fold, tokens) {
        Ok(Subject::Is(on)) => on,
        Ok(Subject::Skipped(_)) => return Ok(None),
        Err(trouble) => {
            tokens.go_to(start);
            match other_relation(fold, tokens)? {
                Some(on) => on,
                None => return Err(trouble),
            }
        }
    };
    tokens.need("OWNER TO")?;
    let role = role(fold, tokens)?;
    tokens.end()?;
    Ok(Some((on, role)))
}

/// ALTER TABLE may mean whatever is in `pg_class`, and say more than COMMENT does.
fn other_relation(fold: &Fold<'_>, tokens: &mut Tokens) -> Result<Option<Address>, Trouble> {
    let _ = tokens.take("FOREIGN");
    if !["TABLE", "VIEW", "SEQUENCE"].iter().any(|word| tokens.take(word)) {
        return Ok(None);
    }
    let _ = tokens.take("IF EXISTS");
    let _ = tokens.take("ONLY");
    let written = tokens.name()?;
    let _ = tokens.take("*");
    let kinds: [fn(Qualified) -> Address; 4] = [
        Address::Table,
        Address::View,
        |name| Address::Object(ObjectKind::MaterializedView, name),
        |name| Address::Object(ObjectKind::Sequence, name),
    ];
    let mut candidates = fold.candidates(&written.node).into_iter();
    Ok(candidates
        .find_map(|name| kinds.iter().map(|kind| kind(name.clone())).find(|it| fold.schema.object(it).is_some())))
}

/// A sequence that goes with a column belongs to whom the table belongs.
fn goes_with_column(fold: &Fold<'_>, on: &Address) -> bool {
    match fold.schema.object(on) {
        Some(trueup_state::Object::Postgres(trueup_state::PostgresObject::Sequence(it))) => it.owned_by.is_some(),
        _ => false,
    }
}

fn role(fold: &Fold<'_>, tokens: &mut Tokens) -> Result<Ident, Trouble> {
    let is_self = ["CURRENT_USER", "CURRENT_ROLE", "SESSION_USER"].iter().any(|word| tokens.is(word));
    let name = tokens.ident()?;
    Ok(if is_self { fold.role.as_ref().unwrap_or(&fold.target.cluster().role).clone() } else { name })
}
