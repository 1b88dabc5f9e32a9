//! A model or a view: its columns, keys, indexes and the fields that lead to other models.

use super::{
    Blocks, Resolved,
    attributes::{OF_FIELDS, OF_MODELS, check, find, map, mapping, names, string, value, word},
    block_attributes, default, index, schema,
    types::{self, FieldKind},
};
use crate::prisma::{
    datamodel::{Column, Datasource, Enum, IndexKind, Kind, Link, Model, Spot},
    native::{Provider, Scalar},
    problem::Problem,
    syntax::{Arity, Attribute, Block, Field, Keyword, Member},
};

/// What happens to rows that refer to a row that goes away or changes.
const ACTIONS: &[(&str, &str)] = &[
    ("Cascade", "CASCADE"),
    ("Restrict", "RESTRICT"),
    ("NoAction", "NO ACTION"),
    ("SetNull", "SET NULL"),
    ("SetDefault", "SET DEFAULT"),
];

/// Attributes that are for columns only.
const OF_COLUMNS: &[&str] = &["id", "unique", "default", "updatedAt", "map"];

/// One model.
pub(super) fn model(
    block: &Block,
    file: usize,
    blocks: &Blocks<'_>,
    datasource: &Datasource,
    enums: &[Enum],
) -> Resolved<Model> {
    let attributes = block_attributes(block);
    check(&attributes, OF_MODELS, "@@")?;
    let mut model = Model {
        name: block.name.text.clone(),
        mapped: mapping(find(&attributes, "map"))?.unwrap_or_else(|| block.name.text.clone()),
        schema: schema(&attributes, block, datasource)?,
        is_view: block.keyword == Keyword::View,
        is_ignored: find(&attributes, "ignore").is_some(),
        columns: Vec::new(),
        key: None,
        indexes: Vec::new(),
        links: Vec::new(),
        spot: Spot { file, span: block.name.span },
    };
    let fields = fields(block)?;
    for field in &fields {
        check(&field.attributes, OF_FIELDS, "@")?;
        let spot = Spot { file, span: field.name.span };
        match types::kind(field, blocks, datasource)? {
            FieldKind::Column(kind) => {
                let column = column(field, kind, spot, datasource, enums)?;
                if model.columns.iter().any(|other| other.mapped == column.mapped) {
                    let message = ["there is already a column `", &column.mapped, "`"].concat();
                    return Err(Problem::new(field.name.span, message));
                }
                model.columns.push(column);
            }
            FieldKind::Link(target) => model.links.push(link(field, target, spot)?),
        }
    }
    for field in &fields {
        index::of_field(&mut model, field, file)?;
    }
    for attribute in &attributes {
        index::of_model(&mut model, attribute, file, datasource, enums)?;
    }
    can_be_told_apart(&model)?;
    Ok(model)
}

fn fields(block: &Block) -> Resolved<Vec<&Field>> {
    let mut fields: Vec<&Field> = Vec::new();
    for member in &block.members {
        let Member::Field(field) = member else { continue };
        if fields.iter().any(|other| other.name.text == field.name.text) {
            return Err(Problem::new(field.name.span, ["the field `", &field.name.text, "` is there twice"].concat()));
        }
        fields.push(field);
    }
    Ok(fields)
}

/// Prisma refuses a model of which two rows could be the same.
fn can_be_told_apart(model: &Model) -> Resolved<()> {
    let is_required = |index: &crate::prisma::datamodel::Index| {
        index.kind == IndexKind::Unique
            && index.fields.iter().all(|field| model.columns[field.column].arity == Arity::Required)
    };
    if model.key.is_some() || model.is_view || model.is_ignored || model.indexes.iter().any(is_required) {
        return Ok(());
    }
    let message = ["the model `", &model.name, "` has no field by which its rows can be told apart"].concat();
    Err(Problem::new(model.spot.span, message)
        .hint("mark a required field with `@id` or `@unique`, or the model with `@@ignore`"))
}

fn column(field: &Field, kind: Kind, spot: Spot, datasource: &Datasource, enums: &[Enum]) -> Resolved<Column> {
    let attributes = &field.attributes;
    if let Some(relation) = find(attributes, "relation") {
        return Err(Problem::new(relation.span, "`@relation` is for fields whose type is a model"));
    }
    if let Some(updated) = find(attributes, "updatedAt")
        && (kind != Kind::Scalar(Scalar::DateTime) || field.kind.arity == Arity::List)
    {
        return Err(Problem::new(updated.span, "`@updatedAt` is for a single DateTime"));
    }
    let provider = datasource.provider;
    let asking = default::Asking { kind: &kind, arity: field.kind.arity, enums, provider };
    let default = find(attributes, "default").map(|attribute| default::default(attribute, &asking)).transpose()?;
    Ok(Column {
        field: field.name.text.clone(),
        mapped: mapping(find(attributes, "map"))?.unwrap_or_else(|| field.name.text.clone()),
        native: types::native(field, &kind, datasource)?,
        kind,
        arity: field.kind.arity,
        default,
        spot,
    })
}

fn link(field: &Field, target: usize, spot: Spot) -> Resolved<Link> {
    let only_columns = |it: &&Attribute| OF_COLUMNS.contains(&it.name.text.as_str()) || it.name.text.contains('.');
    if let Some(wrong) = field.attributes.iter().find(only_columns) {
        let message = ["`@", &wrong.name.text, "` is for columns, and `", &field.name.text, "` is a relation"].concat();
        return Err(Problem::new(wrong.span, message).hint("put it on the fields that the relation names"));
    }
    let mut link = Link {
        field: field.name.text.clone(),
        target,
        arity: field.kind.arity,
        name: None,
        fields: None,
        references: None,
        on_delete: None,
        on_update: None,
        map: None,
        spot,
    };
    if let Some(relation) = find(&field.attributes, "relation") {
        let action = |name: &str| {
            let written = value(relation, name, false);
            written.map(|it| Ok((word(it, ACTIONS)?, it.span))).transpose()
        };
        link.name = value(relation, "name", true).map(string).transpose()?;
        link.fields = value(relation, "fields", false).map(names).transpose()?;
        link.references = value(relation, "references", false).map(names).transpose()?;
        link.on_delete = action("onDelete")?;
        link.on_update = action("onUpdate")?;
        link.map = map(relation, false)?;
    }
    Ok(link)
}

/// Whether a provider names its primary keys.
pub(super) fn names_keys(provider: Provider) -> bool {
    matches!(provider, Provider::Postgres | Provider::Cockroach)
}
