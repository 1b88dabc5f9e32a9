//! trueup's own format: what it declares is made, what is there is written in it, and both mean the same.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

#[path = "support/mysql.rs"]
mod mysql;
#[path = "support/postgres.rs"]
mod postgres;
mod support;

use std::{fs, path::Path};

use mysql::MySql;
use postgres::Postgres;
use support::{Project, Run};

const ALLOWED: [&str; 6] = ["--state", "none", "--unmanaged", "drop", "--allow", "destructive"];

/// Run a command with what allows everything.
fn run(project: &Project, command: &[&str]) -> Run {
    project.run(&command.iter().chain(&ALLOWED).copied().collect::<Vec<_>>())
}

/// The part of the format's page for one engine.
fn example(engine: &str) -> String {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats/schema-toml.md")).unwrap();
    let (_, after) = page.split_once(&["```toml ", engine, "\n"].concat()).unwrap();
    after.split_once("```").unwrap().0.to_owned()
}

/// What a project declares is made, is there then, is written down, and nothing is left to do to either.
fn comes_and_comes_back(project: &Project) {
    run(project, &["apply", "--to", "schema.toml", "--auto-approve"]).exits(0);
    run(project, &["plan", "--to", "schema.toml", "--detailed-exitcode"]).exits(0);
    project.write("back.toml", project.run(&["inspect", "--format", "toml"]).exits(0).stdout);
    run(project, &["plan", "--to", "back.toml", "--detailed-exitcode"]).exits(0);
}

#[test]
fn the_example_for_postgres_is_made_and_read_back() {
    let database = Postgres::create("toml");
    let project = database.project("");
    project.write("schema.toml", example("postgres"));
    comes_and_comes_back(&project);
}

#[test]
fn the_example_for_mysql_is_made_and_read_back() {
    let database = MySql::create("toml");
    let project = database.project("");
    project.write("schema.toml", example("mysql"));
    comes_and_comes_back(&project);
}

#[test]
fn the_example_for_sqlite_is_made_and_read_back() {
    let project = Project::new("");
    project.write("schema.toml", example("sqlite"));
    comes_and_comes_back(&project);
}

#[test]
fn the_shop_in_toml_is_the_shop_in_sql() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let path = |name: &str| examples.join(name).to_string_lossy().into_owned();
    let project = Project::new("");
    let (sql, toml) = (path("shop/schema"), path("shop-toml/schema"));
    run(&project, &["apply", "--auto-approve", "--to", &sql]).exits(0);
    run(&project, &["plan", "--detailed-exitcode", "--to", &toml]).exits(0);
    let difference = project.run(&["diff", &sql, &toml, "--dialect", "sqlite"]).exits(0).stdout;
    assert_eq!(difference.trim(), "");
}

/// The two schemas of each sample of a folder, where it is for this server.
fn samples(folder: &str, is_for: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut samples = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        if is_for(&text) {
            let (before, after) = text.split_once("-- after\n").unwrap();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            samples.push((name.clone(), before.to_owned()));
            samples.push(([&name, " after"].concat(), after.to_owned()));
        }
    }
    assert!(samples.len() > 50, "the samples are not found");
    samples
}

/// What is wrong with the round trip of a database's schema, to the database itself and to a new one.
fn round_trip(made: &Project, new: &Project) -> Option<String> {
    let written = made.run(&["inspect", "--format", "toml"]);
    made.write("schema.toml", &written.stdout);
    new.write("schema.toml", &written.stdout);
    let wrong = |it: Run| (it.code != Some(0)).then(|| [&it.stdout, "\n", &it.stderr, "\n", &written.stdout].concat());
    let plan = ["plan", "--to", "schema.toml", "--detailed-exitcode"];
    wrong(run(made, &plan))
        .or_else(|| wrong(run(new, &["apply", "--to", "schema.toml", "--auto-approve"])))
        .or_else(|| wrong(run(new, &plan)))
}

#[test]
fn every_kind_of_postgres_object_is_written_and_read_back() {
    let major = Postgres::create("major").value("SHOW server_version_num").parse::<u32>().unwrap() / 10_000;
    let is_for = |text: &str| {
        let since = text.lines().find_map(|line| line.strip_prefix("-- since: "));
        since.is_none_or(|since| since.parse::<u32>().unwrap() <= major)
    };
    support::all(&samples("kinds_postgres", is_for), |(name, sql)| {
        let (made, new) = (Postgres::create("made"), Postgres::create("new"));
        made.sql(sql);
        round_trip(&made.project(""), &new.project("")).map(|it| [name, ": ", &it].concat())
    });
}

#[test]
fn every_kind_of_mysql_object_is_written_and_read_back() {
    let product = if MySql::create("product").is_maria() { "mariadb" } else { "mysql" };
    let is_for = |text: &str| {
        let only = text.lines().find_map(|line| line.strip_prefix("-- only: "));
        only.is_none_or(|only| only == product)
    };
    support::all(&samples("kinds_mysql", is_for), |(name, sql)| {
        let (made, new) = (MySql::create("made"), MySql::create("new"));
        made.script(sql);
        round_trip(&made.project(""), &new.project("")).map(|it| [name, ": ", &it].concat())
    });
}

#[test]
fn every_kind_of_sqlite_object_is_written_and_read_back() {
    let project = Project::new(
        "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT UNIQUE ON CONFLICT REPLACE, \"c d\" INT NOT NULL \
         DEFAULT (1 + 1) CHECK (\"c d\" > 0), e TEXT COLLATE NOCASE, f INT GENERATED ALWAYS AS (id * 2) VIRTUAL, g, \
         CONSTRAINT named CHECK (b <> 'it''s'), UNIQUE (e COLLATE BINARY, g)) STRICT;",
    );
    project.declare(
        "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT UNIQUE ON CONFLICT REPLACE, \"c d\" INT NOT NULL \
         DEFAULT (1 + 1) CHECK (\"c d\" > 0), e TEXT COLLATE NOCASE, f INT GENERATED ALWAYS AS (id * 2) VIRTUAL, \
         g TEXT, CONSTRAINT named CHECK (b <> 'it''s'), UNIQUE (e COLLATE BINARY, g));
         CREATE TABLE w (a INT, b INT, CONSTRAINT w_key PRIMARY KEY (b DESC, a)) WITHOUT ROWID, STRICT;
         CREATE TABLE r (x INT REFERENCES a ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, b INT, a INT, \
         CONSTRAINT r_w FOREIGN KEY (b, a) REFERENCES w (b, a));
         CREATE INDEX i ON a (lower(e), b COLLATE NOCASE DESC) WHERE b IS NOT NULL;
         CREATE VIEW v (one) AS SELECT id FROM a; CREATE VIEW u AS SELECT id AS two FROM a;
         CREATE TRIGGER t INSTEAD OF INSERT ON v BEGIN SELECT 1; SELECT 2; END;
         CREATE VIRTUAL TABLE s USING fts5(body, tokenize = 'porter ascii');",
    );
    project.apply().exits(0);
    let new = Project::new("");
    assert_eq!(round_trip(&project, &new), None);
}

/// A typo is said to be where it stands in the file.
#[track_caller]
fn points_at(dialect: &str, text: &str, place: &str, words: &str) {
    let project = Project::new("");
    project.write("x.toml", text);
    project.run(&["validate", "--to", "x.toml", "--dialect", dialect]).exits(1).says(&[place, words]);
}

#[test]
fn a_mistake_is_pointed_at_where_it_stands() {
    let postgres = "[table.t]\ncolumns.a = \"integer\"\ncolumns.b = \"intger not null\"\n";
    points_at("postgres", postgres, "x.toml:3:14", "intger");
    points_at("postgres", "[view.v]\nas = '''\nselect 1,\nselect 2'''\n", "x.toml:3:1", "trailing comma");
    points_at("mysql", "[table.t]\ncolumns.a = \"integr\"\n", "x.toml:2:14", "integr");
    points_at("sqlite", "[table.t]\nstrict = true\ncolumns.a = \"integr\"\n", "x.toml:3:14", "integr");
    points_at("sqlite", "[table.t]\ncolumns.a = \"int\"\ncheck.c = \"b > 0\"\n", "x.toml:3:12", "no such column: b");
    points_at("sqlite", "[table.t]\ncolums.a = \"int\"\n", "x.toml:2:1", "did you mean `columns`?");
    points_at("sqlite", "[table.t]\ncolumns = 1\n", "x.toml:2:11", "must be a table");
    points_at("sqlite", "[table.t]\ncolumns.a = \"integer identity\"\n", "x.toml:2:9", "primary_key = [\"a\"]");
    points_at(
        "sqlite",
        "[table.t]\nengine = \"InnoDB\"\ncolumns.a = \"int\"\n",
        "x.toml:2:1",
        "SQLite has no `engine`",
    );
    points_at("mysql", "[table.t]\ncolumns.a = \"int\"\nrow_security = true\n", "x.toml:3:1", "MySQL has no");
    points_at("postgres", "[view.v]\ncomment = \"no query\"\n", "x.toml:1:7", "needs `as`");
    points_at("sqlite", "[table.t]\ncolumns.a = \"int\n", "x.toml:2", "");
}

#[test]
fn a_file_takes_in_others_and_nothing_is_declared_twice() {
    let project = Project::new("");
    project.write("main.toml", "include = [\"tables/*.toml\"]\n[view.v]\nas = \"select a from t\"\n");
    project.write("tables/t.toml", "[table.t]\ncolumns.a = \"int\"\n");
    project.run(&["validate", "--to", "main.toml"]).exits(0).says(&["valid: 3 objects"]);
    project.write("tables/u.toml", "[table.t]\ncolumns.a = \"int\"\n");
    let twice = ["`t` is declared twice", "t.toml:1:8"];
    project.run(&["validate", "--to", "main.toml"]).exits(1).says(&twice);
    project.write("main.toml", "include = [\"nowhere/*.toml\"]\n");
    project.run(&["validate", "--to", "main.toml"]).exits(1).says(&["main.toml:1:12", "fits no file"]);
}

#[test]
fn what_is_no_schema_is_said_to_be_none() {
    let project = Project::new("CREATE TABLE t (a);");
    project.run(&["validate", "--to", "trueup.toml"]).exits(1).says(&["configuration"]);
    project.write("schema/t.toml", "[table.u]\ncolumns.a = \"int\"\n");
    project.run(&["validate"]).exits(1).says(&["several forms", "*.sql or *.toml"]);
    project.run(&["validate", "--to", "schema/*.toml"]).exits(0).says(&["valid: 2 objects"]);
}

#[test]
fn words_to_trueup_itself_are_understood() {
    let project = Project::new("CREATE TABLE t (a INTEGER, b TEXT); CREATE TABLE kept (a INTEGER);");
    project.apply().exits(0);
    project.sql("INSERT INTO t VALUES (1, 'one')");
    fs::remove_dir_all(project.path("schema")).unwrap();
    let text = "[table.t]\ncolumns.a = \"INTEGER\"\ncolumns.c = { type = \"TEXT\", moved_from = \"b\" }\n\
                [table.kept]\nprotect = true\ncolumns.a = \"INTEGER\"\n";
    project.write("schema/t.toml", text);
    project.apply().exits(0);
    assert_eq!(project.value("SELECT c FROM t"), "one");
    project.write("schema/t.toml", text.split_once("[table.kept]").unwrap().0);
    project.run(&["apply", "--auto-approve", "--allow", "destructive"]);
    assert_eq!(project.value("SELECT count(*) FROM sqlite_schema WHERE name = 'kept'"), "1");
}
