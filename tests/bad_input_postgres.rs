//! Whatever is wrong with a PostgreSQL server, a role or a declaration is said with its place and a way out, answered
//! with the right exit code, and nothing is written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

#[path = "support/postgres.rs"]
mod postgres;
mod support;

use std::net::TcpListener;

use postgres::{OwnServer, Postgres};
use support::Project;

const USERS: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name text);\n";

/// Run a command that must fail with this code and these words, and leave the folder as it was.
#[track_caller]
fn check(project: &Project, args: &[&str], code: i32, words: &[&str]) {
    let before = project.hash();
    project.run(args).exits(code).says(words);
    assert!(before == project.hash(), "`trueup {}` changed the folder", args.join(" "));
}

/// The same for every command that connects.
#[track_caller]
fn check_url(url: &str, words: &[&str]) {
    let project = postgres::project(url, USERS);
    for command in
        [&["plan"][..], &["apply", "--auto-approve"], &["check"], &["inspect"], &["drift"], &["plan", "--json"]]
    {
        check(&project, command, 1, words);
    }
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let url = ["postgresql://anna@", &free, "/shop"].concat();
    check_url(&url, &[&free, "cannot be reached", "nothing listens there"]);
    check_url("postgresql://anna@no-such-host.invalid/shop", &["no-such-host.invalid:5432", "no host of this name"]);
    check_url("postgresql://anna@/shop?host=/nowhere", &["/nowhere/.s.PGSQL.5432", "there is no such socket"]);
}

#[test]
fn a_database_that_is_not_there_is_named() {
    let database = Postgres::create("missing");
    let url = [database.url(), "_not"].concat();
    check_url(&url, &["there is no database", "_missing_not`", "CREATE DATABASE"]);
}

#[test]
fn who_is_not_let_in_is_told_what_to_check() {
    let server = OwnServer::start();
    server.sql(
        "postgres",
        "SET password_encryption = 'scram-sha-256'; CREATE ROLE anna LOGIN PASSWORD 'right'; CREATE ROLE berta LOGIN",
    );
    server.creates("shop");
    server.creates("closed");
    server.sql("closed", "REVOKE CONNECT ON DATABASE closed FROM PUBLIC");
    server.lets_in("host all anna 127.0.0.1/32 scram-sha-256\n");
    check_url(&server.url_as("anna:wrong", "shop"), &["password authentication failed", "`PGPASSWORD`"]);
    check_url(&server.url_as("anna", "shop"), &["password"]);
    check_url(&server.url_as("nobody", "shop"), &["nobody", "pg_hba.conf"]);
    check_url(&server.url_as("berta", "shop"), &["no pg_hba.conf entry", "berta"]);
    check_url(&server.url_as("anna:right", "closed"), &["permission denied for database", "privilege CONNECT"]);
    let tls = [&server.url_as("anna:right", "shop"), "?sslmode=require"].concat();
    check_url(&tls, &["cannot be reached", "does not offer TLS", "`sslmode=prefer`"]);
    postgres::project(&server.url_as("anna:right", "shop"), USERS).run(&["plan", "--detailed-exitcode"]).exits(2);
}

#[test]
fn a_certificate_is_verified_as_far_as_the_url_says() {
    let server = OwnServer::start();
    let Some(root) = server.offers_tls() else { return };
    let url = |host: &str, mode: &str| {
        ["postgresql://postgres@", host, ":", &server.port(), "/postgres?sslmode=", mode].concat()
    };
    let rooted = |host: &str, mode: &str| [&url(host, mode), "&sslrootcert=", &root.display().to_string()].concat();
    for (url, tls) in [
        (url("127.0.0.1", "disable"), "TLS              no"),
        (url("127.0.0.1", "prefer"), "TLS              TLSv1"),
        (url("127.0.0.1", "require"), "TLS              TLSv1"),
        (rooted("127.0.0.1", "verify-ca"), "TLS              TLSv1"),
        (rooted("localhost", "verify-full"), "TLS              TLSv1"),
    ] {
        postgres::project(&url, USERS).run(&["check", "--for", "plan"]).exits(0).says(&[tls]);
    }
    check_url(&url("localhost", "verify-full"), &["cannot be reached", "TLS: ", "`sslrootcert`"]);
    check_url(&rooted("127.0.0.1", "verify-full"), &["cannot be reached", "TLS: "]);
    server.lets_in("hostssl all all 127.0.0.1/32 trust\n");
    server.sql("postgres", "CREATE ROLE anna LOGIN");
    let plain = [&server.url_as("anna", "postgres"), "?sslmode=disable"].concat();
    check_url(&plain, &["no pg_hba.conf entry", "anna", "with TLS"]);
    let allowed = [&server.url_as("anna", "postgres"), "?sslmode=allow"].concat();
    postgres::project(&allowed, USERS).run(&["check", "--for", "plan"]).exits(0).says(&["TLS              TLSv1"]);
}

#[test]
fn a_standby_is_planned_for_and_not_written_to() {
    let server = OwnServer::start();
    server.creates("shop");
    let view = "CREATE VIEW short AS SELECT * FROM users WHERE length(name) < 9;\n";
    server.sql("shop", &[USERS, view].concat());
    server.becomes_standby();
    let url = server.url("shop");
    let project = postgres::project(&url, &[USERS, view, "CREATE TABLE teams (id bigint);\n"].concat());
    let plan = project.run(&["plan", "--detailed-exitcode", "--out", "plan.json"]).exits(2);
    plan.says(&["+ table public.teams", "the database was not asked", "the server is a standby"]);
    let said = ["writable         no: the server is a standby", "standby          yes"];
    project.run(&["check"]).exits(1).says(&said);
    project.run(&["check", "--for", "plan"]).exits(0).says(&said);
    project.run(&["inspect"]).exits(0).says(&["CREATE VIEW \"public\".\"short\""]);
    let words = ["cannot be written", "read-only", "connect to the primary"];
    project.run(&["apply", "--auto-approve"]).exits(1).says(&words);
    project.run(&["apply", "plan.json"]).exits(1).says(&words);
    project
        .run(&["apply", "--auto-approve", "--state", "database"])
        .exits(1)
        .says(&["read-only", "connect to the primary"]);
}

#[test]
fn a_database_that_is_read_only_by_default_is_planned_for_and_not_written_to() {
    let database = Postgres::create("read_only");
    let project = database.project(USERS);
    let name = database.url().rsplit('/').next().unwrap().to_owned();
    database.sql(&["ALTER DATABASE \"", &name, "\" SET default_transaction_read_only = on"].concat());
    project.run(&["plan", "--detailed-exitcode"]).exits(2).says(&["+ table public.users"]);
    project.run(&["apply", "--auto-approve"]).exits(1).says(&["read-only", "`default_transaction_read_only`"]);
    assert_eq!(database.value("SELECT to_regclass('public.users')"), "NULL");
}

/// A role of a test's own, which goes with the test's database.
struct Role<'a> {
    database: &'a Postgres,
    name: String,
}

impl Role<'_> {
    fn create<'a>(database: &'a Postgres, what: &str) -> Role<'a> {
        let name = ["trueup_test_", &std::process::id().to_string(), "_", what].concat();
        database.sql(&["CREATE ROLE ", &name, " LOGIN"].concat());
        Role { database, name }
    }

    fn url(&self) -> String {
        let (_, place) = self.database.url().rsplit_once('@').unwrap();
        ["postgresql://", &self.name, "@", place].concat()
    }
}

impl Drop for Role<'_> {
    fn drop(&mut self) {
        self.database.sql(&["DROP OWNED BY ", &self.name, "; DROP ROLE ", &self.name].concat());
    }
}

/// An apply as the role is refused by the server with these words, and changes nothing.
#[track_caller]
fn check_denied(role: &Role<'_>, schema: &str, words: &[&str]) {
    let project = postgres::project(&role.url(), schema);
    let run = project.run(&["apply", "--auto-approve", "--state", "none"]).exits(1);
    let this = ["this session's role is `", &role.name, "`"].concat();
    run.says(&[words, &[this.as_str()]].concat());
    project.run(&["plan", "--detailed-exitcode"]).exits(2);
}

#[test]
fn what_a_role_may_not_change_is_told_with_its_owner() {
    let database = Postgres::create("denied");
    let role = Role::create(&database, "denied");
    let (owner, _) = database.url().split_once("://").unwrap().1.split_once(['@', ':']).unwrap();
    let owner = ["` belongs to `", owner, "`"].concat();
    database.sql("CREATE TABLE theirs (id int); CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'");
    database.sql("CREATE SCHEMA closed; CREATE TABLE closed.t (id int); REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    check_denied(&role, "CREATE TABLE theirs (id int, name text);", &["must be owner of table theirs", &owner]);
    let two = "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 2';";
    check_denied(&role, two, &["denied for schema public", "`public.one` belongs to"]);
    let column = "CREATE SCHEMA closed; CREATE TABLE closed.t (id int, name text);";
    check_denied(&role, column, &["permission denied for schema closed", "`closed.t` belongs to"]);
    let table = "CREATE SCHEMA closed; CREATE TABLE closed.t (id int); CREATE TABLE closed.more (id int);";
    check_denied(&role, table, &["permission denied for schema closed", "schema `closed` belongs to"]);
    check_denied(&role, "CREATE SCHEMA fresh;", &["permission denied for database", "the database belongs to"]);
}

#[test]
fn a_state_that_may_not_be_kept_in_the_database_is_told_with_what_to_grant() {
    let database = Postgres::create("no_state");
    let role = Role::create(&database, "no_state");
    let project = postgres::project(&role.url(), "CREATE SCHEMA one;");
    let run = project.run(&["apply", "--auto-approve", "--state", "database"]).exits(1);
    run.says(&["schema `trueup`", "permission denied for database", "GRANT CREATE ON DATABASE", "--state"]);
}

/// What is wrong in a declaration is found without a database.
#[track_caller]
fn check_schema(schema: &str, words: &[&str]) {
    let project = postgres::project("postgresql://anna@no-such-host.invalid/shop", schema);
    check(&project, &["validate"], 1, words);
}

#[test]
fn a_mistake_is_told_with_line_and_column_without_a_database() {
    check_schema("CREATE TABLE a (id int);\nCREATE TABEL b (id int);\n", &["schema/schema.sql:2:1", "`CREATE TABEL`"]);
    check_schema(
        "CREATE TABLE a (id int);\n\nCREATE TABLE b (\n  id nosuch\n);\n",
        &["schema.sql:4:6", "type `nosuch`"],
    );
    let body = "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS $$\n  SELECT 1 +;\n$$;\n";
    check_schema(body, &["schema.sql:2:13", "expected an expression, found `;`"]);
    check_schema(&[USERS, USERS].concat(), &["schema.sql:2:14", "`public.users` is declared twice"]);
    check_schema("CREATE INDEX i ON nosuch (id);\n", &["schema.sql:1:19", "table `nosuch` is not declared"]);
    check_schema(&[USERS, "CREATE INDEX i ON users (mail);\n"].concat(), &["schema.sql:2:26", "column `mail`"]);
    check_schema("CREATE TABLE a (id int DEFAULT 'x);\n", &["schema.sql:1:32", "string literal"]);
    check_schema("CREATE TABLE a (id int REFERENCES b);\n", &["schema.sql:1:35", "table `public.b` is not declared"]);
    let routine = "CREATE FUNCTION f() RETURNS nosuch LANGUAGE sql AS 'SELECT 1';\n";
    check_schema(routine, &["schema.sql:1:29", "type `nosuch` is not declared"]);
    check_schema(&[USERS, "GRANT SELECT ON teams TO x;\n"].concat(), &["schema.sql:2:17", "`teams` is not declared"]);
}

#[test]
fn a_mistake_in_a_body_is_told_by_the_server_with_its_place_and_nothing_is_changed() {
    let database = Postgres::create("body");
    let bodies = [
        (
            "LANGUAGE sql AS $$\n  SELECT nope FROM users AS u (a, b)\n$$",
            "column \"nope\" does not exist; at `nope FROM users",
        ),
        ("LANGUAGE plpgsql AS $$\nBEGIN\n  RETRUN 1;\nEND $$", "syntax error at or near \"RETRUN\"; at `RETRUN 1;`"),
    ];
    for (body, said) in bodies {
        let project = database.project(&[USERS, "CREATE FUNCTION one() RETURNS int ", body, ";\n"].concat());
        project.run(&["apply", "--auto-approve"]).exits(1).says(&[
            "create function public.one()",
            said,
            "declared at schema/schema.sql:2:1",
        ]);
        assert_eq!(database.value("SELECT to_regclass('public.users')"), "NULL");
    }
}

#[test]
fn an_extension_that_the_server_does_not_have_is_named() {
    let database = Postgres::create("extension");
    let project = database.project(&["CREATE EXTENSION no_such_extension;\n", USERS].concat());
    project.run(&["validate"]).exits(0);
    for command in [&["plan"][..], &["apply", "--auto-approve"]] {
        check(&project, command, 3, &["no_such_extension", "not available on the server"]);
    }
    assert_eq!(database.value("SELECT to_regclass('public.users')"), "NULL");
}

#[test]
fn a_grant_to_a_role_that_is_not_there_is_refused_with_its_name() {
    let database = Postgres::create("grant");
    let project = database.project(&[USERS, "GRANT SELECT ON users TO no_such_role;\n"].concat());
    for command in [&["plan"][..], &["apply", "--auto-approve"]] {
        check(&project, command, 3, &["there is no role `no_such_role`", "create it first"]);
    }
}

#[test]
fn who_holds_a_lock_is_told_with_since_when_and_what_for() {
    let database = Postgres::create("lock");
    database.sql(USERS);
    let project = database.project("CREATE TABLE users (id bigint PRIMARY KEY, name text, born date);\n");
    let mut other = database.session();
    other.sql("SET application_name = 'nightly report'; BEGIN; SELECT count(*) FROM users");
    let run = project.run(&["apply", "--auto-approve", "--lock-timeout", "100ms"]).exits(5);
    run.says(&[
        "create column public.users.born",
        "for a lock held by process ",
        " of role `",
        "(nightly report)",
        "idle in transaction",
        ", since 2",
        "SELECT count(*) FROM users",
        "--lock-timeout",
    ]);
    other.sql("COMMIT");
    project.run(&["apply", "--auto-approve"]).exits(0);
    project.is_in_step();
}
