//! Enums: types of their own in PostgreSQL, said in place in MySQL.

use std::collections::BTreeSet;

use trueup_state::{Address, Definition, Ident, ObjectKind, PostgresObject, Qualified, Schema};

use super::Introspected;
use crate::prisma::write::{
    engine::Engine,
    image::{Enum, EnumKey},
    known::Known,
    names,
    types::{SqlType, qualified},
};

/// Whether an address is one of an enum.
pub(super) fn is_enum(address: &Address) -> bool {
    matches!(address, Address::Object(ObjectKind::Enum, _))
}

/// The types that are enums.
pub(super) fn types(
    schema: &Schema,
    known: &Known<'_>,
    namespaces: &[Ident],
    taken: &mut BTreeSet<String>,
) -> Vec<Enum> {
    let mut found: Vec<(&Qualified, &Vec<String>)> = Vec::new();
    for (address, it) in &schema.others {
        if let (Address::Object(ObjectKind::Enum, name), Definition::Postgres(it)) = (address, it)
            && let PostgresObject::Enum(it) = it.as_ref()
            && namespaces.contains(&name.namespace)
        {
            found.push((name, &it.labels));
        }
    }
    found.sort();
    let each = |(name, labels): (&Qualified, &Vec<String>)| {
        let of = known.enums.iter().position(|it| it.ty == *name);
        let own = match of {
            Some(at) => known.enums[at].block.name.text.clone(),
            None => names::type_name(name.name.text(), name.namespace.text(), taken),
        };
        Enum { key: EnumKey::Named(name.clone()), name: own, known: of, values: values(known, of, labels) }
    };
    found.into_iter().map(each).collect()
}

/// The values with the names that they have already.
fn values(known: &Known<'_>, of: Option<usize>, labels: &[String]) -> Vec<(String, String)> {
    let there: &[(String, String)] = of.map_or(&[], |at| &known.enums[at].values);
    let mut taken: BTreeSet<String> = there.iter().map(|(name, _)| name.clone()).collect();
    let name = |label: &String| match there.iter().find(|(_, it)| it == label) {
        Some((name, _)) => name.clone(),
        None => names::member_name(label, &mut taken),
    };
    labels.iter().map(name).zip(labels.iter().cloned()).collect()
}

/// The enum that is a column's type.
pub(super) fn of_column(
    found: &mut Introspected,
    known: &Known<'_>,
    (table, column): (&Qualified, &str),
    sql: &SqlType,
    text: &str,
    taken: &mut BTreeSet<String>,
) -> Option<usize> {
    if known.engine == Engine::Postgres {
        let name = qualified(&sql.base).filter(|it| !it.namespace.is_empty())?;
        return found.image.enums.iter().position(|it| it.key == EnumKey::Named(name.clone()));
    }
    let listed = text.strip_prefix("enum(").filter(|_| known.engine == Engine::MySql)?.strip_suffix(')')?;
    let labels = labels(listed);
    let field = known.model_of(table).and_then(|at| known.models[at].field_of(column));
    let of = field.and_then(|field| {
        let of = known.enums.iter().position(|it| it.block.name.text == field.type_name())?;
        let is_same = known.enums[of].values.iter().map(|(_, label)| label).eq(&labels);
        let own = [table.name.text(), "_", column].concat();
        (is_same || known.enums[of].ty.name.text() == own).then_some(of)
    });
    let shared = of.and_then(|of| {
        let is_it = |it: &Enum| it.known == Some(of) && it.values.iter().map(|(_, label)| label).eq(&labels);
        found.image.enums.iter().position(is_it)
    });
    if shared.is_some() {
        return shared;
    }
    let name = match of {
        Some(at) => known.enums[at].block.name.text.clone(),
        None => names::type_name(&[table.name.text(), "_", column].concat(), "", taken),
    };
    let key = EnumKey::Column(table.clone(), column.to_owned());
    let values = values(known, of, &labels);
    found.image.enums.push(Enum { key, name, known: of, values });
    Some(found.image.enums.len() - 1)
}

/// The values of `'a','b'`; quotes inside are doubled.
fn labels(listed: &str) -> Vec<String> {
    let mut labels = Vec::new();
    let mut letters = listed.chars().peekable();
    let mut label: Option<String> = None;
    while let Some(letter) = letters.next() {
        match (&mut label, letter) {
            (Some(it), '\'') if letters.peek() == Some(&'\'') => {
                letters.next();
                it.push('\'');
            }
            (Some(_), '\'') => labels.extend(label.take()),
            (Some(it), letter) => it.push(letter),
            (None, '\'') => label = Some(String::new()),
            (None, _) => (),
        }
    }
    labels
}
