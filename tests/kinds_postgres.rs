//! Every kind of PostgreSQL object comes, changes and goes: a plan leads there, and nothing is left to do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

#[path = "support/postgres.rs"]
mod postgres;
mod support;

use std::{fs, path::Path};

use postgres::Postgres;
use support::Project;

/// What stands between the two schemas of a sample.
const AFTER: &str = "-- after\n";

/// A line that says which server a sample needs.
const SINCE: &str = "-- since: ";

const ALLOWED: [&str; 6] = ["--state", "none", "--unmanaged", "drop", "--allow", "destructive"];

/// What is wrong with what a command says or ends with.
fn wrong(project: &Project, command: &[&str]) -> Option<String> {
    let all: Vec<&str> = command.iter().chain(&ALLOWED).copied().collect();
    let run = project.run(&all);
    (run.code != Some(0)).then(|| [&command.join(" "), ": ", &run.stdout, &run.stderr].concat())
}

/// Whether a database made from a schema is in step with it, and whether an apply of the schema leads there.
fn check(database: &Postgres, stage: &str, schema: &str) -> Option<String> {
    let made = Postgres::create("made");
    made.sql(schema);
    let same = wrong(&made.project(schema), &["plan", "--detailed-exitcode"]);
    let project = database.project(schema);
    let applied = || wrong(&project, &["apply", "--auto-approve"]);
    let again = || wrong(&project, &["plan", "--detailed-exitcode"]);
    let found = same.map(|it| ["made from it, ", &it].concat()).or_else(applied).or_else(again);
    found.map(|it| [stage, ": ", &it].concat())
}

/// From nothing to the first schema, from that to the second, and from there to nothing.
fn stages(before: &str, after: &str) -> Option<String> {
    let new = Postgres::create("new");
    let there = Postgres::create("there");
    there.sql(before);
    check(&new, "created", before)
        .or_else(|| check(&there, "changed", after))
        .or_else(|| check(&there, "changed back", before))
        .or_else(|| check(&there, "dropped", ""))
}

/// What is wrong with a sample, where the server is new enough for it.
fn sample(path: &Path, major: u32) -> Option<String> {
    let text = fs::read_to_string(path).unwrap();
    let since = text.lines().find_map(|line| line.strip_prefix(SINCE));
    if since.is_some_and(|since| since.parse::<u32>().unwrap() > major) {
        return None;
    }
    let (before, after) = text.split_once(AFTER).unwrap();
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    stages(before, after).map(|it| [&name, ", ", &it].concat())
}

#[test]
fn every_kind_of_postgres_object_comes_changes_and_goes() {
    let major = Postgres::create("major").value("SHOW server_version_num").parse::<u32>().unwrap() / 10_000;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kinds_postgres");
    let mut samples: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    samples.sort();
    assert!(samples.len() > 30, "the samples are not found");
    support::all(&samples, |path| sample(path, major));
}
