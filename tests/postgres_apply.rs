//! An apply to PostgreSQL beside others, and one that ends before its time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

#[path = "support/postgres.rs"]
mod postgres;
mod support;

use std::{
    process::Child,
    time::{Duration, Instant},
};

use postgres::{Postgres, Session};
use support::{Project, Run};

const BEFORE: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name text);\n";
const AFTER: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name text, born date);\n\
                     CREATE TABLE teams (id bigint PRIMARY KEY);\n";

/// A database with rows and a change to come.
fn pending(what: &str) -> (Postgres, Project) {
    let database = Postgres::create(what);
    let project = database.project(BEFORE);
    project.apply();
    database.sql("INSERT INTO users SELECT n, 'user ' || n FROM generate_series(1, 100) AS n");
    project.declare(AFTER);
    (database, project)
}

/// Somebody reads the table that is to change, so an apply waits.
fn reader(database: &Postgres) -> Session {
    let mut session = database.session();
    session.sql("BEGIN; LOCK TABLE users IN ACCESS SHARE MODE");
    session
}

/// Start an apply and wait until it has its lock.
fn begun(database: &Postgres, project: &Project, args: &[&str]) -> Child {
    let child = project.start(args);
    let held = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database \
                WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()";
    let start = Instant::now();
    while database.value(held) == "0" {
        assert!(start.elapsed() < Duration::from_secs(30), "the apply never takes its lock");
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

fn ended(child: Child) -> Run {
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[track_caller]
fn is_right(database: &Postgres, project: &Project) {
    project.is_in_step();
    assert_eq!(database.value("SELECT count(*) || ' ' || max(name) FROM users WHERE born IS NULL"), "100 user 99");
    assert_eq!(database.value("SELECT to_regclass('public.teams')"), "teams");
    assert!(!project.path("state/dev.journal").exists());
}

#[test]
fn a_second_apply_names_the_process_of_the_first() {
    let (database, project) = pending("second");
    let mut other = reader(&database);
    let first = begun(&database, &project, &["apply", "--auto-approve", "--lock-timeout", "5s"]);
    let pid = ["process ", &first.id().to_string()].concat();
    for args in [&["apply", "--auto-approve"][..], &["state", "protect", "table:public.users"]] {
        project.run(args).exits(5).says(&["another apply is running", "trueup apply", &pid, "--lock-wait"]);
    }
    project.run(&["plan", "--detailed-exitcode"]).exits(2);
    other.sql("COMMIT");
    ended(first).exits(0);
    is_right(&database, &project);
}

#[test]
fn a_second_apply_that_waits_finds_nothing_left_to_do() {
    let (database, project) = pending("waits");
    let mut other = reader(&database);
    let first = begun(&database, &project, &["apply", "--auto-approve", "--lock-timeout", "5s"]);
    let second = project.start(&["apply", "--auto-approve", "--lock-wait", "60s"]);
    std::thread::sleep(Duration::from_millis(500));
    other.sql("COMMIT");
    ended(first).exits(0);
    ended(second).exits(0).never_says("committed");
    is_right(&database, &project);
}

#[test]
fn an_interrupted_apply_leaves_nothing_and_can_be_run_again() {
    let (database, project) = pending("interrupted");
    let mut other = reader(&database);
    let child = begun(&database, &project, &["apply", "--auto-approve", "--lock-timeout", "20s"]);
    std::thread::sleep(Duration::from_millis(500));
    let status = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
    ended(child).exits(1).says(&["interrupted", "rolled back", "run the same command again"]);
    assert_eq!(database.value("SELECT to_regclass('public.teams')"), "NULL");
    other.sql("COMMIT");
    // The server has let go of everything.
    project.apply();
    is_right(&database, &project);
}

#[test]
fn a_connection_that_the_server_ends_leaves_nothing_and_is_told() {
    let (database, project) = pending("terminated");
    let mut other = reader(&database);
    let child = begun(&database, &project, &["apply", "--auto-approve", "--lock-timeout", "20s"]);
    std::thread::sleep(Duration::from_millis(500));
    database.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    ended(child).exits(1).says(&["terminating connection"]);
    other.sql("COMMIT");
    project.apply();
    is_right(&database, &project);
}

#[test]
fn state_in_the_database_commits_with_what_it_is_about() {
    let database = Postgres::create("state");
    let project = database.project(BEFORE);
    let apply: &[&str] = &["apply", "--auto-approve", "--state", "database"];
    project.run(apply).exits(0);
    assert!(!project.path("state").exists());
    let kinds = "SELECT string_agg(name, ' ' ORDER BY name) FROM trueup.state";
    assert_eq!(database.value(kinds), "lockfile");
    project.run(&["state", "show", "--state", "database"]).exits(0).says(&["serial    1", "objects   5"]);
    project.run(&["inspect"]).exits(0).never_says("trueup");
    project.run(&["plan", "--detailed-exitcode", "--state", "database"]).exits(0);
    // A step that fails takes nothing along, and what is recorded stays as it was.
    let before = database.value("SELECT content FROM trueup.state WHERE name = 'lockfile'");
    project.declare(&[AFTER, "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT nope';\n"].concat());
    project.run(apply).exits(1);
    assert_eq!(database.value("SELECT content FROM trueup.state WHERE name = 'lockfile'"), before);
    assert_eq!(database.value("SELECT to_regclass('public.teams')"), "NULL");
    project.declare(AFTER);
    project.run(apply).exits(0);
    assert_eq!(database.value(kinds), "lockfile");
}

/// Something in the database changes what is made: with the state in the database, that is seen before it is committed.
#[test]
fn what_turns_out_otherwise_is_rolled_back_with_its_state() {
    let database = Postgres::create("otherwise");
    let project = database.project("CREATE TABLE kept (id int);\n");
    let apply: &[&str] = &["apply", "--auto-approve", "--state", "database"];
    project.run(apply).exits(0);
    let lockfile = "SELECT content FROM trueup.state WHERE name = 'lockfile'";
    let before = database.value(lockfile);
    database.sql(
        "CREATE SCHEMA meddler; CREATE FUNCTION meddler.meddle() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
             ALTER TABLE public.made ADD COLUMN added_by_whom text; END $$;
         CREATE EVENT TRIGGER meddle ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION meddler.meddle()",
    );
    project.declare("CREATE TABLE kept (id int);\nCREATE TABLE made (id int);\n");
    project.run(apply).exits(1).says(&["rolled back", "column:public.made.added_by_whom", "event trigger"]);
    assert_eq!(database.value("SELECT to_regclass('public.made')"), "NULL");
    assert_eq!(database.value(lockfile), before);
    database.sql("DROP EVENT TRIGGER meddle");
    project.run(apply).exits(0);
    assert_eq!(database.value("SELECT string_agg(name, ',') FROM trueup.state"), "lockfile");
    project.run(&["plan", "--detailed-exitcode", "--state", "database"]).exits(0);
}

#[cfg(feature = "failpoints")]
mod killed {
    use super::*;

    /// One transaction, then an index without one, then a value of an enum, which needs a commit before it is used.
    const OLD: &str = "CREATE TYPE mood AS ENUM ('sad');\n\
                       CREATE TABLE users (id bigint PRIMARY KEY, name text, feels mood);\n\
                       CREATE TABLE gone (id bigint);\n";
    const NEW: &str = "CREATE TYPE mood AS ENUM ('sad', 'glad');\n\
                       CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL, feels mood DEFAULT 'glad');\n\
                       CREATE INDEX users_name ON users (name);\n\
                       CREATE VIEW happy AS SELECT id FROM users WHERE feels = 'glad';\n";

    const PLACES: [&str; 13] = [
        "apply-locked",
        "journal-intent",
        "journal-intent@2",
        "step-finished",
        "step-finished@2",
        "before-commit",
        "before-commit@2",
        "after-commit",
        "after-commit@2",
        "journal-done",
        "apply-verified",
        "before-lockfile",
        "after-lockfile",
    ];

    /// Kill an apply at every place, and run it again.
    fn check(what: &str, state: &[&str]) {
        let mut killed = 0;
        for place in PLACES {
            let database = Postgres::create(what);
            let project = database.project(OLD);
            let apply = [&["apply", "--auto-approve", "--allow", "destructive"], state].concat();
            project.run(&apply).exits(0);
            database.sql("INSERT INTO users SELECT n, 'user ' || n, 'sad' FROM generate_series(1, 50) AS n");
            project.declare(NEW);
            let first = project.run_with(&apply, &[("TRUEUP_FAILPOINT", place)]);
            assert!(matches!(first.code, None | Some(0)), "{place}: {first:?}");
            killed += u32::from(first.code.is_none());
            let again = project.run(&apply);
            assert_eq!(again.code, Some(0), "{place}: {}{}", again.stdout, again.stderr);
            let plan = project.run(&[&["plan", "--detailed-exitcode"], state].concat());
            assert_eq!(plan.code, Some(0), "{place}: {}{}", plan.stdout, plan.stderr);
            assert_eq!(database.value("SELECT count(*) || max(name) FROM users"), "50user 9", "{place}");
            assert_eq!(database.value("SELECT count(*) FROM happy"), "0", "{place}");
            assert!(!project.path("state/dev.journal").exists(), "{place}");
        }
        assert!(killed >= 9, "only {killed} places were reached");
    }

    #[test]
    fn a_killed_apply_goes_on() {
        check("killed", &[]);
    }

    #[test]
    fn a_killed_apply_goes_on_with_state_in_the_database() {
        check("killed_state", &["--state", "database"]);
    }
}

#[test]
fn what_goes_and_comes_again_keeps_all_that_it_had() {
    let around = |ty: &str| {
        format!(
            "CREATE TABLE t (a {ty}, b text);
             CREATE VIEW v WITH (security_barrier = true) AS SELECT a, b FROM t;
             CREATE MATERIALIZED VIEW m AS SELECT a FROM v;
             CREATE INDEX m_a ON m (a);
             CREATE FUNCTION f(v) RETURNS text LANGUAGE sql AS 'SELECT ($1).b';
             COMMENT ON VIEW v IS 'rows';
             COMMENT ON COLUMN v.b IS 'text';
             COMMENT ON COLUMN m.a IS 'number';
             GRANT SELECT ON t TO pg_monitor;
             GRANT SELECT ON v TO pg_read_all_data;
             GRANT SELECT (a) ON v TO PUBLIC;"
        )
    };
    let database = Postgres::create("recreated");
    let project = database.project(&around("integer"));
    project.apply();
    database.sql(
        "ALTER VIEW v OWNER TO pg_monitor; ALTER MATERIALIZED VIEW m OWNER TO pg_monitor;
         ALTER FUNCTION f(v) OWNER TO pg_monitor; INSERT INTO t VALUES (1, 'one')",
    );
    let facts =
        "SELECT string_agg(concat_ws(' ', relname, relowner::regrole, relacl, reloptions), '; ' ORDER BY relname)
                     || (SELECT proowner::regrole FROM pg_proc WHERE proname = 'f') || obj_description('v'::regclass)
                     || col_description('v'::regclass, 2) || col_description('m'::regclass, 1)
                     || (SELECT attacl::text FROM pg_attribute WHERE attrelid = 'v'::regclass AND attname = 'a')
                 FROM pg_class WHERE relname IN ('v', 'm', 'm_a')";
    let before = database.value(facts);
    assert_eq!(before.matches("pg_monitor").count(), 8, "{before}");
    project.declare(&around("bigint"));
    project.apply();
    assert_eq!(database.value(facts), before);
    project.is_in_step();
}

#[test]
fn a_url_may_leave_all_to_the_environment() {
    let database = Postgres::create("environment");
    let (authority, name) = database.url().split_once("://").unwrap().1.split_once('/').unwrap();
    let (user, place) = authority.rsplit_once('@').unwrap();
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let (host, port) = place.rsplit_once(':').unwrap();
    let variables =
        [("PGHOST", host), ("PGPORT", port), ("PGUSER", user), ("PGDATABASE", name), ("PGPASSWORD", password)];
    let project = postgres::project("postgresql://", BEFORE);
    project.run_with(&["apply", "--auto-approve"], &variables).exits(0);
    project.run_with(&["plan", "--detailed-exitcode"], &variables).exits(0);
    assert_eq!(database.value("SELECT to_regclass('public.users')"), "users");
    // What the URL says counts more.
    let misled =
        [("PGHOST", "no-such-host.invalid"), ("PGDATABASE", "nope"), ("PGOPTIONS", "-c search_path=pg_catalog")];
    database.project(BEFORE).run_with(&["plan", "--detailed-exitcode"], &misled).exits(0);
}

#[test]
fn a_socket_and_options_are_taken_from_the_url() {
    let server = postgres::OwnServer::start();
    let folder = server.folder().display().to_string().replace('/', "%2F");
    let url = |rest: &str| ["postgresql://postgres@", &folder, ":", &server.port(), "/postgres", rest].concat();
    let project = postgres::project(&url("?sslmode=verify-full"), BEFORE);
    project.run(&["apply", "--auto-approve"]).exits(0);
    project.run(&["check"]).exits(0).says(&["TLS              no"]);
    let reading = postgres::project(&url("?options=-c%20default_transaction_read_only%3Don"), AFTER);
    reading.run(&["plan", "--detailed-exitcode"]).exits(2);
    reading.run(&["apply", "--auto-approve"]).exits(1).says(&["read-only"]);
}
