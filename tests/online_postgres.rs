//! Work on a large PostgreSQL table goes on beside others, who neither wait nor see half of it.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

#[path = "support/postgres.rs"]
mod postgres;
mod support;

use postgres::Postgres;

const BEFORE: &str = "CREATE TABLE parent (id bigint PRIMARY KEY);
CREATE TABLE big (id bigint NOT NULL, parent_id bigint, note text);
CREATE INDEX big_old ON big (parent_id);
";
const ROWS: &str = "INSERT INTO parent SELECT generate_series(1, 10);
INSERT INTO big SELECT n, 1 + n % 10, repeat('x', 60) FROM generate_series(1, 120000) AS n;
";
const AFTER: &str = "CREATE TABLE parent (id bigint PRIMARY KEY);
CREATE TABLE big (id bigint PRIMARY KEY, parent_id bigint NOT NULL REFERENCES parent (id), note text,
  CONSTRAINT big_note_check CHECK (length(note) < 100), CONSTRAINT big_key UNIQUE (parent_id, id) INCLUDE (note));
CREATE INDEX big_new ON big (parent_id, id DESC);
";

#[test]
fn a_large_table_is_worked_on_without_keeping_others_out() {
    let database = Postgres::create("online");
    database.sql(BEFORE);
    database.sql(ROWS);
    let project = database.project(AFTER);
    let plan = project.run(&["plan", "--sql", "--unmanaged", "drop", "--allow", "destructive"]).exits(0);
    plan.says(&[
        "CREATE INDEX CONCURRENTLY \"big_new\"",
        "DROP INDEX CONCURRENTLY \"public\".\"big_old\"",
        "CREATE UNIQUE INDEX CONCURRENTLY \"big_key\"",
        "PRIMARY KEY USING INDEX \"big_pkey\"",
        "VALIDATE CONSTRAINT \"big_note_check\"",
        "VALIDATE CONSTRAINT \"big_parent_id_fkey\"",
        "IS NOT NULL) NOT VALID",
    ])
    .never_says("L101")
    .never_says("L105")
    .never_says("L106");
    project.run(&["apply", "--auto-approve", "--unmanaged", "drop", "--allow", "destructive"]).exits(0);
    project.is_in_step();
    assert_eq!(
        database.value("SELECT count(*) FROM pg_constraint WHERE NOT convalidated OR conname ~ '^trueup_'"),
        "0"
    );
    assert_eq!(database.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "0");
}

#[test]
fn whoever_wants_one_transaction_gets_it() {
    let database = Postgres::create("blocking");
    database.sql(BEFORE);
    database.sql(ROWS);
    let project = database.project(AFTER);
    let options = ["--blocking", "--unmanaged", "drop", "--allow", "destructive"];
    let plan = project.run(&[&["plan", "--sql"], options.as_slice()].concat()).exits(0);
    plan.says(&["L101", "L105", "L106"]).never_says("CONCURRENTLY \"").never_says("VALIDATE CONSTRAINT");
    project.run(&[&["apply", "--auto-approve"], options.as_slice()].concat()).exits(0);
    project.is_in_step();
}

#[test]
fn an_index_whose_build_failed_is_built_again() {
    let database = Postgres::create("invalid");
    database.sql(BEFORE);
    database.sql(ROWS);
    let project = database.project(
        &BEFORE.replace("CREATE INDEX big_old", "CREATE UNIQUE INDEX big_note ON big (note);\nCREATE INDEX big_old"),
    );
    let failed = project.run(&["apply", "--auto-approve", "--allow", "F203", "--no-data-checks"]);
    assert_ne!(failed.code, Some(0), "equal values cannot have a unique index");
    database.sql("UPDATE big SET note = id::text");
    project.run(&["plan"]).exits(0).says(&["big_note"]);
    project.run(&["apply", "--auto-approve", "--allow", "F203"]).exits(0);
    project.is_in_step();
    assert_eq!(database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'big_note'::regclass"), "t");
}
