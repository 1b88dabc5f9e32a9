//! The datasource.

use std::collections::BTreeSet;

use trueup_state::{Address, Ident, ObjectKind, Schema};

use crate::prisma::{
    syntax::{Block, Expression, ExpressionKind, Member},
    write::{
        default::quoted,
        engine::Engine,
        known::{Known, list, word},
    },
};

/// The feature without which extensions are not written.
pub(in crate::prisma::write) const EXTENSIONS: &str = "postgresqlExtensions";

/// A datasource that says where the URL is, never the URL.
pub(super) fn new_datasource(engine: Engine, namespaces: &[Ident], names_schemas: bool) -> String {
    let mut text =
        ["datasource db {\n  provider = \"", engine.word(), "\"\n  url      = env(\"DATABASE_URL\")\n"].concat();
    if names_schemas {
        let all: Vec<String> = namespaces.iter().map(|it| quoted(it.text())).collect();
        text.push_str(&["  schemas  = [", &all.join(", "), "]\n"].concat());
    }
    text.push_str("}\n");
    text
}

/// The datasource as it is, but for the extensions where they are managed by the schema.
pub(super) fn datasource(known: &Known<'_>, file: usize, block: &Block, schema: &Schema) -> String {
    let file = &known.files[file];
    let whole = file.slice(block.span);
    let there = extensions(schema);
    if !known.setup.previews.contains(EXTENSIONS) || there == known.setup.extensions.clone().unwrap_or_default() {
        return whole.to_owned();
    }
    let setting = block.members.iter().find_map(|it| match it {
        Member::Setting(it) if it.key.text == "extensions" => Some(it),
        _ => None,
    });
    let written = |it: &String| match setting.and_then(|setting| entry(&setting.value, it)) {
        Some(entry) => file.slice(entry.span).to_owned(),
        None if it.chars().all(|it| it.is_ascii_alphanumeric() || it == '_') => it.clone(),
        None => [it.replace('-', "_").as_str(), "(map: ", &quoted(it), ")"].concat(),
    };
    let all: Vec<String> = there.iter().map(written).collect();
    let all = ["[", &all.join(", "), "]"].concat();
    let (start, end, text) = match setting {
        Some(it) => (it.value.span.start, it.value.span.end, all),
        None => (block.close.start, block.close.start, ["  extensions = ", &all, "\n"].concat()),
    };
    [&whole[..start - block.span.start], &text, &whole[end - block.span.start..]].concat()
}

fn extensions(schema: &Schema) -> BTreeSet<String> {
    let name = |it: &Address| match it {
        Address::Object(ObjectKind::Extension, name) => Some(name.name.text().to_owned()),
        _ => None,
    };
    schema.others.keys().filter_map(name).collect()
}

/// The entry of an extension in a list.
fn entry<'a>(value: &'a Expression, name: &str) -> Option<&'a Expression> {
    list(value).iter().find(|it| {
        let maps = match &it.kind {
            ExpressionKind::Function { arguments, .. } => arguments.iter().any(|argument| {
                matches!(&argument.value.kind, ExpressionKind::String(text) if text == name)
                    && argument.name.as_ref().is_some_and(|it| it.text == "map")
            }),
            _ => false,
        };
        maps || word(it) == Some(name)
    })
}
