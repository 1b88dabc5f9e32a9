//! Two applies never run on one database at once, and other programs are neither disturbed nor overrun.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

mod support;

use std::{
    fs::File,
    io::Write,
    path::Path,
    process::Child,
    time::{Duration, Instant},
};

use support::{Project, block_on, connect};

const BEFORE: &str = "CREATE TABLE big (id INTEGER PRIMARY KEY, payload TEXT, amount INTEGER);\n";
const AFTER: &str = "CREATE TABLE big (id INTEGER PRIMARY KEY, payload TEXT NOT NULL, amount INTEGER CHECK (amount > 0));\n\
                     CREATE INDEX by_payload ON big (payload, amount);\n";
const SUM: &str = "SELECT count(*) || ' ' || sum(id) || ' ' || sum(amount) || ' ' || sum(length(payload)) FROM big";

/// A database with 300000 rows and a rebuild to come.
fn project() -> Project {
    let project = Project::applied(BEFORE);
    let series = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)";
    project.sql(&format!("INSERT INTO big {series} SELECT i, 'payload ' || i, i FROM n"));
    project.declare(AFTER);
    project
}

/// Wait until a file is there.
fn wait_for(path: &Path) {
    let start = Instant::now();
    while !path.exists() {
        assert!(start.elapsed() < Duration::from_secs(30), "{} does not appear", path.display());
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Start an apply and wait until it has its lock.
fn begun(project: &Project, args: &[&str]) -> Child {
    let mut child = project.start(args);
    wait_for(&project.path("dev.db.trueup-lock"));
    assert!(child.try_wait().unwrap().is_none(), "the first apply is over already");
    child
}

/// Stop a process, or let it go on: what runs meanwhile finds it at work, however slow the machine is.
fn signal(child: &Child, signal: &str) {
    let status = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

/// The first apply has succeeded and the database is right.
#[track_caller]
fn ends_right(project: &Project, first: Child, sum: &str) {
    let output = first.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(project.value(SUM), sum);
    assert_eq!(project.value("PRAGMA integrity_check"), "ok");
    project.is_in_step();
    project.run(&["state", "verify"]).exits(0).says(&["serial 2"]);
    assert!(!project.path("dev.db.trueup-lock").exists() && !project.path("state/dev.journal").exists());
}

#[test]
fn a_second_apply_names_the_process_of_the_first() {
    let project = project();
    project.run(&["plan", "--out", "plan.json"]).exits(0);
    let sum = project.value(SUM);
    let first = begun(&project, &["apply", "plan.json"]);
    signal(&first, "-STOP");
    let pid = format!("process {}", first.id());
    for args in [&["apply", "plan.json"][..], &["apply", "--auto-approve"], &["state", "protect", "table:big"]] {
        project.run(args).exits(5).says(&["another apply is running", "trueup apply", &pid, "--lock-wait"]);
    }
    project.run(&["state", "unlock"]).exits(5).says(&[&pid]);
    signal(&first, "-CONT");
    ends_right(&project, first, &sum);
}

#[test]
fn a_second_apply_that_waits_finds_nothing_left_to_do() {
    let project = project();
    project.run(&["plan", "--out", "plan.json"]).exits(0);
    let sum = project.value(SUM);
    let first = begun(&project, &["apply", "plan.json"]);
    project.run(&["apply", "plan.json", "--lock-wait", "60s"]).exits(0).says(&["nothing to do"]).never_says("[1/");
    ends_right(&project, first, &sum);
}

#[test]
fn a_second_apply_that_planned_and_waits_does_not_run_again() {
    let project = project();
    let sum = project.value(SUM);
    let first = begun(&project, &["apply", "--auto-approve"]);
    project.run(&["apply", "--auto-approve", "--lock-wait", "60s"]).exits(0).never_says("[1/");
    ends_right(&project, first, &sum);
}

#[test]
fn a_wait_that_is_too_short_ends_with_the_lock_code() {
    let project = project();
    let sum = project.value(SUM);
    let first = begun(&project, &["apply", "--auto-approve"]);
    project.run(&["apply", "--auto-approve", "--lock-wait", "50ms"]).exits(5).says(&["another apply is running"]);
    ends_right(&project, first, &sum);
}

#[test]
fn an_apply_that_keeps_even_readers_out_is_named() {
    let project = Project::applied(BEFORE);
    let mut guard = File::create(project.path("dev.db.trueup-lock")).unwrap();
    guard.lock().unwrap();
    guard.write_all(b"4242\nelsewhere\n2026-01-01T00:00:00Z\napply").unwrap();
    block_on(async {
        let mut other = connect(&project.path("dev.db")).await;
        sqlx::raw_sql("BEGIN EXCLUSIVE").execute(&mut other).await.unwrap();
        for args in [&["plan"][..], &["apply", "--auto-approve"], &["inspect"], &["state", "unlock"]] {
            project.run(args).exits(5).says(&["another apply is running", "process 4242 on elsewhere"]);
        }
        sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    });
    project.run(&["state", "unlock"]).exits(5).says(&["process 4242"]);
    drop(guard);
    project.run(&["state", "unlock"]).exits(0).says(&["nobody holds the lock"]);
    project.is_in_step();
}

#[test]
fn of_many_applies_at_once_one_runs() {
    let project = Project::new("CREATE TABLE users (id INTEGER PRIMARY KEY);\nCREATE INDEX by_id ON users (id);\n");
    project.sql("CREATE TABLE theirs (id INTEGER)");
    let children: Vec<Child> =
        (0..8).map(|_| project.start(&["apply", "--auto-approve", "--lock-wait", "60s"])).collect();
    let mut runs = 0;
    for child in children {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        runs += usize::from(said.contains("[1/"));
    }
    assert_eq!(runs, 1);
    project.is_in_step();
    project.run(&["state", "verify"]).exits(0);
}

#[test]
fn a_database_that_another_program_writes_to_is_left_alone() {
    let project = Project::applied("CREATE TABLE users (id INTEGER PRIMARY KEY);\n");
    project.declare("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n");
    project.run(&["plan", "--out", "plan.json"]).exits(0);
    block_on(async {
        let mut other = connect(&project.path("dev.db")).await;
        sqlx::raw_sql("BEGIN IMMEDIATE; INSERT INTO users VALUES (1)").execute(&mut other).await.unwrap();
        for args in [&["apply", "plan.json"][..], &["apply", "--auto-approve"]] {
            let start = Instant::now();
            project.run(args).exits(1).says(&["locked by another program", "500ms", "--lock-timeout"]);
            assert!(start.elapsed() >= Duration::from_millis(400), "it did not wait");
        }
        let args = ["apply", "plan.json", "--lock-timeout", "10ms"];
        project.run(&args).exits(1).says(&["locked by another program", "10ms"]);
        sqlx::raw_sql("COMMIT").execute(&mut other).await.unwrap();
    });
    assert_eq!(project.rows("SELECT * FROM users"), [["1"]]);
    project.run(&["apply", "plan.json"]).exits(0);
    project.is_in_step();
}

#[test]
fn an_apply_waits_for_another_program_as_long_as_it_is_told() {
    let project = Project::applied("CREATE TABLE users (id INTEGER PRIMARY KEY);\n");
    project.declare("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n");
    block_on(async {
        let mut other = connect(&project.path("dev.db")).await;
        sqlx::raw_sql("BEGIN IMMEDIATE; INSERT INTO users VALUES (1)").execute(&mut other).await.unwrap();
        let child = project.start(&["apply", "--auto-approve", "--lock-timeout", "30s"]);
        tokio::time::sleep(Duration::from_millis(1500)).await;
        sqlx::raw_sql("COMMIT").execute(&mut other).await.unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    });
    assert_eq!(project.value("SELECT count(*) FROM users"), "1");
    project.is_in_step();
}
