//! From what was written to what it means: names are looked up, attributes are understood, relations find each other.
//!
//! It is strict: what is not known is an error at its place, with the word that was perhaps meant.

mod attributes;
mod datasource;
mod default;
mod index;
mod model;
mod relations;
mod types;

use trueup_contract::SourceError;

use self::attributes::{OF_ENUMS, OF_VALUES, array, check, find, label, mapping};
use super::{
    datamodel::{Datamodel, Datasource, Enum, EnumValue, Model, Spot},
    problem::Problem,
    syntax::{Attribute, Block, ExpressionKind, File, Keyword, Member, Span},
};

/// Something in one file, or what is wrong there.
type Resolved<T> = Result<T, Problem>;

/// The blocks that make tables and types, each with the file it stands in.
struct Blocks<'a> {
    models: Vec<(usize, &'a Block)>,
    enums: Vec<(usize, &'a Block)>,
}

/// What all files together mean to a database of a dialect.
///
/// # Errors
/// When anything in them is wrong.
pub(super) fn resolve(files: &[File], dialect: &str) -> Result<Datamodel, SourceError> {
    let all: Vec<(usize, &Block)> =
        files.iter().enumerate().flat_map(|(at, file)| file.blocks().map(move |block| (at, block))).collect();
    let told = |(file, problem): (usize, Problem)| problem.of(&files[file]);
    unique_names(&all).map_err(told)?;
    let of = |wanted: &[Keyword]| all.iter().filter(|(_, block)| wanted.contains(&block.keyword)).copied().collect();
    let blocks = Blocks { models: of(&[Keyword::Model, Keyword::View]), enums: of(&[Keyword::Enum]) };
    if let Some((file, block)) = all.iter().find(|(_, block)| block.keyword == Keyword::Type) {
        let problem = Problem::new(block.name.span, "composite types are for MongoDB")
            .hint("make it a model, or a field of type Json");
        return Err(problem.of(&files[*file]));
    }
    let datasource = the_datasource(&all, dialect).map_err(told)?;
    let mut enums = Vec::new();
    for (file, block) in &blocks.enums {
        enums.push(an_enum(block, *file, &datasource).map_err(|problem| problem.of(&files[*file]))?);
    }
    let mut models: Vec<Model> = Vec::new();
    for (file, block) in &blocks.models {
        let model = model::model(block, *file, &blocks, &datasource, &enums);
        models.push(model.map_err(|problem| problem.of(&files[*file]))?);
    }
    unique_tables(&models).map_err(told)?;
    let relations = relations::relations(&models, &datasource).map_err(told)?;
    let has_condition = |model: &Model| model.indexes.iter().any(|index| index.condition.is_some());
    let says_conditions = all.iter().any(|(_, block)| previews_conditions(block)) || models.iter().any(has_condition);
    Ok(Datamodel { datasource, enums, models, relations, says_conditions })
}

/// Whether a generator asks for the feature of conditions in indexes.
fn previews_conditions(block: &Block) -> bool {
    let feature = ExpressionKind::String("partialIndexes".to_owned());
    block.members.iter().any(|member| match member {
        Member::Setting(setting) if setting.key.text == "previewFeatures" => {
            array(&setting.value).iter().any(|item| item.kind == feature)
        }
        _ => false,
    })
}

fn unique_names(all: &[(usize, &Block)]) -> Result<(), (usize, Problem)> {
    for (at, (file, block)) in all.iter().enumerate() {
        let is_kind = |other: &Block| {
            let apart = [Keyword::Datasource, Keyword::Generator];
            other.keyword == block.keyword || (!apart.contains(&other.keyword) && !apart.contains(&block.keyword))
        };
        if all[..at].iter().any(|(_, other)| other.name.text == block.name.text && is_kind(other)) {
            let message = ["`", &block.name.text, "` is there twice"].concat();
            return Err((*file, Problem::new(block.name.span, message)));
        }
    }
    Ok(())
}

fn unique_tables(models: &[Model]) -> Result<(), (usize, Problem)> {
    for (at, model) in models.iter().enumerate() {
        let same = |other: &&Model| other.mapped == model.mapped && other.schema == model.schema;
        if let Some(other) = models[..at].iter().find(same) {
            let message = ["`", &model.name, "` and `", &other.name, "` are one table, `", &model.mapped, "`"].concat();
            return Err((model.spot.file, Problem::new(model.spot.span, message)));
        }
    }
    Ok(())
}

fn the_datasource(all: &[(usize, &Block)], dialect: &str) -> Result<Datasource, (usize, Problem)> {
    let mut sources = all.iter().filter(|(_, block)| block.keyword == Keyword::Datasource);
    let Some((file, block)) = sources.next() else {
        let problem = Problem::new(Span::NONE, "there is no datasource block")
            .hint("write `datasource db { provider = \"postgresql\" }` on lines of its own");
        return Err((0, problem));
    };
    if let Some((file, second)) = sources.next() {
        return Err((*file, Problem::new(second.name.span, "a schema has one datasource")));
    }
    datasource::datasource(block, *file, dialect).map_err(|problem| (*file, problem))
}

/// The attributes of a block.
fn block_attributes(block: &Block) -> Vec<Attribute> {
    let attribute = |member: &Member| match member {
        Member::Attribute(line) => Some(line.attribute.clone()),
        _ => None,
    };
    block.members.iter().filter_map(attribute).collect()
}

/// What `@@schema` says, where schemas are listed, and only there.
fn schema(attributes: &[Attribute], block: &Block, datasource: &Datasource) -> Resolved<Option<String>> {
    let attribute = find(attributes, "schema");
    match (&datasource.schemas, attribute) {
        (None, None) => Ok(None),
        (None, Some(attribute)) => Err(Problem::new(attribute.span, "the datasource does not list its schemas")
            .hint("write `schemas = [\"public\", …]` into the datasource")),
        (Some(_), None) => {
            let message = ["`", &block.name.text, "` does not say in which schema it is"].concat();
            Err(Problem::new(block.name.span, message).hint("write `@@schema(\"…\")` into it"))
        }
        (Some(listed), Some(attribute)) => {
            let Some(value) = attributes::value(attribute, "map", true) else {
                return Err(Problem::new(attribute.span, "the name of the schema is missing"));
            };
            let name = attributes::mapped(value)?;
            if listed.iter().any(|(known, _)| *known == name) {
                return Ok(Some(name));
            }
            let message = ["the datasource does not list the schema `", &name, "`"].concat();
            Err(Problem::new(value.span, message).meant(&name, listed.iter().map(|(known, _)| known.as_str()), ""))
        }
    }
}

fn an_enum(block: &Block, file: usize, datasource: &Datasource) -> Resolved<Enum> {
    let attributes = block_attributes(block);
    check(&attributes, OF_ENUMS, "@@")?;
    let mut values: Vec<EnumValue> = Vec::new();
    for member in &block.members {
        let Member::Value(value) = member else { continue };
        check(&value.attributes, OF_VALUES, "@")?;
        if values.iter().any(|other| other.name == value.name.text) {
            return Err(Problem::new(value.name.span, ["`", &value.name.text, "` is there twice"].concat()));
        }
        let mapped = label(find(&value.attributes, "map"))?.unwrap_or_else(|| value.name.text.clone());
        values.push(EnumValue { name: value.name.text.clone(), mapped });
    }
    if values.is_empty() {
        return Err(Problem::new(block.name.span, "an enum has at least one value"));
    }
    Ok(Enum {
        name: block.name.text.clone(),
        mapped: mapping(find(&attributes, "map"))?.unwrap_or_else(|| block.name.text.clone()),
        schema: schema(&attributes, block, datasource)?,
        values,
        spot: Spot { file, span: block.name.span },
    })
}
