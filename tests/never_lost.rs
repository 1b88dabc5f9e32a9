//! Values and objects that nobody agreed to lose stay.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

mod support;

use support::Project;

/// `before` is applied and filled by `rows`; applying `after` without consent exits with 3 and names `code`.
fn needs(code: &str, before: &str, rows: &str, after: &str) {
    let project = Project::applied(before);
    project.sql(rows);
    project.declare(after);
    let held = project.value("SELECT group_concat(quote(b)) FROM t");
    project.run(&["apply", "--auto-approve"]).exits(3).says(&[code]);
    assert_eq!(project.value("SELECT group_concat(quote(b)) FROM t"), held);
}

#[test]
fn a_plan_file_is_stale_once_a_touched_table_has_anything_new() {
    for addition in [
        "ALTER TABLE t ADD COLUMN precious TEXT",
        "CREATE INDEX by_hand ON t (b)",
        "CREATE TRIGGER by_hand AFTER INSERT ON t BEGIN SELECT 1; END",
    ] {
        let project = Project::applied("CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b TEXT);");
        project.declare("CREATE TABLE t (id INTEGER PRIMARY KEY, a INT CHECK (a > 0), b TEXT);");
        project.run(&["plan", "--out", "plan.json"]).exits(0);
        project.sql(addition);
        let before = project.value("SELECT group_concat(sql) FROM sqlite_schema");
        project.run(&["apply", "plan.json"]).exits(4).says(&["stale"]);
        assert_eq!(project.value("SELECT group_concat(sql) FROM sqlite_schema"), before, "{addition}");
    }
}

#[test]
fn values_that_give_way_to_computed_ones_need_consent() {
    let before = "CREATE TABLE t (a INT, b INT);";
    needs("D002", before, "INSERT INTO t VALUES (2, 99)", "CREATE TABLE t (a INT, b INT AS (a * 2));");
    needs("D002", before, "INSERT INTO t VALUES (2, 99)", "CREATE TABLE t (a INT, b INT AS (a * 2) STORED);");
}

#[test]
fn values_that_would_read_differently_need_consent() {
    let text = "CREATE TABLE t (b TEXT);";
    needs("D005", text, "INSERT INTO t VALUES ('007')", "CREATE TABLE t (b INTEGER);");
    let real = "CREATE TABLE t (b REAL);";
    needs("D005", real, "INSERT INTO t VALUES (0.1 + 0.2)", "CREATE TABLE t (b TEXT);");
    let any = "CREATE TABLE t (b ANY) STRICT;";
    needs("D005", any, "INSERT INTO t VALUES ('007')", "CREATE TABLE t (b ANY);");
}

#[test]
fn a_null_key_gets_no_invented_id() {
    let before = "CREATE TABLE t (id TEXT PRIMARY KEY, b TEXT);";
    needs("F202", before, "INSERT INTO t VALUES (NULL, 'x')", "CREATE TABLE t (id INTEGER PRIMARY KEY, b TEXT);");
}

#[test]
fn a_trigger_that_is_not_ours_keeps_the_column_it_reads() {
    let project = Project::applied("CREATE TABLE log (x); CREATE TABLE t (a INT, b TEXT);");
    project.sql("CREATE TRIGGER by_hand AFTER UPDATE ON t BEGIN INSERT INTO log VALUES (NEW.b); END");
    project.declare("CREATE TABLE log (x); CREATE TABLE t (a INT);");
    project.run(&["apply", "--auto-approve", "--allow", "destructive"]).exits(3).says(&["by_hand", "column:t.b"]);
}

#[test]
fn names_do_not_change_places_unnoticed() {
    let project = Project::applied("CREATE TABLE t (a INT, b TEXT);");
    project.declare("CREATE TABLE t (\n  b INT, -- @moved from=a\n  a TEXT -- @moved from=b\n);");
    project.run(&["apply", "--auto-approve"]).exits(1).says(&["circle"]);
}
