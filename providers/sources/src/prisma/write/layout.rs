//! Lines of a block, set in columns as `prisma format` sets them.
//!
//! Lines between two empty lines are one table: names, then types, then everything else. What a person set otherwise
//! stays so.

use crate::prisma::syntax::{Attribute, Comment, File, Member, Span};

/// What stands in a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// As it stands in the file, with the same taken apart, if it is set in columns.
    Kept(String, Option<Line>),
    /// New or changed.
    Made(Line),
    /// As it stood in the file before it changed or went: it says only how its neighbours were set.
    Gone(String, Line),
    /// An empty line.
    Blank(String),
}

/// A line in columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// What is aligned: of a field name and type, of a value its name.
    pub(super) cells: Vec<String>,
    /// What follows: attributes, a comment.
    pub(super) rest: Vec<String>,
}

impl Line {
    /// A line of its own that is not aligned with others.
    pub(super) fn lone(text: String) -> Line {
        Line { cells: Vec::new(), rest: vec![text] }
    }

    fn set(&self, widths: &[usize]) -> String {
        let mut text = String::new();
        for (at, cell) in self.cells.iter().enumerate() {
            let width = widths.get(at).copied().unwrap_or_default();
            let is_last = at + 1 == self.cells.len() && self.rest.is_empty();
            let fill = if is_last { 0 } else { width.saturating_sub(cell.chars().count()) + 1 };
            text.push_str(cell);
            text.push_str(&" ".repeat(fill));
        }
        ["  ", &text, &self.rest.join(" "), "\n"].concat()
    }
}

/// A member of a block, as it stands.
pub(super) fn kept(file: &File, member: &Member) -> Entry {
    let text = file.slice(member.span()).to_owned();
    let slice = |span: Span| file.slice(span).to_owned();
    let rest = |attributes: &[Attribute], comment: &Option<Comment>| {
        let spans = attributes.iter().map(|it| it.span).chain(comment.iter().map(|it| it.span));
        spans.map(slice).collect::<Vec<_>>()
    };
    match member {
        Member::Blank(_) => Entry::Blank(text),
        Member::Comment(_) | Member::Attribute(_) | Member::Setting(_) => Entry::Kept(text, None),
        Member::Field(it) => {
            let cells = vec![it.name.text.clone(), slice(it.kind.span)];
            Entry::Kept(text, Some(Line { cells, rest: rest(&it.attributes, &it.comment) }))
        }
        Member::Value(it) => {
            let line = Line { cells: vec![it.name.text.clone()], rest: rest(&it.attributes, &it.comment) };
            Entry::Kept(text, Some(line))
        }
    }
}

/// The text of entries. A table that was set in columns before is set in columns again if something in it changed.
pub(super) fn text(entries: &[Entry]) -> String {
    let mut text = String::new();
    for table in entries.split_inclusive(|it| matches!(it, Entry::Blank(_))) {
        set(table, &mut text);
    }
    text
}

fn set(table: &[Entry], text: &mut String) {
    let old: Vec<(&String, &Line)> = table.iter().filter_map(Entry::before).collect();
    let old_widths = widths(&old.iter().map(|(_, line)| *line).collect::<Vec<_>>());
    let is_set = old.iter().all(|(text, line)| line.set(&old_widths) == **text);
    let is_changed = table.iter().any(|it| matches!(it, Entry::Made(_) | Entry::Gone(..)));
    let widths = widths(&table.iter().filter_map(Entry::after).collect::<Vec<_>>());
    for entry in table {
        match entry {
            Entry::Kept(_, Some(line)) if is_set && is_changed => text.push_str(&line.set(&widths)),
            Entry::Kept(it, _) | Entry::Blank(it) => text.push_str(it),
            Entry::Made(line) => text.push_str(&line.set(&widths)),
            Entry::Gone(..) => (),
        }
    }
}

impl Entry {
    /// The line that stood in the file.
    fn before(&self) -> Option<(&String, &Line)> {
        match self {
            Entry::Kept(text, Some(line)) | Entry::Gone(text, line) => Some((text, line)),
            Entry::Kept(_, None) | Entry::Made(_) | Entry::Blank(_) => None,
        }
    }

    /// The line that will stand there.
    fn after(&self) -> Option<&Line> {
        match self {
            Entry::Kept(_, Some(line)) | Entry::Made(line) => Some(line),
            Entry::Kept(_, None) | Entry::Gone(..) | Entry::Blank(_) => None,
        }
    }

    /// What is left of it where it changes or goes.
    pub(super) fn gone(self) -> Option<Entry> {
        match self {
            Entry::Kept(text, Some(line)) => Some(Entry::Gone(text, line)),
            Entry::Kept(_, None) | Entry::Made(_) | Entry::Gone(..) | Entry::Blank(_) => None,
        }
    }
}

/// How wide each column is. A line of which nothing follows its name counts too.
fn widths(lines: &[&Line]) -> Vec<usize> {
    let columns = lines.iter().map(|it| it.cells.len()).max().unwrap_or_default();
    let width = |at: usize| lines.iter().filter_map(|it| it.cells.get(at)).map(|it| it.chars().count()).max();
    (0..columns).map(|at| width(at).unwrap_or_default()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, ty: &str, rest: &[&str]) -> Line {
        let rest = rest.iter().map(|it| (*it).to_owned()).collect();
        Line { cells: vec![name.to_owned(), ty.to_owned()], rest }
    }

    #[test]
    fn a_new_line_widens_a_table_that_was_set_and_leaves_one_that_was_not() {
        let id = line("id", "Int", &["@id"]);
        let long = Entry::Made(line("longer", "String?", &["@unique"]));
        let set = Entry::Kept("  id Int @id\n".to_owned(), Some(id.clone()));
        let blank = Entry::Blank("\n".to_owned());
        let other = Entry::Kept("  id   Int @id\n".to_owned(), Some(id));
        assert_eq!(text(&[set, long.clone()]), "  id     Int     @id\n  longer String? @unique\n");
        assert_eq!(text(&[other.clone(), blank, long.clone()]), "  id   Int @id\n\n  longer String? @unique\n");
        assert_eq!(text(&[other, long]), "  id   Int @id\n  longer String? @unique\n");
    }
}
