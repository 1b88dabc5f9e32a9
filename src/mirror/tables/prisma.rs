//! A Prisma schema's models as tables of the format.

use std::collections::BTreeSet;

use trueup_sources::prisma::syntax::{
    Arity, Attribute, BaseType, Block, Expression, ExpressionKind, Field, File, Keyword, Member,
};

use super::{Column, Enum, Index, Relation, Table};

/// The enums and the models, as they stand.
pub(super) fn read(files: &[File]) -> (Vec<Enum>, Vec<Table>) {
    let blocks = || files.iter().flat_map(|file| file.blocks().map(move |block| (file, block)));
    let of = |keyword: Keyword| blocks().filter(move |(_, block)| block.keyword == keyword);
    let others: BTreeSet<&str> =
        of(Keyword::Model).chain(of(Keyword::View)).map(|(_, block)| block.name.text.as_str()).collect();
    let enums = of(Keyword::Enum).map(|(_, block)| Enum { name: block.name.text.clone(), values: values(block) });
    let tables = of(Keyword::Model).map(|(file, block)| table(file, block, &others));
    (enums.collect(), tables.collect())
}

/// The namespaces that the datasource lists.
pub(super) fn schemas(files: &[File]) -> Vec<String> {
    let datasources = files.iter().flat_map(File::blocks).filter(|block| block.keyword == Keyword::Datasource);
    let settings = datasources.flat_map(|block| &block.members).filter_map(|member| match member {
        Member::Setting(setting) if setting.key.text == "schemas" => Some(&setting.value),
        _ => None,
    });
    settings.flat_map(strings).collect()
}

fn values(block: &Block) -> Vec<String> {
    let value = |member: &Member| match member {
        Member::Value(value) => Some(value.name.text.clone()),
        _ => None,
    };
    block.members.iter().filter_map(value).collect()
}

fn table(file: &File, block: &Block, others: &BTreeSet<&str>) -> Table {
    let mut table = Table {
        name: block.name.text.clone(),
        db_name: None,
        schema: None,
        columns: Vec::new(),
        relations: Vec::new(),
        indexes: Vec::new(),
    };
    for member in &block.members {
        match member {
            Member::Field(field) => match relation(field, others) {
                Some(relation) => table.relations.push(relation),
                None => table.columns.push(column(file, field)),
            },
            Member::Attribute(it) => match it.attribute.name.text.as_str() {
                "map" => table.db_name = it.attribute.unnamed().and_then(|it| string(&it.value)),
                "schema" => table.schema = it.attribute.unnamed().and_then(|it| string(&it.value)),
                "id" => table.indexes.push(index("primary", &it.attribute)),
                "unique" => table.indexes.push(index("unique", &it.attribute)),
                "index" | "fulltext" => table.indexes.push(index("index", &it.attribute)),
                _ => (),
            },
            Member::Blank(_) | Member::Comment(_) | Member::Value(_) | Member::Setting(_) => (),
        }
    }
    table
}

/// A field that stands for rows of another model is no column, whichever side of the relation it is on.
fn relation(field: &Field, others: &BTreeSet<&str>) -> Option<Relation> {
    let BaseType::Named(to) = &field.kind.base else { return None };
    if !others.contains(to.as_str()) {
        return None;
    }
    let attribute = attribute(field, "relation");
    let list = |name: &str| {
        let argument = attribute.and_then(|it| it.named(name));
        argument.map(|it| names(&it.value)).unwrap_or_default()
    };
    let named = attribute.and_then(|it| it.named("name").or_else(|| it.unnamed()));
    Some(Relation {
        field: field.name.text.clone(),
        to: to.clone(),
        optional: field.kind.arity == Arity::Optional,
        list: field.kind.arity == Arity::List,
        relation_name: named.and_then(|it| string(&it.value)),
        fields: list("fields"),
        references: list("references"),
    })
}

fn column(file: &File, field: &Field) -> Column {
    let native = field.attributes.iter().find_map(|it| {
        let name = it.name.text.strip_prefix("db.")?;
        let arguments: Vec<&str> = it.arguments().iter().map(|it| file.slice(it.span)).collect();
        let arguments = if arguments.is_empty() { String::new() } else { ["(", &arguments.join(", "), ")"].concat() };
        Some([name, &arguments].concat())
    });
    Column {
        name: field.name.text.clone(),
        ty: match &field.kind.base {
            BaseType::Named(name) => name.clone(),
            BaseType::Unsupported(sql) => sql.clone(),
        },
        nullable: field.kind.arity == Arity::Optional,
        list: field.kind.arity == Arity::List,
        db_name: attribute(field, "map").and_then(Attribute::unnamed).and_then(|it| string(&it.value)),
        db_type: native,
        default: attribute(field, "default")
            .and_then(|it| it.unnamed().or_else(|| it.named("value")))
            .map(|it| file.slice(it.value.span).to_owned()),
        primary_key: attribute(field, "id").is_some(),
        unique: attribute(field, "unique").is_some(),
        constraints: [],
    }
}

fn index(kind: &'static str, attribute: &Attribute) -> Index {
    let fields = attribute.named("fields").or_else(|| attribute.unnamed());
    let text = |name: &str| attribute.named(name).and_then(|it| string(&it.value));
    Index { kind, fields: fields.map(|it| names(&it.value)).unwrap_or_default(), name: text("name"), map: text("map") }
}

fn attribute<'a>(field: &'a Field, name: &str) -> Option<&'a Attribute> {
    field.attributes.iter().find(|it| it.name.text == name)
}

fn string(value: &Expression) -> Option<String> {
    match &value.kind {
        ExpressionKind::String(text) => Some(text.clone()),
        _ => None,
    }
}

fn strings(value: &Expression) -> Vec<String> {
    match &value.kind {
        ExpressionKind::Array(values) => values.iter().filter_map(string).collect(),
        _ => string(value).into_iter().collect(),
    }
}

/// The fields of a list, without what is said of each: `[title(sort: Desc), id]`. One alone may stand without brackets.
fn names(value: &Expression) -> Vec<String> {
    match &value.kind {
        ExpressionKind::Array(values) => values.iter().flat_map(names).collect(),
        ExpressionKind::Constant(name) => vec![name.clone()],
        ExpressionKind::Function { name, arguments: _ } => vec![name.text.clone()],
        ExpressionKind::String(_) | ExpressionKind::Number(_) | ExpressionKind::Object(_) => Vec::new(),
    }
}
