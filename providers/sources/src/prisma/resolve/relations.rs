//! Relations: each field that leads to a model finds the field that leads back.

use super::Resolved;
use crate::prisma::{
    datamodel::{Datasource, Link, Model, Relation, Spot},
    native::Provider,
    problem::Problem,
    syntax::{Arity, Span},
};

/// A link with the model it stands in.
#[derive(Clone, Copy)]
struct End<'a> {
    model: usize,
    link: &'a Link,
}

/// All relations.
pub(super) fn relations(models: &[Model], datasource: &Datasource) -> Result<Vec<Relation>, (usize, Problem)> {
    let mut relations = Vec::new();
    for (at, model) in models.iter().enumerate() {
        for (position, link) in model.links.iter().enumerate() {
            let end = End { model: at, link };
            let relation = relation(models, end, position, datasource).map_err(|problem| (link.spot.file, problem))?;
            relations.extend(relation);
        }
    }
    Ok(relations)
}

/// The relation that this link begins; `None` where the other end does.
fn relation(models: &[Model], end: End<'_>, position: usize, datasource: &Datasource) -> Resolved<Option<Relation>> {
    let link = end.link;
    let siblings = models[end.model].links.iter().enumerate();
    let twins = siblings.filter(|(at, it)| *at != position && it.target == link.target && it.name == link.name);
    let twins = twins.map(|(_, it)| it).collect::<Vec<_>>();
    let is_self = link.target == end.model;
    let back: Vec<&Link> = if is_self {
        twins
    } else {
        if let Some(twin) = twins.first() {
            return Err(ambiguous(models, end, twin));
        }
        let others = models[link.target].links.iter();
        others.filter(|it| it.target == end.model && it.name == link.name).collect()
    };
    let other = match back.as_slice() {
        [] => return Err(one_sided(models, end)),
        [other] => End { model: link.target, link: other },
        [other, ..] => return Err(ambiguous(models, end, other)),
    };
    match (link.arity, other.link.arity) {
        (Arity::List, Arity::List) => join(models, end, other, is_self),
        (Arity::List, _) => {
            no_columns(end)?;
            Ok(None)
        }
        (_, Arity::List) => reference(models, end, datasource).map(Some),
        (..) => one_to_one(models, end, other, datasource),
    }
}

fn one_sided(models: &[Model], end: End<'_>) -> Problem {
    let (own, target) = (&models[end.model].name, &models[end.link.target].name);
    let message = ["the relation `", &end.link.field, "` has no field in `", target, "` that leads back"].concat();
    let name = end.link.name.as_ref().map_or(String::new(), |name| [" @relation(\"", name, "\")"].concat());
    let field = own.chars().next().map_or(String::new(), |first| first.to_lowercase().to_string());
    let rest = own.get(1..).unwrap_or_default();
    Problem::new(end.link.spot.span, message)
        .hint(["add a field such as `", &field, rest, " ", own, "[]", &name, "` to `", target, "`"].concat())
}

fn ambiguous(models: &[Model], end: End<'_>, other: &Link) -> Problem {
    let target = &models[end.link.target].name;
    let message = ["`", &end.link.field, "` and `", &other.field, "` could be the same relation to `", target, "`"];
    Problem::new(end.link.spot.span, message.concat())
        .hint("give each relation a name, the same on both sides: `@relation(\"name\")`")
}

fn no_columns(end: End<'_>) -> Resolved<()> {
    let written = [&end.link.fields, &end.link.references].into_iter().flatten().flatten().next();
    match written {
        Some((_, span)) => {
            Err(Problem::new(*span, "`fields` and `references` stand on the other side of this relation"))
        }
        None => Ok(()),
    }
}

/// Two lists: a table between the two models.
fn join(models: &[Model], end: End<'_>, other: End<'_>, is_self: bool) -> Resolved<Option<Relation>> {
    if let Some((_, span)) = end.link.fields.iter().flatten().next() {
        return Err(Problem::new(*span, "a relation between two lists has no `fields`: it gets a table of its own"));
    }
    if let Some((_, span)) = end.link.on_delete.or(end.link.on_update) {
        return Err(Problem::new(span, "a relation between two lists has no referential actions"));
    }
    let (own, theirs) = (&models[end.model], &models[other.model]);
    if own.is_view || theirs.is_view {
        return Ok(None);
    }
    // The first of the two names is column `A`; a model that leads to itself makes its table once.
    let is_first = if is_self { end.link.field < other.link.field } else { own.name < theirs.name };
    if theirs.key.as_ref().is_none_or(|key| key.fields.len() != 1) {
        let message = ["`", &theirs.name, "` has no single `@id`, so no table can stand between"].concat();
        return Err(Problem::new(end.link.spot.span, message).hint("write the table between as a model of its own"));
    }
    if !is_first {
        return Ok(None);
    }
    let name = end.link.name.clone().unwrap_or_else(|| [&own.name, "To", &theirs.name].concat());
    Ok(Some(Relation::Join { name, models: [end.model, other.model], spot: end.link.spot }))
}

fn one_to_one(models: &[Model], end: End<'_>, other: End<'_>, datasource: &Datasource) -> Resolved<Option<Relation>> {
    let has = |end: End<'_>| end.link.fields.is_some() || end.link.references.is_some();
    match (has(end), has(other)) {
        (true, true) => {
            let at = end.link.fields.iter().flatten().next().map_or(end.link.spot.span, |(_, span)| *span);
            Err(Problem::new(at, "both sides of this relation have `fields`").hint("leave them out on one side"))
        }
        (false, false) => Err(Problem::new(end.link.spot.span, "no side of this relation says which columns hold it")
            .hint("write `@relation(fields: […], references: […])` on one side")),
        (false, true) => {
            if end.link.arity == Arity::Required {
                let message = ["`", &end.link.field, "` must be optional: the other side holds the relation"].concat();
                return Err(Problem::new(end.link.spot.span, message).hint("write `?` after its type"));
            }
            Ok(None)
        }
        (true, false) => {
            let relation = reference(models, end, datasource)?;
            if let Relation::Reference { columns, .. } = &relation
                && !models[end.model].is_unique(columns)
                && !models[end.model].is_view
            {
                return Err(Problem::new(end.link.spot.span, "the columns of a one-to-one relation must be unique")
                    .hint("mark the field with `@unique`, or the model with `@@unique([…])`"));
            }
            Ok(Some(relation))
        }
    }
}

/// The side with the columns.
fn reference(models: &[Model], end: End<'_>, datasource: &Datasource) -> Resolved<Relation> {
    let link = end.link;
    let (Some(fields), Some(references)) = (&link.fields, &link.references) else {
        return Err(Problem::new(link.spot.span, ["`", &link.field, "` does not say which columns hold it"].concat())
            .hint("write `@relation(fields: […], references: […])`"));
    };
    let (own, target) = (&models[end.model], &models[link.target]);
    let columns = find(own, fields)?;
    let referenced = find(target, references)?;
    if columns.len() != referenced.len() {
        return Err(Problem::new(link.spot.span, "`fields` and `references` have different numbers of fields"));
    }
    fits(own, target, &columns, &referenced, fields)?;
    if !target.is_unique(&referenced) && !target.is_view {
        let message = ["nothing says that these fields of `", &target.name, "` are unique"].concat();
        let span = references.first().map_or(link.spot.span, |(_, span)| *span);
        return Err(
            Problem::new(span, message).hint("mark the field there with `@unique`, or both with `@@unique([…])`")
        );
    }
    let is_required = |at: &usize| own.columns[*at].arity == Arity::Required;
    if link.arity == Arity::Required && !columns.iter().all(is_required) {
        let message = ["`", &link.field, "` is required, and a column of it is not"].concat();
        return Err(Problem::new(link.spot.span, message).hint("write `?` after its type"));
    }
    if let Some(("SET NULL", span)) = link.on_delete.filter(|_| datasource.provider != Provider::Postgres)
        && columns.iter().any(is_required)
    {
        return Err(Problem::new(span, "`SetNull` needs columns that can be null"));
    }
    let default = if columns.iter().any(is_required) { "RESTRICT" } else { "SET NULL" };
    Ok(Relation::Reference {
        model: end.model,
        target: link.target,
        columns,
        references: referenced,
        on_delete: link.on_delete.map_or(default, |(action, _)| action),
        on_update: link.on_update.map_or("CASCADE", |(action, _)| action),
        map: link.map.clone(),
        spot: Spot { file: link.spot.file, span: link.spot.span },
    })
}

fn find(model: &Model, names: &[(String, Span)]) -> Resolved<Vec<usize>> {
    let one = |(name, span): &(String, Span)| {
        model.column(name).ok_or_else(|| {
            let message = ["`", &model.name, "` has no column `", name, "`"].concat();
            Problem::new(*span, message).meant(name, model.columns.iter().map(|it| it.field.as_str()), "")
        })
    };
    names.iter().map(one).collect()
}

fn fits(
    own: &Model,
    target: &Model,
    columns: &[usize],
    referenced: &[usize],
    written: &[(String, Span)],
) -> Resolved<()> {
    for ((column, other), (name, span)) in columns.iter().zip(referenced).zip(written) {
        let (column, other) = (&own.columns[*column], &target.columns[*other]);
        if column.kind != other.kind {
            let message = ["`", name, "` and `", &other.field, "` of `", &target.name, "` have different types"];
            return Err(Problem::new(*span, message.concat()));
        }
    }
    Ok(())
}
