//! Domains.

use indexmap::IndexMap;
use trueup_state::{
    Address, Check, CheckExtra, Domain, Ident, ObjectKind, PartKind, PostgresCheck, PostgresObject, Qualified, SqlText,
};

use super::{Tokens, composite::collation, lookup, must_be_free, renamed};
use crate::parse::fold::{Fold, FoldResult, Folded, Trouble, wrong};

const DOMAIN: [ObjectKind; 1] = [ObjectKind::Domain];

pub(super) fn create(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("CREATE DOMAIN")?;
    let written = tokens.name()?;
    let name = lookup::new_name(fold, &written)?;
    let address = Address::Object(ObjectKind::Domain, name.clone());
    let _ = tokens.take("AS");
    let ty = tokens.ty(fold)?;
    let mut domain = Domain { ty, collation: None, nullable: true, default: None, checks: IndexMap::new() };
    let mut unnamed = Vec::new();
    while !tokens.at_end() {
        if tokens.is("COLLATE") {
            domain.collation = collation(fold, tokens)?;
            continue;
        }
        let named = if tokens.take("CONSTRAINT") { Some(tokens.ident()?) } else { None };
        if tokens.take("NOT NULL") {
            domain.nullable = false;
        } else if tokens.take("NULL") {
            domain.nullable = true;
        } else if tokens.take("DEFAULT") {
            domain.default = default(fold, tokens, &address)?;
        } else {
            let check = check(fold, tokens, &address)?;
            match named {
                Some(name) => add_check(tokens, &mut domain, name, check)?,
                None => unnamed.push((domain.checks.len(), check)),
            }
        }
    }
    // PostgreSQL names the checks in their order; a name that is given further down is in its way only when it is there.
    for (_, check) in unnamed {
        let name = generated_name(fold, &name, &domain);
        add_check(tokens, &mut domain, name, check)?;
    }
    must_be_free(fold, &written, &name)?;
    lookup::put(fold, &address, PostgresObject::Domain(domain));
    super::super::grant::created(fold, &address);
    Ok(Folded::Object(address))
}

fn add_check(tokens: &Tokens, domain: &mut Domain, name: Ident, mut check: Check) -> Result<(), Trouble> {
    if domain.checks.contains_key(&name) {
        return Err(wrong(tokens.statement(), ["the domain has two constraints `", name.text(), "`"].concat()));
    }
    check.name = Some(name.clone());
    domain.checks.insert(name, check);
    Ok(())
}

/// The expression of a default; NULL is none.
fn default(fold: &mut Fold<'_>, tokens: &mut Tokens, address: &Address) -> Result<Option<SqlText>, Trouble> {
    let node = tokens.expression()?;
    if node.text().to_string().eq_ignore_ascii_case("null") {
        return Ok(None);
    }
    fold.mention(address, &node);
    Ok(Some(super::super::defined::text::expression(fold, &node)))
}

/// A check, without its name.
fn check(fold: &mut Fold<'_>, tokens: &mut Tokens, address: &Address) -> Result<Check, Trouble> {
    tokens.need("CHECK")?;
    let node = tokens.parenthesized()?;
    fold.mention(address, &node);
    let expression = super::super::defined::text::expression(fold, &node);
    let _ = tokens.take("NO INHERIT");
    let not_valid = tokens.take("NOT VALID");
    let extra = PostgresCheck { not_valid, ..PostgresCheck::default() };
    Ok(Check { name: None, expression, extra: CheckExtra::from(extra) })
}

/// The name that PostgreSQL gives a check: the domain's with `_check`, and a number if that is taken in the namespace.
fn generated_name(fold: &Fold<'_>, name: &Qualified, domain: &Domain) -> Ident {
    let mut number = 0;
    loop {
        let suffix = if number == 0 { "_check".to_owned() } else { ["_check", &number.to_string()].concat() };
        let mut end = name.name.text().len().min(63 - suffix.len());
        while !name.name.text().is_char_boundary(end) {
            end -= 1;
        }
        let candidate = Ident::from([&name.name.text()[..end], &suffix].concat());
        if !domain.checks.contains_key(&candidate) && !is_constraint(fold, &name.namespace, &candidate) {
            return candidate;
        }
        number += 1;
    }
}

/// Whether a constraint of a table or domain in a namespace has this name.
fn is_constraint(fold: &Fold<'_>, namespace: &Ident, name: &Ident) -> bool {
    let of_tables = fold.schema.namespaces.get(namespace).is_some_and(|it| {
        it.tables.values().any(|table| {
            table.checks.contains_key(name)
                || table.uniques.contains_key(name)
                || table.foreign_keys.contains_key(name)
                || table.primary_key.as_ref().is_some_and(|key| key.name.as_ref() == Some(name))
        })
    });
    of_tables
        || fold.schema.others.iter().any(|(address, object)| match (address, object) {
            (Address::Object(ObjectKind::Domain, it), trueup_state::Definition::Postgres(object)) => {
                matches!(&**object, PostgresObject::Domain(domain)
                    if it.namespace == *namespace && domain.checks.contains_key(name))
            }
            (Address::Part(PartKind::Exclude, table, it), _) => table.namespace == *namespace && it == name,
            _ => false,
        })
}

pub(super) fn alter(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("ALTER DOMAIN")?;
    let written = tokens.name()?;
    let address = lookup::need(fold, &written, &DOMAIN)?;
    if tokens.take("OWNER TO") {
        return Ok(Folded::Nothing);
    }
    if let Some(after) = renamed(fold, tokens, &address)? {
        lookup::readdress(fold, &address, &after);
        return Ok(Folded::Object(after));
    }
    let (Address::Object(_, name), Some(PostgresObject::Domain(domain))) =
        (&address, lookup::object_mut(fold, &address).cloned())
    else {
        return Ok(Folded::Nothing);
    };
    let mut domain = domain;
    action(fold, tokens, (&address, name), &mut domain)?;
    tokens.end()?;
    lookup::put(fold, &address, PostgresObject::Domain(domain));
    Ok(Folded::Object(address))
}

fn action(
    fold: &mut Fold<'_>,
    tokens: &mut Tokens,
    (address, name): (&Address, &Qualified),
    domain: &mut Domain,
) -> Result<(), Trouble> {
    if tokens.take("SET DEFAULT") {
        domain.default = default(fold, tokens, address)?;
    } else if tokens.take("DROP DEFAULT") {
        domain.default = None;
    } else if tokens.take("SET NOT NULL") {
        domain.nullable = false;
    } else if tokens.take("DROP NOT NULL") {
        domain.nullable = true;
    } else if tokens.take("ADD") {
        let named = if tokens.take("CONSTRAINT") { Some(tokens.ident()?) } else { None };
        if tokens.take("NOT NULL") {
            domain.nullable = false;
            return Ok(());
        }
        let check = check(fold, tokens, address)?;
        let own = named.unwrap_or_else(|| generated_name(fold, name, domain));
        add_check(tokens, domain, own, check)?;
    } else {
        return constraint_action(fold, tokens, name, domain);
    }
    Ok(())
}

/// DROP, RENAME and VALIDATE CONSTRAINT.
fn constraint_action(
    fold: &mut Fold<'_>,
    tokens: &mut Tokens,
    name: &Qualified,
    domain: &mut Domain,
) -> Result<(), Trouble> {
    let drops = tokens.take("DROP CONSTRAINT");
    let renames = !drops && tokens.take("RENAME CONSTRAINT");
    let if_exists = drops && tokens.take("IF EXISTS");
    if !drops && !renames {
        tokens.need("VALIDATE CONSTRAINT")?;
    }
    let missing = tokens.trouble("the domain has no such constraint");
    let own = tokens.ident()?;
    let Some(at) = domain.checks.get_index_of(&own) else {
        return if if_exists { Ok(()) } else { Err(missing) };
    };
    let part = |it: &Ident| Address::Comment(Box::new(Address::Part(PartKind::DomainCheck, name.clone(), it.clone())));
    if drops {
        domain.checks.shift_remove_index(at);
        fold.schema.others.shift_remove(&part(&own));
    } else if renames {
        tokens.need("TO")?;
        let after = tokens.ident()?;
        if let Some((_, check)) = domain.checks.shift_remove_index(at) {
            add_check(tokens, domain, after.clone(), check)?;
        }
        if let Some(comment) = fold.schema.others.shift_remove(&part(&own)) {
            fold.schema.others.insert(part(&after), comment);
        }
    } else if let Some(check) = domain.checks.get_mut(&own) {
        check.extra = CheckExtra::from(PostgresCheck { not_valid: false, ..check.extra.postgres() });
    }
    Ok(())
}
