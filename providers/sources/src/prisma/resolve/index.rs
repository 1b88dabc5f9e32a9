//! Keys and indexes: `@id`, `@unique`, `@@id`, `@@unique`, `@@index`, `@@fulltext`.

use super::{
    Resolved,
    attributes::{array, find, index_field, map, mapped, number, string, value, word},
    default, model,
};
use crate::prisma::{
    datamodel::{Condition, Datasource, Enum, Index, IndexField, IndexKind, Key, Kind, Literal, Model, Spot},
    native::Provider,
    problem::Problem,
    syntax::{Argument, Arity, Attribute, Expression, ExpressionKind, Field},
};

/// How an index is sorted.
const SORTS: &[(&str, &str)] = &[("Asc", "ASC"), ("Desc", "DESC")];

/// The kinds of index that PostgreSQL has; the first is what an index is without a word.
const METHODS: &[(&str, Option<&str>)] = &[
    ("BTree", None),
    ("Hash", Some("HASH")),
    ("Gist", Some("GIST")),
    ("Gin", Some("GIN")),
    ("SpGist", Some("SPGIST")),
    ("Brin", Some("BRIN")),
];

/// Words that the names of operator classes keep together.
const TOGETHER: &[(&str, &str)] =
    &[("MinMax", "Minmax"), ("TimestampTz", "Timestamptz"), ("TimeTz", "Timetz"), ("VarBit", "Varbit")];

/// What a field says of itself alone.
pub(super) fn of_field(model: &mut Model, field: &Field, file: usize) -> Resolved<()> {
    let Some(column) = model.column(&field.name.text) else { return Ok(()) };
    if let Some(attribute) = find(&field.attributes, "id") {
        let key = Key {
            fields: vec![single(column, attribute)?],
            map: map(attribute, true)?,
            spot: Spot { file, span: attribute.span },
        };
        set_key(model, key, attribute)?;
    }
    if let Some(attribute) = find(&field.attributes, "unique") {
        model.indexes.push(Index {
            kind: IndexKind::Unique,
            fields: vec![single(column, attribute)?],
            map: map(attribute, true)?,
            method: None,
            condition: None,
            spot: Spot { file, span: attribute.span },
        });
    }
    Ok(())
}

fn single(column: usize, attribute: &Attribute) -> Resolved<IndexField> {
    Ok(IndexField {
        column,
        sort: value(attribute, "sort", false).map(|it| word(it, SORTS)).transpose()?,
        length: value(attribute, "length", false).map(number).transpose()?,
        operators: None,
    })
}

fn set_key(model: &mut Model, key: Key, attribute: &Attribute) -> Resolved<()> {
    if model.key.is_some() {
        return Err(Problem::new(attribute.span, "a model has one primary key")
            .hint("write `@@id([…])` with all of its fields"));
    }
    if let Some(field) = key.fields.iter().find(|field| model.columns[field.column].arity != Arity::Required) {
        let message = ["`", &model.columns[field.column].field, "` is not required, so it cannot be in a key"].concat();
        return Err(Problem::new(attribute.span, message));
    }
    model.key = Some(key);
    Ok(())
}

/// What an attribute of the model says.
pub(super) fn of_model(
    model: &mut Model,
    attribute: &Attribute,
    file: usize,
    datasource: &Datasource,
    enums: &[Enum],
) -> Resolved<()> {
    let kind = match attribute.name.text.as_str() {
        "id" => None,
        "unique" => Some(IndexKind::Unique),
        "index" => Some(IndexKind::Plain),
        "fulltext" => Some(IndexKind::Fulltext),
        _ => return Ok(()),
    };
    let spot = Spot { file, span: attribute.span };
    let fields = fields(model, attribute, datasource.provider)?;
    let mut named = map(attribute, false)?;
    if let (Some(_), false) = (&named, kind.is_some() || model::names_keys(datasource.provider)) {
        return Err(Problem::new(attribute.span, "this database does not name its primary keys"));
    }
    let Some(kind) = kind else { return set_key(model, Key { fields, map: named, spot }, attribute) };
    if kind == IndexKind::Fulltext && datasource.provider != Provider::Mysql {
        return Err(Problem::new(attribute.span, "`@@fulltext` is for MySQL"));
    }
    // An index that is not unique has no name in Prisma Client, so its `name` has always meant the database.
    if kind == IndexKind::Plain && named.is_none() {
        named = value(attribute, "name", false).map(mapped).transpose()?;
    }
    let condition = value(attribute, "where", false).map(|it| condition(it, model, datasource, enums)).transpose()?;
    let method = value(attribute, "type", false).map(|it| method(it, datasource.provider)).transpose()?.flatten();
    model.indexes.push(Index { kind, fields, map: named, method, condition, spot });
    Ok(())
}

fn method(written: &Expression, provider: Provider) -> Resolved<Option<&'static str>> {
    let found = word(written, METHODS)?;
    if found.is_some() && !model::names_keys(provider) {
        return Err(Problem::new(written.span, "this database has B-tree indexes only"));
    }
    Ok(found)
}

fn fields(model: &Model, attribute: &Attribute, provider: Provider) -> Resolved<Vec<IndexField>> {
    let Some(written) = value(attribute, "fields", true) else {
        let message = ["`@@", &attribute.name.text, "` names no fields"].concat();
        return Err(Problem::new(attribute.span, message).hint("write them in brackets: `([one, two])`"));
    };
    let mut fields: Vec<IndexField> = Vec::new();
    for item in array(written) {
        let (name, arguments) = index_field(item)?;
        let Some(column) = model.column(name) else {
            let problem = match model.links.iter().find(|link| link.field == name) {
                Some(_) => Problem::new(item.span, ["`", name, "` is a relation, and no column"].concat())
                    .hint("name the fields that the relation names"),
                None => Problem::new(item.span, ["`", &model.name, "` has no field `", name, "`"].concat()).meant(
                    name,
                    model.columns.iter().map(|it| it.field.as_str()),
                    "",
                ),
            };
            return Err(problem);
        };
        if fields.iter().any(|field| field.column == column) {
            return Err(Problem::new(item.span, ["`", name, "` is there twice"].concat()));
        }
        fields.push(field(column, arguments, provider)?);
    }
    if fields.is_empty() { Err(Problem::new(written.span, "at least one field must be named")) } else { Ok(fields) }
}

fn field(column: usize, arguments: &[Argument], provider: Provider) -> Resolved<IndexField> {
    let mut field = IndexField { column, sort: None, length: None, operators: None };
    for Argument { span, name, value } in arguments {
        match name.as_ref().map_or("sort", |name| name.text.as_str()) {
            "length" if provider == Provider::Mysql => field.length = Some(number(value)?),
            "length" => return Err(Problem::new(*span, "`length` is for MySQL")),
            "ops" if provider == Provider::Postgres => field.operators = Some(operators(value)?),
            "ops" => return Err(Problem::new(*span, "`ops` is for PostgreSQL")),
            _ => field.sort = Some(word(value, SORTS)?),
        }
    }
    Ok(field)
}

/// `JsonbPathOps` is `jsonb_path_ops`; `raw("…")` is what it says.
fn operators(written: &Expression) -> Resolved<String> {
    match &written.kind {
        ExpressionKind::Function { name, arguments } if name.text == "raw" => match arguments.as_slice() {
            [Argument { value, .. }] => mapped(value),
            _ => Err(Problem::new(written.span, "`raw` takes one string")),
        },
        ExpressionKind::Constant(name) if name.ends_with("Ops") => {
            let joined = TOGETHER.iter().fold(name.clone(), |name, (apart, whole)| name.replace(apart, whole));
            let mut snake = String::new();
            for letter in joined.chars() {
                if letter.is_ascii_uppercase() && !snake.is_empty() {
                    snake.push('_');
                }
                snake.push(letter.to_ascii_lowercase());
            }
            Ok(snake)
        }
        _ => Err(Problem::new(written.span, "this is no operator class")
            .hint("write a name such as `JsonbPathOps`, or `raw(\"…\")`")),
    }
}

/// The condition of a partial index.
fn condition(written: &Expression, model: &Model, datasource: &Datasource, enums: &[Enum]) -> Resolved<Condition> {
    if datasource.provider == Provider::Mysql {
        return Err(Problem::new(written.span, "MySQL has no indexes with a condition"));
    }
    match &written.kind {
        ExpressionKind::Function { name, arguments } if name.text == "raw" => match arguments.as_slice() {
            [Argument { value, .. }] => Ok(Condition::Raw(mapped(value)?)),
            _ => Err(Problem::new(written.span, "`raw` takes one string")),
        },
        ExpressionKind::Object(entries) if !entries.is_empty() => {
            let mut all = Vec::new();
            for (name, value) in entries {
                let Some(column) = model.column(&name.text) else {
                    let message = ["`", &model.name, "` has no field `", &name.text, "`"].concat();
                    return Err(Problem::new(name.span, message));
                };
                let (differs, value) = match &value.kind {
                    ExpressionKind::Object(inner) => match inner.as_slice() {
                        [(word, value)] if word.text == "not" => (true, value),
                        _ => return Err(Problem::new(value.span, "this can only be `{ not: … }`")),
                    },
                    _ => (false, value),
                };
                all.push((column, differs, operand(value, model, column, datasource, enums)?));
            }
            Ok(Condition::All(all))
        }
        _ => Err(Problem::new(written.span, "a condition is `raw(\"…\")` or `{ field: value }`")),
    }
}

fn operand(
    value: &Expression,
    model: &Model,
    column: usize,
    datasource: &Datasource,
    enums: &[Enum],
) -> Resolved<Option<Literal>> {
    let column = &model.columns[column];
    match (&value.kind, &column.kind) {
        (ExpressionKind::Constant(word), _) if word == "null" => Ok(None),
        (ExpressionKind::String(_), Kind::Enum(_)) => string(value).map(|text| Some(Literal::Text(text))),
        _ => {
            let (arity, provider) = (column.arity, datasource.provider);
            default::literal(value, &default::Asking { kind: &column.kind, arity, enums, provider }).map(Some)
        }
    }
}
