//! Putting the parts of a table together, as CREATE TABLE and ALTER TABLE do.

use trueup_state::{
    Check, Column, ForeignKey, Ident, Index, IndexExtra, MySqlPart, MySqlTable, Part, SqlText, Table, Term,
};

use super::{
    column::ColumnDefinition,
    constraint::ForeignKeyDefinition,
    key::KeyDefinition,
    naming::{check_name, free_key_name, highest_foreign_key, key_name, numbered_foreign_key},
    types::{self, numbers},
};
use crate::facts::Facts;

/// A part of a table that cannot be: said without a place, since whoever reads knows it.
pub(crate) type Misplaced = String;

/// A table in the making.
#[derive(Clone, Debug)]
pub(crate) struct Assembly {
    pub(crate) name: Ident,
    pub(crate) table: Table,
    pub(crate) extra: MySqlTable,
    /// The names that foreign keys without a name give to their indexes (MySQL).
    index_names: Vec<(Vec<Ident>, Ident)>,
    /// The highest number in the name of a foreign key that was given none; those that are added count on.
    unnamed: u32,
}

/// A key or constraint that a table gets.
pub(super) enum Addition {
    Key(KeyDefinition),
    Check(Check),
    ForeignKey(ForeignKeyDefinition),
}

fn additions(keys: Vec<KeyDefinition>, checks: Vec<Check>, foreign_keys: Vec<ForeignKey>) -> Vec<Addition> {
    let foreign_key = |foreign_key| Addition::ForeignKey(ForeignKeyDefinition { foreign_key, index: None });
    let keys = keys.into_iter().map(Addition::Key).chain(checks.into_iter().map(Addition::Check));
    keys.chain(foreign_keys.into_iter().map(foreign_key)).collect()
}

impl Assembly {
    pub(crate) fn new(name: Ident) -> Assembly {
        Assembly { name, table: Table::default(), extra: MySqlTable::default(), index_names: Vec::new(), unnamed: 0 }
    }

    /// A table that is there, to change it.
    pub(crate) fn of(name: Ident, mut table: Table) -> Assembly {
        let extra = std::mem::take(&mut table.extra).mysql();
        let unnamed = highest_foreign_key(&name, &table);
        Assembly { name, table, extra, index_names: Vec::new(), unnamed }
    }

    /// A column at the end, with everything that its definition says of the table.
    pub(crate) fn add_column(
        &mut self,
        name: Ident,
        definition: ColumnDefinition,
        facts: &Facts,
    ) -> Result<(), Misplaced> {
        let additions = self.insert_column(name, definition, facts)?;
        additions.into_iter().try_for_each(|it| self.add(it, facts))
    }

    /// A column at the end; what its definition says of the table besides is handed back.
    pub(super) fn insert_column(
        &mut self,
        name: Ident,
        definition: ColumnDefinition,
        facts: &Facts,
    ) -> Result<Vec<Addition>, Misplaced> {
        if self.column(&name).is_some() {
            return Err(["the table has two columns `", name.text(), "`"].concat());
        }
        let ColumnDefinition { mut column, keys, checks, foreign_keys, says_null, says_default } = definition;
        if facts.implicit_timestamps && column.ty.canonical().starts_with("timestamp") && column.generated.is_none() {
            self.implicit_timestamp(&mut column, says_null, says_default);
        }
        self.table.columns.insert(name, column);
        Ok(additions(keys, checks, foreign_keys))
    }

    /// What a column's definition says of the table.
    pub(crate) fn add_parts(
        &mut self,
        keys: Vec<KeyDefinition>,
        checks: Vec<Check>,
        foreign_keys: Vec<ForeignKey>,
        facts: &Facts,
    ) -> Result<(), Misplaced> {
        additions(keys, checks, foreign_keys).into_iter().try_for_each(|it| self.add(it, facts))
    }

    /// A key or constraint.
    pub(super) fn add(&mut self, addition: Addition, facts: &Facts) -> Result<(), Misplaced> {
        match addition {
            Addition::Key(key) => self.add_key(key).map(drop),
            Addition::Check(check) => self.add_check(check, facts).map(drop),
            Addition::ForeignKey(definition) => self.add_foreign_key(definition).map(drop),
        }
    }

    /// Without `explicit_defaults_for_timestamp`, a TIMESTAMP is not NULL unless that is said, and the first one is
    /// set by itself.
    fn implicit_timestamp(&self, column: &mut Column, says_null: bool, says_default: bool) {
        if says_null && column.nullable {
            return;
        }
        column.nullable = false;
        if says_default {
            return;
        }
        let is_moment = |it: &Column| it.ty.canonical().starts_with("timestamp");
        if self.table.columns.values().any(is_moment) {
            let digits = numbers(column.ty.canonical()).first().copied().unwrap_or(0);
            let zeros = "0".repeat(usize::try_from(digits).unwrap_or(0));
            let point = if zeros.is_empty() { "" } else { "." };
            let zero = ["'0000-00-00 00:00:00", point, &zeros, "'"].concat();
            column.default = Some(SqlText::new(zero.clone(), zero));
        } else {
            let arguments = column.ty.canonical().strip_prefix("timestamp").unwrap_or_default();
            let arguments = if arguments.is_empty() { "()" } else { arguments };
            let now = ["current_timestamp", arguments].concat();
            let now = SqlText::new(now.clone(), now);
            column.default = Some(now.clone());
            let mut extra = column.extra.mysql();
            extra.on_update = Some(now);
            column.extra = extra.into();
        }
    }

    /// The name under which a column of this name is known, whatever its case.
    pub(crate) fn column(&self, name: &Ident) -> Option<Ident> {
        let folded = name.text().to_lowercase();
        self.table.columns.keys().find(|it| it.text().to_lowercase() == folded).cloned()
    }

    /// A key; says the name that it got, but for the primary one.
    pub(crate) fn add_key(&mut self, key: KeyDefinition) -> Result<Option<Ident>, Misplaced> {
        match key {
            KeyDefinition::Primary(mut key) => {
                if self.table.primary_key.is_some() {
                    return Err("the table has two primary keys".to_owned());
                }
                key.parts.iter_mut().for_each(|part| self.resolve(part));
                for name in key.parts.iter().filter_map(Part::column_name) {
                    if let Some(column) = self.table.columns.get_mut(name) {
                        column.nullable = false;
                    }
                }
                self.table.primary_key = Some(key);
                Ok(None)
            }
            KeyDefinition::Index(name, mut index) => {
                index.parts.iter_mut().for_each(|part| self.resolve(part));
                let name = name.unwrap_or_else(|| key_name(&self.table, &index));
                self.add_index(name.clone(), index)?;
                Ok(Some(name))
            }
        }
    }

    /// Parts of keys name columns as these are spelled, and a prefix as long as its column is none.
    fn resolve(&self, part: &mut Part) {
        if let Term::Column(name) = &mut part.term
            && let Some(known) = self.column(name)
        {
            *name = known;
        }
        let MySqlPart { prefix } = part.extra.mysql();
        let column = part.column_name().and_then(|it| self.table.columns.get(it));
        let ty = column.map_or("", |it| it.ty.canonical());
        let has_length = ["char(", "varchar(", "binary(", "varbinary("].iter().any(|it| ty.starts_with(it));
        if has_length && prefix.is_some() && numbers(ty).first().copied() == prefix {
            part.extra = MySqlPart::default().into();
        }
    }

    fn add_index(&mut self, name: Ident, index: Index) -> Result<(), Misplaced> {
        let folded = name.text().to_lowercase();
        if self.table.indexes.keys().any(|it| it.text().to_lowercase() == folded) {
            return Err(["the table has two keys `", name.text(), "`"].concat());
        }
        if folded == "primary" {
            return Err("only the primary key is named `PRIMARY`".to_owned());
        }
        self.table.indexes.insert(name, index);
        Ok(())
    }

    /// A check; says the name that it got.
    pub(crate) fn add_check(&mut self, check: Check, facts: &Facts) -> Result<Ident, Misplaced> {
        let generated = || check_name(&self.name, &self.table, facts.is_mariadb());
        let name = check.name.clone().unwrap_or_else(generated);
        let folded = name.text().to_lowercase();
        if self.table.checks.keys().any(|it| it.text().to_lowercase() == folded) {
            return Err(["the table has two checks `", name.text(), "`"].concat());
        }
        self.table.checks.insert(name.clone(), check);
        Ok(name)
    }

    /// A foreign key; says the name that it got.
    pub(crate) fn add_foreign_key(&mut self, definition: ForeignKeyDefinition) -> Result<Ident, Misplaced> {
        let ForeignKeyDefinition { mut foreign_key, index } = definition;
        for column in &mut foreign_key.columns {
            if let Some(known) = self.column(column) {
                *column = known;
            }
        }
        if let (None, Some(index)) = (&foreign_key.name, index) {
            self.index_names.push((foreign_key.columns.clone(), index));
        }
        let name = match &foreign_key.name {
            Some(name) => name.clone(),
            None => {
                self.unnamed += 1;
                numbered_foreign_key(&self.name, self.unnamed)
            }
        };
        let folded = name.text().to_lowercase();
        if self.table.foreign_keys.keys().any(|it| it.text().to_lowercase() == folded) {
            return Err(["the table has two foreign keys `", name.text(), "`"].concat());
        }
        self.table.foreign_keys.insert(name.clone(), foreign_key);
        Ok(name)
    }

    /// The table, once all is said.
    pub(crate) fn finish(mut self) -> (Ident, Table) {
        for (columns, name) in std::mem::take(&mut self.index_names) {
            let covers = |names: Vec<Option<&Ident>>| {
                names.len() >= columns.len() && columns.iter().zip(names).all(|(column, it)| it == Some(column))
            };
            let indexes = self.table.indexes.values().map(|it| &it.parts);
            let keys = indexes.chain(self.table.primary_key.iter().map(|it| &it.parts));
            if !keys.into_iter().any(|parts| covers(parts.iter().map(|it| it.column_name()).collect())) {
                let parts = columns.into_iter().map(Part::column).collect();
                let index = Index { unique: false, parts, predicate: None, extra: IndexExtra::None };
                let name = free_key_name(&self.table, name.text());
                self.table.indexes.insert(name, index);
            }
        }
        types::complete(&mut self.extra.charset, &mut self.extra.collation);
        self.table.extra = self.extra.into();
        (self.name, self.table)
    }
}
