//! How the server changes a column: found by trying on MariaDB 10.11 and 11.8 and MySQL 9.7, and read for what is older
//! (MySQL 8.4 manual, 17.12.1; MariaDB knowledge base, InnoDB online DDL).

use trueup_state::{Column, Ident, Table};

use super::{
    Sides, is_indexed,
    kind::{Kind, charset, kind},
};
use crate::steps::{clause::Class, context::Context};

/// Other engines than InnoDB change little without a copy.
pub(in crate::steps) fn is_innodb(table: &Table) -> bool {
    table.extra.mysql().engine.is_none_or(|it| it.eq_ignore_ascii_case("innodb"))
}

/// Whether columns come and go at once in such a table.
fn is_instant(context: &Context<'_>, table: &Table) -> bool {
    let row_format = table.extra.mysql().options.get("row_format").map(|it| it.to_ascii_lowercase());
    let is_fulltext = |it: &trueup_state::Index| it.extra.mysql().kind == trueup_state::IndexKind::Fulltext;
    let reaches = context.is_mariadb() || context.version.is_mysql(8, 0, 29);
    reaches && row_format.as_deref() != Some("compressed") && !table.indexes.values().any(is_fulltext)
}

pub(super) fn of_rename(context: &Context<'_>) -> Class {
    if context.is_mariadb() || context.version.is_mysql(8, 0, 28) { Class::Instant } else { Class::Inplace }
}

pub(super) fn of_drop(context: &Context<'_>, sides: &Sides<'_>, name: &Ident) -> Class {
    let table = sides.before;
    let Some(column) = table.columns.get(name) else { return Class::Copy };
    let mentioned =
        table.checks.values().any(|it| it.expression.mentions(name.text())) || column.extra.mysql().check.is_some();
    let computes = table.columns.values().filter_map(super::generated).any(|it| it.mentions(name.text()));
    match column.generated.as_ref() {
        _ if !is_innodb(table) => Class::Copy,
        Some(it) if !it.stored && !is_indexed(table, name) => Class::Instant,
        _ if mentioned && context.is_mariadb() => Class::Copy,
        _ if computes && !context.is_mariadb() => Class::Copy,
        _ if is_indexed(table, name) || computes || !is_instant(context, table) => Class::Inplace,
        _ => Class::Instant,
    }
}

pub(super) fn of_addition(
    context: &Context<'_>,
    sides: &Sides<'_>,
    name: &Ident,
    column: &Column,
    is_last: bool,
) -> Class {
    let extra = column.extra.mysql();
    let is_expression =
        column.default.as_ref().is_some_and(|it| crate::render::default(&column.ty, it).finish().starts_with('('));
    let is_stored = |it: &Column| it.generated.as_ref().is_some_and(|it| it.stored);
    let has_stored = sides.before.columns.values().any(is_stored);
    if !is_innodb(sides.before) || is_stored(column) || (is_expression && !context.is_mariadb()) {
        return Class::Copy;
    }
    if extra.auto_increment {
        return Class::Shared;
    }
    if column.generated.is_some() {
        return if is_indexed(sides.after, name) { Class::Inplace } else { Class::Instant };
    }
    if has_stored && !is_last && context.is_mariadb() {
        return Class::Copy;
    }
    let anywhere = context.is_mariadb() || context.version.is_mysql(8, 0, 29);
    if is_instant(context, sides.before) && (anywhere || is_last) { Class::Instant } else { Class::Inplace }
}

/// A column that stays and is otherwise.
pub(super) fn of_change(
    context: &Context<'_>,
    sides: &Sides<'_>,
    name: &Ident,
    (before, after): (&Column, &Column),
) -> Class {
    let Column { ty, nullable, default: _, collation, generated, extra } = after;
    let (was, is) = (before.extra.mysql(), extra.mysql());
    let mut class = Class::Instant;
    if !is_innodb(sides.before) {
        return Class::Copy;
    }
    if before.ty != *ty || before.collation != *collation {
        class = class.max(of_type(context, is_indexed(sides.before, name), (before, after)));
    }
    if before.nullable != *nullable {
        let tightens = !nullable && context.is_mariadb();
        class = class.max(if tightens { Class::Copy } else { Class::Inplace });
    }
    if before.generated != *generated {
        let is_virtual = generated.as_ref().is_some_and(|it| !it.stored);
        let is_free = is_virtual && context.is_mariadb() && !is_indexed(sides.before, name);
        class = class.max(if is_free { Class::Instant } else { Class::Copy });
    }
    if was.auto_increment != is.auto_increment {
        class = class.max(if !is.auto_increment && context.is_mariadb() { Class::Instant } else { Class::Copy });
    }
    let is_kept = was.srid == is.srid && was.options == is.options && was.unversioned == is.unversioned;
    if !is_kept || was.row != is.row || (was.check != is.check && is.check.is_some()) {
        class = class.max(Class::Copy);
    }
    class
}

/// A column of another type or collation.
fn of_type(context: &Context<'_>, indexed: bool, (before, after): (&Column, &Column)) -> Class {
    let sets = (charset(before.collation.as_ref()), charset(after.collation.as_ref()));
    let is_same_set = sets.0 == sets.1;
    let widens = sets == (Some("utf8mb3"), Some("utf8mb4")) || sets == (Some("utf8"), Some("utf8mb4"));
    if !is_same_set && (!widens || indexed) {
        return Class::Copy;
    }
    let recollates = before.collation != after.collation;
    let recollated = match (context.is_mariadb(), indexed) {
        (true, true) => Class::Inplace,
        (true, false) => Class::Instant,
        (false, true) => Class::Copy,
        (false, false) => Class::Inplace,
    };
    let resized = match (kind(&before.ty), kind(&after.ty)) {
        (Kind::Varchar(from), Kind::Varchar(to)) | (Kind::Varbinary(from), Kind::Varbinary(to)) if from <= to => {
            let width = |collation: Option<&Ident>| super::kind::width(charset(collation).unwrap_or("binary"));
            let bytes = (from * width(before.collation.as_ref()), to * width(after.collation.as_ref()));
            let is_one_size = (bytes.0 <= 255) == (bytes.1 <= 255);
            match context.is_mariadb() {
                true => Class::Instant,
                false if is_one_size => Class::Inplace,
                false => Class::Copy,
            }
        }
        (Kind::Enum(from), Kind::Enum(to)) if to.starts_with(&from) && (from.len() <= 255) == (to.len() <= 255) => {
            if recollates {
                Class::Copy
            } else {
                Class::Instant
            }
        }
        (Kind::Set(from), Kind::Set(to)) if to.starts_with(&from) && set_bytes(from.len()) == set_bytes(to.len()) => {
            if recollates {
                Class::Copy
            } else {
                Class::Instant
            }
        }
        _ if before.ty == after.ty && is_same_set => Class::Instant,
        _ => Class::Copy,
    };
    if recollates { resized.max(recollated) } else { resized }
}

fn set_bytes(members: usize) -> usize {
    match members.div_ceil(8) {
        size @ 0..=4 => size,
        _ => 8,
    }
}

/// The same, of what is said of a table.
pub(in crate::steps) fn is_innodb_engine(table: &trueup_state::MySqlTable) -> bool {
    table.engine.as_deref().is_none_or(|it| it.eq_ignore_ascii_case("innodb"))
}
