//! Which attributes there are, which arguments each takes, and reading the arguments.

use super::Resolved;
use crate::prisma::{
    problem::Problem,
    syntax::{Argument, Attribute, Expression, ExpressionKind, Name, Span},
};

/// An attribute that is known.
pub(super) struct Known {
    name: &'static str,
    /// Its arguments; the name of the first may be left out.
    arguments: &'static [&'static str],
    /// Whether it may stand more than once.
    is_repeatable: bool,
}

const fn known(name: &'static str, arguments: &'static [&'static str], is_repeatable: bool) -> Known {
    Known { name, arguments, is_repeatable }
}

/// Of a field.
pub(super) const OF_FIELDS: &[Known] = &[
    known("id", &["map", "length", "sort"], false),
    known("unique", &["map", "length", "sort"], false),
    known("default", &["value"], false),
    known("updatedAt", &[], false),
    known("map", &["name"], false),
    known("relation", &["name", "fields", "references", "onDelete", "onUpdate", "map"], false),
    known("ignore", &[], false),
];

/// Of a model or view.
pub(super) const OF_MODELS: &[Known] = &[
    known("id", &["fields", "name", "map"], false),
    known("unique", &["fields", "name", "map", "where"], true),
    known("index", &["fields", "name", "map", "type", "where"], true),
    known("fulltext", &["fields", "name", "map"], true),
    known("map", &["name"], false),
    known("schema", &["map"], false),
    known("ignore", &[], false),
];

/// Of an enum.
pub(super) const OF_ENUMS: &[Known] = &[known("map", &["name"], false), known("schema", &["map"], false)];

/// Of a value of an enum.
pub(super) const OF_VALUES: &[Known] = &[known("map", &["name"], false)];

/// Of a field in an index.
const OF_INDEX_FIELDS: &[&str] = &["sort", "length", "ops"];

/// Check that attributes are known, stand once, and have arguments that they can take.
pub(super) fn check<'a>(
    attributes: impl IntoIterator<Item = &'a Attribute>,
    table: &[Known],
    sign: &str,
) -> Resolved<()> {
    let mut seen: Vec<&str> = Vec::new();
    for attribute in attributes {
        let Attribute { span, name: Name { span: _, text }, arguments: _ } = attribute;
        if sign == "@" && text.contains('.') {
            continue;
        }
        let Some(known) = table.iter().find(|it| it.name == text) else {
            let message = ["unknown attribute `", sign, text, "`"].concat();
            return Err(Problem::new(*span, message).meant(text, table.iter().map(|it| it.name), sign));
        };
        if !known.is_repeatable && seen.contains(&known.name) {
            return Err(Problem::new(*span, ["`", sign, text, "` stands here twice"].concat()));
        }
        seen.push(known.name);
        check_arguments(attribute.arguments(), known.arguments, &[sign, text].concat())?;
    }
    Ok(())
}

fn check_arguments(arguments: &[Argument], known: &[&str], of: &str) -> Resolved<()> {
    let mut seen: Vec<&str> = Vec::new();
    for argument in arguments {
        let name = match &argument.name {
            Some(name) if !known.contains(&name.text.as_str()) => {
                let message = ["`", of, "` has no argument `", &name.text, "`"].concat();
                let problem = Problem::new(name.span, message).meant(&name.text, known.iter().copied(), "");
                return Err(match problem.hint {
                    None if !known.is_empty() => problem.hint(["it takes ", &known.join(", ")].concat()),
                    _ => problem,
                });
            }
            Some(name) => name.text.as_str(),
            None => match known.first() {
                Some(first) => first,
                None => return Err(Problem::new(argument.span, ["`", of, "` takes no arguments"].concat())),
            },
        };
        if seen.contains(&name) {
            return Err(Problem::new(argument.span, ["the argument `", name, "` stands here twice"].concat()));
        }
        seen.push(name);
    }
    Ok(())
}

/// The attribute of a name.
pub(super) fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes.iter().find(|attribute| attribute.name.text == name)
}

/// An argument by its name, or the one without a name if it may be left out.
pub(super) fn value<'a>(attribute: &'a Attribute, name: &str, is_first: bool) -> Option<&'a Expression> {
    let found = attribute.named(name).or_else(|| attribute.unnamed().filter(|_| is_first));
    found.map(|argument| &argument.value)
}

/// A string.
pub(super) fn string(expression: &Expression) -> Resolved<String> {
    match &expression.kind {
        ExpressionKind::String(text) => Ok(text.clone()),
        _ => Err(Problem::new(expression.span, "this must be a string in double quotes")),
    }
}

/// A name in the database: a string that is not empty.
pub(super) fn mapped(expression: &Expression) -> Resolved<String> {
    let text = string(expression)?;
    if text.is_empty() { Err(Problem::new(expression.span, "a name cannot be empty")) } else { Ok(text) }
}

/// The name in `map:`, if it is there.
pub(super) fn map(attribute: &Attribute, is_first: bool) -> Resolved<Option<String>> {
    value(attribute, "map", is_first).map(mapped).transpose()
}

/// What `@map("…")` or `@@map("…")` says.
pub(super) fn mapping(attribute: Option<&Attribute>) -> Resolved<Option<String>> {
    map_argument(attribute)?.map(mapped).transpose()
}

/// What `@map("…")` says of a value of an enum: a label, which may have no letters.
pub(super) fn label(attribute: Option<&Attribute>) -> Resolved<Option<String>> {
    map_argument(attribute)?.map(string).transpose()
}

fn map_argument(attribute: Option<&Attribute>) -> Resolved<Option<&Expression>> {
    let Some(attribute) = attribute else { return Ok(None) };
    match value(attribute, "name", true) {
        Some(expression) => Ok(Some(expression)),
        None => Err(Problem::new(attribute.span, "the name in the database is missing").hint("write `@map(\"name\")`")),
    }
}

/// One of several words.
pub(super) fn word<T: Copy>(expression: &Expression, known: &[(&str, T)]) -> Resolved<T> {
    let all = || known.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
    let ExpressionKind::Constant(text) = &expression.kind else {
        return Err(Problem::new(expression.span, ["this must be one of ", &all()].concat()));
    };
    known.iter().find(|(word, _)| word == text).map(|(_, meant)| *meant).ok_or_else(|| {
        let message = ["`", text, "` is not one of ", &all()].concat();
        Problem::new(expression.span, message).meant(text, known.iter().map(|(word, _)| *word), "")
    })
}

/// A whole number as it is written.
pub(super) fn number(expression: &Expression) -> Resolved<String> {
    match &expression.kind {
        ExpressionKind::Number(text) if text.parse::<i128>().is_ok() => Ok(text.clone()),
        _ => Err(Problem::new(expression.span, "this must be a whole number")),
    }
}

/// The things in an array; something that is no array stands for an array of one.
pub(super) fn array(expression: &Expression) -> &[Expression] {
    match &expression.kind {
        ExpressionKind::Array(items) => items,
        _ => std::slice::from_ref(expression),
    }
}

/// A list of names, with at least one.
pub(super) fn names(expression: &Expression) -> Resolved<Vec<(String, Span)>> {
    let one = |item: &Expression| match &item.kind {
        ExpressionKind::Constant(name) => Ok((name.clone(), item.span)),
        _ => Err(Problem::new(item.span, "this must be the name of a field")),
    };
    let names = array(expression).iter().map(one).collect::<Resolved<Vec<_>>>()?;
    if names.is_empty() { Err(Problem::new(expression.span, "at least one field must be named")) } else { Ok(names) }
}

/// A field of an index with what stands in parentheses after it.
pub(super) fn index_field(item: &Expression) -> Resolved<(&str, &[Argument])> {
    match &item.kind {
        ExpressionKind::Constant(name) => Ok((name, &[])),
        ExpressionKind::Function { name, arguments } => {
            check_arguments(arguments, OF_INDEX_FIELDS, &name.text)?;
            Ok((&name.text, arguments))
        }
        _ => Err(Problem::new(item.span, "this must be the name of a field")),
    }
}
