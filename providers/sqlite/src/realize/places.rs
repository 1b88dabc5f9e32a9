//! From byte offsets to lines and columns.

use trueup_contract::{Place, RealizeError, SourceFile};

use crate::statement::Statement;

/// One file and where its lines start.
pub(super) struct Places<'a> {
    pub(super) file: &'a SourceFile,
    lines: Vec<usize>,
}

impl<'a> Places<'a> {
    pub(super) fn of(file: &'a SourceFile) -> Self {
        let starts = file.text.match_indices('\n').map(|(at, _)| at + 1);
        Places { file, lines: std::iter::once(0).chain(starts).collect() }
    }

    /// The offset at which the line of another offset starts.
    pub(super) fn line_start(&self, at: usize) -> usize {
        self.lines[self.lines.partition_point(|start| *start <= at) - 1]
    }

    /// Line and column of a byte offset, counted from 1, columns in characters.
    pub(super) fn place(&self, at: usize) -> Place {
        let at = at.min(self.file.text.len());
        Place {
            file: self.file.path.clone(),
            line: self.lines.partition_point(|start| *start <= at),
            column: self.file.text[self.line_start(at)..at].chars().count() + 1,
        }
    }

    pub(super) fn error(&self, at: usize, length: usize, message: String, hint: Option<String>) -> RealizeError {
        RealizeError::At { place: self.place(at), length, offset: at, message, hint, is_refusal: false }
    }
}

/// Where a name stands in a statement: offset and length; the statement's start if it does not.
pub(super) fn find_word(statement: &Statement<'_>, name: &str) -> (usize, usize) {
    let found = statement.tokens.iter().find(|token| token.unquoted().eq_ignore_ascii_case(name));
    match (found, statement.tokens.first()) {
        (Some(token), _) => (token.at, token.text.len()),
        (None, Some(first)) => (first.at, first.text.len()),
        (None, None) => (statement.at, 1),
    }
}
