//! The type of a field: a scalar, an enum, a model, or text that only the database knows.

use super::{Blocks, Resolved, attributes::number};
use crate::prisma::{
    datamodel::{Datasource, Kind},
    native::{Native, Numbers, Provider, SCALARS, Scalar},
    problem::Problem,
    syntax::{Arity, Attribute, BaseType, Expression, ExpressionKind, Field},
};

/// What a field is.
pub(super) enum FieldKind {
    /// A column.
    Column(Kind),
    /// A relation to a model, by its place in the list.
    Link(usize),
}

/// What the type of a field means.
pub(super) fn kind(field: &Field, blocks: &Blocks<'_>, datasource: &Datasource) -> Resolved<FieldKind> {
    let name = match &field.kind.base {
        BaseType::Unsupported(text) => return Ok(FieldKind::Column(Kind::Unsupported(text.clone()))),
        BaseType::Named(name) => name.as_str(),
    };
    if let Some(model) = blocks.models.iter().position(|(_, block)| block.name.text == name) {
        return Ok(FieldKind::Link(model));
    }
    let kind = match blocks.enums.iter().position(|(_, block)| block.name.text == name) {
        Some(found) => Kind::Enum(found),
        None => Kind::Scalar(Scalar::named(name).ok_or_else(|| unknown(field, name, blocks))?),
    };
    let has_lists = matches!(datasource.provider, Provider::Postgres | Provider::Cockroach);
    if field.kind.arity == Arity::List && !has_lists {
        let message = ["the database has no lists, so `", &field.name.text, "` cannot be one"].concat();
        return Err(Problem::new(field.kind.span, message));
    }
    Ok(FieldKind::Column(kind))
}

fn unknown(field: &Field, name: &str, blocks: &Blocks<'_>) -> Problem {
    let own = blocks.models.iter().chain(&blocks.enums).map(|(_, block)| block.name.text.as_str());
    let known = SCALARS.iter().map(|(name, _)| *name).chain(own);
    let message = ["`", name, "` is no type, model or enum of this schema"].concat();
    Problem::new(field.kind.span, message).meant(name, known, "")
}

/// The SQL of the native type that a field has after `@db.`.
pub(super) fn native(field: &Field, kind: &Kind, datasource: &Datasource) -> Resolved<Option<String>> {
    let mut natives = field.attributes.iter().filter(|attribute| attribute.name.text.contains('.'));
    let Some(attribute) = natives.next() else { return Ok(None) };
    if let Some(second) = natives.next() {
        return Err(Problem::new(second.span, "a field has one native type"));
    }
    let (prefix, name) = attribute.name.text.split_once('.').unwrap_or_default();
    if prefix != datasource.name {
        let message = ["`", prefix, "` is not the name of the datasource"].concat();
        return Err(
            Problem::new(attribute.name.span, message).hint(["write `@", &datasource.name, ".", name, "`"].concat())
        );
    }
    let natives = datasource.provider.natives();
    let Some(native) = natives.iter().find(|native| native.name == name) else {
        let message = ["`", name, "` is no native type of this provider"].concat();
        let before = ["@", prefix, "."].concat();
        return Err(Problem::new(attribute.name.span, message).meant(name, natives.iter().map(|it| it.name), &before));
    };
    let scalar = match kind {
        Kind::Scalar(scalar) if native.scalars.contains(scalar) => *scalar,
        _ => {
            let fitting = native.scalars.iter().map(|it| it.name()).collect::<Vec<_>>().join(" or ");
            let message = ["the native type `", name, "` is for ", &fitting].concat();
            return Err(Problem::new(attribute.span, message));
        }
    };
    let numbers = numbers(attribute, native)?;
    // Migrate writes the one type of MySQL that it takes for a boolean by its other name.
    let base = if scalar == Scalar::Boolean && native.sql == "TINYINT" { "BOOLEAN" } else { native.sql };
    Ok(Some(if numbers.is_empty() { base.to_owned() } else { [base, "(", &numbers.join(","), ")"].concat() }))
}

fn numbers(attribute: &Attribute, native: &Native) -> Resolved<Vec<String>> {
    let Native { name, sql: _, scalars: _, numbers: Numbers { count, is_optional, range: (least, most) } } = native;
    let arguments = attribute.arguments();
    if arguments.len() != *count && !(arguments.is_empty() && *is_optional) {
        let message = ["`", name, "` takes ", &count.to_string(), " number(s)"].concat();
        return Err(Problem::new(attribute.span, message));
    }
    let mut numbers: Vec<String> = Vec::new();
    for (at, argument) in arguments.iter().enumerate() {
        let text = plain_number(&argument.value)?;
        let value: u64 = text.parse().map_err(|_| Problem::new(argument.span, "this must be a whole number"))?;
        let (least, most) = match numbers.first() {
            Some(precision) if at > 0 => (0, precision.parse().unwrap_or(*most)),
            _ => (*least, *most),
        };
        if !(least..=most).contains(&value) {
            let message = ["this must be from ", &least.to_string(), " to ", &most.to_string()].concat();
            return Err(Problem::new(argument.span, message));
        }
        numbers.push(text);
    }
    Ok(numbers)
}

/// Prisma takes a number in quotes too.
fn plain_number(value: &Expression) -> Resolved<String> {
    match &value.kind {
        ExpressionKind::String(text) => Ok(text.clone()),
        _ => number(value),
    }
}
