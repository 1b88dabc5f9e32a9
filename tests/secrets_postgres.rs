//! The password of a PostgreSQL server never appears, wherever it comes from and whatever happens.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

#[path = "support/postgres.rs"]
mod postgres;
mod support;

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use postgres::OwnServer;
use support::{Project, Run};

/// A part of the password that has no special characters, so that it is the same however it is written.
const CANARY: &str = "c4n4ry";
/// The whole password, as it is, and as it stands in a URL.
const PASSWORD: &str = "a#c4n4ry@b%25/c:d?e&f=g\\h";
const ENCODED: &str = "a%23c4n4ry%40b%2525%2Fc%3Ad%3Fe%26f%3Dg%5Ch";
/// Of these, nothing has to be written in another way in a URL's authority.
const PLAIN: &str = "a#c4n4ry@b";

const SCHEMA: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name text);\n";
const MORE: &str =
    "CREATE TABLE users (id bigint PRIMARY KEY, name text, born date);\nCREATE TABLE teams (id bigint);\n";

const COMMANDS: [&[&str]; 22] = [
    &["plan", "--out", "plan.json"],
    &["apply"],
    &["apply", "--auto-approve"],
    &["apply", "--auto-approve", "--state", "database"],
    &["apply", "plan.json"],
    &["drift"],
    &["inspect"],
    &["check"],
    &["explain", "table:public.users"],
    &["state", "show"],
    &["import", "--all"],
    &["prove", "plan.json"],
    &["plan", "--json", "--evidence", "evidence"],
    &["apply", "--auto-approve", "--evidence", "evidence"],
    &["drift", "--json", "--evidence", "evidence"],
    &["pull"],
    &["pull", "--check"],
    &["inspect", "--format", "json"],
    &["check", "--json"],
    &["validate"],
    &["graph"],
    &["approve", "plan.json", "--by", "anna"],
];

/// Nothing that was said or written has the canary, but in the files that had it before.
#[track_caller]
fn is_kept(project: &Project, run: &Run, what: &str) {
    let said = [run.stdout.as_str(), &run.stderr].concat();
    assert!(!said.contains(CANARY), "{what} says it:\n{said}");
    look(project.folder(), what);
}

fn look(folder: &Path, what: &str) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            look(&path, what);
            continue;
        }
        let has = fs::read(&path).unwrap().windows(CANARY.len()).any(|it| it == CANARY.as_bytes());
        let is_ours = path.ends_with("trueup.toml") || path.ends_with("pgpass");
        assert!(is_ours || !has, "{what} wrote it into {}", path.display());
    }
}

/// A server that wants the passwords of `anna` and `berta`, and has a database `shop`.
fn server() -> OwnServer {
    let server = OwnServer::start();
    let password = ["'", &PASSWORD.replace('\'', "''"), "'"].concat();
    server.sql(
        "postgres",
        &["SET password_encryption = 'scram-sha-256'; CREATE ROLE anna LOGIN PASSWORD ", &password].concat(),
    );
    server.sql("postgres", &["CREATE ROLE berta LOGIN PASSWORD '", PLAIN, "'"].concat());
    server.creates("shop");
    server.sql("shop", "ALTER DATABASE shop OWNER TO anna; ALTER SCHEMA public OWNER TO anna");
    server.lets_in("host all anna,berta 127.0.0.1/32 scram-sha-256\n");
    server
}

/// Enough of them for a connection that does not come about.
const FEW: [&[&str]; 4] =
    [&["plan"], &["apply", "--auto-approve"], &["check"], &["state", "show", "--state", "database"]];

/// Every command, with all that is said when something goes wrong, for one way to give the password.
#[track_caller]
fn check(server: &OwnServer, url: &str, variables: &[(&str, &str)], lets_in: bool) {
    server.sql("shop", "DROP TABLE IF EXISTS users, teams; DROP SCHEMA IF EXISTS trueup CASCADE");
    let project = postgres::project(url, SCHEMA);
    let loud = [("RUST_BACKTRACE", "full"), ("RUST_LOG", "trace"), ("PGAPPNAME", "check")];
    let all: Vec<(&str, &str)> = loud.iter().chain(variables).copied().collect();
    let first = project.run_with(&["apply", "--auto-approve"], &all);
    is_kept(&project, &first, "the first apply");
    assert_eq!(first.code == Some(0), lets_in, "{first:?}");
    project.declare(MORE);
    for command in if lets_in { &COMMANDS[..] } else { &FEW } {
        for json in [&[][..], &["--json"]] {
            let args = [*command, json].concat();
            let run = project.run_with(&args, &all);
            assert!(run.code.is_some_and(|code| code <= 5), "{args:?}: {run:?}");
            is_kept(&project, &run, &args.join(" "));
        }
    }
}

#[test]
fn a_password_that_lets_in_is_never_shown() {
    let server = server();
    let project = Project::empty();
    let file = project.path("pgpass");
    let line = ["127.0.0.1:*:*:anna:", &PASSWORD.replace('\\', "\\\\").replace(':', "\\:"), "\n"].concat();
    fs::write(&file, line).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let bare = server.url_as("anna", "shop");
    check(&server, &server.url_as(&["anna:", ENCODED].concat(), "shop"), &[], true);
    check(&server, &[&bare, "?password=", ENCODED].concat(), &[], true);
    check(&server, &bare, &[("PGPASSWORD", PASSWORD)], true);
    check(&server, &bare, &[("PGPASSFILE", &file.display().to_string())], true);
    check(&server, "env:CANARY_URL", &[("CANARY_URL", &server.url_as(&["anna:", ENCODED].concat(), "shop"))], true);
}

#[test]
fn a_password_that_does_not_let_in_is_never_shown() {
    let server = server();
    let bare = server.url_as("anna", "shop");
    for wrong in ["c4n4ry", "c4n4ry%21", "x@c4n4ry", "c4n4ry#x", "%c4n4ry", "x:c4n4ry"] {
        check(&server, &server.url_as(&["anna:", wrong].concat(), "shop"), &[], false);
        check(&server, &[&bare, "?password=", wrong].concat(), &[], false);
        check(&server, &bare, &[("PGPASSWORD", wrong)], false);
    }
}

#[test]
fn a_password_in_a_url_needs_no_code_for_what_is_no_delimiter() {
    let server = server();
    server.sql("shop", "GRANT CREATE ON SCHEMA public TO berta; GRANT CREATE ON DATABASE shop TO berta");
    check(&server, &server.url_as(&["berta:", PLAIN].concat(), "shop"), &[], true);
}

#[test]
#[cfg(feature = "failpoints")]
fn a_journal_has_no_password() {
    let server = server();
    let url = server.url_as(&["anna:", ENCODED].concat(), "shop");
    let project = postgres::project(&url, SCHEMA);
    let run = project.run_with(&["apply", "--auto-approve"], &[("TRUEUP_FAILPOINT", "after-commit")]);
    assert_eq!(run.code, None, "{run:?}");
    assert!(project.path("state/dev.journal").exists());
    is_kept(&project, &run, "an apply that was killed");
}
