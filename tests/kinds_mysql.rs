//! Every kind of object of MariaDB and MySQL comes, changes and goes: a plan leads there, and nothing is left to do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

#[path = "support/mysql.rs"]
mod mysql;
mod support;

use std::{fs, path::Path};

use mysql::MySql;
use support::Project;

/// What stands between the two schemas of a sample.
const AFTER: &str = "-- after\n";

/// A line that says which server a sample needs.
const ONLY: &str = "-- only: ";

const ALLOWED: [&str; 6] = ["--state", "none", "--unmanaged", "drop", "--allow", "destructive"];

/// What is wrong with what a command says or ends with.
fn wrong(project: &Project, command: &[&str]) -> Option<String> {
    let all: Vec<&str> = command.iter().chain(&ALLOWED).copied().collect();
    let run = project.run(&all);
    (run.code != Some(0)).then(|| [&command.join(" "), ": ", &run.stdout, &run.stderr].concat())
}

/// Whether a database made from a schema is in step with it, and whether an apply of the schema leads there.
fn check(database: &MySql, stage: &str, schema: &str) -> Option<String> {
    let made = MySql::create("made");
    made.script(schema);
    let same = wrong(&made.project(schema), &["plan", "--detailed-exitcode"]);
    let project = database.project(schema);
    let applied = || wrong(&project, &["apply", "--auto-approve"]);
    let again = || wrong(&project, &["plan", "--detailed-exitcode"]);
    let found = same.map(|it| ["made from it, ", &it].concat()).or_else(applied).or_else(again);
    found.map(|it| [stage, ": ", &it].concat())
}

/// From nothing to the first schema, from that to the second, and from there to nothing.
fn stages(before: &str, after: &str) -> Option<String> {
    let new = MySql::create("new");
    let there = MySql::create("there");
    there.script(before);
    check(&new, "created", before)
        .or_else(|| check(&there, "changed", after))
        .or_else(|| check(&there, "changed back", before))
        .or_else(|| check(&there, "dropped", ""))
}

/// What is wrong with a sample, where it is one for this product.
fn sample(path: &Path, product: &str) -> Option<String> {
    let text = fs::read_to_string(path).unwrap();
    let only = text.lines().find_map(|line| line.strip_prefix(ONLY));
    if only.is_some_and(|only| only != product) {
        return None;
    }
    let (before, after) = text.split_once(AFTER).unwrap();
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    stages(before, after).map(|it| [&name, ", ", &it].concat())
}

#[test]
fn every_kind_of_mysql_object_comes_changes_and_goes() {
    let product = if MySql::create("product").is_maria() { "mariadb" } else { "mysql" };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kinds_mysql");
    let mut samples: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    samples.sort();
    assert!(samples.len() > 30, "the samples are not found");
    support::all(&samples, |path| sample(path, product));
}
