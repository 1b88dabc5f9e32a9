//! What the files that are there say, in terms of the database.

mod key;
mod relation;

use std::collections::BTreeSet;

use trueup_state::{Ident, Qualified};

use super::{default::Default, engine::Engine};
use crate::prisma::syntax::{
    Arity, Attribute, BaseType, Block, Expression, ExpressionKind, Field, File, Keyword, Member,
};
pub(super) use key::{KeyPlace, KnownKey};
pub(super) use relation::{KnownMany, KnownRelation};

/// What the files say.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub(super) engine: Engine,
    pub(super) files: &'a [File],
    pub(super) setup: Setup,
    pub(super) models: Vec<KnownModel<'a>>,
    pub(super) enums: Vec<KnownEnum<'a>>,
    pub(super) relations: Vec<KnownRelation>,
    pub(super) many: Vec<KnownMany>,
    /// Every name of a model, view, type or enum.
    pub(super) names: BTreeSet<String>,
}

/// What the datasource and the generators say.
#[derive(Clone, Debug, std::default::Default)]
pub(super) struct Setup {
    /// The name of the datasource, which stands before the dot of a native type.
    pub(super) datasource: Option<String>,
    pub(super) has_generator: bool,
    /// The namespaces, where they are listed.
    pub(super) schemas: Option<Vec<String>>,
    /// Whether relations are no foreign keys (`relationMode = "prisma"`).
    pub(super) has_no_foreign_keys: bool,
    /// Features of a preview.
    pub(super) previews: BTreeSet<String>,
    /// The names of the extensions, where they are listed.
    pub(super) extensions: Option<BTreeSet<String>>,
}

/// A model.
#[derive(Debug)]
pub(super) struct KnownModel<'a> {
    pub(super) file: usize,
    pub(super) block: &'a Block,
    pub(super) table: Qualified,
    pub(super) fields: Vec<KnownField<'a>>,
    pub(super) keys: Vec<KnownKey>,
}

/// A field of a model.
#[derive(Debug)]
pub(super) struct KnownField<'a> {
    /// Its place among the members of the block.
    pub(super) member: usize,
    pub(super) field: &'a Field,
    /// The column, unless it is a relation.
    pub(super) column: Option<String>,
}

/// An enum.
#[derive(Debug)]
pub(super) struct KnownEnum<'a> {
    pub(super) file: usize,
    pub(super) block: &'a Block,
    pub(super) ty: Qualified,
    /// (name, as the database has it).
    pub(super) values: Vec<(String, String)>,
}

impl<'a> Known<'a> {
    /// Read the files.
    pub(super) fn of(engine: Engine, files: &'a [File]) -> Known<'a> {
        let setup = setup(files);
        let mut known = Known {
            engine,
            files,
            setup,
            models: Vec::new(),
            enums: Vec::new(),
            relations: Vec::new(),
            many: Vec::new(),
            names: BTreeSet::new(),
        };
        let blocks: Vec<(usize, &Block)> =
            files.iter().enumerate().flat_map(|(at, file)| file.blocks().map(move |block| (at, block))).collect();
        let model_names: BTreeSet<&str> = blocks
            .iter()
            .filter(|(_, block)| matches!(block.keyword, Keyword::Model | Keyword::View))
            .map(|(_, block)| block.name.text.as_str())
            .collect();
        for (file, block) in blocks {
            match block.keyword {
                Keyword::Model => known.models.push(known.model(file, block, &model_names)),
                Keyword::Enum => known.enums.push(known.enumeration(file, block)),
                Keyword::View | Keyword::Type => (),
                Keyword::Datasource | Keyword::Generator => continue,
            }
            known.names.insert(block.name.text.clone());
        }
        for at in 0..known.models.len() {
            let keys = key::keys(&known, &known.models[at]);
            known.models[at].keys = keys;
        }
        (known.relations, known.many) = relation::relations(&known);
        known
    }

    fn model(&self, file: usize, block: &'a Block, model_names: &BTreeSet<&str>) -> KnownModel<'a> {
        let field = |(member, it): (usize, &'a Member)| {
            let Member::Field(field) = it else { return None };
            let is_relation = matches!(&field.kind.base, BaseType::Named(name) if model_names.contains(name.as_str()));
            let column = (!is_relation).then(|| mapped(&field.attributes, &field.name.text));
            Some(KnownField { member, field, column })
        };
        let fields = block.members.iter().enumerate().filter_map(field).collect();
        KnownModel { file, block, table: self.placed(block), fields, keys: Vec::new() }
    }

    fn enumeration(&self, file: usize, block: &'a Block) -> KnownEnum<'a> {
        let value = |it: &Member| match it {
            Member::Value(value) => Some((value.name.text.clone(), mapped(&value.attributes, &value.name.text))),
            _ => None,
        };
        let values = block.members.iter().filter_map(value).collect();
        KnownEnum { file, block, ty: self.placed(block), values }
    }

    /// Where a block's table or type is, and how it is called.
    fn placed(&self, block: &Block) -> Qualified {
        let said = |name: &str| block_attribute(block, name).and_then(|it| it.unnamed().or(it.named("name")));
        let text = |name: &str| said(name).and_then(|it| string(&it.value));
        let namespace = text("schema").map_or_else(|| self.engine.namespace(), Ident::from);
        Qualified { namespace, name: text("map").unwrap_or(&block.name.text).into() }
    }

    /// The model of a table.
    pub(super) fn model_of(&self, table: &Qualified) -> Option<usize> {
        self.models.iter().position(|it| it.table == *table)
    }
}

impl<'a> KnownModel<'a> {
    /// The field of a column.
    pub(super) fn field_of(&self, column: &str) -> Option<&KnownField<'a>> {
        self.fields.iter().find(|it| it.column.as_deref() == Some(column))
    }

    /// The columns of fields; `None` where one is not there.
    pub(super) fn columns_of(&self, fields: &[&str]) -> Option<Vec<String>> {
        let column = |name: &&str| self.fields.iter().find(|it| it.field.name.text == **name)?.column.clone();
        fields.iter().map(column).collect()
    }
}

impl KnownField<'_> {
    /// The name of its type.
    pub(super) fn type_name(&self) -> &str {
        match &self.field.kind.base {
            BaseType::Named(name) => name,
            BaseType::Unsupported(_) => "",
        }
    }

    /// Whether its value may be missing.
    pub(super) fn is_optional(&self) -> bool {
        self.field.kind.arity == Arity::Optional
    }
}

/// The attribute of a block, by its name without `@@`.
pub(super) fn block_attribute<'a>(block: &'a Block, name: &str) -> Option<&'a Attribute> {
    block.members.iter().find_map(|it| match it {
        Member::Attribute(it) if it.attribute.name.text == name => Some(&it.attribute),
        _ => None,
    })
}

/// An attribute by its name without `@`.
pub(super) fn attribute<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes.iter().find(|it| it.name.text == name)
}

/// The name in the database.
pub(super) fn mapped(attributes: &[Attribute], name: &str) -> String {
    let map = attribute(attributes, "map").and_then(|it| it.unnamed().or(it.named("name")));
    map.and_then(|it| string(&it.value)).unwrap_or(name).to_owned()
}

/// The text of a string.
pub(super) fn string(value: &Expression) -> Option<&str> {
    match &value.kind {
        ExpressionKind::String(text) => Some(text),
        _ => None,
    }
}

/// The members of a list; something else is a list of itself.
pub(super) fn list(value: &Expression) -> &[Expression] {
    match &value.kind {
        ExpressionKind::Array(all) => all,
        _ => std::slice::from_ref(value),
    }
}

/// A word, or the name of a function.
pub(super) fn word(value: &Expression) -> Option<&str> {
    match &value.kind {
        ExpressionKind::Constant(word) => Some(word),
        ExpressionKind::Function { name, .. } => Some(&name.text),
        _ => None,
    }
}

/// What a `@default(…)` says. A word is a value of an enum, told by `label`.
pub(super) fn default(value: &Expression, label: &dyn Fn(&str) -> String) -> Default {
    match &value.kind {
        ExpressionKind::Number(it) => Default::Number(it.clone()),
        ExpressionKind::String(it) => Default::Text(it.clone()),
        ExpressionKind::Constant(it) if it == "true" || it == "false" => Default::Boolean(it == "true"),
        ExpressionKind::Constant(it) => Default::Label(label(it)),
        ExpressionKind::Array(all) => Default::List(all.iter().map(|it| default(it, label)).collect()),
        ExpressionKind::Object(_) => Default::Client,
        ExpressionKind::Function { name, arguments } => match name.text.as_str() {
            "autoincrement" | "sequence" => Default::Autoincrement,
            "now" => Default::Now,
            "dbgenerated" => match arguments.first().and_then(|it| string(&it.value)) {
                Some(text) => Default::Expression(text.to_owned()),
                None => Default::Unstated,
            },
            _ => Default::Client,
        },
    }
}

fn setup(files: &[File]) -> Setup {
    let mut setup = Setup::default();
    for block in files.iter().flat_map(File::blocks) {
        let settings = block.members.iter().filter_map(|it| match it {
            Member::Setting(setting) => Some(setting),
            _ => None,
        });
        if block.keyword == Keyword::Datasource {
            setup.datasource = Some(block.name.text.clone());
        }
        setup.has_generator |= block.keyword == Keyword::Generator;
        for setting in settings {
            let texts = || list(&setting.value).iter().filter_map(string).map(str::to_owned);
            match (block.keyword, setting.key.text.as_str()) {
                (Keyword::Datasource, "schemas") => setup.schemas = Some(texts().collect()),
                (Keyword::Datasource, "relationMode") => setup.has_no_foreign_keys = texts().any(|it| it == "prisma"),
                (Keyword::Datasource, "extensions") => setup.extensions = Some(extensions(&setting.value)),
                (Keyword::Generator, "previewFeatures") => setup.previews.extend(texts()),
                _ => (),
            }
        }
    }
    setup
}

/// The names of extensions: `[citext, uuid(map: "uuid-ossp")]`.
fn extensions(value: &Expression) -> BTreeSet<String> {
    let name = |it: &Expression| {
        let map = match &it.kind {
            ExpressionKind::Function { arguments, .. } => {
                let map = arguments.iter().find(|it| it.name.as_ref().is_some_and(|name| name.text == "map"));
                map.and_then(|it| string(&it.value))
            }
            _ => None,
        };
        map.or_else(|| word(it)).map(str::to_owned)
    };
    list(value).iter().filter_map(name).collect()
}
