//! SQL that is nested without end is refused at once, at its place; what the servers take is read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

mod support;

use std::time::{Duration, Instant};

use support::Project;

const DIALECTS: [&str; 3] = ["postgres", "mysql", "sqlite"];

/// More than any stack holds.
const ENDLESS: usize = 100_000;

/// Something so many times, with what it begins and ends with.
fn nested(open: &str, inner: &str, close: &str, times: usize) -> String {
    [&open.repeat(times), inner, &close.repeat(times)].concat()
}

/// A table with this default, which stands in line 3.
fn table(expression: &str) -> String {
    ["CREATE TABLE a (\n  id INTEGER,\n  v INTEGER DEFAULT (", expression, ")\n);\n"].concat()
}

#[track_caller]
fn is_refused(project: &Project, file: &str, dialect: &str, line: usize) {
    let start = Instant::now();
    let place = [file, ":", &line.to_string(), ":"].concat();
    let words = [place.as_str(), "nested too deeply", "6,000", "write it flatter"];
    project.run(&["validate", "--to", file, "--dialect", dialect]).exits(1).says(&words);
    assert!(start.elapsed() < Duration::from_secs(10), "{dialect}: {:?}", start.elapsed());
}

#[test]
fn nesting_without_end_is_refused_in_every_dialect() {
    let project = Project::new("");
    let shapes = [
        nested("(", "1", ")", ENDLESS),
        nested("(", "1", "", ENDLESS),
        nested("NOT ", "1", "", ENDLESS),
        nested("- ", "1", "", ENDLESS),
        nested("1+", "1", "", ENDLESS),
        nested("abs(", "1", ")", ENDLESS),
        nested("(SELECT ", "1", ")", ENDLESS),
        nested("CASE WHEN 1 = 1 THEN ", "1", " ELSE 2 END", ENDLESS),
        nested("1 = NOT ", "1", "", ENDLESS),
    ];
    for expression in shapes {
        project.write("a.sql", table(&expression));
        DIALECTS.iter().for_each(|dialect| is_refused(&project, "a.sql", dialect, 3));
    }
}

#[test]
fn so_is_what_postgres_alone_has() {
    let project = Project::new("");
    let shapes = [
        nested("ARRAY[", "1", "]", ENDLESS),
        nested("", "v", "[1]", ENDLESS),
        nested("", "1", "::int", ENDLESS),
        ["null::int", &"[]".repeat(ENDLESS)].concat(),
    ];
    for expression in shapes {
        project.write("a.sql", table(&expression));
        is_refused(&project, "a.sql", "postgres", 3);
    }
}

#[test]
fn so_is_the_body_of_a_routine() {
    let project = Project::new("");
    let bodies = [
        ("sql", ["SELECT ", &nested("(", "1", ")", ENDLESS)].concat()),
        ("plpgsql", nested("BEGIN ", "NULL;", " END;", ENDLESS)),
        ("plpgsql", ["BEGIN ", &nested("IF true THEN ", "NULL;", " END IF;", ENDLESS), " END"].concat()),
    ];
    for (language, body) in bodies {
        let routine = ["CREATE FUNCTION f() RETURNS int LANGUAGE ", language, " AS $$", &body, "$$;\n"].concat();
        project.write("a.sql", routine);
        is_refused(&project, "a.sql", "postgres", 1);
    }
}

#[test]
fn the_place_in_toml_is_told() {
    let project = Project::new("");
    let expression = nested("(", "1", ")", ENDLESS);
    let text =
        ["[table.a.columns]\nid = 'integer'\nv = { type = 'integer', default = '", &expression, "' }\n"].concat();
    project.write("a.toml", text);
    DIALECTS.iter().for_each(|dialect| is_refused(&project, "a.toml", dialect, 3));
}

#[test]
fn long_flat_chains_are_read() {
    let project = Project::new("");
    let numbers: Vec<String> = (0..5_000).map(|it| it.to_string()).collect();
    let ors = numbers.iter().map(|it| ["id = ", it].concat()).collect::<Vec<_>>().join(" OR ");
    let within = ["id IN (", &numbers.join(", "), ")"].concat();
    let bracketed = numbers.iter().map(|it| ["(id = ", it, ")"].concat()).collect::<Vec<_>>().join(" OR ");
    let sum = [&numbers.join(" + "), " > 0"].concat();
    let words = [&vec!["'a'"; 5_000].join(" || "), " <> 'b'"].concat();
    for (expression, dialects) in [
        (within, &DIALECTS[..]),
        (ors, &DIALECTS[..2]),
        (bracketed, &DIALECTS[..2]),
        (sum, &DIALECTS[..2]),
        (words, &DIALECTS[..2]),
    ] {
        project.write("a.sql", ["CREATE TABLE a (id INTEGER, CHECK (", &expression, "));\n"].concat());
        for dialect in dialects {
            project.run(&["validate", "--to", "a.sql", "--dialect", dialect]).exits(0);
        }
    }
}
