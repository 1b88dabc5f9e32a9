//! Which side is right: trueup.toml and docs/project/db-ssot.json, and the commands that each allows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use support::{CONFIG, Project};

const MODE_FILE: &str = "docs/project/db-ssot.json";
const SCHEMA: &str = "CREATE TABLE notes (id INTEGER PRIMARY KEY);\n";

/// A project with these two files.
fn project(authority: &str, mode_file: &str) -> Project {
    let project = Project::new(SCHEMA);
    if !authority.is_empty() {
        let line = ["version = 1\nauthority = \"", authority, "\""].concat();
        project.write("trueup.toml", CONFIG.replace("version = 1", &line));
    }
    if !mode_file.is_empty() {
        project.write(MODE_FILE, mode_file);
    }
    project.sql(SCHEMA);
    project
}

#[test]
fn where_the_database_is_right_nothing_is_brought_to_it_and_the_other_way_is_named() {
    let modes = [
        ("database", ""),
        ("", r#"{"version": 1, "mode": "database"}"#),
        ("", r#"{"version": 1, "mode": "repo-prisma", "db": {"ssot": "database"}}"#),
        ("database", r#"{"db": {"ssot": {"mode": "database"}}}"#),
    ];
    for (authority, mode_file) in modes {
        let project = project(authority, mode_file);
        let before = project.hash();
        for command in
            [&["plan"][..], &["apply", "--auto-approve"], &["apply", "--dry-run"], &["import", "--all", "--write"]]
        {
            project.run(command).exits(3).says(&["the database is the authority", "trueup pull"]);
        }
        assert_eq!(project.hash(), before, "{authority} {mode_file}");
        project.run(&["inspect"]).exits(0).says(&["CREATE TABLE"]);
        project.run(&["drift", "--to", "schema/"]).exits(0);
    }
}

#[test]
fn where_the_code_is_right_databases_are_brought_to_it() {
    let modes = [
        ("", ""),
        ("code", ""),
        ("repo-prisma", ""),
        ("code", r#"{"mode": "repo-prisma"}"#),
        ("", r#"{"mode": "code"}"#),
    ];
    for (authority, mode_file) in modes {
        project(authority, mode_file).run(&["apply", "--auto-approve"]).exits(0);
    }
}

#[test]
fn where_no_database_is_managed_both_ways_are_refused() {
    for (authority, mode_file) in [("none", ""), ("", r#"{"mode": "none"}"#)] {
        let project = project(authority, mode_file);
        project.run(&["apply", "--auto-approve"]).exits(3).says(&["this project manages no database"]);
        project.run(&["plan"]).exits(3).says(&["this project manages no database"]);
    }
}

#[test]
fn a_broken_or_unknown_choice_is_an_error_with_its_place_and_never_guessed() {
    for (mode_file, said) in [
        ("{\n  \"mode\": \"database\",\n", "db-ssot.json:3:"),
        ("{\n  \"mode\": \"databse\"\n}", "db-ssot.json:2:11:"),
        ("{\"mode\": \"convex\"}", "does not serve the mode `convex`"),
        ("{\"mode\": \"database\", \"version\": 9}", "version 9 is not known"),
        ("{}", "it has no `mode`"),
    ] {
        let project = project("", mode_file);
        let before = project.hash();
        project.run(&["apply", "--auto-approve"]).exits(1).says(&[said]);
        assert_eq!(project.hash(), before);
    }
    for (word, said) in [("databse", "trueup.toml:2:13: `databse` is no authority"), ("convex", "the mode `convex`")] {
        project(word, "").run(&["apply", "--auto-approve"]).exits(1).says(&[said, "write `code`"]);
    }
}

#[test]
fn two_files_that_disagree_are_an_error() {
    for (authority, mode) in [("code", "database"), ("database", "repo-prisma"), ("none", "code")] {
        let project = project(authority, &["{\"mode\": \"", mode, "\"}"].concat());
        project.run(&["apply", "--auto-approve"]).exits(1).says(&["both must say the same", MODE_FILE]);
    }
}

#[test]
fn the_mode_file_counts_without_a_configuration_too() {
    let project = Project::empty();
    project.write(MODE_FILE, r#"{"mode": "database"}"#);
    project.write("schema.sql", SCHEMA);
    project.run(&["apply", "--url", "sqlite:dev.db", "--to", "schema.sql", "--auto-approve"]).exits(3);
    assert!(!project.path("dev.db").exists());
}
