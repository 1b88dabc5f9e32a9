//! `trueup check`: what it finds out, and that its exit code is true.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "support/mysql.rs"]
mod mysql;
#[path = "support/postgres.rs"]
mod postgres;
mod support;

use std::{fs, os::unix::fs::PermissionsExt};

use serde_json::Value;

use mysql::MySql;
use postgres::Postgres;
use support::Project;

const TABLE: &str = "CREATE TABLE t (id int PRIMARY KEY);\n";

/// The report of a check, with its exit code.
fn checked(project: &Project, args: &[&str], code: i32) -> Value {
    let all: Vec<&str> = ["check", "--json"].into_iter().chain(args.iter().copied()).collect();
    let report = project.run(&all).exits(code).json();
    let status = if code == 0 { "PASS" } else { "FAIL" };
    assert_eq!(report["status"], status, "{report:#}");
    report
}

/// The kinds of what stands against a connection.
fn problems(report: &Value) -> Vec<String> {
    let list = report["details"]["problems"].as_array().unwrap();
    list.iter().map(|it| it["kind"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_file_that_is_not_there_fails_and_is_not_made() {
    let project = Project::new(TABLE);
    let before = project.hash();
    let report = checked(&project, &[], 1);
    assert_eq!(report["check_type"], "sqlite_full");
    assert_eq!(problems(&report), ["environment"]);
    assert_eq!(project.hash(), before);
}

#[test]
fn a_file_that_cannot_be_written_is_good_for_plans_only() {
    let project = Project::applied(TABLE);
    checked(&project, &[], 0);
    let path = project.path("dev.db");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    assert_eq!(problems(&checked(&project, &[], 1)), ["read-only"]);
    let report = checked(&project, &["--for", "plan"], 0);
    assert_eq!(report["details"]["connection"]["can_apply"], false);
    project.write("trueup.toml", support::CONFIG.replace("version = 1", "version = 1\nauthority = \"database\""));
    checked(&project, &[], 0);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
}

#[test]
fn nobody_there_no_such_database_and_no_such_scheme_are_told_apart() {
    let project = Project::empty();
    let url = |url: &str| checked(&project, &["--url", url], 1);
    let unreachable = url("postgres://app:hunter2@127.0.0.1:1/shop");
    assert_eq!(problems(&unreachable), ["network"]);
    assert_eq!(unreachable["redacted_url"], "postgres://app:***@127.0.0.1:1/shop");
    let parts = ["scheme", "host", "database", "username"].map(|it| unreachable[it].as_str().unwrap());
    assert_eq!((parts, unreachable["port"].as_u64()), (["postgres", "127.0.0.1", "shop", "app"], Some(1)));
    let postgres = Postgres::create("check");
    assert_eq!(problems(&url(&[postgres.url(), "_not_there"].concat())), ["environment"]);
    let mysql = MySql::create("check");
    assert_eq!(problems(&url(&[mysql.url(), "_not_there"].concat())), ["environment"]);
    project.run(&["check", "--url", "oracle://h/d"]).exits(1).says(&["no provider"]);
    for output in [&["check"][..], &["check", "--json"], &["check", "--out", "r.md"], &["check", "--out", "r.json"]] {
        let all = [output, &["--url", "postgres://app:hunter2@127.0.0.1:1/shop?password=hunter2"]].concat();
        project.run(&all).exits(1).never_says("hunter2");
    }
    assert!(!project.read("r.md").contains("hunter2") && !project.read("r.json").contains("hunter2"));
    assert!(project.read("r.md").contains("**FAIL**"));
    assert_eq!(serde_json::from_str::<Value>(&project.read("r.json")).unwrap()["status"], "FAIL");
}

#[test]
fn what_a_postgresql_role_may_not_do_is_told_with_what_grants_it() {
    let postgres = Postgres::create("check");
    let role = ["check_", &std::process::id().to_string()].concat();
    let role = role.as_str();
    let drop = ["DROP OWNED BY ", role, "; DROP ROLE ", role].concat();
    postgres.sql(
        &["REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE TABLE theirs (id int); CREATE ROLE ", role, " LOGIN"]
            .concat(),
    );
    let url = postgres.url().replacen("://", &["://", role, "@"].concat(), 1);
    let url = match postgres.url().rsplit_once('@') {
        Some((_, place)) => ["postgresql://", role, "@", place].concat(),
        None => url,
    };
    let project = Project::empty();
    let arguments = ["--url", &url, "--state", "none"];
    let report = checked(&project, &arguments, 1);
    assert_eq!(problems(&report), ["permission"], "{report:#}");
    let said = report["details"].to_string();
    assert!(said.contains("GRANT USAGE, CREATE ON SCHEMA \\\"public\\\""), "{said}");
    assert!(said.contains("ownership on public.theirs"), "{said}");
    checked(&project, &["--url", &url, "--for", "plan"], 0);
    postgres.sql(&["GRANT CREATE ON SCHEMA public TO ", role].concat());
    checked(&project, &arguments, 0);
    // The state tables need a schema of their own.
    let report = checked(&project, &["--url", &url], 1);
    assert!(report["details"]["problems"].to_string().contains("GRANT CREATE ON DATABASE"), "{report:#}");
    postgres.sql(&drop);
}

#[test]
fn a_server_tells_its_version_encryption_round_trip_and_extensions() {
    let postgres = Postgres::create("check");
    postgres.sql("CREATE SCHEMA app; CREATE EXTENSION hstore SCHEMA app; CREATE EXTENSION pg_trgm");
    let project = Project::empty();
    let before = postgres.value("SELECT count(*) FROM pg_class");
    let connection = checked(&project, &["--url", postgres.url()], 0)["details"]["connection"].clone();
    assert_eq!(postgres.value("SELECT count(*) FROM pg_class"), before);
    assert_eq!(connection["server"]["product"], "PostgreSQL");
    assert!(connection["latency_ms"].as_f64().unwrap() > 0.0);
    assert!(["off", "local"].contains(&connection["tls"].as_str().unwrap()));
    let extensions = connection["extensions"].as_array().unwrap();
    let names: Vec<&str> = extensions.iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["hstore", "pg_trgm"]);
    assert_eq!(extensions[0]["schema"], "app");
    assert!(extensions[0]["objects"].as_u64().unwrap() > 10);
    // Somebody chose `app` for it, so it is no schema to leave out.
    assert!(connection["advice"].is_null());
    postgres.sql("CREATE TABLE t (id int)");
    project.run(&["check", "--url", postgres.url()]).exits(0).says(&[
        "status           PASS",
        "hstore 1.",
        "PostgreSQL",
    ]);
}

#[test]
fn what_a_mysql_user_may_not_do_is_told_with_what_grants_it() {
    let mysql = MySql::create("check");
    let user = ["check_", &std::process::id().to_string()].concat();
    let name = ["`", &user, "`@`%`"].concat();
    mysql.sql(&["CREATE USER ", &name].concat());
    mysql.sql(&["GRANT SELECT, CREATE, TRIGGER, EVENT, EXECUTE ON `", mysql.name(), "`.* TO ", &name].concat());
    let (_, place) = mysql.url().rsplit_once('@').unwrap();
    let url = ["mysql://", &user, "@", place].concat();
    let project = Project::empty();
    let report = checked(&project, &["--url", &url], 1);
    let said = report["details"]["problems"].to_string();
    assert!(
        said.contains("lacks ALTER") && said.contains("GRANT ALTER ON") && !said.contains("lacks CREATE,"),
        "{said}"
    );
    checked(&project, &["--url", &url, "--for", "plan"], 0);
    mysql.sql(&["REVOKE TRIGGER ON `", mysql.name(), "`.* FROM ", &name].concat());
    let blind = checked(&project, &["--url", &url, "--for", "plan"], 1);
    assert!(blind["details"]["problems"].to_string().contains("GRANT TRIGGER ON"), "{blind:#}");
    checked(&project, &["--url", mysql.url()], 0);
    mysql.sql(&["DROP USER ", &name].concat());
}
