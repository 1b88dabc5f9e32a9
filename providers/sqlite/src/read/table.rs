//! CREATE TABLE (sqlite.org/lang_createtable.html).

mod column;
mod foreign_key;

use std::collections::HashSet;

use indexmap::IndexMap;
use trueup_state::{
    Check, CheckExtra, ColumnExtra, Conflict, ForeignKey, Ident, KeyExtra, Part, PrimaryKey, SqliteKey, SqliteTable,
    Table, Unique,
};

use super::{
    Created, Cursor, ReadError, check_name, cursor::split_commas, foreign_key_name, index, insert_named, key_name,
};
use crate::{
    canonical::Scope,
    token::{Kind, Token},
};

/// A table while it is read.
struct Draft<'s> {
    table: Table,
    /// The folded names of all columns, for the scope of expressions.
    columns: &'s HashSet<String>,
    key: Option<DraftKey>,
}

struct DraftKey {
    name: Option<Ident>,
    parts: Vec<Part>,
    conflict: Conflict,
    autoincrement: bool,
    /// Declared on the column itself, where DESC keeps it from being the rowid.
    inline: bool,
}

pub(super) fn read(mut cursor: Cursor<'_, '_>) -> Result<Created, ReadError> {
    let name = cursor.created_name()?;
    let source = cursor.source();
    let body = cursor.group()?;
    let items = split_commas(body);
    let names = column_names(&items);
    let columns = index::column_scope(names.iter());
    let mut draft = Draft { table: Table::default(), columns: &columns, key: None };
    for item in items {
        let mut item = Cursor::new(source, item);
        if starts_constraint(&item) {
            draft.table_constraints(&mut item)?;
        } else {
            draft.column(&mut item)?;
        }
        item.finish()?;
    }
    let options = options(&mut cursor)?;
    Ok(Created::Table { name, table: draft.finish(options) })
}

fn column_names(items: &[&[Token<'_>]]) -> Vec<Ident> {
    items
        .iter()
        .filter(|item| !starts_constraint(&Cursor::new("", item)))
        .filter_map(|item| item.first())
        .filter(|token| token.is_name())
        .map(|token| Ident::from(token.unquoted().as_ref()))
        .collect()
}

/// Whether an item is a table constraint: one of these reserved words, unquoted.
fn starts_constraint(item: &Cursor<'_, '_>) -> bool {
    item.peek().is_some_and(|token| {
        token.kind == Kind::Word
            && ["constraint", "primary", "unique", "check", "foreign"].iter().any(|it| token.is(it))
    })
}

fn options(cursor: &mut Cursor<'_, '_>) -> Result<SqliteTable, ReadError> {
    let mut options = SqliteTable::default();
    while !cursor.is_done() {
        if cursor.accept("strict") {
            options.strict = true;
        } else if cursor.accept_all(&["without", "rowid"]) {
            options.without_rowid = true;
        } else {
            return Err(cursor.wrong("STRICT or WITHOUT ROWID"));
        }
        if !cursor.is_done() {
            cursor.expect(",")?;
        }
    }
    Ok(options)
}

/// `[ON CONFLICT what]`
fn conflict(cursor: &mut Cursor<'_, '_>) -> Result<Conflict, ReadError> {
    if !cursor.accept_all(&["on", "conflict"]) {
        return Ok(Conflict::Abort);
    }
    let what = match cursor.peek_word().as_deref() {
        Some("abort") => Conflict::Abort,
        Some("rollback") => Conflict::Rollback,
        Some("fail") => Conflict::Fail,
        Some("ignore") => Conflict::Ignore,
        Some("replace") => Conflict::Replace,
        _ => return Err(cursor.wrong("ABORT, ROLLBACK, FAIL, IGNORE or REPLACE")),
    };
    cursor.next("a conflict action")?;
    Ok(what)
}

impl Draft<'_> {
    /// One or more table constraints; SQLite lets the commas between them be left out.
    fn table_constraints(&mut self, item: &mut Cursor<'_, '_>) -> Result<(), ReadError> {
        while !item.is_done() {
            let name = if item.accept("constraint") { Some(item.name("a constraint name")?) } else { None };
            if item.is_done() {
                return Ok(());
            }
            self.table_constraint(name, item)?;
        }
        Ok(())
    }

    fn table_constraint(&mut self, name: Option<Ident>, item: &mut Cursor<'_, '_>) -> Result<(), ReadError> {
        if item.accept_all(&["primary", "key"]) {
            let (parts, autoincrement) = self.key_parts(item)?;
            let conflict = conflict(item)?;
            self.key = Some(DraftKey { name, parts, conflict, autoincrement, inline: false });
        } else if item.accept("unique") {
            let parts = index::parts(item, Scope::Names(self.columns))?;
            let conflict = conflict(item)?;
            self.unique(name, parts, conflict);
        } else if item.accept("check") {
            self.check(name, item)?;
        } else if item.accept_all(&["foreign", "key"]) {
            let columns = item.names()?;
            item.expect("references")?;
            let key = foreign_key::read(item, name, columns)?;
            self.foreign_key(key);
        } else {
            return Err(item.wrong("PRIMARY KEY, UNIQUE, CHECK or FOREIGN KEY"));
        }
        Ok(())
    }

    /// The parts of a primary key in a table constraint, which may end in AUTOINCREMENT.
    fn key_parts(&self, item: &mut Cursor<'_, '_>) -> Result<(Vec<Part>, bool), ReadError> {
        let mut probe = *item;
        let autoincrement = probe.group()?.last().is_some_and(|token| token.is("autoincrement"));
        if !autoincrement {
            return Ok((index::parts(item, Scope::Names(self.columns))?, false));
        }
        let source = item.source();
        let inner = item.group()?;
        let parts = split_commas(&inner[..inner.len() - 1])
            .into_iter()
            .map(|tokens| {
                let mut tokens = Cursor::new(source, tokens);
                let mut part = Part::column(tokens.name("a column name")?);
                part.descending = tokens.accept("desc");
                tokens.accept("asc");
                tokens.finish()?;
                Ok(part)
            })
            .collect::<Result<_, ReadError>>()?;
        Ok((parts, true))
    }

    fn unique(&mut self, name: Option<Ident>, parts: Vec<Part>, conflict: Conflict) {
        let key = name.clone().unwrap_or_else(|| key_name(&parts));
        let extra = KeyExtra::from(SqliteKey { conflict, ..SqliteKey::default() });
        insert_named(&mut self.table.uniques, key, Unique { name, parts, extra });
    }

    fn check(&mut self, name: Option<Ident>, item: &mut Cursor<'_, '_>) -> Result<(), ReadError> {
        let expression = item.group_text(Scope::Names(self.columns))?;
        // Accepted and ignored by SQLite on a CHECK (sqlite.org/lang_createtable.html#check_constraints).
        conflict(item)?;
        let key = name.clone().unwrap_or_else(|| check_name(&expression));
        insert_named(&mut self.table.checks, key, Check { name, expression, extra: CheckExtra::None });
        Ok(())
    }

    fn foreign_key(&mut self, key: ForeignKey) {
        let name = key.name.clone().unwrap_or_else(|| foreign_key_name(&key.columns));
        insert_named(&mut self.table.foreign_keys, name, key);
    }

    /// What follows from the whole statement: the rowid alias and the NOT NULLs that a key implies.
    fn finish(self, options: SqliteTable) -> Table {
        let Draft { mut table, columns: _, key } = self;
        table.extra = options.into();
        let Some(DraftKey { name, parts, conflict, autoincrement, inline }) = key else { return table };
        let rowid_alias = is_rowid_alias(&table.columns, &parts, inline, options);
        if options.without_rowid || (options.strict && !rowid_alias) {
            for part in &parts {
                let column = part.column_name().and_then(|name| column_mut(&mut table.columns, name));
                if let Some(column) = column {
                    column.nullable = false;
                }
            }
        }
        let extra = KeyExtra::from(SqliteKey { conflict, autoincrement, rowid_alias });
        table.primary_key = Some(PrimaryKey { name, parts, extra });
        table
    }
}

fn is_rowid_alias(
    columns: &IndexMap<Ident, trueup_state::Column>,
    parts: &[Part],
    inline: bool,
    options: SqliteTable,
) -> bool {
    let [part] = parts else { return false };
    let integer = part
        .column_name()
        .and_then(|name| columns.iter().find(|(column, _)| column.folded() == name.folded()))
        .is_some_and(|(_, column)| column.ty.canonical() == "integer");
    integer && !options.without_rowid && !(inline && part.descending)
}

fn column_mut<'t>(
    columns: &'t mut IndexMap<Ident, trueup_state::Column>,
    name: &Ident,
) -> Option<&'t mut trueup_state::Column> {
    columns.iter_mut().find(|(column, _)| column.folded() == name.folded()).map(|(_, column)| column)
}

/// The additions of a column, `None` where there are none.
fn column_extra(not_null: Conflict) -> ColumnExtra {
    ColumnExtra::from(trueup_state::SqliteColumn { not_null })
}
