//! `normalized-db-schema-v2`: the form in which other tools read a repository's mirror (`db/schema/tables.json`) and its
//! contract (`docs/context/db/schema.json`).
//!
//! It speaks Prisma's language, names included, so it is made from the Prisma schema that mirrors the database. Fields
//! stand in the order of the format, with two spaces of indentation and a newline at the end.

mod prisma;

use std::cmp::Ordering;

use serde::Serialize;
use serde_json::Value;
use trueup_sources::prisma::syntax::File;

/// The whole document.
#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    #[serde(rename = "updatedAt")]
    updated_at: &'a str,
    ssot: Authority<'a>,
    database: Database<'a>,
    enums: Vec<Enum>,
    tables: Vec<Table>,
    notes: &'a str,
}

/// Which side is right, and where this comes from.
#[derive(Serialize)]
struct Authority<'a> {
    mode: &'static str,
    source: SourceOf<'a>,
}

#[derive(Serialize)]
struct SourceOf<'a> {
    kind: &'static str,
    path: &'a str,
}

#[derive(Serialize)]
struct Database<'a> {
    kind: &'static str,
    dialect: &'a str,
    name: &'static str,
    schemas: Vec<String>,
}

#[derive(Serialize)]
struct Enum {
    name: String,
    values: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Table {
    name: String,
    db_name: Option<String>,
    schema: Option<String>,
    columns: Vec<Column>,
    relations: Vec<Relation>,
    indexes: Vec<Index>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Column {
    name: String,
    #[serde(rename = "type")]
    ty: String,
    nullable: bool,
    list: bool,
    db_name: Option<String>,
    db_type: Option<String>,
    default: Option<String>,
    primary_key: bool,
    unique: bool,
    /// Words of version 1 of the format, which readers of the mirror still expect to be there.
    constraints: [String; 0],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Relation {
    field: String,
    to: String,
    optional: bool,
    list: bool,
    relation_name: Option<String>,
    fields: Vec<String>,
    references: Vec<String>,
}

#[derive(Serialize)]
struct Index {
    #[serde(rename = "type")]
    kind: &'static str,
    fields: Vec<String>,
    name: Option<String>,
    map: Option<String>,
}

/// What does not come from the schema.
pub(super) struct Setting<'a> {
    /// Which side is right, in the words of the format.
    pub(super) mode: &'static str,
    /// What kind of source it was made from, in the words of the format.
    pub(super) kind: &'static str,
    /// Where that is, from the folder of the configuration, with `/` between folders.
    pub(super) source: &'a str,
    /// What a reader shall know.
    pub(super) notes: &'a str,
    /// The provider, as Prisma names it.
    pub(super) dialect: &'a str,
    /// What is there now, to keep its time where nothing else changes.
    pub(super) before: Option<&'a str>,
    /// The time, in RFC 3339.
    pub(super) now: &'a str,
}

/// A dialect as the format calls it.
pub(super) fn dialect(name: &str) -> &str {
    match name {
        "postgres" => "postgresql",
        other => other,
    }
}

/// The document. The mirror and the contract are the same, as the contract is a copy of the mirror.
pub(super) fn render(files: &[File], setting: &Setting<'_>) -> String {
    let Setting { mode, kind, source, notes, dialect, before, now } = setting;
    let (mut enums, mut tables) = prisma::read(files);
    enums.sort_by(|one, other| by_word(&one.name, &other.name));
    tables.sort_by(|one, other| by_word(&one.name, &other.name));
    let mut document = Document {
        version: 2,
        updated_at: "",
        ssot: Authority { mode, source: SourceOf { kind, path: source } },
        database: Database { kind: "relational", dialect, name: "", schemas: prisma::schemas(files) },
        enums,
        tables,
        notes,
    };
    let there = before.and_then(|before| unchanged(before, &document));
    document.updated_at = there.as_deref().unwrap_or(now);
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

/// The time in a document that says the same but for it.
fn unchanged(before: &str, document: &Document<'_>) -> Option<String> {
    let mut before: Value = serde_json::from_str(before).ok()?;
    let time = before.as_object_mut()?.get_mut("updatedAt")?.take();
    let mut same = serde_json::to_value(document).ok()?;
    *same.get_mut("updatedAt")? = Value::Null;
    let time = time.as_str()?.to_owned();
    (before == same).then_some(time)
}

/// The order in which the format's own tools put names: `localeCompare`, as far as names of objects go. Marks come before
/// digits, digits before letters; case counts only where nothing else differs, and small letters come first.
fn by_word(one: &str, other: &str) -> Ordering {
    let rank = |c: char| (c.is_alphanumeric(), c.is_alphabetic(), c.to_lowercase().next());
    let folded = one.chars().map(rank).cmp(other.chars().map(rank));
    let case = |text: &str| text.chars().map(char::is_uppercase).collect::<Vec<_>>();
    folded.then_with(|| case(one).cmp(&case(other)))
}

#[cfg(test)]
mod tests;
