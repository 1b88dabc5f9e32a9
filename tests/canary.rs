//! A password appears in no output and in no file, whatever command runs: every one of `trueup --help` runs here.
//!
//! [`Project::run`] looks for it after every run of every test; here are the ways to bring it in.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

#[path = "support/mysql.rs"]
mod mysql;
#[path = "support/postgres.rs"]
mod postgres;
mod support;

use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt, process::Command};

use support::{
    Project,
    canary::{self, CANARY},
};

/// Between all that is a delimiter somewhere, so that no piece of it may be seen.
const PASSWORD: &str = "c4n4ry#c4n4ry@c4n4ry%25c4n4ry/c4n4ry:c4n4ry c4n4ry'c4n4ry\"c4n4ry?c4n4ry&c4n4ry=c4n4ry\\c4n4ry";

/// Every command, in an order in which most of them find something to do. `{wrong}` stands for a URL that leads nowhere.
const RUNS: [&[&str]; 56] = [
    &["init"],
    &["validate"],
    &["validate", "--to", "{wrong}"],
    &["plan", "--sql"],
    &["apply", "--dry-run"],
    &["apply"],
    &["apply", "--auto-approve"],
    &["apply", "--auto-approve", "--env", "stored"],
    &["plan", "--refresh-only"],
    &["plan", "--to", "more.sql", "--out", "plan.json", "--detailed-exitcode"],
    &["plan", "--to", "more.sql", "--no-oracle", "--scratch", "{wrong}"],
    &["plan", "--to", "{wrong}"],
    &["plan", "--to", "schema.prisma"],
    &["plan", "--to", "env:CANARY_URL"],
    &["plan", "--env", "nowhere"],
    &["approve", "plan.json", "--by", "anna"],
    &["prove", "plan.json"],
    &["prove", "plan.json", "--scratch", "{wrong}"],
    &["apply", "plan.json"],
    &["drift"],
    &["drift", "--env", "stored"],
    &["diff", "env:CANARY_URL", "more.sql"],
    &["diff", "more.sql", "env:CANARY_URL"],
    &["diff", "env:CANARY_URL", "env:CANARY_URL"],
    &["diff", "{wrong}", "{wrong}"],
    &["inspect"],
    &["inspect", "--format", "json"],
    &["inspect", "--format", "prisma"],
    &["inspect", "--format", "toml"],
    &["inspect", "--format", "tables-json"],
    &["inspect", "--format", "mermaid"],
    &["inspect", "--url", "{wrong}"],
    &["check"],
    &["check", "--out", "check.md"],
    &["check", "--out", "check.json"],
    &["check", "--url", "{wrong}"],
    &["pull", "--config", "mirror.toml"],
    &["pull", "--config", "mirror.toml", "--check"],
    &["pull"],
    &["import", "--all"],
    &["state", "show"],
    &["state", "list"],
    &["state", "verify"],
    &["state", "show", "--env", "stored"],
    &["state", "unlock", "--env", "stored"],
    &["state", "rebind"],
    &["state", "protect", "table:users"],
    &["state", "unprotect", "table:users"],
    &["state", "move", "table:nothing", "table:no_more"],
    &["state", "forget", "table:nothing"],
    &["graph"],
    &["explain", "table:users"],
    &["context"],
    &["completions", "bash"],
    &["man"],
    &["init", "--url", "env:CANARY_URL"],
];

const SCHEMA: &str = "CREATE TABLE users (id int PRIMARY KEY, name varchar(40));\n";
const MORE: &str =
    "CREATE TABLE users (id int PRIMARY KEY, name varchar(40));\nCREATE TABLE teams (id int PRIMARY KEY);\n";

/// Says all that it is given, and fails.
const HOOK: &str = "#!/bin/sh
env
printf '%s\\n' \"$CANARY_URL\" \"$PGPASSWORD$MYSQL_PWD\"
for before in '' a ab; do
  printf '%s%s' \"$before\" \"$CANARY_URL\" | base64
  printf '%s%s' \"$before\" \"$PGPASSWORD$MYSQL_PWD\" | base64
done
exit 3
";

fn hook(moment: &str) -> String {
    [
        moment,
        " = [{ run = [\"hooks/say\"], env = [\"CANARY_URL\", \"PGPASSWORD\", \"MYSQL_PWD\"], best_effort = true }]\n",
    ]
    .concat()
}

/// Every character as a code, in capitals or not.
fn encoded(text: &str, capitals: bool) -> String {
    let code = |it: u8| if capitals { format!("%{it:02X}") } else { format!("%{it:02x}") };
    text.bytes().map(code).collect()
}

/// A project with everything that writes something: evidence, hooks, a mirror in all forms, a lockfile and a recorded state
/// in the database.
fn project(url: &str) -> Project {
    let project = Project::empty();
    let head = |authority: &str| {
        let quoted = url.replace('\\', "\\\\").replace('"', "\\\"");
        let wrong = "postgresql://u:c4n4ry@127.0.0.1:1/x";
        [
            "version = 1\nauthority = \"",
            authority,
            "\"\n\n[schema]\nsource = \"schema/\"\n\n[env.dev]\nurl = \"",
            &quoted,
            "\"\n\n[env.stored]\nurl = \"",
            &quoted,
            "\"\nstate = \"database\"\n\n[env.nowhere]\nurl = \"",
            wrong,
            "\"\n\n[evidence]\ndir = \"evidence\"\n",
        ]
        .concat()
    };
    let hooks = ["\n[hooks]\n", &hook("before_apply"), &hook("after_apply"), &hook("after_pull")].concat();
    let mirror = "\n[pull]\nsql = \"mirror/sql\"\ntoml = \"mirror/toml\"\nprisma = \"mirror/schema.prisma\"\n\
                  tables_json = \"mirror/tables.json\"\ncontext_json = \"mirror/context.json\"\ndocs = \"mirror/docs\"\n";
    project.write("trueup.toml", [head("code").as_str(), &hooks].concat());
    project.write("mirror.toml", [head("database").as_str(), &hooks, mirror].concat());
    project.write("schema/schema.sql", SCHEMA);
    project.write("more.sql", MORE);
    project.write(
        "schema.prisma",
        [
            "datasource db {\n  provider = \"postgresql\"\n  url = \"postgresql://u:",
            &encoded(PASSWORD, true),
            "@h/x\" oops\n}\n",
        ]
        .concat(),
    );
    project.write("hooks/say", HOOK);
    fs::set_permissions(project.path("hooks/say"), fs::Permissions::from_mode(0o755)).unwrap();
    project
}

/// Every command, with all that is said; the first plan and apply succeed exactly where the password lets in.
#[track_caller]
fn every_command(url: &str, variables: &[(&str, &str)], lets_in: bool) {
    commands(url, variables, lets_in, |_| true);
}

/// Those that connect, for one more way to give the password.
#[track_caller]
fn some_commands(url: &str, variables: &[(&str, &str)], lets_in: bool) {
    const CONNECT: [&str; 5] = ["plan", "apply", "drift", "check", "pull"];
    commands(url, variables, lets_in, |it| CONNECT.contains(&it[0]) && !it.contains(&"{wrong}"));
}

#[track_caller]
fn commands(url: &str, variables: &[(&str, &str)], lets_in: bool, picks: fn(&[&str]) -> bool) {
    let project = project(url);
    let wrong = ["postgresql://u:", &encoded(PASSWORD, true), "@127.0.0.1:1/x"].concat();
    let loud = [("RUST_BACKTRACE", "full"), ("RUST_LOG", "trace"), ("CANARY_URL", url)];
    let all: Vec<(&str, &str)> = loud.iter().chain(variables).copied().collect();
    for args in RUNS.into_iter().filter(|it| picks(it)) {
        let args: Vec<&str> = args.iter().map(|it| if *it == "{wrong}" { wrong.as_str() } else { it }).collect();
        let needs_env =
            !args.contains(&"--env") && !matches!(args[0], "init" | "diff" | "approve" | "completions" | "man");
        let env: &[&str] = if needs_env && !args.contains(&"--url") { &["--env", "dev"] } else { &[] };
        let run = project.run_with(&[&args, env].concat(), &all);
        assert!(run.code.is_some_and(|code| code <= 5), "{args:?}: {run:?}");
        if args == ["apply", "--auto-approve"] || args == ["check"] {
            assert_eq!(run.code == Some(0), lets_in, "{args:?}: {run:?}");
        }
    }
    assert_eq!(project.path("mirror/schema.prisma").exists(), lets_in);
    assert_eq!(project.path("state/dev.lock").exists(), lets_in);
}

#[test]
fn every_command_of_the_help_runs_here() {
    let project = Project::empty();
    for (args, runs) in [(&["--help"][..], 0), (&["state", "--help"][..], 1)] {
        let help = project.run(args).exits(0).stdout;
        let (_, commands) = help.split_once("Commands:\n").unwrap();
        let names: BTreeSet<&str> = commands
            .lines()
            .take_while(|it| !it.trim().is_empty())
            // What goes on over several lines stands further in.
            .filter_map(|it| it.strip_prefix("  ").filter(|it| !it.starts_with(' ')))
            .filter_map(|it| it.split(' ').next())
            .filter(|it| *it != "help")
            .collect();
        let run: BTreeSet<&str> = RUNS.iter().filter_map(|it| it.get(runs).copied()).collect();
        let left: Vec<_> = names.difference(&run).collect();
        assert!(left.is_empty() && names.len() > 5, "these run nowhere in this test: {left:?}");
    }
}

#[test]
fn a_word_that_is_hidden_is_found() {
    let within = |text: &str| canary::is_in(text.as_bytes());
    for plain in [PASSWORD, CANARY, "C4N4RY", "c4\n  n4r\r\ny", "│ c4n4\n│ ry", "c4n4\\\nry", "\"c4\" + \"n4ry\""] {
        assert!(within(plain), "{plain}");
    }
    assert!(within(&encoded(CANARY, true)) && within(&encoded(CANARY, false)));
    assert!(within(&encoded(&encoded(CANARY, false), true)) && within("%63%34%6\ne%34ry"));
    // echo -n xxc4n4ry | base64, with none, one and two letters before it.
    for coded in ["YzRuNHJ5", "eGM0bjRyeQ==", "eHhjNG40cnk=", "eGM0\nbjRy\neQ=="] {
        assert!(within(coded), "{coded}");
    }
    assert!(!within("postgresql://anna:***@h/db") && !within("canary %63%34 eGM0bjR"));
    let project = Project::empty();
    project.write("deep/er/file", "a c4n4ry");
    assert_eq!(canary::files(project.folder()).len(), 1);
}

#[test]
#[should_panic(expected = "says the password")]
fn a_run_that_says_it_fails() {
    Project::empty().run(&[CANARY]);
}

/// The ways to give a password of `anna` that she needs, and wrong ones.
fn ways(url_as: &dyn Fn(&str) -> String, variable: &str, cleans: &dyn Fn()) {
    let bare = url_as("anna");
    let whole = |capitals| url_as(&["anna:", &encoded(PASSWORD, capitals)].concat());
    every_command(&whole(true), &[], true);
    cleans();
    some_commands(&[&bare, "?password=", &encoded(PASSWORD, false)].concat(), &[], true);
    cleans();
    some_commands(&bare, &[(variable, PASSWORD)], true);
    let is_plain = |it: char| it.is_ascii_alphanumeric();
    let sparse: String =
        PASSWORD.chars().map(|it| if is_plain(it) { it.to_string() } else { encoded(&it.to_string(), true) }).collect();
    cleans();
    some_commands(&url_as(&["anna:", &sparse].concat()), &[], true);
    cleans();
    some_commands(&url_as("anna:c4n4ry%21"), &[], false);
    cleans();
    some_commands(&bare, &[(variable, "c4n4ry wrong")], false);
}

#[test]
fn no_command_shows_a_password_of_postgres() {
    let server = postgres::OwnServer::start();
    let password = ["'", &PASSWORD.replace('\'', "''"), "'"].concat();
    server.sql("postgres", &["CREATE ROLE anna LOGIN PASSWORD ", &password].concat());
    server.creates("shop");
    server.sql("shop", "ALTER DATABASE shop OWNER TO anna; ALTER SCHEMA public OWNER TO anna");
    server.lets_in("host all anna 127.0.0.1/32 scram-sha-256\n");
    let home = Project::empty();
    let line = ["127.0.0.1:*:*:anna:", &PASSWORD.replace('\\', "\\\\").replace(':', "\\:"), "\n"].concat();
    home.write(".pgpass", line);
    fs::set_permissions(home.path(".pgpass"), fs::Permissions::from_mode(0o600)).unwrap();
    let url_as = |user: &str| server.url_as(user, "shop");
    some_commands(&url_as("anna"), &[("PGPASSFILE", &home.path(".pgpass").display().to_string())], true);
    let cleans = || server.sql("shop", "DROP TABLE IF EXISTS users, teams; DROP SCHEMA IF EXISTS trueup CASCADE");
    cleans();
    ways(&url_as, "PGPASSWORD", &cleans);
}

#[test]
fn no_command_shows_a_password_of_mysql() {
    let server = mysql::OwnServer::start(&[]);
    let password = ["'", &PASSWORD.replace('\\', "\\\\").replace('\'', "''"), "'"].concat();
    server.sql("", &["CREATE DATABASE shop; CREATE USER anna IDENTIFIED BY ", &password].concat());
    server.sql("", "GRANT ALL ON shop.* TO anna");
    let cleans = || server.sql("shop", "DROP TABLE IF EXISTS users, teams, trueup_state");
    ways(&|user: &str| server.url_as(user, "shop"), "MYSQL_PWD", &cleans);
}

#[test]
fn no_command_shows_a_password_that_stands_around_a_sqlite_database() {
    let url = ["postgresql://u:", &encoded(PASSWORD, true), "@h/x"].concat();
    every_command("sqlite:dev.db", &[("DATABASE_URL", &url), ("PGPASSWORD", PASSWORD), ("MYSQL_PWD", PASSWORD)], true);
    let project = project("env:SHOP_URL");
    let dotenv = ["SHOP_URL='", &url, "'\nPGPASSWORD=c4n4ry\nbroken c4n4ry\n"].concat();
    for text in [dotenv.replace("broken c4n4ry\n", ""), dotenv] {
        project.write(".env", text);
        for args in [&["plan", "--env", "dev"][..], &["check", "--env", "dev"], &["state", "show", "--env", "stored"]] {
            assert_ne!(project.run(args).code, Some(0));
        }
    }
}

#[test]
fn no_broken_url_is_shown() {
    let urls = [
        PASSWORD.to_owned(),
        ["postgresql://u:", PASSWORD, "@h/x"].concat(),
        ["postgresql://u:", PASSWORD, "@h:port/x"].concat(),
        ["mysql://", PASSWORD, "@h/x"].concat(),
        ["postgresql://h/x?password=", &encoded(PASSWORD, true), "&passwrd=c4n4ry"].concat(),
        "postgresql://u:%c4n4ry@h/x".to_owned(),
        "postgresql://u:%ffc4n4ry%00@h/x".to_owned(),
        "postgresql:u:c4n4ry@h/x".to_owned(),
        "postgres//u:c4n4ry@h/x".to_owned(),
        "postgresql://u:c4n4ry@h:99999/x".to_owned(),
        "postgresql://u:c4n4ry@[::1/x".to_owned(),
        "jdbc:postgresql://h/x?user=u&password=c4n4ry".to_owned(),
        "mssql://u:c4n4ry@h/x".to_owned(),
        "sqlite://u:c4n4ry@h/x?key=c4n4ry".to_owned(),
    ];
    let project = Project::new(SCHEMA);
    // A text without a scheme is taken for a file's name, which is shown: only URLs are looked at there.
    for url in urls.iter().filter(|it| it.contains("://") || it.starts_with("postgresql:")) {
        for args in [
            &["plan", "--url", url][..],
            &["plan", "--to", url],
            &["plan", "--no-oracle", "--scratch", url],
            &["diff", url, url],
            &["check", "--json", "--url", url],
            &["init", "--url", url],
            &["validate", "--to", url],
        ] {
            project.run(args);
        }
    }
    for url in &urls {
        project.run_with(&["plan", "--url", "env:CANARY_URL"], &[("CANARY_URL", url)]);
        project.run_with(&["--help"], &[("DATABASE_URL", url)]);
        project.run_with(&["plan", "--help"], &[("DATABASE_URL", url)]);
    }
}

#[test]
fn models_that_say_what_they_see_and_die_of_a_url_show_no_password() {
    let project = Project::empty();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/python");
    let made = Command::new(script).arg("2.0").output().unwrap();
    assert!(made.status.success(), "scripts/python: {}", String::from_utf8_lossy(&made.stderr));
    let python = String::from_utf8(made.stdout).unwrap();
    let source = "version = 1\n\n[schema]\nsource = \"sqlalchemy:models:Base\"\npython = \"";
    project.write("trueup.toml", [source, python.trim(), "\"\n\n[env.dev]\nurl = \"sqlite:dev.db\"\n"].concat());
    let models = [
        "import os, sys\nprint(os.environ)\nprint(os.environ, file=sys.stderr)\n\
                   raise RuntimeError('no answer from postgresql://u:",
        "c4n4ry@h/x' + str(os.environ))\n",
    ];
    project.write("models.py", models.concat());
    project.sql("SELECT 1");
    let url = ["postgresql://u:", &encoded(PASSWORD, true), "@h/x"].concat();
    let variables = [("DATABASE_URL", url.as_str()), ("PGPASSWORD", PASSWORD), ("CANARY_URL", &url)];
    for args in [&["validate"][..], &["plan"], &["plan", "--json"], &["apply", "--auto-approve"]] {
        project.run_with(args, &variables).exits(1).says(&["RuntimeError"]);
    }
}

#[test]
#[cfg(feature = "failpoints")]
fn a_panic_shows_no_password() {
    let project = Project::new(SCHEMA);
    for message in [PASSWORD, "cannot reach postgresql://u:c4n4ry@h/x"] {
        let variables =
            [("TRUEUP_FAILPOINT", "apply-locked"), ("TRUEUP_FAILPOINT_PANIC", message), ("RUST_BACKTRACE", "full")];
        let run = project.run_with(&["apply", "--auto-approve"], &variables).exits(101);
        run.says(&["trueup has a bug, at src/failpoint.rs:", "withheld"]);
    }
}
