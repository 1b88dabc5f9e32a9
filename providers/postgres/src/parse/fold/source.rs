//! The text of a file: parsing it, and saying where something in it stands.

mod directives;
mod guarded;
mod psql;

use std::{cell::RefCell, path::PathBuf, sync::Arc};

use squawk_syntax::{SourceFile as Tree, SyntaxNode, ast, ast::AstNode};
use trueup_contract::{Directive, Place, RealizeError, SourceFile, TOO_DEEP};
use trueup_state::Address;

use super::Trouble;
use crate::parse::depth;
use directives::Beside;

/// One file's text.
pub(crate) struct Text {
    path: Arc<PathBuf>,
    /// As the parser gets it: lines for psql alone and the data of COPY are blanked, so that every offset stays.
    sql: String,
    /// As it was read.
    original: Arc<str>,
    /// Where each line starts.
    lines: Vec<usize>,
    /// What psql alone would understand and we do not do.
    refused: Option<psql::Refused>,
    /// The directives that no statement has taken yet.
    beside: RefCell<Vec<Beside>>,
}

impl Text {
    pub(crate) fn of(file: &SourceFile) -> Text {
        let (sql, refused) = psql::blank(&file.text);
        let starts = file.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(starts).collect();
        let beside = RefCell::default();
        Text { path: file.path.clone(), sql, original: file.text.clone(), lines, refused, beside }
    }

    /// The syntax tree.
    pub(crate) fn parse(&self) -> Result<ast::SourceFile, RealizeError> {
        if let Some(refused) = &self.refused {
            let hint = Some(refused.hint.to_owned());
            return Err(self.at(refused.at, refused.length, refused.message.clone(), hint));
        }
        if let Some(at) = depth::exceeded(&self.sql) {
            let (message, hint) = TOO_DEEP;
            return Err(self.at(at, 1, message.to_owned(), Some(hint.to_owned())));
        }
        let parse = Tree::parse(&self.sql);
        if let Some(error) = parse.errors().first() {
            let range = error.range();
            let at = usize::from(range.start());
            let message = plainly(error.message(), self.sql.get(at..).unwrap_or_default());
            return Err(self.at(at, range.len().into(), message, None));
        }
        let tree = parse.tree();
        let opened = guarded::open(&self.sql, &tree);
        let tree = opened.as_deref().map_or(tree, |opened| Tree::parse(opened).tree());
        match directives::find(opened.as_deref().unwrap_or(&self.sql), tree.syntax()) {
            Ok(beside) => drop(self.beside.replace(beside)),
            Err(wrong) => {
                let hint = "write `-- @moved from=NAME`, `-- @protect` or `-- @ignore`".to_owned();
                return Err(self.at(wrong.at, wrong.length, wrong.message, Some(hint)));
            }
        }
        Ok(tree)
    }

    /// Where a node starts.
    pub(crate) fn place(&self, node: &SyntaxNode) -> Place {
        self.place_at(node.text_range().start().into())
    }

    fn place_at(&self, offset: usize) -> Place {
        let mut offset = offset.min(self.original.len());
        while !self.original.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or_default();
        Place { file: self.path.clone(), line, column: self.original[start..offset].chars().count() + 1 }
    }

    fn at(&self, offset: usize, length: usize, message: String, hint: Option<String>) -> RealizeError {
        RealizeError::At { place: self.place_at(offset), length, offset, message, hint, is_refusal: false }
    }

    /// Trouble, with its place.
    pub(crate) fn error(&self, trouble: Trouble) -> RealizeError {
        match trouble {
            Trouble::Wrong { node, message, hint, is_refusal } => {
                let range = node.text_range();
                let (offset, length) = (range.start().into(), range.len().into());
                RealizeError::At { place: self.place_at(offset), length, offset, message, hint, is_refusal }
            }
            Trouble::Later { node, missing } => {
                let range = node.text_range();
                let message = [&missing, " is not declared"].concat();
                self.at(range.start().into(), range.len().into(), message, None)
            }
        }
    }

    /// The directives in the comments beside a statement or one of its parts. Each is given out once.
    pub(crate) fn directives(
        &self,
        statement: &SyntaxNode,
        address: &Address,
        parts: &[(SyntaxNode, Address)],
    ) -> Vec<Directive> {
        let mut beside = self.beside.borrow_mut();
        let range = statement.text_range();
        let from = beside.partition_point(|it| it.anchor < usize::from(range.start()));
        let to = beside.partition_point(|it| it.anchor < usize::from(range.end()));
        let taken: Vec<Beside> = beside.drain(from..to).collect();
        taken
            .into_iter()
            .map(|it| Directive {
                address: it.subject(address, parts),
                kind: it.kind.clone(),
                place: self.place_at(it.at),
            })
            .collect()
    }

    /// A directive that stands beside nothing.
    pub(crate) fn leftover(&self) -> Option<RealizeError> {
        let beside = self.beside.borrow();
        let it = beside.first()?;
        Some(self.at(it.at, it.length, "this directive stands beside nothing that is declared".to_owned(), None))
    }
}

/// The parser names tokens as it calls them; people know them by how they look.
fn plainly(message: &str, rest: &str) -> String {
    if message.starts_with("expected command") {
        let begins: Vec<&str> = rest.split_whitespace().take(2).collect();
        return ["no statement begins with `", &begins.join(" "), "`"].concat();
    }
    let words = [", found ", ", got "].iter().find_map(|before| message.split_once(before));
    let words = words.map_or(message, |(words, _)| words);
    let rest = rest.trim_start();
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').take(40).collect();
    let token = if word.is_empty() { rest.chars().take(1).collect() } else { word };
    match token.as_str() {
        "" => [words, ", and here the text ends"].concat(),
        token => [words, ", found `", token, "`"].concat(),
    }
}
