//! Adding, in ALTER TABLE; and keys and checks that are there.

use trueup_state::{Ident, Qualified};

use super::Alter;
use crate::{
    parse::{
        Trouble, check,
        element::{Element, Kind},
        names,
        statement::{if_exists, if_not_exists},
    },
    read::{self, Cursor, constraint_name, foreign_key, key_definition},
};

impl Alter<'_> {
    /// `ADD …` of anything but partitions.
    pub(super) fn add(&mut self, mut cursor: Cursor<'_, '_>) -> Result<(), Trouble> {
        if cursor.accept_all(&["system", "versioning"]) {
            self.work.extra.versioned = true;
            return Ok(cursor.finish()?);
        }
        cursor.accept("column");
        let if_not_exists = if_not_exists(&mut cursor);
        if !cursor.peek_is("(") {
            return self.add_element(cursor, if_not_exists);
        }
        for element in cursor.list()? {
            self.add_element(element, if_not_exists)?;
        }
        Ok(cursor.finish()?)
    }

    fn add_element(&mut self, mut cursor: Cursor<'_, '_>, if_not_exists: bool) -> Result<(), Trouble> {
        let Some(element) = Element::of(&cursor) else { return Err(cursor.wrong("what is added").into()) };
        if let Some(name) = &element.name {
            check::names(self.stmt, &[name])?;
            if self.has(element.kind, name) && (if_not_exists || element.if_not_exists) {
                return Ok(());
            }
        }
        self.parts
            .extend(element.address(&Qualified::bare(self.work.name.clone())).map(|it| (element.range.clone(), it)));
        let facts = self.facts;
        let wrong = |message: String| Trouble::at(element.head.start, element.head.len(), message);
        let name = if cursor.accept("constraint") { constraint_name(&mut cursor)? } else { None };
        match element.kind {
            Kind::Column => return self.add_column(cursor),
            Kind::PrimaryKey | Kind::Key => {
                let key = key_definition(&mut cursor, name)?;
                self.work.add_key(key).map_err(wrong)?;
            }
            Kind::ForeignKey => {
                cursor.accept_all(&["foreign", "key"]);
                let key = foreign_key(&mut cursor, name)?;
                self.work.add_foreign_key(key).map_err(wrong)?;
            }
            Kind::Check => {
                cursor.accept("check");
                let check = read::check(&mut cursor, name)?;
                self.work.add_check(check, facts).map_err(wrong)?;
            }
            Kind::Period => {
                cursor.accept_all(&["period", "for"]);
                let name = cursor.name("the period's name")?;
                match cursor.names()?.as_slice() {
                    [from, to] => drop(self.work.extra.periods.insert(name, (from.clone(), to.clone()))),
                    _ => return Err(cursor.refuse("a period goes from one column to another").into()),
                }
            }
        }
        Ok(cursor.finish()?)
    }

    fn has(&self, kind: Kind, name: &Ident) -> bool {
        let table = &self.work.table;
        match kind {
            Kind::Column => names::find(&table.columns, name).is_some(),
            Kind::Key => names::find(&table.indexes, name).is_some(),
            Kind::Check => names::find(&table.checks, name).is_some(),
            Kind::ForeignKey => names::find(&table.foreign_keys, name).is_some(),
            Kind::PrimaryKey | Kind::Period => false,
        }
    }

    /// `ALTER INDEX … VISIBLE | INVISIBLE | [NOT] IGNORED`.
    pub(super) fn alter_index(&mut self, mut cursor: Cursor<'_, '_>) -> Result<(), Trouble> {
        let if_exists = if_exists(&mut cursor);
        let name = cursor.name("an index")?;
        let invisible = if cursor.accept_all(&["not", "ignored"]) || cursor.accept("visible") {
            false
        } else if cursor.accept_any(&["ignored", "invisible"]).is_some() {
            true
        } else {
            return Err(cursor.wrong("`VISIBLE`, `INVISIBLE`, `IGNORED` or `NOT IGNORED`").into());
        };
        let indexes = &mut self.work.table.indexes;
        match names::find(indexes, &name).and_then(|it| indexes.get_mut(&it)) {
            Some(index) => {
                let mut extra = index.extra.mysql();
                extra.invisible = invisible;
                index.extra = extra.into();
            }
            None if if_exists => (),
            None => return Err(self.missing("index", &name)),
        }
        Ok(cursor.finish()?)
    }

    /// `ALTER CHECK … [NOT] ENFORCED`.
    pub(super) fn alter_check(&mut self, mut cursor: Cursor<'_, '_>) -> Result<(), Trouble> {
        let name = cursor.name("a check")?;
        let not_enforced = cursor.accept("not");
        cursor.expect("enforced")?;
        cursor.finish()?;
        let checks = &mut self.work.table.checks;
        let Some(it) = names::find(checks, &name).and_then(|it| checks.get_mut(&it)) else {
            return Err(self.missing("check", &name));
        };
        let mut extra = it.extra.mysql();
        extra.not_enforced = not_enforced;
        it.extra = extra.into();
        Ok(())
    }

    /// `RENAME INDEX`.
    pub(super) fn rename_index(&mut self, from: &Ident, to: Ident, if_exists: bool) -> Result<(), Trouble> {
        check::names(self.stmt, &[&to])?;
        let indexes = &mut self.work.table.indexes;
        let Some(found) = names::find(indexes, from) else {
            return if if_exists { Ok(()) } else { Err(self.missing("index", from)) };
        };
        if names::find(indexes, &to).is_some_and(|it| it != found) {
            let table = self.work.name.text();
            let message = ["table `", table, "` already has an index `", to.text(), "`"].concat();
            return Err(self.stmt.wrong_name(&to, message));
        }
        if let Some((at, _, index)) = indexes.shift_remove_full(&found) {
            indexes.shift_insert(at, to.clone(), index);
        }
        self.indexes.insert(found, to);
        Ok(())
    }
}
