//! Character sets of tables that are there: pinned where a default changes, followed where a table is converted.

use trueup_state::{Column, Definition, MySqlObject, MySqlTable, SqlText};

use super::Alter;
use crate::{
    normalize,
    parse::{Fold, Trouble},
    read::{Cursor, charset, collation},
};

/// Text types, each with the next larger one.
const LARGER: [(&str, &str); 3] = [("tinytext", "text"), ("text", "mediumtext"), ("mediumtext", "longtext")];

/// The collation that the database gives to new tables, as far as it is known.
pub(super) fn of_database(fold: &Fold<'_>) -> Option<String> {
    let facts = fold.facts;
    let own = facts.collation.as_deref();
    if let Some(Definition::MySql(object)) = fold.schema.others.get(&normalize::database())
        && let MySqlObject::Database(it) = &**object
    {
        return normalize::collation(it.charset.as_deref(), it.collation.as_deref(), own, facts);
    }
    facts.collation.clone()
}

/// Tables keep the collation that the database has given them when it gives another one to new tables.
pub(in crate::parse) fn pin_tables(fold: &mut Fold<'_>) {
    let Some(collation) = of_database(fold) else { return };
    for table in fold.tables().values_mut() {
        let mut extra = table.extra.mysql();
        if extra.charset.is_none() {
            extra.collation.get_or_insert_with(|| collation.clone());
        }
        table.extra = extra.into();
    }
}

fn is_text(column: &Column) -> bool {
    normalize::is_text(normalize::split_type(column.ty.canonical()).0)
}

impl Alter<'_> {
    /// The collation that a table of these options gives to its columns.
    fn collation(&self, extra: &MySqlTable) -> Option<String> {
        let (charset, collation) = (extra.charset.as_deref(), extra.collation.as_deref());
        normalize::collation(charset, collation, self.inherited.as_deref(), self.facts)
    }

    /// Columns keep the collation that the table has given them when it gives another one to new columns.
    pub(super) fn pin_columns(&mut self, before: &MySqlTable) {
        let Some(collation) = self.collation(before) else { return };
        for column in self.work.table.columns.values_mut().filter(|it| is_text(it)) {
            if column.extra.mysql().charset.is_none() {
                column.collation.get_or_insert_with(|| collation.as_str().into());
            }
        }
    }

    /// `CONVERT TO CHARACTER SET`: every column of text follows, and grows where its characters may take more bytes.
    pub(super) fn convert(&mut self, mut cursor: Cursor<'_, '_>) -> Result<(), Trouble> {
        let charset = charset(&mut cursor)?.ok_or_else(|| cursor.wrong("`CHARACTER SET`"))?;
        let collation = collation(&mut cursor)?.filter(|it| it != "default");
        cursor.finish()?;
        self.pin_columns(&self.work.extra.clone());
        self.work.extra.charset = Some(charset).filter(|it| it != "default");
        self.work.extra.collation = collation;
        let to = self.collation(&self.work.extra);
        for (name, column) in &mut self.work.table.columns {
            normalize::json(name, column, self.facts);
            if is_text(column) {
                let own = column.extra.mysql().charset;
                let named = column.collation.as_ref().map(|it| it.text());
                let from = normalize::collation(own.as_deref(), named, None, self.facts);
                if let (Some(from), Some(to)) = (&from, &to)
                    && normalize::width(from) < normalize::width(to)
                {
                    grow(column);
                }
                follow(column);
            }
        }
        Ok(())
    }
}

/// A column takes what its table gives.
fn follow(column: &mut Column) {
    column.collation = None;
    let mut extra = column.extra.mysql();
    extra.charset = None;
    column.extra = extra.into();
}

fn grow(column: &mut Column) {
    let larger = LARGER.iter().find(|(ty, _)| *ty == column.ty.canonical());
    if let Some((_, larger)) = larger {
        column.ty = SqlText::new(*larger, *larger);
    }
}
