//! An image put into the files that are there: what is the same stays as it was written, byte for byte.

mod block;
mod enumeration;
mod field;
mod model;

pub(super) use block::EXTENSIONS;

use std::{collections::BTreeMap, path::PathBuf};

use trueup_state::{Ident, Schema};

use super::{
    engine::Engine,
    introspect::Introspected,
    known::Known,
    layout::{self, Entry, Line},
    render::{IGNORED, Render},
};
use crate::prisma::syntax::{Block, Item, Keyword};

/// Put an image into files.
pub(super) fn files(known: &Known<'_>, found: &Introspected, schema: &Schema) -> BTreeMap<PathBuf, String> {
    let usual = [known.engine.namespace()];
    let is_fresh = known.setup.datasource.is_none();
    let names_schemas = known.setup.schemas.is_some() || (is_fresh && needs_schemas(&found.namespaces, &usual));
    let datasource = known.setup.datasource.as_deref().unwrap_or("db");
    let render = Render { engine: known.engine, datasource, image: &found.image, names_schemas };
    let merge = Merge { known, render };
    let mut texts: Vec<String> = (0..known.files.len()).map(|at| merge.file(at, schema)).collect();
    let added = merge.added();
    if texts.is_empty() {
        texts.push(String::new());
    }
    let main = merge.main();
    let head = merge.head(&found.namespaces);
    if !head.is_empty() {
        let rest = std::mem::take(&mut texts[main]);
        texts[main] = if rest.trim().is_empty() { head } else { [head.as_str(), "\n", &rest].concat() };
    }
    for block in added {
        let text = &mut texts[main];
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        if !text.is_empty() && !text.ends_with("\n\n") {
            text.push('\n');
        }
        text.push_str(&block);
    }
    let path =
        |at: usize| known.files.get(at).map_or_else(|| PathBuf::from("schema.prisma"), |it| it.path.to_path_buf());
    texts.into_iter().enumerate().map(|(at, text)| (path(at), text)).collect()
}

fn needs_schemas(namespaces: &[Ident], usual: &[Ident]) -> bool {
    !namespaces.is_empty() && namespaces != usual
}

/// The files and what is to be in them.
#[derive(Clone, Copy)]
struct Merge<'a> {
    known: &'a Known<'a>,
    render: Render<'a>,
}

impl Merge<'_> {
    /// The text of a file with what changed in it.
    fn file(&self, at: usize, schema: &Schema) -> String {
        let file = &self.known.files[at];
        let mut text = String::new();
        for item in &file.items {
            let Item::Block(block) = item else {
                text.push_str(file.slice(item.span()));
                continue;
            };
            match self.block(at, block, schema) {
                Some(it) => text.push_str(&it),
                None => take_off(&mut text),
            }
        }
        text
    }

    /// The text of a block; `None` where it goes.
    fn block(&self, file: usize, block: &Block, schema: &Schema) -> Option<String> {
        let image = self.render.image;
        let is_it = |at: usize, of: &Block| std::ptr::eq(of, block) && at == file;
        let as_is = || self.known.files[file].slice(block.span).to_owned();
        match block.keyword {
            Keyword::Model => {
                let own = self.known.models.iter().position(|it| is_it(it.file, it.block))?;
                let model = image.models.iter().position(|it| it.known == Some(own))?;
                Some(self.model(own, model))
            }
            Keyword::Enum if self.known.engine == Engine::Sqlite => Some(as_is()),
            Keyword::Enum => {
                let own = self.known.enums.iter().position(|it| is_it(it.file, it.block))?;
                let it = image.enums.iter().find(|it| it.known == Some(own))?;
                Some(self.enumeration(own, it))
            }
            Keyword::Datasource => Some(block::datasource(self.known, file, block, schema)),
            Keyword::View | Keyword::Type | Keyword::Generator => Some(as_is()),
        }
    }

    /// The file that gets what is new: the one called schema.prisma, or with the datasource, or the first.
    fn main(&self) -> usize {
        let files = self.known.files;
        let called = |it: &crate::prisma::syntax::File| it.path.file_name().is_some_and(|it| it == "schema.prisma");
        let has_source = |it: &crate::prisma::syntax::File| it.blocks().any(|it| it.keyword == Keyword::Datasource);
        files.iter().position(called).or_else(|| files.iter().position(has_source)).unwrap_or_default()
    }

    /// The generator and the datasource, where there are none.
    fn head(&self, namespaces: &[Ident]) -> String {
        let mut head = Vec::new();
        if !self.known.setup.has_generator && self.known.setup.datasource.is_none() {
            head.push("generator client {\n  provider = \"prisma-client-js\"\n}\n".to_owned());
        }
        if self.known.setup.datasource.is_none() {
            head.push(block::new_datasource(self.known.engine, namespaces, self.render.names_schemas));
        }
        head.join("\n")
    }

    /// Blocks that no file has.
    fn added(&self) -> Vec<String> {
        let image = self.render.image;
        let models = (0..image.models.len()).filter(|at| image.models[*at].known.is_none());
        let models = models.map(|at| self.new_model(at));
        let enums = image.enums.iter().filter(|it| it.known.is_none()).map(|it| self.new_enum(it));
        models.chain(enums).collect()
    }

    fn new_model(&self, at: usize) -> String {
        let model = &self.render.image.models[at];
        let plan = self.keys(model, &[]);
        let mut entries = Vec::new();
        for column in &model.columns {
            entries.push(Entry::Made(self.render.column(column, plan.of_field(&column.column))));
        }
        entries.extend(self.new_relations(at).into_iter().map(Entry::Made));
        let mut attributes = plan.block.clone();
        attributes.extend(self.render.placed(model));
        let comment = if model.is_ignored { [IGNORED, "\n"].concat() } else { String::new() };
        [comment.as_str(), "model ", &model.name, " {\n", &closed(entries, attributes)].concat()
    }
}

/// The rest of a new block: its entries, an empty line, its attributes.
fn closed(mut entries: Vec<Entry>, attributes: Vec<String>) -> String {
    if !attributes.is_empty() {
        entries.push(Entry::Blank("\n".to_owned()));
        entries.extend(attributes.into_iter().map(|it| Entry::Made(Line::lone(it))));
    }
    [&layout::text(&entries), "}\n"].concat()
}

/// Take off what belonged to a block that goes: comments right before it, and one empty line.
fn take_off(text: &mut String) {
    while let Some(line) = text.strip_suffix('\n').map(|it| it.rsplit('\n').next().unwrap_or_default().trim()) {
        let is_comment = line.starts_with("//");
        if !is_comment && !line.is_empty() {
            break;
        }
        let end = text[..text.len() - 1].rfind('\n').map_or(0, |it| it + 1);
        text.truncate(end);
        if !is_comment {
            break;
        }
    }
}
