//! Columns.

mod attribute;

use trueup_state::{Check, Column, ForeignKey, Generated, Ident, MySqlColumn, SqlText};

use super::{
    Cursor, ReadError,
    key::KeyDefinition,
    types::{self, Family, family},
};
use crate::facts::Facts;

/// A column, and what its definition says of the table besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ColumnDefinition {
    pub(crate) column: Column,
    /// `PRIMARY KEY`, `UNIQUE`; a key of one column, without a name.
    pub(crate) keys: Vec<KeyDefinition>,
    /// Checks that are the table's (MySQL).
    pub(crate) checks: Vec<Check>,
    /// `REFERENCES`, where the server honours it.
    pub(crate) foreign_keys: Vec<ForeignKey>,
    /// Whether it says NULL or NOT NULL.
    pub(crate) says_null: bool,
    /// Whether it says DEFAULT or ON UPDATE.
    pub(crate) says_default: bool,
}

/// What a definition has said so far.
struct Reading {
    name: Ident,
    ty: SqlText,
    nullable: Option<bool>,
    default: Option<SqlText>,
    says_default: bool,
    collation: Option<String>,
    generated: Option<Generated>,
    keys: Vec<KeyDefinition>,
    checks: Vec<Check>,
    foreign_keys: Vec<ForeignKey>,
    extra: MySqlColumn,
}

/// A definition, from the type on; it ends before a comma, `FIRST`, `AFTER` or the end.
pub(crate) fn column_definition(cursor: &mut Cursor<'_, '_>, name: &Ident) -> Result<ColumnDefinition, ReadError> {
    let read = types::type_name(cursor)?;
    let mut reading = Reading {
        name: name.clone(),
        ty: read.ty,
        nullable: None,
        default: None,
        says_default: false,
        collation: read.collation,
        generated: None,
        keys: Vec::new(),
        checks: Vec::new(),
        foreign_keys: Vec::new(),
        extra: MySqlColumn { charset: read.charset, ..MySqlColumn::default() },
    };
    if read.serial {
        reading.serial();
    }
    while attribute::read(cursor, &mut reading)? {}
    Ok(reading.finish(cursor.facts))
}

impl Reading {
    /// `SERIAL` and `SERIAL DEFAULT VALUE`.
    fn serial(&mut self) {
        self.nullable = Some(false);
        self.extra.auto_increment = true;
        self.keys.push(KeyDefinition::of_column(&self.name, false));
    }

    fn finish(mut self, facts: &Facts) -> ColumnDefinition {
        // Where one column says PRIMARY KEY and UNIQUE, MariaDB makes only the primary key.
        let is_primary = |it: &KeyDefinition| matches!(it, KeyDefinition::Primary(_));
        if facts.is_mariadb() && self.keys.iter().any(is_primary) {
            self.keys.retain(is_primary);
        }
        self.keys.dedup();
        let Reading { ty, nullable, default, says_default, mut collation, generated, mut extra, .. } = self;
        let of_text = matches!(family(ty.canonical()), Family::Text | Family::Choice);
        if of_text {
            types::complete(&mut extra.charset, &mut collation);
        } else {
            extra.charset = None;
            collation = None;
        }
        let column = Column {
            nullable: nullable.unwrap_or(true) && !extra.auto_increment,
            ty,
            default,
            collation: collation.map(Ident::from),
            generated,
            extra: extra.into(),
        };
        ColumnDefinition {
            column,
            keys: self.keys,
            checks: self.checks,
            foreign_keys: self.foreign_keys,
            says_null: nullable.is_some(),
            says_default,
        }
    }
}
