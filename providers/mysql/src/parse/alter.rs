//! ALTER TABLE: its clauses, one phase after another.
//!
//! The server reads all clauses against the table as it was: names that are dropped, changed or renamed are the old ones, keys
//! that are added are over the new ones. So what goes, goes first; then names change, all at once; then the defaults of the
//! table; then what is added or changed, in the order in which it is written.

mod charset;
mod clause;
mod column;
mod gone;
mod key;
mod made;
mod partition;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use trueup_state::{Address, Ident, Qualified};

use super::{
    Fold, FoldResult, Folded, Trouble, check, rename,
    statement::{Stmt, if_exists, wait},
    words::Renames,
};
use crate::{
    facts::Facts,
    read::{Assembly, Cursor, table_options},
};
pub(super) use charset::pin_tables;
use clause::{Clause, Phase};
pub(super) use made::{drop_made, make_indexes};

/// A table that is being altered.
struct Alter<'s> {
    stmt: &'s Stmt<'s>,
    facts: &'s Facts,
    /// What the database gives to new tables.
    inherited: Option<String>,
    /// The table as it is by now.
    work: Assembly,
    /// Columns under new names.
    renames: Renames,
    /// Columns that are dropped or changed, in lower case: what they need now means nothing.
    touched: BTreeSet<String>,
    /// Indexes under new names.
    indexes: BTreeMap<Ident, Ident>,
    /// Where what is added stands.
    parts: Vec<(Range<usize>, Address)>,
    /// The new name of the table.
    new_name: Option<Ident>,
}

/// `ALTER TABLE`.
pub(super) fn table(fold: &mut Fold<'_>, stmt: &Stmt<'_>) -> FoldResult {
    let facts = fold.facts;
    let mut cursor = stmt.cursor(facts);
    cursor.expect("alter")?;
    while cursor.accept_any(&["online", "offline", "ignore"]).is_some() {}
    cursor.expect("table")?;
    let if_exists = if_exists(&mut cursor);
    let written = cursor.own_name("a table")?;
    wait(&mut cursor)?;
    if let Some(view) = fold.view_name(&written) {
        return view_renamed(fold, stmt, &view, cursor);
    }
    let name = match fold.expect_table(stmt, &written) {
        Ok(name) => name,
        Err(_) if if_exists || check::is_state_table(&written) => return Ok(Folded::Nothing),
        Err(trouble) => return Err(trouble),
    };
    make_indexes(fold, &name);
    let Some(there) = fold.tables().get(&name).cloned() else { return Ok(Folded::Nothing) };
    let clauses = clause::all(cursor);
    let mut alter = Alter {
        stmt,
        facts,
        inherited: charset::of_database(fold),
        work: Assembly::of(name, there),
        renames: Renames::default(),
        touched: clause::touched(&clauses),
        indexes: BTreeMap::new(),
        parts: Vec::new(),
        new_name: None,
    };
    alter.run(&clauses)?;
    alter.finish(fold)
}

/// `ALTER TABLE` renames views, too.
fn view_renamed(fold: &mut Fold<'_>, stmt: &Stmt<'_>, view: &Ident, mut cursor: Cursor<'_, '_>) -> FoldResult {
    if !cursor.accept("rename") {
        return Err(stmt.wrong_name(view, ["`", view.text(), "` is a view"].concat()));
    }
    cursor.accept_any(&["to", "as", "="]);
    let to = cursor.own_name("the new name")?;
    cursor.finish()?;
    rename::view_to(fold, view, &to);
    Ok(Folded::Object(Address::View(Qualified::bare(to))))
}

impl Alter<'_> {
    fn run(&mut self, clauses: &[Clause<'_, '_>]) -> Result<(), Trouble> {
        for phase in Phase::ALL {
            for clause in clauses.iter().filter(|it| it.is_in(phase)) {
                self.clause(phase, clause.cursor)?;
            }
            if phase == Phase::Rename {
                let renames = self.renames.clone();
                self.take_names(&renames);
            }
        }
        Ok(())
    }

    /// The table takes the place of what it was.
    fn finish(self, fold: &mut Fold<'_>) -> FoldResult {
        let Alter { stmt, work, renames, indexes, parts, new_name, .. } = self;
        let (name, mut table) = work.finish();
        check::table(stmt, &mut table)?;
        fold.tables().insert(name.clone(), table);
        let target = Qualified::bare(name.clone());
        let keys = fold.tables().values_mut().flat_map(|it| it.foreign_keys.values_mut());
        let columns = keys.filter(|it| it.references == target).flat_map(|it| &mut it.referenced_columns);
        columns.for_each(|column| *column = renames.of(column));
        if let Some(made) = fold.made.get_mut(&name) {
            *made = std::mem::take(made).into_iter().map(|it| indexes.get(&it).cloned().unwrap_or(it)).collect();
        }
        drop_made(fold, &name);
        if let Some(to) = &new_name {
            rename::table_to(fold, stmt, &name, to)?;
        }
        fold.parts.extend(parts);
        Ok(Folded::Object(Address::Table(Qualified::bare(new_name.unwrap_or(name)))))
    }

    fn clause(&mut self, phase: Phase, mut cursor: Cursor<'_, '_>) -> Result<(), Trouble> {
        match phase {
            Phase::DropKeys | Phase::DropColumns => self.gone(cursor),
            Phase::Rename => self.renamed(cursor),
            Phase::Options if cursor.accept_all(&["convert", "to"]) => self.convert(cursor),
            Phase::Options => self.options(cursor),
            Phase::Add if cursor.accept("add") => self.add(cursor),
            Phase::Add if cursor.accept("modify") => self.change(cursor, true),
            Phase::Add if cursor.accept("change") => self.change(cursor, false),
            Phase::Add if cursor.accept("alter") => self.alter(cursor),
            Phase::Add => Err(cursor.wrong("a clause of ALTER TABLE").into()),
            Phase::Partitions => self.partitions(cursor),
            Phase::NewName => {
                cursor.expect("rename")?;
                cursor.accept_any(&["to", "as", "="]);
                self.new_name = Some(cursor.own_name("the new name")?);
                Ok(cursor.finish()?)
            }
        }
    }

    /// Options of the table.
    fn options(&mut self, mut cursor: Cursor<'_, '_>) -> Result<(), Trouble> {
        let before = self.work.extra.clone();
        if !table_options(&mut cursor, &mut self.work.extra)? {
            return Err(cursor.wrong("a clause of ALTER TABLE").into());
        }
        cursor.finish()?;
        let extra = &self.work.extra;
        if (&extra.charset, &extra.collation) != (&before.charset, &before.collation) {
            self.pin_columns(&before);
        }
        Ok(())
    }

    /// `RENAME COLUMN`, `RENAME INDEX` and the new name in `CHANGE`.
    fn renamed(&mut self, mut cursor: Cursor<'_, '_>) -> Result<(), Trouble> {
        if cursor.accept("change") {
            cursor.accept("column");
            let if_exists = if_exists(&mut cursor);
            let (from, to) = (cursor.name("a column")?, cursor.name("its new name")?);
            return self.rename_column(&from, to, if_exists);
        }
        cursor.expect("rename")?;
        let is_column = cursor.accept("column");
        cursor.accept_any(&["index", "key"]);
        let if_exists = if_exists(&mut cursor);
        let from = cursor.name("a name")?;
        cursor.expect("to")?;
        let to = cursor.name("the new name")?;
        cursor.finish()?;
        if is_column { self.rename_column(&from, to, if_exists) } else { self.rename_index(&from, to, if_exists) }
    }

    /// Something that the table has not.
    fn missing(&self, kind: &str, name: &Ident) -> Trouble {
        let message = ["table `", self.work.name.text(), "` has no ", kind, " `", name.text(), "`"].concat();
        self.stmt.wrong_name(name, message)
    }
}
