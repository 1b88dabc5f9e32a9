//! Relations that the files declare.

use std::collections::BTreeSet;

use trueup_state::{Qualified, ReferentialAction};

use super::{Known, KnownField, attribute, list, string, word};
use crate::prisma::{syntax::Arity, write::keys::ACTIONS};

/// A relation with fields on both sides.
#[derive(Clone, Debug)]
pub(in crate::prisma::write) struct KnownRelation {
    /// The model and its field (by its place in the model) that points.
    pub(in crate::prisma::write) from: (usize, usize),
    /// The model that is pointed at, and its field.
    pub(in crate::prisma::write) to: (usize, Option<usize>),
    pub(in crate::prisma::write) columns: Vec<String>,
    pub(in crate::prisma::write) referenced: Vec<String>,
    pub(in crate::prisma::write) name: Option<String>,
    pub(in crate::prisma::write) map: Option<String>,
    pub(in crate::prisma::write) on_delete: Option<ReferentialAction>,
    pub(in crate::prisma::write) on_update: Option<ReferentialAction>,
}

/// A relation from many to many through a table that no model speaks of.
#[derive(Clone, Debug)]
pub(in crate::prisma::write) struct KnownMany {
    /// The models with their fields, in the order of columns A and B.
    pub(in crate::prisma::write) sides: [(usize, usize); 2],
    pub(in crate::prisma::write) table: Qualified,
}

type Found = (Vec<KnownRelation>, Vec<KnownMany>);

/// All relations of the files.
pub(super) fn relations(known: &Known<'_>) -> Found {
    let mut found = Vec::new();
    let mut used = BTreeSet::new();
    for (from, model) in known.models.iter().enumerate() {
        for (at, field) in model.fields.iter().enumerate() {
            if let Some(relation) = pointing(known, (from, at), field) {
                used.insert((from, at));
                used.extend(relation.to.1.map(|back| (relation.to.0, back)));
                found.push(relation);
            }
        }
    }
    let many = many(known, &used);
    (found, many)
}

fn pointing(known: &Known<'_>, from: (usize, usize), field: &KnownField<'_>) -> Option<KnownRelation> {
    let relation = attribute(&field.field.attributes, "relation")?;
    let fields: Vec<&str> = list(&relation.named("fields")?.value).iter().filter_map(word).collect();
    let references: Vec<&str> = list(&relation.named("references")?.value).iter().filter_map(word).collect();
    let to = model_named(known, field.type_name())?;
    let action = |name: &str| {
        let word = relation.named(name).and_then(|it| word(&it.value))?;
        ACTIONS.iter().find(|(_, it)| *it == word).map(|(action, _)| *action)
    };
    let name = relation_name(field);
    let back = known.models[to].fields.iter().enumerate().position(|(at, it)| {
        let is_pointing = attribute(&it.field.attributes, "relation").is_some_and(|it| it.named("fields").is_some());
        let is_other = (to, at) != from;
        let is_back = it.column.is_none() && it.type_name() == known.models[from.0].block.name.text;
        is_other && is_back && !is_pointing && relation_name(it) == name
    });
    Some(KnownRelation {
        from,
        to: (to, back),
        columns: known.models[from.0].columns_of(&fields)?,
        referenced: known.models[to].columns_of(&references)?,
        name,
        map: relation.named("map").and_then(|it| string(&it.value)).map(str::to_owned),
        on_delete: action("onDelete"),
        on_update: action("onUpdate"),
    })
}

fn model_named(known: &Known<'_>, name: &str) -> Option<usize> {
    known.models.iter().position(|it| it.block.name.text == name)
}

fn relation_name(field: &KnownField<'_>) -> Option<String> {
    let relation = attribute(&field.field.attributes, "relation")?;
    let name = relation.unnamed().or(relation.named("name"))?;
    string(&name.value).map(str::to_owned)
}

/// Two lists that point at each other and are no back side of anything.
fn many(known: &Known<'_>, used: &BTreeSet<(usize, usize)>) -> Vec<KnownMany> {
    let lists: Vec<(usize, usize, &KnownField<'_>)> = known
        .models
        .iter()
        .enumerate()
        .flat_map(|(model, it)| it.fields.iter().enumerate().map(move |(at, field)| (model, at, field)))
        .filter(|(model, at, field)| {
            let is_list = field.column.is_none() && field.field.kind.arity == Arity::List;
            is_list && !used.contains(&(*model, *at))
        })
        .collect();
    let mut found = Vec::new();
    for (place, (model, at, field)) in lists.iter().enumerate() {
        let own = &known.models[*model].block.name.text;
        let other = lists[place + 1..].iter().find(|(other, _, it)| {
            field.type_name() == known.models[*other].block.name.text
                && it.type_name() == own
                && relation_name(it) == relation_name(field)
        });
        let Some((other_model, other_at, other_field)) = other else { continue };
        let order = |model: usize, field: &KnownField<'_>| {
            (known.models[model].block.name.text.clone(), field.field.name.text.clone())
        };
        let mut sides = [(*model, *at), (*other_model, *other_at)];
        if order(*model, field) > order(*other_model, other_field) {
            sides.reverse();
        }
        let name_of = |(model, _): (usize, usize)| known.models[model].block.name.text.as_str();
        let usual = || [name_of(sides[0]), "To", name_of(sides[1])].concat();
        let name = ["_", &relation_name(field).unwrap_or_else(usual)].concat();
        let namespace = known.models[sides[0].0].table.namespace.clone();
        found.push(KnownMany { sides, table: Qualified { namespace, name: name.into() } });
    }
    found
}
