//! Keys and indexes that the files declare.

use super::{Known, KnownModel, list, string, word};
use crate::prisma::{
    syntax::{Argument, Attribute, Expression, ExpressionKind, Member},
    write::{
        image::{KEY_KINDS, Key, KeyKind, KeyPart},
        keys::usual_name,
    },
};

/// A key as it is declared.
#[derive(Clone, Debug)]
pub(in crate::prisma::write) struct KnownKey {
    pub(in crate::prisma::write) place: KeyPlace,
    pub(in crate::prisma::write) key: Key,
    /// The name that Prisma's client has for it (`name: "…"`).
    pub(in crate::prisma::write) client_name: Option<String>,
}

/// Where a key is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::prisma::write) enum KeyPlace {
    /// At a field: the member, and which of its attributes.
    Field(usize, usize),
    /// In a line of its own: the member.
    Block(usize),
}

/// All keys of a model.
pub(super) fn keys(known: &Known<'_>, model: &KnownModel<'_>) -> Vec<KnownKey> {
    let mut keys = Vec::new();
    for (member, it) in model.block.members.iter().enumerate() {
        match it {
            Member::Field(field) => {
                for (at, attribute) in field.attributes.iter().enumerate() {
                    let column = model.columns_of(&[&field.name.text]).and_then(|mut it| it.pop());
                    let Some((kind, column)) = kind_of(attribute, &["id", "unique"]).zip(column) else { continue };
                    let part = part(column, attribute.arguments());
                    keys.push(key(known, model, (KeyPlace::Field(member, at), kind), attribute, vec![part]));
                }
            }
            Member::Attribute(it) => {
                let attribute = &it.attribute;
                let Some(kind) = kind_of(attribute, &["id", "unique", "index", "fulltext"]) else { continue };
                let Some(parts) = parts(model, attribute) else { continue };
                keys.push(key(known, model, (KeyPlace::Block(member), kind), attribute, parts));
            }
            Member::Blank(_) | Member::Comment(_) | Member::Value(_) | Member::Setting(_) => (),
        }
    }
    keys
}

fn kind_of(attribute: &Attribute, of: &[&str]) -> Option<KeyKind> {
    let name = attribute.name.text.as_str();
    KEY_KINDS.iter().find(|(_, it)| *it == name && of.contains(it)).map(|(kind, _)| *kind)
}

fn parts(model: &KnownModel<'_>, attribute: &Attribute) -> Option<Vec<KeyPart>> {
    let fields = attribute.named("fields").or_else(|| attribute.unnamed())?;
    let each = |it: &Expression| {
        let column = model.columns_of(&[word(it)?])?.pop()?;
        let arguments = match &it.kind {
            ExpressionKind::Function { arguments, .. } => arguments.as_slice(),
            _ => &[],
        };
        Some(part(column, arguments))
    };
    list(&fields.value).iter().map(each).collect()
}

fn part(column: String, arguments: &[Argument]) -> KeyPart {
    let named = |name: &str| arguments.iter().find(|it| it.name.as_ref().is_some_and(|it| it.text == name));
    let length = named("length").and_then(|it| match &it.value.kind {
        ExpressionKind::Number(number) => number.parse().ok(),
        _ => None,
    });
    let operators = named("ops").and_then(|it| match &it.value.kind {
        ExpressionKind::Function { arguments, .. } => arguments.first().and_then(|it| string(&it.value)),
        ExpressionKind::Constant(name) => Some(name.as_str()),
        _ => None,
    });
    KeyPart {
        column,
        is_descending: named("sort").and_then(|it| word(&it.value)) == Some("Desc"),
        length,
        operators: operators.map(str::to_owned),
    }
}

fn key(
    known: &Known<'_>,
    model: &KnownModel<'_>,
    (place, kind): (KeyPlace, KeyKind),
    attribute: &Attribute,
    parts: Vec<KeyPart>,
) -> KnownKey {
    let said = |name: &str| attribute.named(name).and_then(|it| string(&it.value)).map(str::to_owned);
    // On an index, `name` is the older word for `map`.
    let (map, client_name) = match kind {
        KeyKind::Index | KeyKind::Fulltext => (said("map").or_else(|| said("name")), None),
        KeyKind::Id | KeyKind::Unique => (said("map"), said("name")),
    };
    let method = attribute.named("type").and_then(|it| word(&it.value)).filter(|it| *it != "BTree");
    let predicate = attribute.named("where").and_then(|it| match &it.value.kind {
        ExpressionKind::Function { arguments, .. } => arguments.first().and_then(|it| string(&it.value)),
        _ => None,
    });
    let name = Some(map.unwrap_or_else(|| usual_name(known.engine, &model.table, kind, &parts)));
    let name = name.filter(|_| kind != KeyKind::Id || known.engine.names_primary_keys());
    let (method, predicate) = (method.map(str::to_owned), predicate.map(str::to_owned));
    KnownKey { place, key: Key { kind, name, parts, method, predicate }, client_name }
}
