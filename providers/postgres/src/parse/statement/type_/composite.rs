//! Composite types.

use trueup_state::{Address, Attribute, CompositeType, ObjectKind, PostgresObject, Qualified};

use super::{super::defined::tokens::Written, Tokens, lookup};
use crate::parse::fold::{Fold, Trouble};

/// What follows `AS`.
pub(super) fn create(fold: &mut Fold<'_>, tokens: &mut Tokens, name: &Qualified) -> Result<PostgresObject, Trouble> {
    let address = Address::Object(ObjectKind::CompositeType, name.clone());
    let mut attributes: Vec<Attribute> = Vec::new();
    tokens.need("(")?;
    while !tokens.is(")") {
        let twice = tokens.trouble("an attribute of this name is there already");
        let it = attribute(fold, tokens, &address)?;
        if attributes.iter().any(|other| other.name == it.name) {
            return Err(twice);
        }
        attributes.push(it);
        if !tokens.take(",") {
            break;
        }
    }
    tokens.need(")")?;
    Ok(PostgresObject::Composite(CompositeType { attributes }))
}

fn attribute(fold: &mut Fold<'_>, tokens: &mut Tokens, address: &Address) -> Result<Attribute, Trouble> {
    let name = tokens.ident()?;
    fold.mention(address, &tokens.node());
    let ty = tokens.ty(fold)?;
    let collation = collation(fold, tokens)?;
    Ok(Attribute { name, ty, collation })
}

/// `COLLATE name`, where it is written; the default collation is none.
pub(super) fn collation(fold: &Fold<'_>, tokens: &mut Tokens) -> Result<Option<Qualified>, Trouble> {
    if !tokens.take("COLLATE") {
        return Ok(None);
    }
    let name = tokens.name()?;
    Ok(Some(collation_name(fold, &name)).filter(|it| it.name.text() != "default"))
}

/// The full name of a collation: a declared one, otherwise one of PostgreSQL's own.
pub(in super::super) fn collation_name(fold: &Fold<'_>, name: &Written) -> Qualified {
    if let Some(Address::Object(_, found)) = lookup::find(fold, name, &[ObjectKind::Collation]) {
        return found;
    }
    match name.parts.as_slice() {
        [namespace, own] | [_, namespace, own] => Qualified { namespace: namespace.clone(), name: own.clone() },
        _ => Qualified { namespace: "pg_catalog".into(), name: name.last() },
    }
}

/// ADD, DROP, ALTER and RENAME ATTRIBUTE.
pub(super) fn alter(
    fold: &mut Fold<'_>,
    tokens: &mut Tokens,
    address: &Address,
    it: &mut CompositeType,
) -> Result<(), Trouble> {
    loop {
        action(fold, tokens, address, it)?;
        let _ = tokens.take("CASCADE") || tokens.take("RESTRICT");
        if !tokens.take(",") {
            return Ok(());
        }
    }
}

fn action(fold: &mut Fold<'_>, tokens: &mut Tokens, address: &Address, it: &mut CompositeType) -> Result<(), Trouble> {
    let CompositeType { attributes } = it;
    if tokens.take("ADD ATTRIBUTE") {
        let twice = tokens.trouble("an attribute of this name is there already");
        let new = attribute(fold, tokens, address)?;
        if attributes.iter().any(|other| other.name == new.name) {
            return Err(twice);
        }
        attributes.push(new);
        return Ok(());
    }
    let (drops, alters) = (tokens.take("DROP ATTRIBUTE"), tokens.take("ALTER ATTRIBUTE"));
    let if_exists = drops && tokens.take("IF EXISTS");
    if !drops && !alters {
        tokens.need("RENAME ATTRIBUTE")?;
    }
    let missing = tokens.trouble("the type has no such attribute");
    let name = tokens.ident()?;
    let Some(at) = attributes.iter().position(|it| it.name == name) else {
        return if if_exists { Ok(()) } else { Err(missing) };
    };
    if drops {
        attributes.remove(at);
    } else if alters {
        let _ = tokens.take("SET DATA TYPE") || tokens.take("TYPE");
        fold.mention(address, &tokens.node());
        let ty = tokens.ty(fold)?;
        let collation = collation(fold, tokens)?;
        attributes[at] = Attribute { name, ty, collation };
    } else {
        tokens.need("TO")?;
        attributes[at].name = tokens.ident()?;
    }
    Ok(())
}
