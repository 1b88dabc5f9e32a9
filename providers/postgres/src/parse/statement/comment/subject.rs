//! What a comment is on.

use trueup_state::{Address, Ident, ObjectKind, PartKind, PostgresObject, Qualified, Table};

use super::super::{
    defined::{
        lookup::{self, TYPES},
        rare,
        signature::{self, ROUTINES},
        tokens::{Tokens, Written},
    },
    grant::foreign,
    sequence,
};
use crate::parse::fold::{Fold, Trouble, later};

/// What a comment is on.
pub(in crate::parse::statement) enum Subject {
    /// This.
    Is(Address),
    /// Nothing that is managed: why.
    Skipped(String),
}

/// Everything from `ON` to `IS`.
pub(in crate::parse::statement) fn read(fold: &mut Fold<'_>, tokens: &mut Tokens) -> Result<Subject, Trouble> {
    for word in ["DATABASE", "ROLE", "TABLESPACE", "LARGE OBJECT", "SUBSCRIPTION"] {
        if tokens.is(word) {
            return Ok(Subject::Skipped(["comments on a ", &word.to_lowercase(), " are not managed"].concat()));
        }
    }
    if tokens.is("EXTENSION") {
        let why = "comments on extensions are not managed: an extension brings its own";
        return Ok(Subject::Skipped(why.to_owned()));
    }
    let (name, found) = if let Some(found) = relation(fold, tokens)? {
        found
    } else if let Some(found) = part(fold, tokens)? {
        found
    } else if let Some(found) = named(fold, tokens)? {
        found
    } else {
        rare::subject(fold, tokens)?
    };
    match found {
        Ok(address) => Ok(Subject::Is(address)),
        Err(trouble) => match foreign(fold, &name) {
            Some(why) => Ok(Subject::Skipped(why)),
            None => Err(trouble),
        },
    }
}

type Found = Option<(Written, Result<Address, Trouble>)>;

/// Tables, views and sequences.
fn relation(fold: &mut Fold<'_>, tokens: &mut Tokens) -> Result<Found, Trouble> {
    type Kind = (&'static str, fn(Qualified) -> Address);
    let kinds: [Kind; 5] = [
        ("TABLE", Address::Table),
        ("FOREIGN TABLE", Address::Table),
        ("VIEW", Address::View),
        ("MATERIALIZED VIEW", |it| Address::Object(ObjectKind::MaterializedView, it)),
        ("SEQUENCE", |it| Address::Object(ObjectKind::Sequence, it)),
    ];
    let Some((word, kind)) = kinds.into_iter().find(|(word, _)| tokens.take(word)) else { return Ok(None) };
    let name = tokens.name()?;
    let candidates = name.candidates(fold).into_iter().map(kind);
    let mut found = candidates.into_iter().find(|it| fold.schema.object(it).is_some());
    if word == "SEQUENCE" && found.is_none() {
        let identity = sequence::identity(fold, &name);
        found = identity.map(|(table, _)| kind(lookup::beside(&table, name.last())));
    }
    let missing = || later(&name.node, [&word.to_lowercase(), " `", &name.text(), "`"].concat());
    let found = found.ok_or_else(missing);
    Ok(Some((name, found)))
}

/// Columns, constraints, indexes, triggers, rules and policies.
fn part(fold: &mut Fold<'_>, tokens: &mut Tokens) -> Result<Found, Trouble> {
    if tokens.take("COLUMN") {
        return column(fold, tokens).map(Some);
    }
    if tokens.take("INDEX") {
        let name = tokens.name()?;
        let found = name.candidates(fold).iter().find_map(|it| index(fold, it));
        let found = found.ok_or_else(|| later(&name.node, ["index `", &name.text(), "`"].concat()));
        return Ok(Some((name, found)));
    }
    let words = ["CONSTRAINT", "TRIGGER", "RULE", "POLICY"];
    let Some(word) = words.into_iter().find(|word| tokens.take(word)) else { return Ok(None) };
    let own = tokens.ident()?;
    tokens.need("ON")?;
    if word == "CONSTRAINT" && tokens.take("DOMAIN") {
        let name = tokens.name()?;
        let found = domain_check(fold, &name, &own);
        return Ok(Some((name, found)));
    }
    let name = tokens.name()?;
    let missing = || later(&name.node, [&word.to_lowercase(), " `", own.text(), "` on `", &name.text(), "`"].concat());
    let candidates = name.candidates(fold);
    let found = candidates.into_iter().find(|it| fold.schema.table(it).is_some() || fold.schema.view(it).is_some());
    let address = found.and_then(|owner| match word {
        "CONSTRAINT" => constraint(fold, &owner, &own),
        "TRIGGER" => there(fold, Address::Trigger(owner, own.clone())),
        "RULE" => there(fold, Address::Part(PartKind::Rule, owner, own.clone())),
        _ => there(fold, Address::Part(PartKind::Policy, owner, own.clone())),
    });
    let found = address.ok_or_else(missing);
    Ok(Some((name, found)))
}

fn there(fold: &Fold<'_>, address: Address) -> Option<Address> {
    fold.schema.object(&address).is_some().then_some(address)
}

fn column(fold: &Fold<'_>, tokens: &mut Tokens) -> Result<(Written, Result<Address, Trouble>), Trouble> {
    let mut name = tokens.name()?;
    let own = name.parts.pop().unwrap_or_default();
    let missing = || later(&name.node, ["column `", &name.text(), ".", own.text(), "`"].concat());
    let owner = name.candidates(fold).into_iter().find(|it| has_columns(fold, it, &own));
    let found = owner.map(|owner| Address::Column(owner, own.clone())).ok_or_else(missing);
    Ok((name, found))
}

/// Whether something has a column; of views and of what inherits, the columns are not known here.
fn has_columns(fold: &Fold<'_>, owner: &Qualified, column: &Ident) -> bool {
    let own = |table: &Table| {
        let extra = table.extra.postgres();
        let inherits = extra.partition_of.is_some() || !extra.inherits.is_empty() || extra.of_type.is_some();
        inherits || table.columns.contains_key(column)
    };
    let object = |kind: ObjectKind| fold.schema.others.contains_key(&Address::Object(kind, owner.clone()));
    fold.schema.table(owner).is_some_and(own)
        || fold.schema.view(owner).is_some()
        || object(ObjectKind::MaterializedView)
        || object(ObjectKind::CompositeType)
}

/// The index of a name: one of its own, or that of a constraint.
fn index(fold: &Fold<'_>, name: &Qualified) -> Option<Address> {
    let tables = fold.schema.tables().filter(|(it, _)| it.namespace == name.namespace);
    let has = |table: &Table| {
        table.indexes.contains_key(&name.name)
            || table.uniques.contains_key(&name.name)
            || table.primary_key.as_ref().is_some_and(|key| key.name.as_ref() == Some(&name.name))
    };
    let mut of_tables = tables.filter(|(_, it)| has(it)).map(|(table, _)| Address::Index(table, name.name.clone()));
    of_tables.next().or_else(|| {
        let is_it = |it: &&Address| match it {
            Address::Index(of, own) | Address::Part(PartKind::Exclude, of, own) => {
                of.namespace == name.namespace && *own == name.name
            }
            _ => false,
        };
        let found = fold.schema.others.keys().find(is_it)?;
        Some(Address::Index(found.relation()?.clone(), name.name.clone()))
    })
}

/// The constraint of a name on a table.
fn constraint(fold: &Fold<'_>, owner: &Qualified, name: &Ident) -> Option<Address> {
    let table = fold.schema.table(owner)?;
    if table.primary_key.as_ref().is_some_and(|key| key.name.as_ref() == Some(name)) {
        return Some(Address::PrimaryKey(owner.clone()));
    }
    let named = |kind: fn(Qualified, Ident) -> Address| kind(owner.clone(), name.clone());
    let kinds = [
        named(Address::Check),
        named(Address::Unique),
        named(Address::ForeignKey),
        named(|table, name| Address::Part(PartKind::Exclude, table, name)),
    ];
    kinds.into_iter().find(|it| fold.schema.object(it).is_some())
}

fn domain_check(fold: &mut Fold<'_>, name: &Written, own: &Ident) -> Result<Address, Trouble> {
    let address = lookup::need(fold, name, &[ObjectKind::Domain])?;
    match (&address, lookup::object_mut(fold, &address)) {
        (Address::Object(_, domain), Some(PostgresObject::Domain(it))) if it.checks.contains_key(own) => {
            Ok(Address::Part(PartKind::DomainCheck, domain.clone(), own.clone()))
        }
        _ => Err(later(&name.node, ["constraint `", own.text(), "` of domain `", &name.text(), "`"].concat())),
    }
}

/// Types, routines and schemas.
fn named(fold: &mut Fold<'_>, tokens: &mut Tokens) -> Result<Found, Trouble> {
    if tokens.take("TYPE") || tokens.take("DOMAIN") {
        let name = tokens.name()?;
        let found = lookup::need(fold, &name, &TYPES);
        return Ok(Some((name, found)));
    }
    if tokens.take("SCHEMA") {
        let name = tokens.name()?;
        let namespace = name.last();
        let is_there = namespace.text() == "public" || fold.schema.namespaces.contains_key(&namespace);
        let missing = || later(&name.node, ["schema `", namespace.text(), "`"].concat());
        let found = if is_there { Ok(Address::Namespace(namespace.clone())) } else { Err(missing()) };
        return Ok(Some((name, found)));
    }
    for (word, kinds) in [
        ("FUNCTION", &[ObjectKind::Function, ObjectKind::Aggregate] as &[ObjectKind]),
        ("PROCEDURE", &[ObjectKind::Procedure]),
        ("ROUTINE", &ROUTINES),
        ("AGGREGATE", &[ObjectKind::Aggregate]),
    ] {
        if tokens.take(word) {
            return signature::need(fold, tokens, kinds).map(Some);
        }
    }
    Ok(None)
}
