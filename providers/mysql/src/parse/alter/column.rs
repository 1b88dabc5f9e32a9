//! Columns, in ALTER TABLE.

use trueup_state::{Column, Ident, SqlText, Term};

use super::Alter;
use crate::{
    parse::{
        Trouble, check, names,
        statement::if_exists,
        words::{self, Renames},
    },
    read::{Cursor, ReadError, column_definition, default},
    token::{self, Kind},
};

/// Where a column goes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Position {
    /// To the end; or where it is.
    Unsaid,
    First,
    After(Ident),
}

impl Position {
    /// What stands behind a definition.
    fn read(cursor: &mut Cursor<'_, '_>) -> Result<Position, ReadError> {
        if cursor.accept("first") {
            Ok(Position::First)
        } else if cursor.accept("after") {
            cursor.name("a column").map(Position::After)
        } else {
            Ok(Position::Unsaid)
        }
    }
}

impl Alter<'_> {
    /// Note a new name of a column; all take effect at once.
    pub(super) fn rename_column(&mut self, from: &Ident, to: Ident, if_exists: bool) -> Result<(), Trouble> {
        check::names(self.stmt, &[&to])?;
        match names::find(&self.work.table.columns, from) {
            Some(from) if from != to => self.renames.add(from, to),
            Some(_) => (),
            None if if_exists => (),
            None => return Err(self.missing("column", from)),
        }
        Ok(())
    }

    /// Put a column where it shall be.
    fn place(&mut self, name: &Ident, column: Column, position: &Position) -> Result<(), Trouble> {
        let columns = &mut self.work.table.columns;
        let at = match position {
            Position::Unsaid => {
                columns.insert(name.clone(), column);
                return Ok(());
            }
            Position::First => {
                columns.shift_remove(name);
                0
            }
            Position::After(other) => {
                columns.shift_remove(name);
                let found = names::find(columns, other).and_then(|it| columns.get_index_of(&it));
                found.ok_or_else(|| self.missing("column", other))? + 1
            }
        };
        self.work.table.columns.shift_insert(at, name.clone(), column);
        Ok(())
    }

    /// A new column, from its name on.
    pub(super) fn add_column(&mut self, mut cursor: Cursor<'_, '_>) -> Result<(), Trouble> {
        let name = cursor.name("a column")?;
        let definition = column_definition(&mut cursor, &name)?;
        let position = Position::read(&mut cursor)?;
        cursor.finish()?;
        let facts = self.facts;
        self.work.add_column(name.clone(), definition, facts).map_err(|it| self.stmt.wrong_name(&name, it))?;
        if position != Position::Unsaid
            && let Some(column) = self.work.table.columns.get(&name).cloned()
        {
            self.place(&name, column, &position)?;
        }
        Ok(())
    }

    /// `MODIFY` and `CHANGE`: the column is declared anew.
    pub(super) fn change(&mut self, mut cursor: Cursor<'_, '_>, is_modify: bool) -> Result<(), Trouble> {
        cursor.accept("column");
        let if_exists = if_exists(&mut cursor);
        if !is_modify {
            cursor.name("a column")?;
        }
        let name = cursor.name("a column")?;
        let Some(there) = names::find(&self.work.table.columns, &name) else {
            return if if_exists { Ok(()) } else { Err(self.missing("column", &name)) };
        };
        // The name is spelled anew.
        if there != name {
            let mut renames = Renames::default();
            renames.add(there, name.clone());
            self.take_names(&renames);
        }
        let definition = column_definition(&mut cursor, &name)?;
        let position = Position::read(&mut cursor)?;
        cursor.finish()?;
        self.place(&name, definition.column, &position)?;
        let facts = self.facts;
        let added = self.work.add_parts(definition.keys, definition.checks, definition.foreign_keys, facts);
        added.map_err(|it| self.stmt.wrong_name(&name, it))
    }

    /// `ALTER COLUMN`, `ALTER INDEX`, `ALTER CHECK`.
    pub(super) fn alter(&mut self, mut cursor: Cursor<'_, '_>) -> Result<(), Trouble> {
        if cursor.accept_any(&["index", "key"]).is_some() {
            return self.alter_index(cursor);
        }
        if cursor.accept_any(&["check", "constraint"]).is_some() {
            return self.alter_check(cursor);
        }
        cursor.accept("column");
        let if_exists = if_exists(&mut cursor);
        let name = cursor.name("a column")?;
        let found = names::find(&self.work.table.columns, &name);
        let Some(column) = found.and_then(|it| self.work.table.columns.get_mut(&it)) else {
            return if if_exists { Ok(()) } else { Err(self.missing("column", &name)) };
        };
        if cursor.accept_all(&["set", "default"]) {
            // A default means what it would mean in the column's definition.
            column.default = default(&mut cursor, column.ty.canonical())?;
        } else if cursor.accept_all(&["drop", "default"]) {
            column.default = None;
        } else {
            cursor.expect("set")?;
            let mut extra = column.extra.mysql();
            extra.invisible = match cursor.accept_any(&["visible", "invisible"]) {
                Some(word) => word == "invisible",
                None => return Err(cursor.wrong("`DEFAULT`, `VISIBLE` or `INVISIBLE`").into()),
            };
            column.extra = extra.into();
        }
        Ok(cursor.finish()?)
    }

    /// Columns under new names: in keys and in expressions.
    pub(super) fn take_names(&mut self, renames: &Renames) {
        if renames.is_empty() {
            return;
        }
        let version = self.facts.version;
        let rename = |name: &mut Ident| *name = renames.of(name);
        let text = |text: &mut SqlText| *text = words::renamed(text, renames, version);
        let table = &mut self.work.table;
        let columns = std::mem::take(&mut table.columns);
        table.columns = columns.into_iter().map(|(name, it)| (renames.of(&name), it)).collect();
        for column in table.columns.values_mut() {
            column.generated.iter_mut().for_each(|it| text(&mut it.expression));
            column.default.iter_mut().filter(|it| !is_literal(it)).for_each(text);
            let mut extra = column.extra.mysql();
            extra.check.iter_mut().for_each(text);
            column.extra = extra.into();
        }
        let keys = table.primary_key.iter_mut().flat_map(|it| &mut it.parts);
        for part in keys.chain(table.indexes.values_mut().flat_map(|it| &mut it.parts)) {
            match &mut part.term {
                Term::Column(name) => rename(name),
                Term::Expression(it) => text(it),
            }
        }
        table.checks.values_mut().for_each(|it| text(&mut it.expression));
        table.foreign_keys.values_mut().flat_map(|it| &mut it.columns).for_each(rename);
        if let Some(partitions) = &mut self.work.extra.partitions {
            text(&mut partitions.by.terms);
            partitions.subpartition_by.iter_mut().for_each(|it| text(&mut it.terms));
        }
        for (from, to) in self.work.extra.periods.values_mut() {
            rename(from);
            rename(to);
        }
    }
}

/// Whether a default is a value and no expression.
fn is_literal(default: &SqlText) -> bool {
    let tokens = token::significant(default.written(), None).unwrap_or_default();
    matches!(tokens.as_slice(), [it] if it.kind != Kind::Quoted)
}
