//! What privileges are on.

use trueup_state::{Address, Ident, ObjectKind, Qualified};

use super::{
    super::defined::{
        lookup::{self, TYPES},
        signature::{self, ROUTINES},
        tokens::{Tokens, Written},
    },
    within,
};
use crate::parse::fold::{Fold, Trouble, later};

/// What privileges are on.
pub(super) enum Targets {
    /// These.
    Of(Vec<Address>),
    /// Nothing that is managed: why.
    Skipped(String),
}

/// Everything from `ON` to `TO` or `FROM`.
pub(super) fn read(fold: &mut Fold<'_>, tokens: &mut Tokens) -> Result<Targets, Trouble> {
    if let Some(all) = all_in_schema(fold, tokens)? {
        return Ok(Targets::Of(all));
    }
    for word in ["DATABASE", "TABLESPACE", "LARGE OBJECT", "PARAMETER"] {
        if is_kind(tokens, word) {
            return Ok(Targets::Skipped(["privileges on a ", &word.to_lowercase(), " are not managed"].concat()));
        }
    }
    for (word, kinds) in [
        ("FUNCTION", [ObjectKind::Function, ObjectKind::Aggregate].as_slice()),
        ("PROCEDURE", &[ObjectKind::Procedure]),
        ("ROUTINE", &ROUTINES),
    ] {
        if is_kind(tokens, word) {
            tokens.need(word)?;
            return each(fold, tokens, |fold, tokens| {
                let start = tokens.position();
                let (name, found) = signature::need(fold, tokens, kinds)?;
                let found = match found {
                    Ok(address) => Ok(address),
                    Err(trouble) => member(fold, tokens, (start, kinds))?.ok_or(trouble),
                };
                Ok((name, found))
            });
        }
    }
    for (word, kind) in [
        ("LANGUAGE", ObjectKind::Language),
        ("FOREIGN DATA WRAPPER", ObjectKind::ForeignDataWrapper),
        ("FOREIGN SERVER", ObjectKind::ForeignServer),
    ] {
        if is_kind(tokens, word) {
            tokens.need(word)?;
            return each(fold, tokens, |fold, tokens| {
                let name = tokens.name()?;
                let found = lookup::need_bare(fold, &name, kind);
                Ok((name, found))
            });
        }
    }
    named(fold, tokens)
}

/// Objects whose names have namespaces, and namespaces.
fn named(fold: &mut Fold<'_>, tokens: &mut Tokens) -> Result<Targets, Trouble> {
    if is_kind(tokens, "SCHEMA") {
        tokens.need("SCHEMA")?;
        return each(fold, tokens, |fold, tokens| {
            let name = tokens.name()?;
            let namespace = name.last();
            fold.namespaces.insert(namespace.clone());
            let is_there = namespace.text() == "public" || fold.schema.namespaces.contains_key(&namespace);
            let missing = || later(&name.node, ["schema `", namespace.text(), "`"].concat());
            let found = if is_there { Ok(Address::Namespace(namespace.clone())) } else { Err(missing()) };
            Ok((name, found))
        });
    }
    if is_kind(tokens, "TYPE") || is_kind(tokens, "DOMAIN") {
        let _ = tokens.next();
        return each(fold, tokens, |fold, tokens| {
            let name = tokens.name()?;
            let found = lookup::need(fold, &name, &TYPES);
            Ok((name, found))
        });
    }
    if is_kind(tokens, "TABLE") || is_kind(tokens, "SEQUENCE") {
        let _ = tokens.next();
    }
    each(fold, tokens, |fold, tokens| {
        let name = tokens.name()?;
        let found = match super::super::sequence::identity(fold, &name) {
            Some((table, _)) => Ok(Address::Object(ObjectKind::Sequence, lookup::beside(&table, name.last()))),
            None => lookup::need_relation(fold, &name).or_else(|trouble| {
                let candidates = name.candidates(fold);
                let is_meant = |it: &&Address| match it {
                    Address::Table(name) | Address::View(name) | Address::Object(ObjectKind::Sequence, name) => {
                        candidates.contains(name)
                    }
                    _ => false,
                };
                fold.target.cluster().members.keys().find(is_meant).cloned().ok_or(trouble)
            }),
        };
        Ok((name, found))
    })
}

/// The routine of an extension that is named from a position on. One that is not there yet is taken to be what it says.
fn member(
    fold: &mut Fold<'_>,
    tokens: &mut Tokens,
    (start, kinds): (usize, &[ObjectKind]),
) -> Result<Option<Address>, Trouble> {
    let end = tokens.position();
    tokens.go_to(start);
    let name = tokens.name()?;
    let types = signature::input_types(fold, tokens)?;
    tokens.go_to(end);
    let candidates = name.candidates(fold);
    let is_meant = |it: &&Address| match it {
        Address::Signed(kind, name, own) => {
            let is_same = types.as_ref().is_none_or(|types| *own == signature::signature(types));
            kinds.contains(kind) && candidates.contains(name) && is_same
        }
        _ => false,
    };
    let found: Vec<&Address> = fold.target.cluster().members.keys().filter(is_meant).collect();
    if let [one] = found.as_slice() {
        return Ok(Some((*one).clone()));
    }
    let is_there = |it: &Ident| {
        fold.target.schema().others.contains_key(&Address::Object(ObjectKind::Extension, Qualified::bare(it.clone())))
    };
    let is_declared = candidates.iter().any(|it| fold.declared.routines.contains(it));
    let is_own = |it: &Qualified| it.namespace.text().starts_with("pg_");
    let may_come = found.is_empty() && !is_declared && !fold.declared.extensions.iter().all(is_there);
    let (true, Some(types), Some(own)) = (may_come, types, candidates.into_iter().find(|it| !is_own(it))) else {
        return Ok(None);
    };
    // Extensions bring functions; which of them are aggregates is not known.
    let is_function = kinds.contains(&ObjectKind::Function);
    Ok(is_function.then(|| Address::Signed(ObjectKind::Function, own, signature::signature(&types))))
}

/// Whether a kind of object is named here, and not a table that is called like it.
fn is_kind(tokens: &mut Tokens, words: &str) -> bool {
    let start = tokens.position();
    let found = tokens.take(words) && !["", ",", ".", "TO", "FROM"].contains(&tokens.peek().to_uppercase().as_str());
    tokens.go_to(start);
    found
}

/// Several objects. Those that extensions or PostgreSQL itself bring are left alone.
fn each(
    fold: &mut Fold<'_>,
    tokens: &mut Tokens,
    mut one: impl FnMut(&mut Fold<'_>, &mut Tokens) -> Result<(Written, Result<Address, Trouble>), Trouble>,
) -> Result<Targets, Trouble> {
    let mut all = Vec::new();
    let mut skipped = None;
    loop {
        let (name, found) = one(fold, tokens)?;
        match found {
            Ok(address) => all.push(address),
            Err(trouble) => match foreign(fold, &name) {
                Some(why) => skipped = Some(why),
                None => return Err(trouble),
            },
        }
        if !tokens.take(",") {
            break;
        }
    }
    match skipped {
        Some(why) if all.is_empty() => Ok(Targets::Skipped(why)),
        _ => Ok(Targets::Of(all)),
    }
}

/// Why what a name stands for is not ours; `None` where it must be declared.
pub(in super::super) fn foreign(fold: &Fold<'_>, name: &Written) -> Option<String> {
    let text = name.text();
    let namespace = name.parts.len().checked_sub(2).and_then(|at| name.parts.get(at)).map_or("", Ident::text);
    if namespace.starts_with("pg_") || namespace == "information_schema" {
        return Some(["`", &text, "` is PostgreSQL's own"].concat());
    }
    if ["plpgsql", "sql", "c", "internal"].contains(&text.as_str()) {
        return Some(["language `", &text, "` is PostgreSQL's own"].concat());
    }
    let cluster = fold.target.cluster();
    let own = name.last();
    let is_member = cluster.routines.contains_key(&own)
        || cluster.types.contains_key(&own)
        || cluster.members.keys().any(|it| it.name() == Some(&own));
    if is_member {
        return Some(["`", &text, "` belongs to an extension"].concat());
    }
    let candidates = name.candidates(fold);
    let is_declared = |it: &Qualified| {
        let declared = &fold.declared;
        declared.routines.contains(it) || declared.types.contains(it) || declared.relations.contains(it)
    };
    // What an extension that is not installed yet will bring is not known.
    let may_come = !fold.declared.extensions.is_empty() && !candidates.iter().any(is_declared);
    may_come.then(|| ["`", &text, "` is not declared here; it is taken to belong to an extension"].concat())
}

/// `ALL … IN SCHEMA …`: what is declared so far.
fn all_in_schema(fold: &mut Fold<'_>, tokens: &mut Tokens) -> Result<Option<Vec<Address>>, Trouble> {
    let words = ["TABLES", "SEQUENCES", "FUNCTIONS", "PROCEDURES", "ROUTINES"];
    let found = words.into_iter().find(|word| tokens.is(&["ALL ", word, " IN SCHEMA"].concat()));
    let Some(word) = found else { return Ok(None) };
    tokens.need(&["ALL ", word, " IN SCHEMA"].concat())?;
    let namespaces = tokens.list(Tokens::ident)?;
    fold.namespaces.extend(namespaces.iter().cloned());
    let is_meant = |address: &Address| match (word, address) {
        (
            "TABLES",
            Address::Table(name) | Address::View(name) | Address::Object(ObjectKind::MaterializedView, name),
        )
        | ("SEQUENCES", Address::Object(ObjectKind::Sequence, name))
        | ("FUNCTIONS", Address::Signed(ObjectKind::Function | ObjectKind::Aggregate, name, _))
        | ("PROCEDURES", Address::Signed(ObjectKind::Procedure, name, _))
        | (
            "ROUTINES",
            Address::Signed(ObjectKind::Function | ObjectKind::Aggregate | ObjectKind::Procedure, name, _),
        ) => namespaces.iter().any(|namespace| within(namespace, name)),
        _ => false,
    };
    let all = fold.schema.objects().into_iter().map(|(address, _)| address);
    let mut all: Vec<Address> = all.filter(is_meant).collect();
    if word == "SEQUENCES" {
        let identities = super::super::sequence::identities(fold);
        all.extend(identities.into_iter().filter(is_meant));
    }
    Ok(Some(all))
}

/// The name of a table, view or materialized view.
pub(super) fn relation_name(address: &Address) -> Option<Qualified> {
    match address {
        Address::Table(name) | Address::View(name) | Address::Object(ObjectKind::MaterializedView, name) => {
            Some(name.clone())
        }
        _ => None,
    }
}
