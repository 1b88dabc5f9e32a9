//! Which changes have a statement of their own, and which are rebuilds.

use std::collections::BTreeSet;

use trueup_contract::{Cluster, Depends, Work};
use trueup_state::{Pair, Schema, diff};

use super::steps;
use crate::{
    read::{Assembly, Names, created},
    statement::split,
};

fn schema(script: &str) -> Schema {
    let mut names = Names::default();
    let mut assembly = Assembly::default();
    let mut statements = split(script).unwrap().statements;
    statements.sort_by_key(|statement| statement.class);
    for statement in statements {
        let it = created(script, &statement.tokens, &names).unwrap();
        if let crate::read::Created::Table { name, table } = &it {
            names.learn(name, table);
        }
        assembly.add(it).unwrap();
    }
    assembly.finish()
}

/// The SQL of the steps between two scripts on a version; `expected` are the first words of each.
fn check(version: &str, before: &str, after: &str, expected: &[&str]) {
    let (before, after) = (schema(before), schema(after));
    let changes = diff(Pair { before: &before, after: &after });
    let nothing = Depends::default();
    let work = Work {
        observed: &before,
        before: &before,
        after: &after,
        declared: &after,
        depends: Pair { before: &nothing, after: &nothing },
        replaceable: &BTreeSet::new(),
        cluster: &Cluster::default(),
        changes: &changes,
        version,
        minimum_version: None,
    };
    let steps = steps(&work).unwrap();
    let sql: Vec<&str> = steps.iter().map(|step| step.action.sql()).collect();
    assert_eq!(sql.len(), expected.len(), "{sql:#?}");
    for (sql, expected) in sql.iter().zip(expected) {
        assert!(sql.starts_with(expected), "{sql}\ndoes not start with\n{expected}");
    }
}

const BUNDLED: &str = "3.51.3";
const NEWER: &str = "3.53.0";
const REBUILD: &str = "PRAGMA legacy_alter_table = ON";

#[test]
fn a_plain_column_is_added_natively_and_any_other_by_a_rebuild() {
    let native = |column: &str, expected: &str| {
        check(BUNDLED, "CREATE TABLE t (a INT)", &format!("CREATE TABLE t (a INT, {column})"), &[expected]);
    };
    native("b TEXT", r#"ALTER TABLE "t" ADD COLUMN "b" TEXT"#);
    native("b INT NOT NULL DEFAULT 3", r#"ALTER TABLE "t" ADD COLUMN "b" INT NOT NULL DEFAULT 3"#);
    native("b INT CHECK (b > a)", r#"ALTER TABLE "t" ADD COLUMN "b" INT CHECK (b > a)"#);
    native("b INT REFERENCES t(a)", r#"ALTER TABLE "t" ADD COLUMN "b" INT REFERENCES "t" ("a")"#);
    native("b INT AS (a + 1) VIRTUAL", r#"ALTER TABLE "t" ADD COLUMN "b" INT GENERATED ALWAYS AS (a + 1) VIRTUAL"#);
    for rebuilt in [
        "b INT UNIQUE",
        "b INT PRIMARY KEY",
        "b INT NOT NULL",
        "b TEXT DEFAULT CURRENT_TIMESTAMP",
        "b TEXT DEFAULT (lower('X'))",
        "b INT AS (a + 1) STORED",
        "b INT DEFAULT 1 REFERENCES t(a)",
    ] {
        native(rebuilt, REBUILD);
    }
}

#[test]
fn a_column_is_dropped_natively_unless_something_mentions_it() {
    let dropped = |rest: &str, expected: &[&str]| {
        let (before, after) = (format!("CREATE TABLE t (a INT, b INT{rest}"), format!("CREATE TABLE t (a INT{rest}"));
        check(BUNDLED, &before, &after, expected);
    };
    dropped(")", &[r#"ALTER TABLE "t" DROP COLUMN "b""#]);
    dropped("); CREATE VIEW v AS SELECT a FROM t", &[r#"ALTER TABLE "t" DROP COLUMN "b""#]);
    dropped("); CREATE VIEW v AS SELECT b FROM t", &[REBUILD]);
    dropped("); CREATE VIEW v AS SELECT a FROM nowhere", &[REBUILD]);
    check("3.34.0", "CREATE TABLE t (a INT, b INT)", "CREATE TABLE t (a INT)", &[REBUILD]);
    check(BUNDLED, "CREATE TABLE t (a INT, b INT UNIQUE)", "CREATE TABLE t (a INT)", &[REBUILD]);
}

#[test]
fn an_index_goes_before_its_column_does() {
    let before = "CREATE TABLE t (a INT, b INT); CREATE INDEX i ON t (b)";
    check(BUNDLED, before, "CREATE TABLE t (a INT)", &[r#"ALTER TABLE "t" DROP COLUMN "b""#, r#"DROP INDEX "i""#]);
}

#[test]
fn checks_and_not_null_are_native_where_sqlite_has_them() {
    let (without, with) = ("CREATE TABLE t (a INT)", "CREATE TABLE t (a INT, CONSTRAINT c CHECK (a > 0))");
    check(NEWER, without, with, &[r#"ALTER TABLE "t" ADD CONSTRAINT "c" CHECK (a > 0)"#]);
    check(NEWER, with, without, &[r#"ALTER TABLE "t" DROP CONSTRAINT "c""#]);
    check(BUNDLED, without, with, &[REBUILD]);
    check(BUNDLED, with, without, &[REBUILD]);
    let not_null = "CREATE TABLE t (a INT NOT NULL)";
    check(NEWER, without, not_null, &[r#"ALTER TABLE "t" ALTER COLUMN "a" SET NOT NULL"#]);
    check(NEWER, not_null, without, &[r#"ALTER TABLE "t" ALTER COLUMN "a" DROP NOT NULL"#]);
    check(BUNDLED, without, not_null, &[REBUILD]);
    // A default fills NULLs only in the copy of a rebuild, and a check without a name cannot be dropped by name.
    check(NEWER, without, "CREATE TABLE t (a INT NOT NULL DEFAULT 1)", &[REBUILD]);
    check(NEWER, "CREATE TABLE t (a INT CHECK (a > 0))", without, &[REBUILD]);
}

#[test]
fn many_changes_of_one_table_are_one_rebuild() {
    let before = "CREATE TABLE t (a INT, b TEXT, c INT); CREATE INDEX i ON t (a); CREATE INDEX j ON t (b)";
    let after = "CREATE TABLE t (a TEXT, b TEXT NOT NULL, d INT UNIQUE); CREATE INDEX i ON t (b);
                 CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END";
    check(BUNDLED, before, after, &[REBUILD]);
}
