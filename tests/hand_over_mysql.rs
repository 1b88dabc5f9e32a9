//! Changes of large tables of MariaDB and MySQL that another tool is to carry out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

#[path = "support/mysql.rs"]
mod mysql;
mod support;

use mysql::MySql;
use support::Project;

const BEFORE: &str = "CREATE TABLE events (id bigint PRIMARY KEY, kind int, body varchar(2000));\n";
const AFTER: &str = "CREATE TABLE events (id bigint PRIMARY KEY, kind bigint, body varchar(2000));\n\
                     CREATE TABLE kinds (id bigint PRIMARY KEY);\n";

/// A table of more than 8 MiB and a change that copies it.
fn pending(what: &str) -> (MySql, Project) {
    let database = MySql::create(what);
    let project = database.project(BEFORE);
    project.apply();
    database.sql(
        "INSERT INTO events WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) \
         SELECT a.i * 1000 + b.i, 1, repeat('x', 1500) FROM n AS a JOIN n AS b ON b.i <= 10; ANALYZE TABLE events",
    );
    project.declare(AFTER);
    (database, project)
}

#[test]
fn a_large_table_waits_for_another_tool_and_the_same_plan_goes_on() {
    let (database, project) = pending("hand_over");
    let plan = project.run(&["plan", "--out", "plan.json"]).exits(0);
    plan.says(&["M701", "handed over", "gh-ost --database", "pt-online-schema-change"]);
    project.run(&["apply", "plan.json"]).exits(3).says(&[
        "is not run here",
        "gh-ost --database",
        "then this apply again",
    ]);
    assert_eq!(
        database.value(
            "SELECT data_type FROM information_schema.columns WHERE column_name = 'kind' AND table_schema = database()"
        ),
        "int"
    );
    // What the tool does in the end.
    database.sql("ALTER TABLE events MODIFY kind bigint");
    project.run(&["apply", "plan.json"]).exits(0);
    project.is_in_step();
    assert_eq!(database.value("SELECT count(*) FROM events"), "9000");
    assert_eq!(database.relations(), "events kinds");
}

#[test]
fn who_consents_has_the_server_copy_the_table() {
    let (database, project) = pending("copied");
    project.run(&["apply", "--auto-approve", "--allow", "M701"]).exits(0);
    project.is_in_step();
    assert_eq!(database.value("SELECT count(*) FROM events WHERE kind = 1"), "9000");
}
