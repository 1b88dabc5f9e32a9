//! Publications.

use std::collections::{BTreeMap, BTreeSet};

use trueup_state::{Address, Ident, ObjectKind, PostgresObject, Qualified};

use super::{
    declare, defined, lookup, options, text,
    tokens::{Tokens, full, quoted},
    truth,
};
use crate::parse::fold::{Fold, FoldResult, Folded, Trouble};

/// A publication while it is being put together.
#[derive(Clone, Debug, Default)]
struct Publication {
    /// `ALL TABLES`, …, in place of a list.
    all: Vec<String>,
    /// Each with its columns and its condition.
    tables: BTreeMap<String, String>,
    schemas: BTreeSet<String>,
    /// Without those that are the default.
    options: BTreeMap<String, String>,
}

const DEFAULTS: [(&str, &str); 3] = [
    ("publish", "'insert, update, delete, truncate'"),
    ("publish_via_partition_root", "false"),
    ("publish_generated_columns", "none"),
];

impl Publication {
    fn text(&self) -> String {
        let Publication { all, tables, schemas, options } = self;
        let mut items: Vec<String> = all.clone();
        items.extend(tables.iter().map(|(name, rest)| ["TABLE ", name, rest].concat()));
        items.extend(schemas.iter().map(|name| ["TABLES IN SCHEMA ", name].concat()));
        let mut words = Vec::new();
        if !items.is_empty() {
            words.push(["FOR ", &items.join(", ")].concat());
        }
        if !options.is_empty() {
            let all: Vec<(&str, String)> = options.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
            words.push(["WITH ", &text::options(&all)].concat());
        }
        words.join(" ")
    }
}

pub(super) fn create(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("CREATE PUBLICATION")?;
    let name = tokens.ident()?;
    let mut publication = Publication::default();
    if tokens.take("FOR") {
        objects(fold, tokens, &mut publication)?;
    }
    if tokens.take("WITH") {
        settings(tokens, &mut publication)?;
    }
    declare(fold, tokens, Address::Object(ObjectKind::Publication, Qualified::bare(name)), publication.text())
}

/// Everything after FOR, ADD or SET.
fn objects(fold: &mut Fold<'_>, tokens: &mut Tokens, into: &mut Publication) -> Result<(), Trouble> {
    let mut is_table = false;
    loop {
        if tokens.take("ALL TABLES") {
            into.all.push("ALL TABLES".to_owned());
        } else if tokens.take("ALL SEQUENCES") {
            into.all.push("ALL SEQUENCES".to_owned());
        } else if tokens.take("TABLES IN SCHEMA") {
            is_table = false;
            into.schemas.insert(schema(fold, tokens)?);
        } else if tokens.take("TABLE") || is_table {
            is_table = true;
            let (name, rest) = table(fold, tokens)?;
            into.tables.insert(name, rest);
        } else {
            into.schemas.insert(schema(fold, tokens)?);
        }
        if !tokens.take(",") {
            return Ok(());
        }
    }
}

fn schema(fold: &Fold<'_>, tokens: &mut Tokens) -> Result<String, Trouble> {
    if tokens.take("CURRENT_SCHEMA") {
        return Ok(fold.search_path.first().map(quoted).unwrap_or_default());
    }
    Ok(quoted(&tokens.ident()?))
}

/// A table, and its columns and condition as they follow its name.
fn table(fold: &mut Fold<'_>, tokens: &mut Tokens) -> Result<(String, String), Trouble> {
    let _ = tokens.take("ONLY");
    let wrapped = tokens.take("(");
    let written = tokens.name()?;
    if wrapped {
        tokens.need(")")?;
    }
    let _ = tokens.take("*");
    let address = lookup::need_relation(fold, &written)?;
    let name = address.relation().cloned().unwrap_or_default();
    let mut rest = String::new();
    if tokens.take("(") {
        let mut columns: Vec<Ident> = tokens.list(Tokens::ident)?;
        tokens.need(")")?;
        if let Some(table) = fold.schema.table(&name) {
            columns.sort_by_key(|it| table.columns.get_index_of(it));
        }
        let columns: Vec<String> = columns.iter().map(quoted).collect();
        rest.push_str(&[" (", &columns.join(", "), ")"].concat());
    }
    if tokens.take("WHERE") {
        let condition = tokens.parenthesized()?;
        let condition = text::expression(fold, &condition);
        rest.push_str(&[" WHERE (", condition.canonical(), ")"].concat());
    }
    Ok((full(&name), rest))
}

fn settings(tokens: &mut Tokens, into: &mut Publication) -> Result<(), Trouble> {
    options(tokens, |tokens, name| {
        let value = match name {
            "publish" => text::literal(&actions(&tokens.string()?)),
            "publish_via_partition_root" => truth(tokens).to_string(),
            "publish_generated_columns" => {
                if tokens.is(",") || tokens.is(")") {
                    "stored".to_owned()
                } else {
                    tokens.next_text().trim_matches('\'').to_ascii_lowercase()
                }
            }
            _ => return Err(tokens.trouble("a publication has no such option")),
        };
        if DEFAULTS.contains(&(name, value.as_str())) {
            into.options.remove(name);
        } else {
            into.options.insert(name.to_owned(), value);
        }
        Ok(())
    })
}

/// What is published, in the order of the manual.
fn actions(list: &str) -> String {
    let said: Vec<String> = list.split(',').map(|it| it.trim().to_ascii_lowercase()).collect();
    let all = ["insert", "update", "delete", "truncate"];
    let found: Vec<&str> = all.into_iter().filter(|it| said.iter().any(|other| other == it)).collect();
    found.join(", ")
}

/// What a text of ours says.
fn of_text(fold: &mut Fold<'_>, text: &str) -> Result<Publication, Trouble> {
    let whole = crate::render::sql("CREATE PUBLICATION p").raw(text).finish();
    let parse = squawk_syntax::SourceFile::parse(&whole);
    let mut tokens = Tokens::of(squawk_syntax::ast::AstNode::syntax(&parse.tree()));
    tokens.need("CREATE PUBLICATION p")?;
    let mut publication = Publication::default();
    if tokens.take("FOR") {
        objects(fold, &mut tokens, &mut publication)?;
    }
    if tokens.take("WITH") {
        settings(&mut tokens, &mut publication)?;
    }
    Ok(publication)
}

pub(super) fn alter(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("ALTER PUBLICATION")?;
    let written = tokens.name()?;
    let address = lookup::need_bare(fold, &written, ObjectKind::Publication)?;
    if tokens.take("OWNER TO") {
        return Ok(Folded::Nothing);
    }
    if let Some(after) = super::alter::renamed(fold, tokens, &address)? {
        return Ok(Folded::Object(after));
    }
    let Some(PostgresObject::Defined(it)) = lookup::object_mut(fold, &address) else { return Ok(Folded::Nothing) };
    let text = it.definition.canonical().to_owned();
    let mut publication = of_text(fold, &text)?;
    let mut said = Publication::default();
    if tokens.take("ADD") {
        objects(fold, tokens, &mut said)?;
        publication.tables.extend(said.tables);
        publication.schemas.extend(said.schemas);
    } else if tokens.take("DROP") {
        objects(fold, tokens, &mut said)?;
        publication.tables.retain(|name, _| !said.tables.contains_key(name));
        publication.schemas.retain(|name| !said.schemas.contains(name));
    } else {
        tokens.need("SET")?;
        if tokens.is("(") {
            settings(tokens, &mut publication)?;
        } else {
            objects(fold, tokens, &mut said)?;
            publication.tables = said.tables;
            publication.schemas = said.schemas;
        }
    }
    tokens.end()?;
    lookup::put(fold, &address, defined(publication.text()));
    Ok(Folded::Object(address))
}
