//! The datasource block. No URL of it is read, let alone told.

use super::{
    Resolved,
    attributes::{array, mapped, string},
};
use crate::prisma::{
    datamodel::{Datasource, Extension, Spot},
    native::PROVIDERS,
    problem::Problem,
    syntax::{Argument, Block, Expression, ExpressionKind, Member, Setting},
};

const SETTINGS: &[&str] = &[
    "provider",
    "url",
    "directUrl",
    "shadowDatabaseUrl",
    "relationMode",
    "referentialIntegrity",
    "schemas",
    "extensions",
];

/// Whether foreign keys are made, by the word of `relationMode`.
const RELATION_MODES: &[(&str, bool)] = &[("foreignKeys", true), ("prisma", false)];

/// What a datasource says, for a database of a dialect.
pub(super) fn datasource(block: &Block, file: usize, dialect: &str) -> Resolved<Datasource> {
    let settings = settings(block)?;
    let Some(written) = setting(&settings, "provider") else {
        return Err(Problem::new(block.name.span, "the datasource has no provider")
            .hint("write `provider = \"postgresql\"`, `\"mysql\"` or `\"sqlite\"`"));
    };
    let word = string(written)?;
    let Some((_, provider, speaks)) = PROVIDERS.iter().find(|(known, ..)| *known == word) else {
        let message = ["`", &word, "` is no provider that trueup knows"].concat();
        return Err(Problem::new(written.span, message).hint("a provider is postgresql, cockroachdb, mysql or sqlite"));
    };
    if *speaks != dialect {
        let message = ["this schema is for ", &word, ", and the database speaks ", dialect].concat();
        return Err(Problem::new(written.span, message)
            .hint("give the URL of a database of this provider, or change the provider"));
    }
    let mode = setting(&settings, "relationMode").or_else(|| setting(&settings, "referentialIntegrity"));
    Ok(Datasource {
        name: block.name.text.clone(),
        provider: *provider,
        uses_foreign_keys: mode.map_or(Ok(true), relation_mode)?,
        schemas: setting(&settings, "schemas").map(|it| schemas(it, file)).transpose()?,
        extensions: setting(&settings, "extensions").map(|it| extensions(it, file)).transpose()?,
    })
}

fn settings(block: &Block) -> Resolved<Vec<&Setting>> {
    let mut settings: Vec<&Setting> = Vec::new();
    for member in &block.members {
        let Member::Setting(setting) = member else { continue };
        let key = setting.key.text.as_str();
        if !SETTINGS.contains(&key) {
            let message = ["a datasource has no setting `", key, "`"].concat();
            return Err(Problem::new(setting.key.span, message).meant(key, SETTINGS.iter().copied(), ""));
        }
        if settings.iter().any(|other| other.key.text == key) {
            return Err(Problem::new(setting.key.span, ["`", key, "` stands here twice"].concat()));
        }
        settings.push(setting);
    }
    Ok(settings)
}

fn setting<'a>(settings: &[&'a Setting], key: &str) -> Option<&'a Expression> {
    settings.iter().find(|setting| setting.key.text == key).map(|setting| &setting.value)
}

fn relation_mode(value: &Expression) -> Resolved<bool> {
    let word = string(value)?;
    RELATION_MODES.iter().find(|(known, _)| *known == word).map(|(_, uses)| *uses).ok_or_else(|| {
        let message = ["`", &word, "` is no relation mode"].concat();
        Problem::new(value.span, message).hint("a relation mode is `\"foreignKeys\"` or `\"prisma\"`")
    })
}

fn schemas(value: &Expression, file: usize) -> Resolved<Vec<(String, Spot)>> {
    array(value).iter().map(|item| Ok((mapped(item)?, Spot { file, span: item.span }))).collect()
}

fn extensions(value: &Expression, file: usize) -> Resolved<Vec<Extension>> {
    let one = |item: &Expression| {
        let (name, arguments): (&str, &[Argument]) = match &item.kind {
            ExpressionKind::Constant(name) => (name, &[]),
            ExpressionKind::Function { name, arguments } => (&name.text, arguments),
            _ => return Err(Problem::new(item.span, "this must be the name of an extension")),
        };
        let mut extension =
            Extension { name: name.to_owned(), schema: None, version: None, spot: Spot { file, span: item.span } };
        for argument in arguments {
            let value = mapped(&argument.value)?;
            match argument.name.as_ref().map(|name| name.text.as_str()) {
                Some("map") => extension.name = value,
                Some("schema") => extension.schema = Some(value),
                Some("version") => extension.version = Some(value),
                _ => return Err(Problem::new(argument.span, "an extension takes map, schema and version")),
            }
        }
        Ok(extension)
    };
    array(value).iter().map(one).collect()
}
