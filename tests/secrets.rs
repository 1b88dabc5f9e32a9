//! A password never appears: not in what is said, not in what is written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
};

use support::{CONFIG, Project};

const CANARY: &str = "c4n4ry-s3cret";
const SCHEMA: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n";

const URLS: [&str; 11] = [
    "postgres://u:c4n4ry-s3cret@127.0.0.1:1/db",
    "mysql://u:c4n4ry-s3cret@h:3306/db?ssl=1",
    "mariadb://h/db?password=c4n4ry-s3cret",
    "postgres://u:p?c4n4ry-s3cret@127.0.0.1:1/db",
    "postgres://127.0.0.1:1/db?password=x@c4n4ry-s3cret",
    "postgresql://u:x#c4n4ry-s3cret@127.0.0.1:1/db",
    "postgresql://u:%c4n4ry-s3cret@127.0.0.1:1/db",
    "postgresql://u@127.0.0.1:1/db?passwrd=c4n4ry-s3cret",
    "sqlite:x.db?key=c4n4ry-s3cret",
    "sqlite:///nowhere/x.db?mode=ro&key=c4n4ry-s3cret",
    "sqlite://u:c4n4ry-s3cret@h/dev.db?key=c4n4ry-s3cret",
];

/// Every command that reads a configuration or connects, with what it needs besides.
const COMMANDS: [&[&str]; 16] = [
    &["plan", "--out", "other.json"],
    &["apply"],
    &["apply", "--auto-approve"],
    &["apply", "--dry-run"],
    &["apply", "plan.json"],
    &["drift"],
    &["inspect"],
    &["check"],
    &["explain", "table:users"],
    &["graph"],
    &["state", "show"],
    &["state", "verify"],
    &["state", "unlock"],
    &["import", "--all"],
    &["prove", "plan.json"],
    &["validate"],
];

/// Commands that take a plan's options, `--to` among them.
const PLANNERS: [&[&str]; 6] = [
    &["plan"],
    &["apply", "--auto-approve"],
    &["drift"],
    &["explain", "table:users"],
    &["graph"],
    &["import", "--all"],
];

fn project() -> Project {
    let project = Project::applied(SCHEMA);
    project.declare(&[SCHEMA, "CREATE TABLE teams (id INTEGER);\n"].concat());
    project.run(&["plan", "--out", "plan.json"]).exits(0);
    project
}

/// Run it with and without `--json`; the canary is nowhere.
#[track_caller]
fn check(project: &Project, args: &[&str], variables: &[(&str, &str)]) {
    let before = files(project.folder());
    let snapshot = project.copy();
    for json in [&[][..], &["--json"]] {
        let run = project.run_with(&[args, json].concat(), variables);
        assert!(run.code.is_some_and(|code| code <= 5), "{args:?}: {run:?}");
        let said = [run.stdout, run.stderr].concat();
        assert!(!said.contains(CANARY), "`trueup {}` says it:\n{said}", args.join(" "));
        for path in files(project.folder()) {
            let name = path.to_string_lossy().into_owned();
            assert!(before.contains(&path) || !name.contains(CANARY), "`trueup {}` wrote {name}", args.join(" "));
            let content = fs::read(&path).unwrap_or_default();
            let is_ours = path.ends_with("trueup.toml");
            let found = content.windows(CANARY.len()).any(|it| it == CANARY.as_bytes());
            assert!(is_ours || !found, "`trueup {}` wrote it into {name}", args.join(" "));
        }
        project.restore(&snapshot);
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        }
        found.push(path);
    }
    found
}

#[test]
fn a_url_of_a_variable_is_never_shown() {
    let project = project();
    project.write("trueup.toml", CONFIG.replace("sqlite:dev.db", "env:CANARY_URL"));
    for url in URLS {
        for command in COMMANDS {
            check(&project, command, &[("CANARY_URL", url)]);
        }
    }
}

#[test]
fn a_url_of_the_configuration_is_never_shown() {
    let project = project();
    for url in URLS {
        project.write("trueup.toml", CONFIG.replace("sqlite:dev.db", url));
        for command in COMMANDS {
            check(&project, command, &[]);
        }
        project.write("trueup.toml", CONFIG.replace("schema/", url));
        for command in COMMANDS {
            check(&project, command, &[]);
        }
    }
}

#[test]
fn a_url_of_the_command_line_is_never_shown() {
    let project = project();
    for url in URLS {
        for command in COMMANDS {
            check(&project, &[command, &["--url", url]].concat(), &[]);
        }
        for command in PLANNERS {
            check(&project, &[command, &["--to", url]].concat(), &[]);
        }
        check(&project, &["diff", url, "schema"], &[]);
        check(&project, &["diff", "schema", url], &[]);
        check(&project, &["validate", "--to", url], &[]);
        check(&project, &["prove", "plan.json", "--scratch", url], &[]);
    }
}

#[test]
fn a_url_in_the_wrong_place_is_never_shown() {
    let project = project();
    for url in URLS {
        for args in [&[url][..], &["plan", url], &["plan", "--env", url], &["plan", "--urll", url], &["graph", url]] {
            check(&project, args, &[]);
        }
        for option in ["--config", "--state", "--lock-wait", "--lock-timeout", "--target", "--exclude", "--allow"] {
            check(&project, &["plan", option, url], &[]);
            check(&project, &["apply", "--auto-approve", option, url], &[]);
        }
        check(&project, &["apply", url], &[]);
        check(&project, &["explain", url], &[]);
        check(&project, &["plan", "--url", &["env:", url].concat()], &[]);
        check(&project, &["plan", "--env", "dev", "--url", url], &[]);
    }
}

#[test]
fn a_url_that_is_misplaced_in_the_configuration_is_never_shown() {
    let project = project();
    for url in URLS {
        let wrong = [
            CONFIG.replace("url = \"sqlite:dev.db\"", &format!("urll = \"{url}\"")),
            CONFIG.replace("[env.dev]\nurl = \"sqlite:dev.db\"", &format!("[env]\ndev = \"{url}\"")),
            CONFIG.replace("version = 1", &format!("version = \"{url}\"")),
            CONFIG.replace("url = \"sqlite:dev.db\"", &format!("url = \"{url}")),
            CONFIG.replace("url = \"sqlite:dev.db\"", &format!("url = {url}")),
            [CONFIG, "state = \"", url, "\"\n"].concat(),
            [CONFIG, "approval = \"", url, "\"\n"].concat(),
            [CONFIG, "lock_timeout = \"", url, "\"\n"].concat(),
            [CONFIG, "promote_from = \"", url, "\"\n"].concat(),
            [CONFIG, "\n[[protect]]\naddress = \"", url, "\"\n"].concat(),
            [CONFIG, "\n[ignore]\naddresses = [\"", url, "[\"]\n"].concat(),
            ["authority = \"", url, "\"\n", CONFIG].concat(),
        ];
        for text in wrong {
            project.write("trueup.toml", text);
            check(&project, &["plan"], &[]);
            check(&project, &["apply", "--auto-approve"], &[]);
        }
    }
}

#[test]
fn help_shows_no_value_of_a_variable() {
    let project = project();
    let names: Vec<&str> = COMMANDS.iter().map(|it| it[0]).chain(["diff", "init", "approve", "completions"]).collect();
    for name in names {
        let run = project.run_with(&[name, "--help"], &[("DATABASE_URL", URLS[0]), ("TRUEUP_URL", URLS[0])]).exits(0);
        run.never_says(CANARY);
    }
}
