//! Keys, indexes, checks and foreign keys, as they stand in `CREATE TABLE` and after `ADD`.

use trueup_contract::Sql;
use trueup_state::{
    Check, ForeignKey, Ident, Index, IndexKind, MySqlCheck, MySqlIndex, MySqlKey, Options, Part, PrimaryKey,
    ReferentialAction, Term,
};

use super::{sql, string};

/// `PRIMARY KEY (…)`.
pub(crate) fn primary_key(key: &PrimaryKey) -> Sql {
    let PrimaryKey { name: _, parts: columns, extra } = key;
    let MySqlKey { method, comment, options } = extra.mysql();
    settings(parts(sql("PRIMARY KEY"), columns, None), method.as_deref(), &comment, &options)
}

/// `UNIQUE KEY name (…)`, `KEY`, `FULLTEXT KEY`, `SPATIAL KEY`.
pub(crate) fn index(name: &Ident, index: &Index) -> Sql {
    let Index { unique, parts: columns, predicate: _, extra } = index;
    let MySqlIndex { kind, method, invisible, comment, parser, options, without_overlaps } = extra.mysql();
    let words = match (kind, unique) {
        (IndexKind::Plain, true) => "UNIQUE KEY",
        (IndexKind::Plain, false) => "KEY",
        (IndexKind::Fulltext, _) => "FULLTEXT KEY",
        (IndexKind::Spatial, _) => "SPATIAL KEY",
    };
    // Only where another method is possible may it be said.
    let method = method.filter(|_| kind == IndexKind::Plain);
    let sql = parts(sql(words).ident(name), columns, without_overlaps.as_ref());
    let mut sql = settings(sql, method.as_deref(), &comment, &options);
    if let Some(parser) = parser {
        sql = sql.raw("WITH PARSER").ident(&parser);
    }
    if invisible { sql.raw("/*!80000 INVISIBLE */ /*M!100600 IGNORED */") } else { sql }
}

fn settings(mut sql: Sql, method: Option<&str>, comment: &str, options: &Options) -> Sql {
    if let Some(method) = method {
        sql = sql.raw("USING").raw(&method.to_ascii_uppercase());
    }
    for (name, value) in options {
        sql = super::option(sql, name, value);
    }
    if comment.is_empty() { sql } else { string(sql.raw("COMMENT"), comment) }
}

fn parts(sql: Sql, parts: &[Part], period: Option<&Ident>) -> Sql {
    let mut sql = sql.raw("(");
    for (at, part) in parts.iter().enumerate() {
        sql = one_part(if at > 0 { sql.raw(",") } else { sql }, part);
    }
    match period {
        Some(period) => sql.raw(",").ident(period).raw("WITHOUT OVERLAPS)"),
        None => sql.raw(")"),
    }
}

fn one_part(sql: Sql, part: &Part) -> Sql {
    let Part { term, collation: _, descending, extra } = part;
    let mut sql = match term {
        Term::Column(name) => sql.ident(name),
        Term::Expression(expression) => sql.raw("(").text(expression).raw(")"),
    };
    if let Some(prefix) = extra.mysql().prefix {
        sql = sql.raw(&["(", &prefix.to_string(), ")"].concat());
    }
    if *descending { sql.raw("DESC") } else { sql }
}

/// One part of a key, by itself.
pub(crate) fn key_part(part: &Part) -> String {
    one_part(sql(""), part).finish()
}

/// `CONSTRAINT name CHECK (…)`.
pub(crate) fn check(name: &Ident, check: &Check) -> Sql {
    let Check { name: _, expression, extra } = check;
    let MySqlCheck { not_enforced } = extra.mysql();
    let sql = sql("CONSTRAINT").ident(name).raw("CHECK (").text(expression).raw(")");
    if not_enforced { sql.raw("NOT ENFORCED") } else { sql }
}

/// `CONSTRAINT name FOREIGN KEY (…) REFERENCES …`. What MariaDB takes for said where nothing is said is `RESTRICT`, and
/// for MySQL it is `NO ACTION`: it is always said.
pub(crate) fn foreign_key(name: &Ident, key: &ForeignKey) -> Sql {
    let ForeignKey { name: _, columns, references, referenced_columns, on_delete, on_update, deferral: _, extra: _ } =
        key;
    let sql = sql("CONSTRAINT").ident(name).raw("FOREIGN KEY").idents(columns);
    let sql = sql.raw("REFERENCES").name(references).idents(referenced_columns);
    action(action(sql, "ON DELETE", *on_delete), "ON UPDATE", *on_update)
}

fn action(sql: Sql, when: &str, action: ReferentialAction) -> Sql {
    match action {
        ReferentialAction::NoAction => sql.raw(when).raw("NO ACTION"),
        ReferentialAction::Restrict => sql.raw(when).raw("RESTRICT"),
        ReferentialAction::SetNull => sql.raw(when).raw("SET NULL"),
        ReferentialAction::SetDefault => sql.raw(when).raw("SET DEFAULT"),
        ReferentialAction::Cascade => sql.raw(when).raw("CASCADE"),
    }
}
