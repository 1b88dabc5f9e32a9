//! SQL under construction, with the place in a file that each line was made from.

use trueup_contract::{Quoting, Sql};
use trueup_state::{Address, Ident, Qualified};

use super::node::Text;
use crate::Generated;

/// A database's dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Engine {
    Postgres,
    MySql,
    Sqlite,
}

impl Engine {
    /// The engine of a dialect's name.
    pub(super) fn of(dialect: &str) -> Engine {
        match dialect {
            "postgres" => Engine::Postgres,
            "mysql" => Engine::MySql,
            _ => Engine::Sqlite,
        }
    }

    /// A text that begins with these words.
    pub(super) fn sql(self, words: &str) -> Sql {
        let identifier = if self == Engine::MySql { '`' } else { '"' };
        Sql::new(Quoting { identifier }, words)
    }

    /// A string literal; in MySQL's default mode a backslash escapes.
    pub(super) fn string(self, value: &str) -> String {
        let value = if self == Engine::MySql { value.replace('\\', "\\\\") } else { value.to_owned() };
        self.sql("").string(&value).finish()
    }

    /// A name, quoted.
    pub(super) fn ident(self, name: &str) -> String {
        self.sql("").ident(&Ident::from(name)).finish()
    }

    /// A name with its namespace, quoted.
    pub(super) fn name(self, name: &Qualified) -> String {
        self.sql("").name(name).finish()
    }
}

/// A line of SQL and the place that it was made from.
#[derive(Clone, Debug)]
struct Line<'a> {
    text: String,
    from: Text<'a>,
    offset: usize,
    length: usize,
}

/// Lines of SQL.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines<'a> {
    lines: Vec<Line<'a>>,
}

impl<'a> Lines<'a> {
    /// Add a line that was made from a name or a value as a whole.
    pub(super) fn line(&mut self, text: impl Into<String>, from: Text<'a>) {
        let span = from.span();
        self.lines.push(Line { text: text.into(), from, offset: span.start, length: span.len() });
    }

    /// Add a text line by line, with something before and behind it.
    pub(super) fn text(&mut self, before: &str, text: Text<'a>, behind: &str) {
        let mut before = before;
        for (line, offset, length) in text.lines() {
            let whole = [before, line].concat();
            self.lines.push(Line { text: whole, from: text, offset, length });
            before = "";
        }
        self.behind(behind);
    }

    /// Add to the last line; on a line of its own, where a comment would hide it.
    pub(super) fn behind(&mut self, text: &str) {
        let Some(last) = self.lines.last_mut() else { return };
        if !last.text.contains("--") && !last.text.contains('#') {
            last.text.push_str(text);
        } else if !text.is_empty() {
            let text = text.trim_start().to_owned();
            let line = Line { text, ..last.clone() };
            self.lines.push(line);
        }
    }

    /// Add to the last line whatever is in it, as to the inside of a string.
    pub(super) fn join(&mut self, text: &str) {
        self.lines.iter_mut().last().into_iter().for_each(|last| last.text.push_str(text));
    }

    /// Add other lines.
    pub(super) fn append(&mut self, mut other: Lines<'a>) {
        self.lines.append(&mut other.lines);
    }

    /// Whether it says nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// End it as a statement, if it is none yet.
    fn end(&mut self) {
        let ends = |line: &Line<'_>| line.text.trim_end().ends_with(';') || line.text.starts_with("DELIMITER");
        if !self.lines.iter().rev().find(|it| !it.text.trim().is_empty()).is_some_and(ends) {
            self.behind(";");
        }
    }
}

/// Statements, with the rank of what each is about.
#[derive(Debug, Default)]
pub(super) struct Statements<'a> {
    statements: Vec<(u8, Lines<'a>)>,
}

impl<'a> Statements<'a> {
    /// Add a statement about an object, or several.
    pub(super) fn add(&mut self, about: &Address, mut lines: Lines<'a>) {
        if !lines.is_empty() {
            lines.end();
            self.statements.push((rank(about), lines));
        }
    }

    /// Everything, in an order that people would write.
    pub(super) fn finish(mut self) -> Generated {
        self.statements.sort_by_key(|(rank, _)| *rank);
        let mut generated = Generated::default();
        for line in self.statements.iter().flat_map(|(_, lines)| &lines.lines) {
            generated.push(&line.text, &line.from.file.place(line.offset), line.offset, line.length);
        }
        generated
    }
}

/// Kinds in the order in which people write them. Only of privileges the order means something.
fn rank(address: &Address) -> u8 {
    match address {
        Address::Namespace(_) => 0,
        Address::Object(kind, _) => match kind.word() {
            "extension" | "language" | "database" => 1,
            "sequence" => 3,
            "event" | "materialized_view" | "publication" | "subscription" | "event_trigger" | "statistics" => 8,
            _ => 2,
        },
        Address::Table(_) | Address::VirtualTable(_) => 4,
        Address::Signed(..) => 5,
        Address::Column(..) | Address::PrimaryKey(_) | Address::Unique(..) | Address::Check(..) => 6,
        Address::Index(..) => 6,
        Address::ForeignKey(..) => 7,
        Address::View(_) => 8,
        Address::Trigger(..) | Address::Part(..) => 9,
        // What is taken from a role on a table is taken on its columns too.
        Address::Grant(on, _) if matches!(**on, Address::Column(..)) => 11,
        Address::Comment(_) | Address::Owner(_) | Address::Grant(..) | Address::DefaultPrivileges(..) => 10,
    }
}
