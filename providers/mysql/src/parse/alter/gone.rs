//! What ALTER TABLE drops.

use trueup_state::{Check, Ident, Part, Table};

use super::Alter;
use crate::{
    parse::{Trouble, names, statement::if_exists},
    read::Cursor,
};

impl Alter<'_> {
    /// `DROP …` of anything but partitions.
    pub(super) fn gone(&mut self, mut cursor: Cursor<'_, '_>) -> Result<(), Trouble> {
        cursor.expect("drop")?;
        if cursor.accept_all(&["primary", "key"]) {
            self.work.table.primary_key.take().ok_or_else(|| self.stmt.wrong("this table has no primary key"))?;
            return Ok(cursor.finish()?);
        }
        if cursor.accept_all(&["system", "versioning"]) {
            self.work.extra.versioned = false;
            return Ok(cursor.finish()?);
        }
        let kind = kind(&mut cursor);
        let if_exists = if_exists(&mut cursor);
        let name = cursor.name("a name")?;
        cursor.accept_any(&["restrict", "cascade"]);
        cursor.finish()?;
        let table = &mut self.work.table;
        let found = match kind {
            "index" => remove_index(table, &name),
            "foreign key" => remove_foreign_key(table, &name),
            "check" => remove_check(table, &name),
            // A constraint may be of any kind.
            "constraint" => {
                remove_check(table, &name)
                    || remove_foreign_key(table, &name)
                    || (is_unique(table, &name) && remove_index(table, &name))
            }
            "period" => {
                let periods = &mut self.work.extra.periods;
                names::find(periods, &name).and_then(|it| periods.shift_remove(&it)).is_some()
            }
            _ => self.drop_column(&name)?,
        };
        if found || if_exists { Ok(()) } else { Err(self.missing(kind, &name)) }
    }

    fn drop_column(&mut self, name: &Ident) -> Result<bool, Trouble> {
        let Some(name) = names::find(&self.work.table.columns, name) else { return Ok(false) };
        if let Some(user) = self.user_of(&name) {
            let message = [&user, " needs the column `", name.text(), "`, which is dropped here"].concat();
            return Err(self.stmt.wrong_name(&name, message).hint("drop or change that before"));
        }
        let table = &mut self.work.table;
        let is_other = |part: &Part| part.column_name().is_none_or(|it| !same(it, &name));
        let keys = table.primary_key.iter().map(|it| ("PRIMARY", &it.parts));
        let mut keys =
            keys.chain(table.indexes.iter().filter(|(_, it)| it.unique).map(|(own, it)| (own.text(), &it.parts)));
        let torn = keys.find(|(_, parts)| parts.len() > 1 && !parts.iter().all(is_other));
        // MySQL makes such a key shorter.
        if let Some((key, _)) = torn.filter(|_| self.facts.is_mariadb()) {
            let message = ["the key `", key, "` needs the column `", name.text(), "`, which is dropped here"].concat();
            return Err(self.stmt.wrong_name(&name, message).hint("drop the key in the same statement"));
        }
        // What is about this column alone goes with it.
        table.checks.retain(|_, it| !it.expression.mentions(name.text()));
        table.columns.shift_remove(&name);
        table.primary_key.iter_mut().for_each(|it| it.parts.retain(is_other));
        table.primary_key.take_if(|it| it.parts.is_empty());
        table.indexes.values_mut().for_each(|it| it.parts.retain(is_other));
        table.indexes.retain(|_, it| !it.parts.is_empty());
        Ok(true)
    }

    /// Whether a check mentions no other column.
    fn is_about_alone(&self, check: &Check, column: &Ident) -> bool {
        let mut others = self.work.table.columns.keys().filter(|it| !same(it, column));
        !others.any(|it| check.expression.mentions(it.text()))
    }

    /// What cannot be without a column: for people.
    fn user_of(&self, column: &Ident) -> Option<String> {
        let named = |kind: &str, name: &Ident| Some([kind, " `", name.text(), "`"].concat());
        let table = &self.work.table;
        for (name, key) in &table.foreign_keys {
            if key.columns.iter().any(|it| same(it, column)) {
                return named("foreign key", name);
            }
        }
        for (name, check) in &table.checks {
            if check.expression.mentions(column.text()) && !self.is_about_alone(check, column) {
                return named("check", name);
            }
        }
        for (name, it) in table.columns.iter().filter(|(name, _)| !self.touched.contains(&name.folded())) {
            if it.generated.as_ref().is_some_and(|it| it.expression.mentions(column.text())) {
                return named("generated column", name);
            }
        }
        None
    }
}

fn same(a: &Ident, b: &Ident) -> bool {
    a.text().eq_ignore_ascii_case(b.text())
}

fn kind(cursor: &mut Cursor<'_, '_>) -> &'static str {
    if cursor.accept_any(&["index", "key"]).is_some() {
        "index"
    } else if cursor.accept_all(&["foreign", "key"]) {
        "foreign key"
    } else if cursor.accept("constraint") {
        "constraint"
    } else if cursor.accept("check") {
        "check"
    } else if cursor.accept_all(&["period", "for"]) {
        "period"
    } else {
        cursor.accept("column");
        "column"
    }
}

fn remove_index(table: &mut Table, name: &Ident) -> bool {
    match names::find(&table.indexes, name) {
        Some(found) => table.indexes.shift_remove(&found).is_some(),
        None => name.text().eq_ignore_ascii_case("primary") && table.primary_key.take().is_some(),
    }
}

fn is_unique(table: &Table, name: &Ident) -> bool {
    match names::find(&table.indexes, name) {
        Some(found) => table.indexes.get(&found).is_some_and(|it| it.unique),
        None => true,
    }
}

fn remove_foreign_key(table: &mut Table, name: &Ident) -> bool {
    names::find(&table.foreign_keys, name).and_then(|it| table.foreign_keys.shift_remove(&it)).is_some()
}

fn remove_check(table: &mut Table, name: &Ident) -> bool {
    names::find(&table.checks, name).and_then(|it| table.checks.shift_remove(&it)).is_some()
}
