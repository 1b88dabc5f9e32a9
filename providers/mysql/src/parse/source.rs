//! The text of a file: its statements, and where something in it stands.

use std::{cell::RefCell, ops::Range, path::PathBuf, sync::Arc};

use trueup_contract::{Directive, Place, RealizeError, SourceFile, TOO_DEEP, too_deep};
use trueup_state::Address;

use super::{
    Trouble,
    directives::{self, Beside},
};
use crate::{
    facts::Facts,
    read::ReadError,
    statement::{self, Statement},
    token::Token,
};

/// One file's text.
pub(super) struct Text<'a> {
    path: Arc<PathBuf>,
    pub(super) sql: &'a str,
    /// Where each line starts.
    lines: Vec<usize>,
    pub(super) statements: Vec<Statement<'a>>,
    pub(super) comments: Vec<Token<'a>>,
    /// The directives that no statement has taken yet.
    beside: RefCell<Vec<Beside>>,
}

impl<'a> Text<'a> {
    pub(super) fn of(file: &'a SourceFile, facts: &Facts) -> Result<Text<'a>, RealizeError> {
        let starts = file.text.match_indices('\n').map(|(at, _)| at + 1);
        let mut text = Text {
            path: file.path.clone(),
            sql: &file.text,
            lines: std::iter::once(0).chain(starts).collect(),
            statements: Vec::new(),
            comments: Vec::new(),
            beside: RefCell::default(),
        };
        let split = statement::split(&file.text, facts.version).map_err(|it| text.unread(it))?;
        let tokens = split.statements.iter().flat_map(|it| &it.tokens);
        if let Some(offset) = too_deep(tokens.map(|it| (it.at, it.text))) {
            let (message, hint) = TOO_DEEP;
            return Err(text.unread(ReadError {
                message: message.to_owned(),
                offset,
                length: 1,
                hint: Some(hint.to_owned()),
            }));
        }
        (text.statements, text.comments) = (split.statements, split.comments);
        let beside = directives::find(&text).map_err(|trouble| text.error(trouble))?;
        text.beside.replace(beside);
        Ok(text)
    }

    /// The offset at which the line of another offset starts.
    pub(super) fn line_start(&self, at: usize) -> usize {
        let line = self.lines.partition_point(|start| *start <= at);
        self.lines.get(line.saturating_sub(1)).copied().unwrap_or_default()
    }

    /// Line and column of a byte offset, counted from 1, columns in characters.
    pub(super) fn place(&self, at: usize) -> Place {
        let mut at = at.min(self.sql.len());
        while !self.sql.is_char_boundary(at) {
            at -= 1;
        }
        Place {
            file: self.path.clone(),
            line: self.lines.partition_point(|start| *start <= at),
            column: self.sql[self.line_start(at)..at].chars().count() + 1,
        }
    }

    /// Trouble, with its place.
    pub(super) fn error(&self, trouble: Trouble) -> RealizeError {
        let Trouble { at, length, message, hint, is_refusal, is_early: _ } = trouble;
        RealizeError::At { place: self.place(at), length, offset: at, message, hint, is_refusal }
    }

    fn unread(&self, error: ReadError) -> RealizeError {
        self.error(error.into())
    }

    /// The directives in the comments beside a statement or one of its parts. Each is given out once.
    pub(super) fn directives(
        &self,
        statement: &Range<usize>,
        address: &Address,
        parts: &[(Range<usize>, Address)],
    ) -> Vec<Directive> {
        let mut beside = self.beside.borrow_mut();
        let from = beside.partition_point(|it| it.anchor < statement.start);
        let to = beside.partition_point(|it| it.anchor < statement.end);
        let taken: Vec<Beside> = beside.drain(from..to).collect();
        let directive = |it: Beside| Directive {
            address: it.subject(address, parts),
            kind: it.kind.clone(),
            place: self.place(it.at),
        };
        taken.into_iter().map(directive).collect()
    }

    /// A directive that stands beside nothing.
    pub(super) fn leftover(&self) -> Option<RealizeError> {
        let beside = self.beside.borrow();
        let it = beside.first()?;
        Some(self.error(directives::beside_nothing(it.at, it.length)))
    }
}
