//! Enums, composite, range and base types, and domains.

mod base;
mod composite;
mod domain;
mod enumeration;
#[cfg(test)]
mod tests;

use squawk_syntax::{ast, ast::AstNode};
use trueup_state::{Address, Ident, ObjectKind, PostgresObject, Qualified};

use super::defined::{
    lookup::{self, TYPES},
    tokens::{Tokens, Written},
};
use crate::parse::fold::{Fold, FoldResult, Folded, Trouble, wrong};

/// CREATE, ALTER and DROP TYPE and DOMAIN.
pub(crate) fn fold(fold: &mut Fold<'_>, stmt: &ast::Stmt) -> Option<FoldResult> {
    let mut tokens = Tokens::of(stmt.syntax());
    Some(match stmt {
        ast::Stmt::CreateType(_) => create(fold, &mut tokens),
        ast::Stmt::AlterType(_) => alter(fold, &mut tokens),
        ast::Stmt::DropType(_) => drop_types(fold, &mut tokens, "TYPE"),
        ast::Stmt::CreateDomain(_) => domain::create(fold, &mut tokens),
        ast::Stmt::AlterDomain(_) => domain::alter(fold, &mut tokens),
        ast::Stmt::DropDomain(_) => drop_types(fold, &mut tokens, "DOMAIN"),
        _ => return None,
    })
}

fn create(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("CREATE TYPE")?;
    let written = tokens.name()?;
    let name = lookup::new_name(fold, &written)?;
    let (kind, object) = if tokens.take("AS ENUM") {
        (ObjectKind::Enum, enumeration::create(tokens)?)
    } else if tokens.take("AS RANGE") {
        (ObjectKind::RangeType, base::range(fold, tokens, &name)?)
    } else if tokens.take("AS") {
        (ObjectKind::CompositeType, composite::create(fold, tokens, &name)?)
    } else {
        return base::create(fold, tokens, &written, name);
    };
    tokens.end()?;
    must_be_free(fold, &written, &name)?;
    let address = Address::Object(kind, name);
    lookup::put(fold, &address, object);
    super::grant::created(fold, &address);
    Ok(Folded::Object(address))
}

/// There must be no type of this name yet.
fn must_be_free(fold: &Fold<'_>, written: &Written, name: &Qualified) -> Result<(), Trouble> {
    let is_there = |kind: &ObjectKind| fold.schema.others.contains_key(&Address::Object(*kind, name.clone()));
    let is_relation = fold.schema.table(name).is_some() || fold.schema.view(name).is_some();
    if TYPES.iter().any(is_there) || is_relation {
        return Err(wrong(&written.node, ["there is a type `", &name.to_string(), "` already"].concat()));
    }
    Ok(())
}

fn alter(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("ALTER TYPE")?;
    let written = tokens.name()?;
    let address = lookup::need(fold, &written, &TYPES)?;
    if tokens.take("OWNER TO") {
        return Ok(Folded::Nothing);
    }
    if let Some(after) = renamed(fold, tokens, &address)? {
        lookup::readdress(fold, &address, &after);
        return Ok(Folded::Object(after));
    }
    let statement = tokens.statement().clone();
    match lookup::object_mut(fold, &address) {
        Some(PostgresObject::Enum(it)) => enumeration::alter(tokens, it)?,
        Some(PostgresObject::Composite(it)) => {
            let mut changed = it.clone();
            composite::alter(fold, tokens, &address, &mut changed)?;
            lookup::put(fold, &address, PostgresObject::Composite(changed));
        }
        Some(PostgresObject::Defined(_)) if tokens.is("SET (") => base::set(fold, tokens, &address)?,
        _ => return Err(wrong(&statement, "a type of this kind cannot be altered like this")),
    }
    tokens.end()?;
    Ok(Folded::Object(address))
}

/// The address after `RENAME TO` or `SET SCHEMA`; `None` where it is another action.
pub(super) fn renamed(fold: &mut Fold<'_>, tokens: &mut Tokens, address: &Address) -> Result<Option<Address>, Trouble> {
    let Address::Object(kind, name) = address else { return Ok(None) };
    let after = if tokens.take("RENAME TO") {
        lookup::beside(name, tokens.ident()?)
    } else if tokens.take("SET SCHEMA") {
        let namespace: Ident = tokens.ident()?;
        fold.namespaces.insert(namespace.clone());
        Qualified { namespace, name: name.name.clone() }
    } else {
        return Ok(None);
    };
    tokens.end()?;
    Ok(Some(Address::Object(*kind, after)))
}

fn drop_types(fold: &mut Fold<'_>, tokens: &mut Tokens, word: &str) -> FoldResult {
    tokens.need("DROP")?;
    tokens.need(word)?;
    let if_exists = tokens.take("IF EXISTS");
    let names = tokens.list(Tokens::name)?;
    tokens.end()?;
    for name in names {
        match lookup::find(fold, &name, &TYPES) {
            Some(address) => lookup::remove(fold, &address),
            None if if_exists => (),
            None => return Err(wrong(&name.node, ["there is no type `", &name.text(), "` to drop"].concat())),
        }
    }
    Ok(Folded::Nothing)
}
