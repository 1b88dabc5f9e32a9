//! Objects of rare kinds: each is one text, everything that follows its name in the statement that creates it.
//!
//! The text has one form: options in the order of the manual, in lower case, those with default values left out; names as
//! PostgreSQL writes them under an empty search path. `inspect/defined.rs` writes the same.

mod aggregate;
mod alter;
mod configuration;
mod foreign;
pub(super) mod lookup;
mod operator;
mod publication;
pub(super) mod rare;
mod search;
pub(super) mod signature;
mod simple;
mod statistics;
#[cfg(test)]
pub(super) mod tests;
pub(super) mod text;
pub(crate) mod tokens;

use squawk_syntax::{ast, ast::AstNode};
use trueup_state::{Address, Defined, Enabled, PostgresObject, SqlText};

use crate::parse::fold::{Fold, FoldResult, Folded, Trouble, refused};
use tokens::Tokens;

/// CREATE, ALTER and DROP of rare kinds.
pub(crate) fn fold(fold: &mut Fold<'_>, stmt: &ast::Stmt) -> Option<FoldResult> {
    use ast::Stmt;
    let create: fn(&mut Fold<'_>, &mut Tokens) -> FoldResult = match stmt {
        Stmt::CreateAggregate(_) => aggregate::create,
        Stmt::CreateOperator(_) => operator::create,
        Stmt::CreateOperatorClass(_) => operator::create_class,
        Stmt::CreateOperatorFamily(_) => operator::create_family,
        Stmt::CreateCast(_) => simple::cast,
        Stmt::CreateTransform(_) => simple::transform,
        Stmt::CreateConversion(_) => simple::conversion,
        Stmt::CreateCollation(_) => simple::collation,
        Stmt::CreateStatistics(_) => statistics::create,
        Stmt::CreateTextSearchParser(_) => search::parser,
        Stmt::CreateTextSearchTemplate(_) => search::template,
        Stmt::CreateTextSearchDictionary(_) => search::dictionary,
        Stmt::CreateTextSearchConfiguration(_) => configuration::create,
        Stmt::CreateEventTrigger(_) => simple::event_trigger,
        Stmt::CreatePublication(_) => publication::create,
        Stmt::CreateSubscription(_) | Stmt::AlterSubscription(_) | Stmt::DropSubscription(_) => subscription,
        Stmt::CreateForeignDataWrapper(_) => foreign::wrapper,
        Stmt::CreateServer(_) => foreign::server,
        Stmt::CreateUserMapping(_) => foreign::mapping,
        Stmt::AlterUserMapping(_) => foreign::alter_mapping,
        Stmt::DropUserMapping(_) => foreign::drop_mapping,
        Stmt::CreateLanguage(_) => foreign::language,
        Stmt::CreateAccessMethod(_) => foreign::access_method,
        Stmt::AlterTextSearchConfiguration(_) => configuration::alter,
        Stmt::AlterPublication(_) => publication::alter,
        Stmt::AlterAggregate(_)
        | Stmt::AlterOperator(_)
        | Stmt::AlterOperatorClass(_)
        | Stmt::AlterOperatorFamily(_)
        | Stmt::AlterConversion(_)
        | Stmt::AlterCollation(_)
        | Stmt::AlterStatistics(_)
        | Stmt::AlterTextSearchParser(_)
        | Stmt::AlterTextSearchTemplate(_)
        | Stmt::AlterTextSearchDictionary(_)
        | Stmt::AlterEventTrigger(_)
        | Stmt::AlterForeignDataWrapper(_)
        | Stmt::AlterServer(_)
        | Stmt::AlterLanguage(_) => alter::alter,
        Stmt::DropAggregate(_)
        | Stmt::DropOperator(_)
        | Stmt::DropOperatorClass(_)
        | Stmt::DropOperatorFamily(_)
        | Stmt::DropCast(_)
        | Stmt::DropTransform(_)
        | Stmt::DropConversion(_)
        | Stmt::DropCollation(_)
        | Stmt::DropStatistics(_)
        | Stmt::DropTextSearchParser(_)
        | Stmt::DropTextSearchTemplate(_)
        | Stmt::DropTextSearchDict(_)
        | Stmt::DropTextSearchConfig(_)
        | Stmt::DropEventTrigger(_)
        | Stmt::DropPublication(_)
        | Stmt::DropForeignDataWrapper(_)
        | Stmt::DropServer(_)
        | Stmt::DropLanguage(_)
        | Stmt::DropAccessMethod(_) => alter::drop_objects,
        _ => return None,
    };
    Some(create(fold, &mut Tokens::of(stmt.syntax())))
}

/// How a subscription connects is a secret, and there is none without it.
fn subscription(_fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    Err(refused(&tokens.node(), "subscriptions are not managed, for how they connect is a secret", "leave it out"))
}

/// An object that is one text.
pub(super) fn defined(definition: impl Into<String>) -> PostgresObject {
    let definition: String = definition.into();
    let definition = SqlText::new(definition.clone(), definition);
    PostgresObject::Defined(Defined { definition, enabled: Enabled::default() })
}

/// Declare an object of a rare kind.
fn declare(fold: &mut Fold<'_>, tokens: &mut Tokens, address: Address, definition: String) -> FoldResult {
    tokens.end()?;
    fold.mention(&address, tokens.statement());
    lookup::put_new(fold, tokens, &address, defined(definition))?;
    super::grant::created(fold, &address);
    Ok(Folded::Object(address))
}

/// `name = value` in parentheses: each is read by `each`, which is given its name.
fn options(tokens: &mut Tokens, mut each: impl FnMut(&mut Tokens, &str) -> Result<(), Trouble>) -> Result<(), Trouble> {
    tokens.need("(")?;
    while !tokens.is(")") {
        let name = tokens.ident()?;
        let _ = tokens.take("=");
        each(tokens, name.text())?;
        if !tokens.take(",") {
            break;
        }
    }
    tokens.need(")")
}

/// A truth value that may be left out.
fn truth(tokens: &mut Tokens) -> bool {
    if tokens.is(",") || tokens.is(")") {
        return true;
    }
    let word = tokens.next_text().to_ascii_lowercase();
    !matches!(word.trim_matches('\''), "false" | "off" | "no" | "0" | "f" | "n")
}
