//! Types, extensions and schemas.

use trueup_contract::Sql;
use trueup_state::{
    Attribute, Check, CompositeType, Domain, EnumType, Extension, Ident, PostgresCheck, Qualified, Schema, SqlText,
};

use crate::render::sql;

/// CREATE SCHEMA.
pub(crate) fn namespace(name: &Ident) -> String {
    sql("CREATE SCHEMA").ident(name).finish()
}

/// CREATE EXTENSION. A schema of the extension's own comes with it, so it is not there to be named.
pub(crate) fn extension(name: &Ident, extension: &Extension, after: &Schema) -> String {
    let Extension { schema, version } = extension;
    let mut sql = sql("CREATE EXTENSION").ident(name);
    if let Some(schema) = schema.as_ref().filter(|it| after.namespaces.contains_key(*it)) {
        sql = sql.raw("SCHEMA").ident(schema);
    }
    match version {
        Some(version) => sql.raw("VERSION").string(version),
        None => sql,
    }
    .finish()
}

/// CREATE TYPE … AS ENUM.
pub(crate) fn enumeration(name: &Qualified, it: &EnumType) -> String {
    let EnumType { labels } = it;
    sql("CREATE TYPE").name(name).raw("AS ENUM").list(labels, |sql, label| sql.string(label)).finish()
}

/// Where a new value of an enum comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position<'a> {
    /// Behind all others.
    Last,
    /// Just before another.
    Before(&'a str),
    /// Just behind another.
    After(&'a str),
}

/// ALTER TYPE … ADD VALUE.
pub(crate) fn add_value(name: &Qualified, label: &str, position: Position<'_>) -> String {
    let sql = sql("ALTER TYPE").name(name).raw("ADD VALUE").string(label);
    match position {
        Position::Last => sql,
        Position::Before(other) => sql.raw("BEFORE").string(other),
        Position::After(other) => sql.raw("AFTER").string(other),
    }
    .finish()
}

/// CREATE DOMAIN, and the checks that only ALTER DOMAIN can add, for it alone knows NOT VALID.
pub(crate) fn domain(name: &Qualified, domain: &Domain) -> Vec<String> {
    let Domain { ty, collation, nullable, default, checks } = domain;
    let mut sql = collate(sql("CREATE DOMAIN").name(name).raw("AS").text(ty), collation.as_ref());
    if let Some(default) = default {
        sql = sql.raw("DEFAULT").text(default);
    }
    if !nullable {
        sql = sql.raw("NOT NULL");
    }
    let (later, now): (Vec<_>, Vec<_>) = checks.iter().partition(|(_, it)| it.extra.postgres().not_valid);
    sql = now.into_iter().fold(sql, |sql, (check, it)| domain_check(sql, check, it));
    let later = later.into_iter().map(|(check, it)| add_domain_check(name, check, it, false));
    std::iter::once(sql.finish()).chain(later).collect()
}

/// `CONSTRAINT name CHECK (…)`
fn domain_check(sql: Sql, name: &Ident, check: &Check) -> Sql {
    let Check { name: _, expression, extra } = check;
    let PostgresCheck { not_valid, no_inherit: _, not_enforced: _ } = extra.postgres();
    let sql = sql.raw("CONSTRAINT").ident(name).raw("CHECK (").text(expression).raw(")");
    if not_valid { sql.raw("NOT VALID") } else { sql }
}

/// ALTER DOMAIN … ADD CONSTRAINT; `unproven` leaves values that are there for a VALIDATE CONSTRAINT to look at.
pub(crate) fn add_domain_check(name: &Qualified, check: &Ident, it: &Check, unproven: bool) -> String {
    let sql = domain_check(sql("ALTER DOMAIN").name(name).raw("ADD"), check, it);
    let is_said = it.extra.postgres().not_valid;
    if unproven && !is_said { sql.raw("NOT VALID") } else { sql }.finish()
}

/// CREATE TYPE … AS (…).
pub(crate) fn composite(name: &Qualified, composite: &CompositeType) -> String {
    let CompositeType { attributes } = composite;
    sql("CREATE TYPE").name(name).raw("AS").list(attributes, attribute).finish()
}

/// An attribute as it stands in CREATE TYPE and ADD ATTRIBUTE.
pub(crate) fn attribute(sql: Sql, attribute: &Attribute) -> Sql {
    let Attribute { name, ty, collation } = attribute;
    collate(sql.ident(name).text(ty), collation.as_ref())
}

/// COLLATE and a collation, where there is one.
pub(crate) fn collate(sql: Sql, collation: Option<&Qualified>) -> Sql {
    match collation {
        Some(collation) => sql.raw("COLLATE").name(collation),
        None => sql,
    }
}

/// A type's own name, as it stands in texts of types: `public.mood`.
pub(crate) fn type_text(name: &Qualified) -> SqlText {
    let quote = |part: &Ident| {
        let plain = part.text().chars().enumerate().all(|(at, c)| match c {
            'a'..='z' | '_' => true,
            '0'..='9' | '$' => at > 0,
            _ => false,
        });
        if plain && !part.is_empty() { part.text().to_owned() } else { sql("").ident(part).finish() }
    };
    let text = [quote(&name.namespace), quote(&name.name)].join(".");
    SqlText::new(text.clone(), text)
}

/// Move an extension's objects to another schema.
pub(crate) fn move_extension(name: &Ident, schema: &Ident) -> String {
    sql("ALTER EXTENSION").ident(name).raw("SET SCHEMA").ident(schema).finish()
}

/// Bring an extension to another version.
pub(crate) fn update_extension(name: &Ident, version: &str) -> String {
    sql("ALTER EXTENSION").ident(name).raw("UPDATE TO").string(version).finish()
}

/// An action on a type or a domain (`keywords`), such as `RENAME TO` with a name.
pub(crate) fn alter(keywords: &str, name: &Qualified) -> Sql {
    sql("ALTER").raw(keywords).name(name)
}
