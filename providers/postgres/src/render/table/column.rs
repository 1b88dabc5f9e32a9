//! Columns.

use trueup_contract::Sql;
use trueup_state::{Column, Generated, Ident, Identity, InheritedColumn, PostgresColumn, SequenceOptions, SqlText};

use super::{enclosed, foreign_options, options, written};
use crate::render::sql;

/// A column as it stands in CREATE TABLE and ADD COLUMN, with or without its default.
pub(crate) fn definition(name: &Ident, column: &Column, with_default: bool) -> Sql {
    let extra = column.extra.postgres();
    let mut sql = sql("").ident(name).text(&column.ty);
    if !extra.foreign_options.is_empty() {
        sql = foreign_options(sql, &extra.foreign_options);
    }
    if let Some(compression) = &extra.compression {
        sql = sql.raw("COMPRESSION").raw(compression);
    }
    if let Some(collation) = &extra.collation {
        sql = sql.raw("COLLATE").name(collation);
    }
    constraints(sql, column, &extra, with_default)
}

/// What a typed table or a partition says of one of its columns; `None` where it says nothing.
pub(super) fn with_options(name: &Ident, column: &Column, with_default: bool) -> Option<Sql> {
    let extra = column.extra.postgres();
    let start = sql("").ident(name);
    let bare = start.clone().finish();
    let sql = constraints(start.raw("WITH OPTIONS"), column, &extra, with_default);
    let says_more = sql.clone().finish() != [&bare, " WITH OPTIONS"].concat();
    says_more.then_some(sql)
}

fn constraints(mut sql: Sql, column: &Column, extra: &PostgresColumn, with_default: bool) -> Sql {
    if let Some(Generated { expression, stored }) = &column.generated {
        sql = enclosed(sql.raw("GENERATED ALWAYS AS"), expression);
        sql = sql.raw(if *stored { "STORED" } else { "VIRTUAL" });
    }
    if let Some(it) = &extra.identity {
        sql = identity(sql, column.ty.canonical(), it);
    }
    if let Some(text) = column.default.as_ref().filter(|_| with_default) {
        sql = default(sql.raw("DEFAULT"), text);
    }
    if !column.nullable && !extra.not_null_not_valid {
        if let Some(name) = &extra.not_null_name {
            sql = sql.raw("CONSTRAINT").ident(name);
        }
        sql = sql.raw("NOT NULL");
        if extra.not_null_no_inherit {
            sql = sql.raw("NO INHERIT");
        }
    }
    sql
}

/// A default as it may stand among a column's constraints, where not every operator may stand bare.
pub(crate) fn default(sql: Sql, text: &SqlText) -> Sql {
    let words: Vec<String> = text.written().split_whitespace().map(str::to_ascii_lowercase).collect();
    let looser = ["is", "and", "or", "not", "in", "like", "ilike", "between", "similar", "collate", "at"];
    let is_loose = words.iter().any(|word| looser.contains(&word.trim_start_matches('(')));
    if is_loose { enclosed(sql, text) } else { written(sql, text) }
}

/// `GENERATED … AS IDENTITY (…)`
pub(crate) fn identity(sql: Sql, ty: &str, identity: &Identity) -> Sql {
    let Identity { always, sequence, name } = identity;
    let sql = sql.raw("GENERATED").raw(if *always { "ALWAYS" } else { "BY DEFAULT" }).raw("AS IDENTITY");
    let mut inside = crate::render::sql("");
    if let Some(name) = name {
        inside = inside.raw("SEQUENCE NAME").name(name);
    }
    let inside = sequence_options(inside, sequence, &SequenceOptions::of_type(ty, sequence.increment), "");
    if inside.clone().finish().is_empty() { sql } else { sql.raw("(").sql(&inside).raw(")") }
}

/// The options of a sequence that are not as in `usual`, each after a word such as `SET`.
pub(crate) fn sequence_options(mut sql: Sql, options: &SequenceOptions, usual: &SequenceOptions, word: &str) -> Sql {
    let SequenceOptions { start, increment, minimum, maximum, cache, cycle } = options;
    // What is usual depends on the sign of the increment.
    let descending = *increment < 0;
    let numbers = [
        ("INCREMENT BY", increment, *increment != usual.increment || (descending && word.is_empty())),
        ("MINVALUE", minimum, *minimum != usual.minimum),
        ("MAXVALUE", maximum, *maximum != usual.maximum),
        ("START WITH", start, *start != usual.start),
        ("CACHE", cache, *cache != usual.cache),
    ];
    let is_plain_increment = word.is_empty() && *increment != 1;
    for (keywords, value, differs) in numbers {
        if differs || (keywords == "INCREMENT BY" && is_plain_increment) {
            sql = prefixed(sql, word).raw(keywords).raw(&value.to_string());
        }
    }
    if *cycle != usual.cycle {
        sql = prefixed(sql, word).raw(if *cycle { "CYCLE" } else { "NO CYCLE" });
    }
    sql
}

fn prefixed(sql: Sql, word: &str) -> Sql {
    if word.is_empty() { sql } else { sql.raw(word) }
}

/// What a column has that CREATE TABLE has no words for on every version.
pub(crate) fn settings(alter: Sql, name: &Ident, column: &Column) -> Vec<String> {
    let extra = column.extra.postgres();
    let start = || alter.clone().raw("ALTER COLUMN").ident(name);
    let mut statements = Vec::new();
    if let Some(storage) = &extra.storage {
        statements.push(start().raw("SET STORAGE").raw(&storage.to_uppercase()).finish());
    }
    if let Some(statistics) = extra.statistics {
        statements.push(start().raw("SET STATISTICS").raw(&statistics.to_string()).finish());
    }
    if !extra.options.is_empty() {
        statements.push(options(start().raw("SET"), &extra.options).finish());
    }
    // CREATE TABLE would take it to hold.
    if extra.not_null_not_valid {
        let add = alter.clone().raw("ADD");
        let add = extra.not_null_name.iter().fold(add, |sql, it| sql.raw("CONSTRAINT").ident(it));
        let add = add.raw("NOT NULL").ident(name);
        let add = if extra.not_null_no_inherit { add.raw("NO INHERIT") } else { add };
        statements.push(add.raw("NOT VALID").finish());
    }
    statements
}

/// What a child says of a column that it inherits.
pub(crate) fn overriding(alter: &Sql, name: &Ident, inherited: &InheritedColumn) -> Vec<String> {
    let InheritedColumn { default, no_default, not_null } = inherited;
    let start = || alter.clone().raw("ALTER COLUMN").ident(name);
    let mut statements = Vec::new();
    if let Some(text) = default {
        statements.push(written(start().raw("SET DEFAULT"), text).finish());
    } else if *no_default {
        statements.push(start().raw("DROP DEFAULT").finish());
    }
    if *not_null {
        statements.push(start().raw("SET NOT NULL").finish());
    }
    statements
}
