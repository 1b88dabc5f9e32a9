//! What SQLAlchemy models can say (SQLAlchemy 2.1 documentation, "Schema Definition Language" and the dialects).

use trueup_contract::{Coverage, Covered};

/// All of it can be said, so leaving it out denies it.
const fn whole(kind: &'static str) -> Covered {
    Covered { kind, attributes: &[], keeps_richer: false }
}

/// This much can be said.
const fn part(kind: &'static str, attributes: &'static [&'static str]) -> Covered {
    Covered { kind, attributes, keeps_richer: false }
}

/// Models have no words for it. Where a listener (`DDL(…)` at `after_create`) makes it all the same, it is declared;
/// being left out says nothing.
const fn by_listener(kind: &'static str) -> Covered {
    Covered { kind, attributes: &[], keeps_richer: true }
}

/// What every release can say, and before it what newer ones can.
const KINDS: &[Covered] = &[
    // Comments on constraints came with 2.0.
    whole("comment:primary_key"),
    whole("comment:unique"),
    whole("comment:check"),
    whole("comment:foreign_key"),
    whole("comment:exclude"),
    part(
        "table",
        &[
            "postgres.unlogged",
            "postgres.options",
            "postgres.access_method",
            "postgres.partition_by",
            "postgres.inherits",
            "my_sql.engine",
            "my_sql.charset",
            "my_sql.collation",
            "my_sql.comment",
            "my_sql.options",
            "my_sql.partitions",
            "sqlite",
        ],
    ),
    part(
        "column",
        &[
            "type",
            "nullable",
            "default",
            "collation",
            "generated",
            "extra.postgres.collation",
            "extra.postgres.identity",
            "extra.my_sql.charset",
            "extra.my_sql.auto_increment",
            "extra.my_sql.on_update",
            "extra.my_sql.comment",
            "extra.my_sql.check",
            "extra.sqlite",
        ],
    ),
    whole("primary_key"),
    whole("unique"),
    whole("check"),
    whole("foreign_key"),
    whole("exclude"),
    whole("index"),
    whole("enum"),
    whole("domain"),
    whole("domain_check"),
    whole("sequence"),
    whole("comment:table"),
    whole("comment:column"),
    by_listener("schema"),
    by_listener("view"),
    by_listener("materialized_view"),
    by_listener("trigger"),
    by_listener("function"),
    by_listener("procedure"),
    by_listener("aggregate"),
    by_listener("extension"),
    by_listener("policy"),
    by_listener("rule"),
    by_listener("grant"),
    by_listener("comment"),
    by_listener("virtual_table"),
    by_listener("event"),
    by_listener("composite_type"),
    by_listener("range_type"),
    by_listener("collation"),
    by_listener("statistics"),
];

const NEW_IN_2: usize = 5;

/// What a release can say. Alembic keeps its table of versions for itself.
pub(super) fn coverage(release: (u64, u64)) -> Coverage {
    let kinds = if release >= (2, 0) { KINDS } else { &KINDS[NEW_IN_2..] };
    Coverage { kinds: Some(kinds), ignored: &["table:alembic_version"], ..Coverage::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_on_constraints_are_denied_by_no_release_that_cannot_say_them() {
        let says = |release| coverage(release).of(&"comment:check:a.b".parse().unwrap());
        assert!(says((2, 0)).is_some_and(|it| !it.keeps_richer));
        assert!(says((1, 4)).is_some_and(|it| it.keeps_richer));
    }
}
