//! What the database itself is not asked is told by a scratch database, which is as empty afterwards as before.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

#[path = "support/postgres.rs"]
mod postgres;
mod support;

use std::{fs, path::Path};

use postgres::{OwnServer, Postgres};
use support::{Project, Run};

/// A routine of one's own takes its argument in another type than the column's; `*` is every column of the moment.
const SCHEMA: &str = "CREATE FUNCTION mine(n numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT n';\n\
    CREATE TABLE things (id int PRIMARY KEY, amount int, name varchar(9) DEFAULT upper('x' || 1),\n\
      CONSTRAINT enough CHECK (mine(amount) > 0));\n\
    CREATE INDEX many ON things (id) WHERE mine(amount) > 9;\n\
    CREATE VIEW named AS SELECT *, amount + 1 AS more FROM things WHERE name = 'x';\n";

const CANARY: &str = "c4n4ry";

/// Two databases, of which the first holds the schema, and a project for it.
fn held(what: &str) -> (Postgres, Postgres, Project) {
    let (database, scratch) = (Postgres::create(what), Postgres::create("scratch"));
    database.sql(SCHEMA);
    let project = database.project(SCHEMA);
    (database, scratch, project)
}

fn plan(project: &Project, scratch: &str) -> Run {
    project.run(&["plan", "--detailed-exitcode", "--no-oracle", "--scratch", scratch])
}

/// Nothing that a user made is in a database.
#[track_caller]
fn is_empty(database: &Postgres) {
    let made = "SELECT count(*) FROM (SELECT relnamespace FROM pg_class UNION ALL SELECT pronamespace FROM pg_proc \
        UNION ALL SELECT typnamespace FROM pg_type) AS it (namespace) \
        WHERE namespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace, 'pg_toast'::regnamespace)";
    assert_eq!(database.value(made), "0");
}

#[test]
fn what_only_reads_otherwise_is_no_change() {
    let (_database, scratch, project) = held("same");
    let alone = ["plan", "--detailed-exitcode", "--no-oracle"];
    project.run(&alone).exits(2).says(&["U455", "check:public.things.enough", "view public.named", "`--no-oracle`"]);
    plan(&project, scratch.url()).exits(0).says(&["in step"]).never_says("U455").never_says("was not asked");
    is_empty(&scratch);
    let told = project.run(&["plan", "--no-oracle", "--json", "--scratch", scratch.url()]).json();
    assert_eq!(told["equality"]["scratch"], 4);
    assert_eq!(told["equality"]["unproven"], 0);
    project.run(&["apply", "--auto-approve", "--no-oracle", "--scratch", scratch.url()]).exits(0);
    // From now on it is recorded.
    project.run(&alone).exits(0);
    is_empty(&scratch);
}

#[test]
fn what_is_another_is_a_change_for_certain() {
    let (database, scratch, project) = held("other");
    project.declare(&SCHEMA.replace("> 0", "> 1").replace("amount + 1", "amount + 2"));
    let found = plan(&project, scratch.url()).exits(2).never_says("U455").never_says("column name").never_says("many");
    found.says(&["~ check enough", "~ view public.named", "2 to change"]);
    project.run(&["apply", "--auto-approve", "--no-oracle", "--scratch", scratch.url()]).exits(0);
    assert!(
        database.value("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'enough'").contains('1')
    );
    plan(&project, scratch.url()).exits(0);
    is_empty(&scratch);
}

#[test]
fn every_column_is_in_the_order_of_the_database() {
    let (_database, scratch, project) = held("order");
    let (id, amount) = ("id int PRIMARY KEY", "amount int");
    project.declare(&SCHEMA.replace(&[id, ", ", amount].concat(), &[amount, ", ", id].concat()));
    plan(&project, scratch.url()).exits(0);
}

#[test]
fn the_environment_names_it() {
    let (_database, scratch, project) = held("named");
    let config = [&project.read("trueup.toml"), "scratch = \"env:SCRATCH\"\n"].concat();
    project.write("trueup.toml", config);
    let variables = [("SCRATCH", scratch.url())];
    project.run_with(&["plan", "--detailed-exitcode", "--no-oracle"], &variables).exits(0);
    project.run_with(&["drift", "--no-oracle"], &variables).exits(0);
    is_empty(&scratch);
    project.run(&["plan"]).exits(1).says(&["`SCRATCH` is not set"]);
    project.run(&["validate", "--dialect", "postgres"]).exits(0);
}

#[test]
fn it_is_asked_only_where_something_is_left() {
    let (_database, _scratch, project) = held("untouched");
    let nowhere = ["postgresql://somebody:", CANARY, "@127.0.0.1:1/nothing"].concat();
    project.run(&["plan", "--detailed-exitcode", "--scratch", &nowhere]).exits(0);
    plan(&project, &nowhere).exits(1).says(&["the scratch database", "nothing listens"]);
}

#[test]
fn what_cannot_be_a_scratch_database_is_refused() {
    let (database, scratch, project) = held("refused");
    plan(&project, database.url()).exits(3).says(&["is the database that is planned for"]);
    let other = "sqlite:scratch.db";
    plan(&project, other).exits(3).says(&["it must be PostgreSQL too"]);
    assert!(!project.path("scratch.db").exists());
    scratch.sql("CREATE SCHEMA keep; CREATE TABLE keep.rows AS SELECT 1 AS n");
    plan(&project, scratch.url()).exits(3).says(&["is not empty: there is `table:keep.rows`"]);
    assert_eq!(scratch.value("SELECT n FROM keep.rows"), "1");
    scratch.sql("DROP TABLE keep.rows; CREATE FUNCTION keep.f() RETURNS int LANGUAGE sql AS 'SELECT 1'");
    plan(&project, scratch.url()).exits(3).says(&["is not empty", "keep.f"]);
    // A schema with nothing in it, and an extension, are in nobody's way.
    scratch.sql("DROP FUNCTION keep.f");
    plan(&project, scratch.url()).exits(0);
    assert_eq!(scratch.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'keep'"), "1");
}

#[test]
fn what_it_cannot_make_is_told_and_leaves_everything_unproven() {
    let (database, scratch, project) = held("missing");
    // What the routine looks at is somebody else's, and so not declared.
    let routine = "CREATE FUNCTION rows() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM others';\n";
    database.sql(&["CREATE TABLE others (); ", routine].concat());
    project.declare(&[SCHEMA, routine].concat());
    let reason = ["the scratch database could not make what is declared", "\"others\" does not exist"];
    plan(&project, scratch.url()).exits(2).says(&["U455"]).says(&reason);
    is_empty(&scratch);
}

#[test]
fn its_password_is_never_shown() {
    let (_database, scratch, project) = held("canary");
    let server = OwnServer::start();
    server.sql("postgres", "CREATE ROLE anna LOGIN PASSWORD 'another'");
    server.lets_in("host all anna 127.0.0.1/32 scram-sha-256\n");
    let secret = ["anna:", CANARY].concat();
    let good = scratch.url();
    let wrong = [
        server.url_as(&secret, "postgres"),
        server.url_as(&secret, "postgres?sslmode=nonsense"),
        ["postgresql://", &secret, "@127.0.0.1:1/x"].concat(),
        ["postgresql://", &secret, "@127.0.0.1:port/x"].concat(),
        ["postgresql://anna@127.0.0.1:1/x?password=", CANARY].concat(),
        ["postgresql://", &secret, "@no.such.host.invalid/x"].concat(),
        [&secret, "@127.0.0.1/x"].concat(),
        [CANARY, ":anna@127.0.0.1/x"].concat(),
        CANARY.to_owned(),
    ];
    for url in &wrong {
        let run = plan(&project, url);
        assert!(matches!(run.code, Some(1 | 3)), "{run:?}");
        run.says(&["scratch"]).never_says(CANARY);
        project.run(&["plan", "--no-oracle", "--json", "--scratch", url]).says(&["scratch"]).never_says(CANARY);
    }
    let (scheme, rest) = good.split_once("://").unwrap();
    let user = rest.split_once('@').map_or("", |(user, _)| user).split(':').next().unwrap_or_default();
    let host = rest.rsplit('@').next().unwrap();
    let right = [scheme, "://", user, ":", CANARY, "@", host].concat();
    // The server trusts everybody, or else the password is a wrong one.
    plan(&project, &right).never_says(CANARY);
    project.run(&["plan", "--no-oracle", "--out", "plan.json", "--scratch", &right]).never_says(CANARY);
    is_nowhere(project.folder());
}

fn is_nowhere(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // The test itself wrote a URL there.
        if path.ends_with("trueup.toml") {
            continue;
        }
        if path.is_dir() {
            is_nowhere(&path);
        } else {
            assert!(!fs::read_to_string(&path).unwrap().contains(CANARY), "{}", path.display());
        }
    }
}
