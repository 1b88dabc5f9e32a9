//! Reading SQLite's CREATE statements, to the last token.

mod assemble;
mod cursor;
mod index;
mod naming;
mod table;

use std::collections::{HashMap, HashSet};

use trueup_state::{Ident, Index, SqlText, Table, Trigger, TriggerExtra, VirtualTable};

pub(crate) use assemble::{Assembly, Misplaced};
pub(crate) use cursor::{Cursor, ReadError};
pub(crate) use naming::{check_name, foreign_key_name, insert_named, key_name};

use crate::{
    canonical::{self, Scope},
    token::Token,
};

/// What one CREATE statement makes. Names are spelled as in the statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Created {
    Table { name: Ident, table: Table },
    VirtualTable { name: Ident, table: VirtualTable },
    View { name: Ident, definition: SqlText },
    Index { name: Ident, table: Ident, index: Index },
    Trigger { name: Ident, on: Ident, trigger: Trigger },
}

/// The names that are known before texts which use them are read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// The folded columns of each table, by folded name.
    columns: HashMap<String, HashSet<String>>,
    /// Every relation and column, folded.
    all: HashSet<String>,
}

impl Names {
    /// Learn the names of a table.
    pub(crate) fn learn(&mut self, name: &Ident, table: &Table) {
        let columns: HashSet<String> = table.columns.keys().map(Ident::folded).collect();
        self.all.extend(columns.iter().cloned());
        self.all.insert(name.folded());
        self.columns.insert(name.folded(), columns);
    }

    /// Learn the name of a view or virtual table.
    pub(crate) fn learn_relation(&mut self, name: &Ident) {
        self.all.insert(name.folded());
    }
}

/// Read one statement; `source` is the text its tokens point into. Tables need no names; whatever mentions tables is
/// read after them.
pub(crate) fn created(source: &str, tokens: &[Token<'_>], names: &Names) -> Result<Created, ReadError> {
    let mut cursor = Cursor::new(source, tokens);
    cursor.expect("create")?;
    let unique = cursor.accept("unique");
    if unique || cursor.peek_is("index") {
        cursor.expect("index")?;
        return index::read(cursor, unique, names);
    }
    if cursor.accept("virtual") {
        cursor.expect("table")?;
        return virtual_table(cursor, names);
    }
    if cursor.accept("table") {
        return table::read(cursor);
    }
    if cursor.accept("view") {
        let name = cursor.created_name()?;
        let definition = canonical::text(source, cursor.rest(), Scope::Open(&names.all));
        return Ok(Created::View { name, definition });
    }
    cursor.expect("trigger")?;
    trigger(cursor, names)
}

fn virtual_table(mut cursor: Cursor<'_, '_>, names: &Names) -> Result<Created, ReadError> {
    let name = cursor.created_name()?;
    cursor.expect("using")?;
    let module = Ident::from(cursor.name("a module name")?.folded());
    let arguments = if cursor.is_done() { SqlText::new("", "") } else { cursor.group_text(Scope::Open(&names.all))? };
    cursor.finish()?;
    Ok(Created::VirtualTable { name, table: VirtualTable { module, arguments } })
}

fn trigger(mut cursor: Cursor<'_, '_>, names: &Names) -> Result<Created, ReadError> {
    let name = cursor.created_name()?;
    let definition = canonical::text(cursor.source(), cursor.rest(), Scope::Open(&names.all));
    // [BEFORE | AFTER | INSTEAD OF] (DELETE | INSERT | UPDATE [OF columns]) ON table …
    while !cursor.accept("on") {
        cursor.next("ON and the table's name")?;
    }
    let on = cursor.qualified_name("the trigger's table")?;
    Ok(Created::Trigger { name, on, trigger: Trigger { definition, extra: TriggerExtra::None } })
}

#[cfg(test)]
mod tests;
