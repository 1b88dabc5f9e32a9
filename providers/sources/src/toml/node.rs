//! Values of a file with their places, once it is known that they have the right form.

use std::{borrow::Cow, cell::RefCell, collections::HashSet, ops::Range, path::PathBuf, sync::Arc};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};
use trueup_contract::{Place, SourceError};

use super::form::Wrong;

/// One file.
#[derive(Debug)]
pub(super) struct File {
    /// As it was named or found.
    pub(super) path: Arc<PathBuf>,
    /// What is in it.
    pub(super) text: String,
    /// The byte at which each line starts.
    starts: Vec<usize>,
    /// The keys that were asked for, by where they stand: what nobody asks for would be left out silently.
    asked: RefCell<HashSet<usize>>,
}

impl File {
    /// A file's text.
    pub(super) fn new(path: PathBuf, text: String) -> File {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        File { path: Arc::new(path), text, starts, asked: RefCell::default() }
    }

    /// The place of a byte.
    pub(super) fn place(&self, offset: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let column = self.text.get(start..offset).unwrap_or_default().chars().count() + 1;
        Place { file: Arc::clone(&self.path), line, column }
    }

    /// An error in this file.
    pub(super) fn error(&self, wrong: Wrong) -> SourceError {
        let Wrong { span, message, hint } = wrong;
        SourceError::Malformed {
            place: self.place(span.start),
            offset: span.start,
            length: span.len().max(1),
            message,
            hint,
        }
    }
}

/// A string of a file: a name, or a piece of SQL.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text<'a> {
    /// Where it is from.
    pub(super) file: &'a File,
    /// What it says.
    pub(super) text: &'a str,
    /// Where it stands, quotes included.
    start: usize,
    end: usize,
}

impl<'a> Text<'a> {
    /// Where it stands, quotes included.
    pub(super) fn span(&self) -> Range<usize> {
        self.start..self.end
    }

    /// An error that points at it.
    pub(super) fn wrong(&self, message: impl Into<String>, hint: impl Into<String>) -> SourceError {
        self.file.error(Wrong::new(self.span(), message, hint))
    }

    /// Its lines, each with the byte at which it starts and its length. Where a string was written with escapes for its
    /// line ends, all of them start where the string does.
    pub(super) fn lines(&self) -> Vec<(&'a str, usize, usize)> {
        let written = self.file.text.get(self.span()).unwrap_or_default();
        let open = written.chars().take_while(|c| matches!(c, '"' | '\'')).count().min(3);
        let inside = written.get(open..written.len().saturating_sub(open)).unwrap_or_default();
        let (skipped, inside) = match inside.strip_prefix("\r\n").or_else(|| inside.strip_prefix('\n')) {
            Some(rest) => (open + inside.len() - rest.len(), rest),
            None => (open, inside),
        };
        let lines: Vec<&str> = self.text.split('\n').collect();
        if inside.matches('\n').count() + 1 != lines.len() {
            return lines.into_iter().map(|line| (line, self.start, self.end - self.start)).collect();
        }
        let mut offset = self.start + skipped;
        let placed = lines.into_iter().zip(inside.split('\n')).map(|(line, written)| {
            let indent = written.len() - written.trim_start().len();
            let place = (line, offset + indent, written.trim().len());
            offset += written.len() + 1;
            place
        });
        placed.collect()
    }
}

/// A value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'a> {
    file: &'a File,
    /// What it stands behind; for a value in a list, the value itself.
    pub(super) key: Text<'a>,
    value: &'a Spanned<DeValue<'a>>,
}

fn node<'a>(file: &'a File, key: &'a Spanned<Cow<'a, str>>, value: &'a Spanned<DeValue<'a>>) -> Node<'a> {
    let (start, end) = (key.span().start, key.span().end);
    Node { file, key: Text { file, text: key.get_ref(), start, end }, value }
}

/// The entries of a table, in the order in which they were written.
pub(super) fn entries<'a>(file: &'a File, table: &'a DeTable<'a>) -> Vec<Node<'a>> {
    let mut nodes: Vec<Node<'a>> = table.iter().map(|(key, value)| node(file, key, value)).collect();
    nodes.sort_by_key(|it| it.key.start);
    nodes
}

impl<'a> Node<'a> {
    /// Every entry of a table in their order; of anything else, none.
    pub(super) fn entries(&self) -> Vec<Node<'a>> {
        let entries = self.unasked_entries();
        self.file.asked.borrow_mut().extend(entries.iter().map(|it| it.key.start));
        entries
    }

    fn unasked_entries(&self) -> Vec<Node<'a>> {
        match self.value.get_ref() {
            DeValue::Table(table) => entries(self.file, table),
            _ => Vec::new(),
        }
    }

    /// The keys in it, and in what is in it, that nobody asked for.
    pub(super) fn unasked(&self) -> Vec<Text<'a>> {
        let mut unasked: Vec<Text<'a>> = self.values().iter().flat_map(Node::unasked).collect();
        for it in self.unasked_entries() {
            if self.file.asked.borrow().contains(&it.key.start) {
                unasked.extend(it.unasked());
            } else {
                unasked.push(it.key);
            }
        }
        unasked
    }

    /// What stands behind a key of it.
    pub(super) fn get(&self, key: &str) -> Option<Node<'a>> {
        let found = self.peek(key);
        self.file.asked.borrow_mut().extend(found.map(|it| it.key.start));
        found
    }

    /// The same without taking it as asked for, to see whether it is there.
    pub(super) fn peek(&self, key: &str) -> Option<Node<'a>> {
        let DeValue::Table(table) = self.value.get_ref() else { return None };
        let (name, value) = table.iter().find(|(name, _)| name.get_ref() == key)?;
        Some(node(self.file, name, value))
    }

    /// The values of a list; of anything else, none.
    pub(super) fn values(&self) -> Vec<Node<'a>> {
        let DeValue::Array(values) = self.value.get_ref() else { return Vec::new() };
        let node = |value: &'a Spanned<DeValue<'a>>| {
            let written = self.file.text.get(value.span()).unwrap_or_default();
            let (start, end) = (value.span().start, value.span().end);
            Node { file: self.file, key: Text { file: self.file, text: written, start, end }, value }
        };
        values.iter().map(node).collect()
    }

    /// The string that it is.
    pub(super) fn as_text(&self) -> Option<Text<'a>> {
        let (start, end) = (self.value.span().start, self.value.span().end);
        match self.value.get_ref() {
            DeValue::String(text) => Some(Text { file: self.file, text, start, end }),
            _ => None,
        }
    }

    /// A string, a number or a flag, as text.
    pub(super) fn scalar(&self) -> Option<String> {
        match self.value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(number) => {
                i64::from_str_radix(number.as_str(), number.radix()).ok().map(|it| it.to_string())
            }
            DeValue::Boolean(flag) => Some(flag.to_string()),
            DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => None,
        }
    }

    /// The string behind a key.
    pub(super) fn text(&self, key: &str) -> Option<Text<'a>> {
        self.get(key).and_then(|it| it.as_text())
    }

    /// The flag behind a key.
    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        match self.get(key)?.value.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The strings of the list that it is.
    pub(super) fn as_names(&self) -> Vec<Text<'a>> {
        self.values().iter().filter_map(Node::as_text).collect()
    }

    /// The strings of the list behind a key.
    pub(super) fn names(&self, key: &str) -> Vec<Text<'a>> {
        self.get(key).map(|it| it.as_names()).unwrap_or_default()
    }
}
