//! Whose PostgreSQL's objects are: it counts where it is asked for, and where it was before.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

#[path = "support/postgres.rs"]
mod postgres;
mod support;

use postgres::Postgres;

const PLAN: &[&str] = &["plan", "--detailed-exitcode"];
const APPLY: &[&str] = &["apply", "--auto-approve"];

/// A schema in which most things belong to somebody else, under a type of a column.
fn declared(ty: &str) -> String {
    format!(
        "CREATE SCHEMA app AUTHORIZATION pg_monitor;
         CREATE TABLE app.t (id {ty} GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n serial);
         ALTER TABLE app.t OWNER TO pg_monitor;
         ALTER SEQUENCE app.t_n_seq OWNER TO pg_monitor;
         CREATE VIEW app.v AS SELECT id FROM app.t;
         ALTER TABLE app.v OWNER TO pg_monitor;
         CREATE FUNCTION app.f(a int, OUT b text) LANGUAGE sql AS 'SELECT ''x''';
         ALTER FUNCTION app.f(int) OWNER TO pg_monitor;
         CREATE TYPE app.mood AS ENUM ('ok');
         ALTER TYPE app.mood OWNER TO pg_monitor;
         CREATE TABLE mine (a int);"
    )
}

const OWNED: &str = "SELECT count(*) FROM (
    SELECT relowner AS owner FROM pg_class WHERE relname IN ('t', 't_n_seq', 'v')
    UNION ALL SELECT nspowner FROM pg_namespace WHERE nspname = 'app'
    UNION ALL SELECT proowner FROM pg_proc WHERE proname = 'f'
    UNION ALL SELECT typowner FROM pg_type WHERE typname = 'mood') AS it
    WHERE owner = 'pg_monitor'::regrole";

fn with<'a>(command: &[&'a str], option: &'a str) -> Vec<&'a str> {
    [command, &[option]].concat()
}

#[test]
fn owners_count_where_they_are_asked_for_and_from_then_on() {
    let database = Postgres::create("owners");
    let project = database.project(&declared("integer"));
    project.apply();
    assert_eq!(database.value(OWNED), "0", "owners were not asked for");
    project.is_in_step();
    project.run(&with(PLAN, "--owners")).exits(2).says(&["→ pg_monitor"]);
    project.run(&with(APPLY, "--owners")).exits(0);
    assert_eq!(database.value(OWNED), "6");
    project.run(&with(PLAN, "--owners")).exits(0);
    // What is recorded counts without being asked for.
    project.is_in_step();
    database.sql("ALTER TABLE app.t OWNER TO CURRENT_USER");
    project.run(&["drift"]).exits(2).says(&["owner:table:app.t is not as recorded"]);
    project.run(PLAN).exits(2).says(&["pg_monitor  (drifted: back to what is declared)"]);
    project.run(APPLY).exits(0);
    assert_eq!(database.value(OWNED), "6");
    // The view goes and comes again.
    project.declare(&declared("bigint"));
    project.run(APPLY).exits(0);
    assert_eq!(database.value(OWNED), "6");
    project.is_in_step();
    // What is no longer declared is left as it is.
    project.declare(&declared("bigint").replace("ALTER TABLE app.t OWNER TO pg_monitor;", ""));
    project.is_in_step();
}

#[test]
fn the_configuration_may_ask_for_owners_and_a_missing_role_is_named() {
    let database = Postgres::create("owners_config");
    let project = database.project("CREATE TABLE t (a int); ALTER TABLE t OWNER TO nobody_of_that_name;");
    let config = std::fs::read_to_string(project.path("trueup.toml")).unwrap();
    let config = config.replacen("[schema]\n", "[schema]\nowners = true\n", 1);
    assert!(config.contains("owners"), "{config}");
    std::fs::write(project.path("trueup.toml"), config).unwrap();
    project.run(APPLY).exits(3).says(&["there is no role `nobody_of_that_name`"]);
    assert_eq!(database.value("SELECT to_regclass('public.t')"), "NULL");
}
