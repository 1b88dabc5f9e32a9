//! The elements of CREATE TABLE and of ADD in ALTER TABLE: what each is, what it is called, and where it stands.

use std::ops::Range;

use trueup_state::{Address, Ident, Qualified};

use super::statement::{ident, if_not_exists};
use crate::{
    read::{Cursor, begins_key},
    token::Token,
};

/// What an element declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Column,
    PrimaryKey,
    /// A key of any kind but the primary one.
    Key,
    Check,
    ForeignKey,
    Period,
}

/// One element.
#[derive(Clone, Debug)]
pub(super) struct Element {
    pub(super) kind: Kind,
    /// The name that it is given, if any.
    pub(super) name: Option<Ident>,
    /// Where it stands.
    pub(super) range: Range<usize>,
    /// Where its name stands, or its first word.
    pub(super) head: Range<usize>,
    /// Whether it says IF NOT EXISTS inside.
    pub(super) if_not_exists: bool,
}

impl Element {
    /// What is declared from here on.
    pub(super) fn of(cursor: &Cursor<'_, '_>) -> Option<Element> {
        let mut cursor = *cursor;
        let (first, last) = (cursor.rest().first()?, cursor.rest().last()?);
        let mut constraint = None;
        let mut is_conditional = false;
        if cursor.accept("constraint") {
            is_conditional = if_not_exists(&mut cursor);
            if !cursor.peek_any(&["primary", "unique", "foreign", "check"]) {
                constraint = cursor.next("a name").ok();
            }
        }
        let kind = kind(&mut cursor);
        is_conditional |= kind != Kind::Column && if_not_exists(&mut cursor);
        let own = cursor.peek().filter(|it| it.is_name() && !it.is_any(&["using", "type"]));
        let named = match kind {
            Kind::Column => Some(first),
            Kind::PrimaryKey | Kind::Period => None,
            Kind::Key => own.or(constraint),
            Kind::Check => constraint,
            Kind::ForeignKey => constraint.or(own.filter(|_| cursor.facts.is_mariadb())),
        };
        let range = |token: &Token<'_>| token.at..token.end();
        Some(Element {
            kind,
            name: named.map(ident),
            range: first.at..last.end(),
            head: range(named.unwrap_or(first)),
            if_not_exists: is_conditional,
        })
    }

    /// Its address as a part of a table.
    pub(super) fn address(&self, table: &Qualified) -> Option<Address> {
        let (table, name) = (table.clone(), self.name.clone());
        Some(match self.kind {
            Kind::Column => Address::Column(table, name?),
            Kind::PrimaryKey => Address::PrimaryKey(table),
            Kind::Key => Address::Index(table, name?),
            Kind::Check => Address::Check(table, name?),
            Kind::ForeignKey => Address::ForeignKey(table, name?),
            Kind::Period => return None,
        })
    }
}

/// What the words before the name say, the name of a constraint left out.
fn kind(cursor: &mut Cursor<'_, '_>) -> Kind {
    if cursor.accept_all(&["primary", "key"]) {
        Kind::PrimaryKey
    } else if cursor.accept_all(&["foreign", "key"]) {
        Kind::ForeignKey
    } else if cursor.accept("check") {
        Kind::Check
    } else if begins_key(cursor) {
        cursor.accept_any(&["unique", "fulltext", "spatial", "vector"]);
        cursor.accept_any(&["index", "key"]);
        Kind::Key
    } else if cursor.accept_all(&["period", "for"]) {
        Kind::Period
    } else {
        Kind::Column
    }
}

/// The elements of CREATE TABLE: what stands in the first parentheses.
pub(super) fn all(mut cursor: Cursor<'_, '_>) -> Vec<Element> {
    while cursor.peek().is_some_and(|it| !it.is("(")) {
        if cursor.next("`(`").is_err() {
            break;
        }
    }
    cursor.list().unwrap_or_default().iter().filter_map(Element::of).collect()
}
