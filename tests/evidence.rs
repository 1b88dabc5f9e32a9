//! What a run leaves behind for people: what was found, planned and done, and nothing that is secret.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

#[path = "support/postgres.rs"]
mod postgres;
mod support;

use std::{collections::BTreeMap, fs};

use postgres::Postgres;
use support::{CONFIG, Project};

const USERS: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n";
const MORE: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, full_name TEXT NOT NULL DEFAULT '');\n\
                    CREATE TABLE teams (id INTEGER PRIMARY KEY);\n";

/// Every file of the evidence, by name.
fn files(project: &Project, folder: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![project.path(folder)];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(project.path(folder)).unwrap().display().to_string();
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

#[track_caller]
fn says(file: &str, words: &[&str]) {
    words.iter().for_each(|word| assert!(file.contains(word), "`{word}` is not in\n{file}"));
}

fn with_rows() -> Project {
    let project = Project::applied(USERS);
    project.sql("INSERT INTO users VALUES (1, 'ann')");
    project
}

const DESTRUCTIVE: [&str; 4] = ["apply", "--auto-approve", "--allow", "destructive"];

#[test]
fn a_plan_and_an_apply_leave_every_file_with_what_it_is_for() {
    let project = with_rows();
    project.declare(MORE);
    project.run(&["plan", "--out", "plan.json", "--evidence", "ev"]).exits(0).says(&["evidence written to ev"]);
    let plan = files(&project, "ev");
    let names: Vec<&str> = plan.keys().map(String::as_str).collect();
    let planned = ["00-connection-check.md", "01-schema-diff-preview.md", "02-migration-plan.md"];
    assert_eq!(names, [&planned[..], &["artifacts/plan.json", "artifacts/schema-before.json"]].concat());
    says(&plan[planned[0]], &["**PASS**", "SQLite", "code → database", "answered in"]);
    says(
        &plan[planned[1]],
        &["table:teams", "## Removals (destructive): 1", "**high**", "checks/D002.md", "**missing**"],
    );
    says(
        &plan[planned[2]],
        &["one transaction", "- [ ] D002", "CREATE TABLE", "restore a backup", "trueup apply plan.json"],
    );
    let allow = ["--allow", "destructive", "--backup", "s3://backups/1"];
    project.run(&[&["approve", "plan.json", "--by", "eve"], &allow[..]].concat()).exits(0);
    project.run(&["apply", "plan.json", "--evidence", "ev"]).exits(0);
    let applied = files(&project, "ev");
    assert_eq!(applied.len(), 8);
    says(&applied[planned[2]], &["| eve |", "s3://backups/1", "restore the backup"]);
    says(&applied["03-execution-log.md"], &["apply plan.json", "| s1 |", "| ok |", "The apply is done"]);
    let verified = ["## Complete\n\n**yes**", "Second plan:** empty", "No extension is installed"];
    says(&applied["04-post-verify.md"], &verified);
    assert_ne!(applied["artifacts/schema-before.json"], applied["artifacts/schema-after.json"]);
    for text in applied.values() {
        assert!(!text.contains(&project.folder().display().to_string()), "{text}");
    }
}

#[test]
fn what_says_the_same_stays_to_the_byte() {
    let project = with_rows();
    project.declare(MORE);
    let mut before = BTreeMap::new();
    for args in [&["plan", "--evidence", "ev"][..], &["apply", "--auto-approve", "--evidence", "ev"]] {
        project.run(args);
        before = files(&project, "ev");
        std::thread::sleep(std::time::Duration::from_millis(1100));
        project.run(args);
        if args[0] == "plan" {
            assert_eq!(files(&project, "ev"), before);
        }
    }
    project.run(&[&DESTRUCTIVE[..], &["--evidence", "ev"]].concat()).exits(0);
    let applied = files(&project, "ev");
    assert_ne!(applied, before);
    let again = project.run(&[&DESTRUCTIVE[..], &["--evidence", "ev"]].concat()).exits(0);
    again.says(&["nothing to do"]);
    assert_eq!(files(&project, "ev")["03-execution-log.md"], applied["03-execution-log.md"]);
    assert_eq!(files(&project, "ev")["04-post-verify.md"], applied["04-post-verify.md"]);
    project.run(&["apply", "--auto-approve", "--evidence", "new"]).exits(0);
    says(&files(&project, "new")["04-post-verify.md"], &["**yes**"]);
}

#[test]
fn a_killed_apply_leaves_what_it_did() {
    let project = with_rows();
    project.declare(MORE);
    let args = [&DESTRUCTIVE[..], &["--evidence", "ev"]].concat();
    let run = project.run_with(&args, &[("TRUEUP_FAILPOINT", "step-finished@2")]);
    assert_eq!(run.code, None);
    let log = &files(&project, "ev")["03-execution-log.md"];
    says(log, &["| ran |", "| begun |"]);
    assert!(!log.contains("| ok |"), "{log}");
    project.run(&args).exits(0);
    let log = &files(&project, "ev")["03-execution-log.md"];
    assert_eq!(log.matches("\n## ").count(), 2, "both runs stay in the log:\n{log}");
    says(log, &["| ran |", "| ok |", "The apply is done"]);
}

#[test]
fn the_folder_and_the_names_are_as_configured() {
    let evidence = "\n[evidence]\ndir = \"docs/evidence\"\ndiff = \"01-schema-drift-report.md\"\nartifacts = \"raw\"\n\
                    task = \"add-teams\"\nowner = \"Ada\"\n";
    let project = Project::new(USERS);
    project.write("trueup.toml", [CONFIG, evidence].concat());
    project.apply();
    let found = files(&project, "docs/evidence");
    says(&found["01-schema-drift-report.md"], &["**Task:** add-teams", "**Owner:** Ada"]);
    assert!(found.contains_key("raw/schema-after.json") && found.len() == 8);
    project.write("trueup.toml", [CONFIG, "\n[evidence]\ndiff = \"../x.md\"\n"].concat());
    project.run(&["plan"]).exits(1).says(&["[evidence] diff", "without a folder"]);
    project.write("trueup.toml", [CONFIG, "\n[evidence]\ndirectory = \"x\"\n"].concat());
    project.run(&["plan"]).exits(1).says(&["directory"]);
}

#[test]
fn a_connection_that_fails_is_evidence_too() {
    let project = Project::new(USERS);
    project.write("trueup.toml", CONFIG.replace("dev.db", "nowhere/dev.db"));
    project.run(&["plan", "--evidence", "ev"]).exits(1);
    let found = files(&project, "ev");
    assert_eq!(found.len(), 1);
    says(&found["00-connection-check.md"], &["**FAIL**", "does not exist", "check the path"]);
}

#[test]
fn drift_is_reported() {
    let project = with_rows();
    project.sql("ALTER TABLE users RENAME COLUMN name TO nick");
    project.run(&["drift", "--evidence", "ev"]).exits(2);
    let found = files(&project, "ev");
    says(&found["01-schema-diff-preview.md"], &["# Schema drift report", "`column:users.name` is gone"]);
    assert!(!found.contains_key("02-migration-plan.md"));
}

#[test]
fn a_pull_leaves_its_four_files() {
    let project = with_rows();
    project.write("trueup.toml", ["authority = \"database\"\n", CONFIG].concat());
    fs::remove_dir_all(project.path("schema")).unwrap();
    project.run(&["pull", "--evidence", "ev"]).exits(0);
    let found = files(&project, "ev");
    let names: Vec<&str> = found.keys().map(String::as_str).collect();
    let files = ["00-ssot-mode-check.md", "01-db-pull-instructions.md", "02-import-prisma-log.md"];
    assert_eq!(names, [&files[..], &["03-context-refresh-log.md", "artifacts/snapshot.json"]].concat());
    says(&found[files[0]], &["**PASS**", "authority = \"database\"", "database → code"]);
    says(&found[files[1]], &["trueup inspect --env dev --format json", "--from-snapshot"]);
    says(&found[files[2]], &["| created |", "**ok**"]);
    says(&found["03-context-refresh-log.md"], &["docs/context/db/schema.json"]);
}

#[test]
fn a_failed_apply_says_what_was_taken_back() {
    let database = Postgres::create("evidence");
    let project = database.project("CREATE TABLE users (id bigint PRIMARY KEY);\n");
    project.apply();
    project.declare("CREATE TABLE a_teams (id bigint);\nCREATE TABLE users (id bigint PRIMARY KEY, name text);\n");
    let mut other = database.session();
    other.sql("BEGIN; SELECT count(*) FROM users");
    let args = ["apply", "--auto-approve", "--lock-timeout", "100ms", "--evidence", "ev"];
    let code = project.run(&args).code;
    assert_eq!(code, Some(5));
    other.sql("COMMIT");
    let found = files(&project, "ev");
    says(&found["03-execution-log.md"], &["ran, and was rolled back", "**failed**", "**The apply failed:**"]);
    says(&found["04-post-verify.md"], &["## Complete\n\n**no**", "run the same command again"]);
    project.run(&args).exits(0);
    says(&files(&project, "ev")["04-post-verify.md"], &["## Complete\n\n**yes**"]);
}

#[test]
fn no_evidence_holds_a_password_and_extensions_are_looked_after() {
    let database = Postgres::create("evidence");
    database.sql("CREATE EXTENSION pg_trgm");
    let url = database.url().replacen("@", ":canary%23pass@", 1);
    let project = database.project("CREATE TABLE users (id bigint PRIMARY KEY);\n");
    let args = ["apply", "--auto-approve", "--url", &url, "--to", "schema", "--state", "none", "--evidence", "ev"];
    project.run(&args).exits(0).never_says("canary");
    let found = files(&project, "ev");
    says(&found["01-schema-diff-preview.md"], &["pg_trgm", "not touched"]);
    says(&found["04-post-verify.md"], &["| pg_trgm |", "| yes |", "**yes**"]);
    for (name, text) in found {
        assert!(!text.contains("canary"), "{name}: {text}");
    }
}
