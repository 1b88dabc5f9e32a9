//! Indexes.

use trueup_contract::Sql;
use trueup_state::{Ident, Index, Part, PostgresIndex, PostgresPart, Qualified, Term};

use super::{enclosed, options};
use crate::render::sql;

/// CREATE INDEX.
pub(crate) fn create(owner: &Qualified, name: &Ident, index: &Index) -> String {
    made(owner, name, index, false)
}

/// CREATE INDEX CONCURRENTLY: others go on reading and writing, and no transaction can hold it.
pub(crate) fn create_beside(owner: &Qualified, name: &Ident, index: &Index) -> String {
    made(owner, name, index, true)
}

fn made(owner: &Qualified, name: &Ident, index: &Index, concurrently: bool) -> String {
    let Index { unique, parts, predicate, extra } = index;
    let PostgresIndex { method, include, nulls_not_distinct, options: with, is_invalid: _, only, statistics: _ } =
        extra.postgres();
    let mut sql = sql(if *unique { "CREATE UNIQUE INDEX" } else { "CREATE INDEX" });
    if concurrently {
        sql = sql.raw("CONCURRENTLY");
    }
    sql = sql.ident(name).raw("ON");
    if only {
        sql = sql.raw("ONLY");
    }
    sql = sql.name(owner).raw("USING").ident(&method).list(parts, part);
    if !include.is_empty() {
        sql = sql.raw("INCLUDE").idents(&include);
    }
    if nulls_not_distinct {
        sql = sql.raw("NULLS NOT DISTINCT");
    }
    if !with.is_empty() {
        sql = options(sql.raw("WITH"), &with);
    }
    match predicate {
        Some(predicate) => enclosed(sql.raw("WHERE"), predicate).finish(),
        None => sql.finish(),
    }
}

/// One part of an index, by itself.
pub(crate) fn one_part(it: &Part) -> String {
    part(sql(""), it).finish()
}

fn part(sql: Sql, part: &Part) -> Sql {
    let Part { term, collation: _, descending, extra } = part;
    let PostgresPart { collation, operator_class, operator_class_options, nulls_opposite } = extra.postgres();
    let mut sql = match term {
        Term::Column(name) => sql.ident(name),
        Term::Expression(text) => enclosed(sql, text),
    };
    if let Some(collation) = &collation {
        sql = sql.raw("COLLATE").name(collation);
    }
    if let Some(class) = &operator_class {
        sql = sql.name(class);
        if !operator_class_options.is_empty() {
            sql = options(sql, &operator_class_options);
        }
    }
    if *descending {
        sql = sql.raw("DESC");
    }
    match (nulls_opposite, descending) {
        (false, _) => sql,
        (true, false) => sql.raw("NULLS FIRST"),
        (true, true) => sql.raw("NULLS LAST"),
    }
}

/// The statistics targets of an index's expressions.
pub(crate) fn statistics(owner: &Qualified, name: &Ident, index: &Index) -> Vec<String> {
    let own = Qualified { namespace: owner.namespace.clone(), name: name.clone() };
    let each = |(at, target): (&u32, &i32)| {
        let sql = sql("ALTER INDEX").name(&own).raw("ALTER COLUMN").raw(&at.to_string());
        sql.raw("SET STATISTICS").raw(&target.to_string()).finish()
    };
    index.extra.postgres().statistics.iter().map(each).collect()
}
