//! One column with the constraints that stand on it.

use trueup_state::{Column, ColumnExtra, Generated, Ident, Part, SqlText};

use super::{Draft, DraftKey, column_extra, conflict, foreign_key};
use crate::{
    canonical::{self, Scope},
    read::{Cursor, ReadError},
    token::{Kind, Token},
};

impl Draft<'_> {
    pub(super) fn column(&mut self, item: &mut Cursor<'_, '_>) -> Result<(), ReadError> {
        let name = item.name("a column name")?;
        let mut column = Column {
            ty: type_name(item)?,
            nullable: true,
            default: None,
            collation: None,
            generated: None,
            extra: ColumnExtra::None,
        };
        // The constraint name given last; it is the name of what follows it.
        let mut constraint = None;
        while !item.is_done() {
            if item.accept("constraint") {
                constraint = Some(item.name("a constraint name")?);
            } else {
                self.column_constraint(&name, &mut column, constraint.take(), item)?;
            }
        }
        self.table.columns.insert(name, column);
        Ok(())
    }

    fn column_constraint(
        &mut self,
        name: &Ident,
        column: &mut Column,
        constraint: Option<Ident>,
        item: &mut Cursor<'_, '_>,
    ) -> Result<(), ReadError> {
        if item.accept_all(&["primary", "key"]) {
            let mut part = Part::column(name.clone());
            part.descending = item.accept("desc");
            item.accept("asc");
            let conflict = conflict(item)?;
            let autoincrement = item.accept("autoincrement");
            self.key = Some(DraftKey { name: constraint, parts: vec![part], conflict, autoincrement, inline: true });
        } else if item.accept_all(&["not", "null"]) {
            column.nullable = false;
            column.extra = column_extra(conflict(item)?);
        } else if item.accept("null") {
            conflict(item)?;
        } else if item.accept("unique") {
            let conflict = conflict(item)?;
            self.unique(constraint, vec![Part::column(name.clone())], conflict);
        } else if item.accept("check") {
            self.check(constraint, item)?;
        } else if item.accept("default") {
            column.default = Some(default(item)?);
        } else if item.accept("collate") {
            // SQLite compares names of collations without regard to case, and has no table of them to spell by.
            column.collation = Some(item.name("a collation")?.folded().into());
        } else if item.accept("references") {
            let key = foreign_key::read(item, constraint, vec![name.clone()])?;
            self.foreign_key(key);
        } else if let Some(deferral) = foreign_key::deferral(item)? {
            // In SQLite's grammar a clause of its own, which speaks of the foreign key before it.
            if let Some((_, key)) = self.table.foreign_keys.last_mut() {
                key.deferral = deferral;
            }
        } else if item.accept_all(&["generated", "always"]) || item.peek_is("as") {
            item.expect("as")?;
            let expression = item.group_text(Scope::Names(self.columns))?;
            let stored = item.accept("stored");
            if !stored {
                item.accept("virtual");
            }
            column.generated = Some(Generated { expression, stored });
        } else {
            return Err(item.wrong("a column constraint"));
        }
        Ok(())
    }
}

/// Words that end a type's name, as they start a constraint.
const CONSTRAINT_WORDS: [&str; 12] = [
    "constraint",
    "primary",
    "not",
    "null",
    "unique",
    "check",
    "default",
    "collate",
    "references",
    "generated",
    "as",
    "deferrable",
];

fn type_name(item: &mut Cursor<'_, '_>) -> Result<SqlText, ReadError> {
    let start = item.rest();
    let ends = |token: &Token<'_>| token.kind == Kind::Word && CONSTRAINT_WORDS.iter().any(|word| token.is(word));
    while item.peek().is_some_and(|token| token.is_name() && !ends(token)) {
        item.next("a type")?;
    }
    if item.rest().len() < start.len() && item.peek_is("(") {
        let words = &start[..start.len() - item.rest().len()];
        if words.iter().any(|word| word.kind != Kind::Word) {
            // SQLite then takes the quoted part alone for the type and forgets the rest.
            return Err(item.wrong("a type without quotes before its size"));
        }
        item.group()?;
    }
    let tokens = &start[..start.len() - item.rest().len()];
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return Ok(SqlText::new("", "")) };
    let mut canonical = String::new();
    for token in tokens {
        let glued = token.kind == Kind::Symbol || canonical.ends_with(['(', ',', '-', '+']) || canonical.is_empty();
        if !glued {
            canonical.push(' ');
        }
        canonical.push_str(&token.unquoted().to_ascii_lowercase());
    }
    Ok(SqlText::new(canonical, &item.source()[first.at..last.end()]))
}

/// What follows DEFAULT: an expression in parentheses, a literal with an optional sign, or a bare word, which SQLite
/// takes for a string unless it is a literal of its own.
fn default(item: &mut Cursor<'_, '_>) -> Result<SqlText, ReadError> {
    if item.peek_is("(") {
        return item.group_text(Scope::Nothing);
    }
    let start = item.rest();
    let signed = item.accept("-") || item.accept("+");
    let value = item.next("a default")?;
    let tokens = &start[..usize::from(signed) + 1];
    let literal = ["null", "true", "false", "current_time", "current_date", "current_timestamp"];
    let bare_word = value.kind == Kind::Word && !literal.iter().any(|word| value.is(word));
    if bare_word || matches!(value.kind, Kind::DoubleQuoted | Kind::Quoted) {
        let mut string = String::from("'");
        string.push_str(&value.unquoted().replace('\'', "''"));
        string.push('\'');
        return Ok(SqlText::new(string.clone(), string));
    }
    if matches!(value.kind, Kind::Symbol | Kind::Comment) {
        return Err(Cursor::new(item.source(), tokens).wrong("a default"));
    }
    Ok(canonical::text(item.source(), tokens, Scope::Nothing))
}
