//! An apply to MariaDB or MySQL beside others, and one that ends before its time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

#[path = "support/mysql.rs"]
mod mysql;
mod support;

use std::{
    process::Child,
    time::{Duration, Instant},
};

use mysql::{MySql, Session};
use support::{Project, Run};

const BEFORE: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(40));\n";
const AFTER: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(40), born date);\n\
                     CREATE TABLE teams (id bigint PRIMARY KEY);\n";
const WAITING: &str = "SELECT id FROM information_schema.processlist \
                       WHERE db = database() AND state = 'Waiting for table metadata lock'";
const ROWS: &str = "SELECT concat(count(*), ' ', max(name)) FROM users";

/// A database with rows and a change to come.
fn pending(what: &str) -> (MySql, Project) {
    let database = MySql::create(what);
    let project = database.project(BEFORE);
    project.apply();
    database.sql(
        "INSERT INTO users WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) \
         SELECT i, concat('user ', i) FROM n",
    );
    project.declare(AFTER);
    (database, project)
}

/// Somebody reads the table that is to change, so an apply waits.
fn reader(database: &MySql) -> Session {
    let mut session = database.session();
    session.sql("START TRANSACTION; SELECT count(*) FROM users");
    session
}

/// Start an apply and wait until it is kept waiting; the number of its session.
#[allow(clippy::zombie_processes, reason = "who calls waits for it")]
fn begun(database: &MySql, project: &Project, args: &[&str]) -> (Child, String) {
    let child = project.start(args);
    match waiting(database) {
        Some(session) => (child, session),
        None => panic!("the apply never waits: {:?}", ended(child)),
    }
}

/// The number of the session that waits for a table, as soon as there is one.
fn waiting(database: &MySql) -> Option<String> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(30) {
        let session = database.value(WAITING);
        if !session.is_empty() {
            return Some(session);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    None
}

fn ended(child: Child) -> Run {
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[track_caller]
fn is_right(database: &MySql, project: &Project) {
    project.is_in_step();
    assert_eq!(database.value(&[ROWS, " WHERE born IS NULL"].concat()), "100 user 99");
    assert_eq!(database.relations(), "teams users");
    assert!(!project.path("state/dev.journal").exists());
}

#[test]
fn a_second_apply_names_the_process_of_the_first() {
    let (database, project) = pending("second");
    let mut other = reader(&database);
    let (first, _) = begun(&database, &project, &["apply", "--auto-approve", "--lock-timeout", "5s"]);
    let pid = ["process ", &first.id().to_string()].concat();
    for args in [&["apply", "--auto-approve"][..], &["state", "protect", "table:users"]] {
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
    let (first, _) = begun(&database, &project, &["apply", "--auto-approve", "--lock-timeout", "5s"]);
    let second = project.start(&["apply", "--auto-approve", "--lock-wait", "60s"]);
    std::thread::sleep(Duration::from_millis(500));
    other.sql("COMMIT");
    ended(first).exits(0);
    ended(second).exits(0).never_says("committed");
    is_right(&database, &project);
}

#[test]
fn an_interrupted_apply_can_be_run_again() {
    let (database, project) = pending("interrupted");
    let mut other = reader(&database);
    let (child, _) = begun(&database, &project, &["apply", "--auto-approve", "--lock-timeout", "20s"]);
    let status = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
    ended(child).exits(1).says(&["interrupted", "run the same command again"]);
    other.sql("COMMIT");
    // The server has let go of everything.
    project.apply();
    is_right(&database, &project);
}

#[test]
fn a_connection_that_the_server_ends_is_told_and_the_apply_can_be_run_again() {
    let (database, project) = pending("terminated");
    let mut other = reader(&database);
    let (child, session) = begun(&database, &project, &["apply", "--auto-approve", "--lock-timeout", "20s"]);
    database.sql(&["KILL CONNECTION ", &session].concat());
    let run = ended(child);
    assert!(run.code != Some(0), "{run:?}");
    let run = run.says(&["users"]).never_says("rolled back");
    assert!(run.stderr.contains("connection") || run.stderr.contains("interrupted"), "{run:?}");
    other.sql("COMMIT");
    project.apply();
    is_right(&database, &project);
}

#[test]
fn who_keeps_an_apply_waiting_is_told_and_nothing_is_changed() {
    let (database, project) = pending("blocked");
    let mut other = reader(&database);
    let run = project.run(&["apply", "--auto-approve", "--lock-timeout", "500ms"]).exits(5);
    run.says(&["born", "for a lock held by connection ", " of `", ", since 2", "--lock-timeout"]);
    assert_eq!(
        database.value(
            "SELECT count(*) FROM information_schema.columns WHERE table_schema = database() AND column_name = 'born'"
        ),
        "0"
    );
    other.sql("COMMIT");
    project.apply();
    is_right(&database, &project);
}

#[test]
fn state_in_the_database_is_kept_beside_what_it_is_about() {
    let database = MySql::create("state");
    let project = database.project(BEFORE);
    let apply: &[&str] = &["apply", "--auto-approve", "--state", "database"];
    project.run(apply).exits(0);
    assert!(!project.path("state").exists());
    let names = "SELECT group_concat(name ORDER BY name SEPARATOR ' ') FROM trueup_state";
    assert_eq!(database.value(names), "lockfile");
    project.run(&["state", "show", "--state", "database"]).exits(0).says(&["serial    1"]);
    project.run(&["inspect"]).exits(0).never_says("trueup");
    project.run(&["plan", "--detailed-exitcode", "--state", "database"]).exits(0);
    // A step that fails leaves what was done before it, and a journal that tells so; what is recorded stays as it was.
    let before = database.value("SELECT content FROM trueup_state WHERE name = 'lockfile'");
    let failing = "CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW SET new.no_such_column = 1;\n";
    project.declare(&[AFTER, failing].concat());
    project.run(apply).exits(1);
    assert_eq!(database.value("SELECT content FROM trueup_state WHERE name = 'lockfile'"), before);
    project.declare(AFTER);
    project.run(apply).exits(0);
    assert_eq!(database.value(names), "lockfile");
    assert_eq!(database.relations(), "teams trueup_state users");
    project.run(&["plan", "--detailed-exitcode", "--state", "database"]).exits(0);
}

#[test]
fn a_plan_is_applied_once() {
    let (database, project) = pending("plan_file");
    project.run(&["plan", "--out", "plan.json"]).exits(0);
    project.run(&["apply", "plan.json"]).exits(0);
    is_right(&database, &project);
    project.run(&["apply", "plan.json"]).exits(0).says(&["nothing to do"]);
    is_right(&database, &project);
}

#[test]
fn a_plan_for_a_schema_that_moved_is_stale() {
    let (database, project) = pending("stale");
    project.run(&["plan", "--out", "plan.json"]).exits(0);
    database.sql("ALTER TABLE users MODIFY name varchar(50)");
    project.run(&["apply", "plan.json"]).exits(4).says(&["stale", "changed in the database since the plan was made"]);
    assert_eq!(database.relations(), "users");
}

#[test]
fn a_plan_for_another_database_is_stale() {
    let (database, project) = pending("this_one");
    let other = MySql::create("other_one");
    project.run(&["plan", "--out", "plan.json"]).exits(0);
    project.run(&["apply", "plan.json", "--url", other.url()]).exits(4).says(&["stale", "it was made for"]);
    assert_eq!([database.relations(), other.relations()], ["users", ""]);
}

#[test]
fn rows_that_stand_against_a_change_are_counted_and_nothing_is_changed() {
    let database = MySql::create("rows");
    let before = "CREATE TABLE t (id int PRIMARY KEY, a varchar(40), b int, c varchar(9) CHARACTER SET utf8mb4, d enum('x', 'y'));\n\
                  CREATE TABLE u (id int PRIMARY KEY, t_id int);\n";
    let project = database.project(before);
    project.apply();
    database.sql(
        "INSERT INTO t VALUES (1, 'a rather long text', 300, '漢', 'x'), (2, 'a rather long text', NULL, 'b', 'y'); \
         INSERT INTO u VALUES (1, 7), (2, 1)",
    );
    let checks = [
        (before.replace("a varchar(40)", "a varchar(4)"), "2"),
        (before.replace("b int", "b tinyint"), "1"),
        (before.replace("b int", "b int NOT NULL"), "1"),
        (before.replace("CHARACTER SET utf8mb4", "CHARACTER SET latin1"), "1"),
        (before.replace("'x', 'y'", "'x'"), "1"),
        (before.replace("a varchar(40)", "a varchar(40) UNIQUE"), "1"),
        (before.replace("b int", "b int CHECK (b < 200)"), "1"),
        (before.replace("t_id int)", "t_id int, FOREIGN KEY (t_id) REFERENCES t (id))"), "1"),
    ];
    let facts = "SELECT group_concat(hex(c), a, coalesce(b, '-'), d ORDER BY id) FROM t";
    let rows = database.value(facts);
    for (declared, count) in checks {
        project.declare(&declared);
        let run = project.run(&["apply", "--auto-approve", "--allow", "destructive"]);
        assert_eq!(run.code, Some(3), "{declared}: {run:?}");
        let said = [run.stdout.as_str(), &run.stderr].concat();
        assert!(
            said.contains(&["there are ", count, " "].concat()) || said.contains(&[count, " row"].concat()),
            "{declared}: no count {count} in\n{said}"
        );
        assert_eq!(database.value(facts), rows, "{declared}");
        project.declare(before);
        project.is_in_step();
    }
}

/// What a change of a column does to the values beside it: nothing.
#[test]
fn a_zero_in_a_column_that_becomes_a_counter_stays_or_is_refused() {
    let database = MySql::create("zero");
    let project = database.project("CREATE TABLE t (id int NOT NULL PRIMARY KEY, a varchar(9));\n");
    project.apply();
    for rows in ["(0, 'zero'), (1, 'one')", "(0, 'zero'), (5, 'five')"] {
        database.sql(&["DELETE FROM t; INSERT INTO t VALUES ", rows].concat());
        let before = database.value("SELECT group_concat(id, a ORDER BY id) FROM t");
        project.declare("CREATE TABLE t (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, a varchar(9));\n");
        let run = project.run(&["apply", "--auto-approve"]);
        assert!(matches!(run.code, Some(0 | 3)), "{run:?}");
        assert_eq!(database.value("SELECT group_concat(id, a ORDER BY id) FROM t"), before);
        database.sql("SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; ALTER TABLE t MODIFY id int NOT NULL");
    }
}
