//! `moved`: every kind of object of MariaDB and MySQL that has a name keeps what it is under another one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

#[path = "support/mysql.rs"]
mod mysql;
mod support;

use mysql::MySql;
use support::Project;

/// Everything that can be renamed; `@` stands for what is added to its name.
const ALL: &str = "CREATE TABLE t@ (id int PRIMARY KEY, a@ varchar(40) COMMENT 'a text', n int AS (length(a@)) VIRTUAL,
        CONSTRAINT pos@ CHECK (id > 0 AND a@ <> 'zzz'), UNIQUE KEY one@ (a@), KEY ix@ (n, a@ DESC));
    CREATE TABLE u (id int PRIMARY KEY, CONSTRAINT fk@ FOREIGN KEY (id) REFERENCES t@ (id));
    CREATE VIEW v@ AS SELECT a@ AS a FROM t@;
    CREATE TRIGGER tg@ BEFORE INSERT ON t@ FOR EACH ROW SET new.a@ = coalesce(new.a@, 'none');
    CREATE FUNCTION f@(x int) RETURNS int DETERMINISTIC RETURN x + 1;
    CREATE PROCEDURE p@() SET @done = 1;
    CREATE EVENT ev@ ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO SET @done = 2;";

/// What keeps rows and what is built of them.
const MOVED: &[&str] = &["table:t@", "column:t2.a@", "index:t2.one@", "index:t2.ix@"];

fn moved(project: &Project, pairs: &[(String, String)]) {
    let entry = |(from, to): &(String, String)| format!("\n[[moved]]\nfrom = \"{from}\"\nto = \"{to}\"\n");
    let config = std::fs::read_to_string(project.path("trueup.toml")).unwrap();
    std::fs::write(project.path("trueup.toml"), config + &pairs.iter().map(entry).collect::<String>()).unwrap();
}

fn pairs(of: &[&str]) -> Vec<(String, String)> {
    of.iter().map(|it| (it.replace('@', ""), it.replace('@', "2"))).collect()
}

/// The schema, and with what is added to names. A variable has its sign before its name.
fn declared(added: &str) -> String {
    ALL.replace("@done", "\u{1}done").replace('@', added).replace('\u{1}', "@")
}

#[test]
fn tables_columns_and_keys_are_renamed_where_they_are() {
    let database = MySql::create("moved");
    let project = database.project(&declared(""));
    project.apply();
    database.sql("INSERT INTO t (id, a) VALUES (1, 'one'), (2, NULL); INSERT INTO u VALUES (1)");
    project.declare(&declared("2"));
    moved(&project, &pairs(MOVED));
    project
        .run(&["plan"])
        .exits(0)
        .never_says("- table")
        .never_says("+ table")
        .never_says("- column")
        .never_says("+ column");
    project.run(&["apply", "--auto-approve", "--allow", "destructive"]).exits(0);
    assert_eq!(database.value("SELECT group_concat(id, a2, n ORDER BY id) FROM t2"), "1one3,2none4");
    assert_eq!(database.value("SELECT count(*) FROM u"), "1");
    assert_eq!(database.value("SELECT max(a) FROM v2"), "one");
    // Entries that are done are no change.
    project.is_in_step();
}

#[test]
fn every_kind_of_object_can_be_moved() {
    let database = MySql::create("moved_all");
    let project = database.project(&declared(""));
    project.apply();
    database.sql("INSERT INTO t (id, a) VALUES (1, 'one')");
    project.declare(&declared("2"));
    let rest = [
        "check:t2.pos@",
        "foreign_key:u.fk@",
        "view:v@",
        "trigger:t2.tg@",
        "function:f@()",
        "procedure:p@()",
        "event:ev@",
    ];
    let mut all = pairs(MOVED);
    all.extend(pairs(&rest));
    moved(&project, &all);
    let run = project.run(&["apply", "--auto-approve", "--allow", "destructive"]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    assert_eq!(database.value("SELECT group_concat(id, a2) FROM t2"), "1one");
    project.is_in_step();
}

#[test]
fn names_can_be_swapped() {
    let database = MySql::create("swapped");
    let project = database
        .project("CREATE TABLE a (id int PRIMARY KEY, x int, y int);\nCREATE TABLE b (id int PRIMARY KEY, z int);\n");
    project.apply();
    database.sql("INSERT INTO a VALUES (1, 2, 3); INSERT INTO b VALUES (7, 8)");
    project
        .declare("CREATE TABLE b (id int PRIMARY KEY, y int, x int);\nCREATE TABLE a (id int PRIMARY KEY, z int);\n");
    let own = |it: &(&str, &str)| (it.0.to_owned(), it.1.to_owned());
    let entries =
        [("table:a", "table:b"), ("table:b", "table:a"), ("column:b.x", "column:b.y"), ("column:b.y", "column:b.x")];
    moved(&project, &entries.iter().map(own).collect::<Vec<_>>());
    let run = project.run(&["apply", "--auto-approve"]);
    match run.code {
        Some(0) => {
            assert_eq!(database.value("SELECT concat(id, y, x) FROM b"), "123");
            assert_eq!(database.value("SELECT concat(id, z) FROM a"), "78");
        }
        // Entries that would go round and round may be refused, and then nothing is changed.
        Some(1 | 3) => assert_eq!(database.value("SELECT concat(id, x, y) FROM a"), "123"),
        _ => panic!("{run:?}"),
    }
}

#[test]
fn what_is_named_after_a_table_goes_by_its_new_name() {
    let database = MySql::create("moved_along");
    let schema = "CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT, a int NOT NULL UNIQUE CHECK (a > 0), above int,
        FOREIGN KEY (above) REFERENCES t (id), KEY (above, a), CHECK (id > a - 100 OR above IS NULL));";
    let schema = schema.replace("CHECK (id > a - 100 OR above IS NULL)", "CHECK (a < 1000 OR above IS NULL)");
    let project = database.project(&schema);
    project.apply();
    database.sql("INSERT INTO t (a) VALUES (7), (8)");
    project.declare(
        &schema
            .replace("TABLE t ", "TABLE item ")
            .replace("REFERENCES t ", "REFERENCES item ")
            .replace("(a ", "(b ")
            .replace("a int", "b int")
            .replace(", a)", ", b)"),
    );
    let own = |it: &(&str, &str)| (it.0.to_owned(), it.1.to_owned());
    moved(
        &project,
        &[("table:t", "table:item"), ("column:item.a", "column:item.b")].iter().map(own).collect::<Vec<_>>(),
    );
    project.run(&["apply", "--auto-approve", "--allow", "destructive"]).exits(0);
    project.is_in_step();
    // The counter goes on where it was.
    database.sql("INSERT INTO item (b) VALUES (9)");
    assert_eq!(database.value("SELECT group_concat(id, b ORDER BY id) FROM item"), "17,28,39");
}
