//! Keys, checks, foreign keys and exclusion constraints.

use trueup_contract::Sql;
use trueup_state::{
    Address, Check, Deferral, Exclude, ForeignKey, Ident, KeyExtra, Part, PostgresCheck, PostgresForeignKey,
    PostgresKey, PrimaryKey, Qualified, ReferentialAction, Table, Unique,
};

use super::{enclosed, options};
use crate::render::sql;

/// A constraint of a table, with its name, as it stands in CREATE TABLE. `None`: there is no such constraint.
pub(crate) fn constraint(name: &Qualified, table: &Table, address: &Address) -> Option<Sql> {
    match address {
        Address::PrimaryKey(_) => table.primary_key.as_ref().map(|key| primary_key(name, key)),
        Address::Unique(_, own) => table.uniques.get(own).map(|key| unique(own, key)),
        Address::Check(_, own) => table.checks.get(own).map(|it| check(own, it)),
        Address::ForeignKey(_, own) => table.foreign_keys.get(own).map(|key| foreign_key(own, key)),
        _ => None,
    }
}

/// `ALTER TABLE … ADD CONSTRAINT …`
pub(crate) fn add(alter: Sql, constraint: &Sql) -> String {
    alter.raw("ADD").sql(constraint).finish()
}

fn named(name: &Ident) -> Sql {
    sql("CONSTRAINT").ident(name)
}

/// The name of a primary key.
pub(crate) fn primary_key_name(table: &Qualified, key: &PrimaryKey) -> Ident {
    key.name.clone().unwrap_or_else(|| Ident::from([table.name.text(), "_pkey"].concat()))
}

fn primary_key(table: &Qualified, key: &PrimaryKey) -> Sql {
    let PrimaryKey { name: _, parts, extra } = key;
    tail(named(&primary_key_name(table, key)).raw("PRIMARY KEY"), parts, extra)
}

fn unique(name: &Ident, key: &Unique) -> Sql {
    let Unique { name: _, parts, extra } = key;
    let mut sql = named(name).raw("UNIQUE");
    if extra.postgres().nulls_not_distinct {
        sql = sql.raw("NULLS NOT DISTINCT");
    }
    tail(sql, parts, extra)
}

fn tail(sql: Sql, parts: &[Part], extra: &KeyExtra) -> Sql {
    let PostgresKey { include, nulls_not_distinct: _, without_overlaps, deferral: when, options: with, only: _ } =
        extra.postgres();
    let columns: Vec<&Ident> = parts.iter().filter_map(Part::column_name).collect();
    let last = columns.last().copied();
    let mut sql = sql.list(columns, |sql, column| {
        let sql = sql.ident(column);
        if without_overlaps && Some(column) == last { sql.raw("WITHOUT OVERLAPS") } else { sql }
    });
    if !include.is_empty() {
        sql = sql.raw("INCLUDE").idents(&include);
    }
    if !with.is_empty() {
        sql = options(sql.raw("WITH"), &with);
    }
    deferral(sql, when)
}

/// `DEFERRABLE …`, or nothing.
pub(crate) fn deferral(sql: Sql, deferral: Deferral) -> Sql {
    match deferral {
        Deferral::NotDeferrable => sql,
        Deferral::InitiallyImmediate => sql.raw("DEFERRABLE"),
        Deferral::InitiallyDeferred => sql.raw("DEFERRABLE INITIALLY DEFERRED"),
    }
}

fn check(name: &Ident, check: &Check) -> Sql {
    let Check { name: _, expression, extra } = check;
    let PostgresCheck { not_valid, no_inherit, not_enforced } = extra.postgres();
    let mut sql = enclosed(named(name).raw("CHECK"), expression);
    if no_inherit {
        sql = sql.raw("NO INHERIT");
    }
    // What is never checked is not valid either, without saying so.
    match (not_enforced, not_valid) {
        (true, _) => sql.raw("NOT ENFORCED"),
        (false, true) => sql.raw("NOT VALID"),
        (false, false) => sql,
    }
}

/// A foreign key with its name.
pub(crate) fn foreign_key(name: &Ident, key: &ForeignKey) -> Sql {
    let ForeignKey { name: _, columns, references, referenced_columns, on_delete, on_update, deferral: when, extra } =
        key;
    let PostgresForeignKey { match_full, delete_columns, not_valid, not_enforced, period } = extra.postgres();
    let list = |sql: Sql, columns: &[Ident]| {
        let last = columns.len().saturating_sub(1);
        sql.list(columns.iter().enumerate(), |sql, (at, column)| {
            let sql = if period && at == last { sql.raw("PERIOD") } else { sql };
            sql.ident(column)
        })
    };
    let mut sql = list(named(name).raw("FOREIGN KEY"), columns).raw("REFERENCES").name(references);
    if !referenced_columns.is_empty() {
        sql = list(sql, referenced_columns);
    }
    if match_full {
        sql = sql.raw("MATCH FULL");
    }
    if let Some(words) = action(*on_update) {
        sql = sql.raw("ON UPDATE").raw(words);
    }
    if let Some(words) = action(*on_delete) {
        sql = sql.raw("ON DELETE").raw(words);
        if !delete_columns.is_empty() {
            sql = sql.idents(&delete_columns);
        }
    }
    sql = deferral(sql, *when);
    match (not_enforced, not_valid) {
        (true, _) => sql.raw("NOT ENFORCED"),
        (false, true) => sql.raw("NOT VALID"),
        (false, false) => sql,
    }
}

fn action(action: ReferentialAction) -> Option<&'static str> {
    match action {
        ReferentialAction::NoAction => None,
        ReferentialAction::Restrict => Some("RESTRICT"),
        ReferentialAction::SetNull => Some("SET NULL"),
        ReferentialAction::SetDefault => Some("SET DEFAULT"),
        ReferentialAction::Cascade => Some("CASCADE"),
    }
}

/// An exclusion constraint with its name.
pub(crate) fn exclude(name: &Ident, exclude: &Exclude) -> Sql {
    let Exclude { definition, deferral: when } = exclude;
    deferral(named(name).raw("EXCLUDE").text(definition), *when)
}
