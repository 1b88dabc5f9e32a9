//! Extensions.

use squawk_syntax::{ast, ast::AstNode};
use trueup_state::{Address, Extension, Ident, ObjectKind, PostgresObject, Qualified};

use super::defined::{lookup, tokens::Tokens};
use crate::parse::fold::{Fold, FoldResult, Folded, Trouble, wrong};

/// CREATE, ALTER and DROP EXTENSION.
pub(crate) fn fold(fold: &mut Fold<'_>, stmt: &ast::Stmt) -> Option<FoldResult> {
    let mut tokens = Tokens::of(stmt.syntax());
    Some(match stmt {
        ast::Stmt::CreateExtension(_) => create(fold, &mut tokens),
        ast::Stmt::AlterExtension(_) => alter(fold, &mut tokens),
        ast::Stmt::DropExtension(_) => drop_extensions(fold, &mut tokens),
        _ => return None,
    })
}

fn address(name: Ident) -> Address {
    Address::Object(ObjectKind::Extension, Qualified::bare(name))
}

/// Every database has it.
fn is_builtin(name: &Ident) -> bool {
    name.text() == "plpgsql"
}

fn create(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("CREATE EXTENSION")?;
    let if_not_exists = tokens.take("IF NOT EXISTS");
    let name = tokens.ident()?;
    let _ = tokens.take("WITH");
    let mut extension = Extension::default();
    while !tokens.at_end() {
        if tokens.take("SCHEMA") {
            extension.schema = Some(tokens.ident()?);
        } else if tokens.take("VERSION") {
            extension.version = Some(version(tokens)?);
        } else {
            tokens.need("CASCADE")?;
        }
    }
    if is_builtin(&name) {
        return Ok(Folded::Nothing);
    }
    let address = address(name);
    if if_not_exists && fold.schema.others.contains_key(&address) {
        return Ok(Folded::Nothing);
    }
    lookup::put_new(fold, tokens, &address, PostgresObject::Extension(extension))?;
    Ok(Folded::Object(address))
}

fn version(tokens: &mut Tokens) -> Result<String, Trouble> {
    if tokens.is_string() { tokens.string() } else { Ok(tokens.ident()?.text().to_owned()) }
}

fn alter(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("ALTER EXTENSION")?;
    let written = tokens.name()?;
    if is_builtin(&written.last()) {
        return Ok(Folded::Nothing);
    }
    let address = lookup::need_bare(fold, &written, ObjectKind::Extension)?;
    let Some(PostgresObject::Extension(extension)) = lookup::object_mut(fold, &address) else {
        return Ok(Folded::Nothing);
    };
    if tokens.take("SET SCHEMA") {
        extension.schema = Some(tokens.ident()?);
    } else if tokens.take("UPDATE") {
        if tokens.take("TO") {
            extension.version = Some(version(tokens)?);
        }
    } else {
        return Err(tokens.trouble("what belongs to an extension is its own affair; this cannot be declared"));
    }
    tokens.end()?;
    Ok(Folded::Object(address))
}

fn drop_extensions(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("DROP EXTENSION")?;
    let if_exists = tokens.take("IF EXISTS");
    let names = tokens.list(Tokens::name)?;
    tokens.end()?;
    for name in names {
        let address = address(name.last());
        if fold.schema.others.contains_key(&address) {
            lookup::remove(fold, &address);
        } else if !if_exists {
            return Err(wrong(&name.node, ["there is no extension `", &name.text(), "` to drop"].concat()));
        }
    }
    Ok(Folded::Nothing)
}
