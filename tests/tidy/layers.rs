//! What may know what, inside the packages.

use std::collections::BTreeSet;

use crate::{
    check,
    rust::{self, Source},
};

/// The modules of the root package, lowest first, each with the ones it may name. A new module gets a row.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("failpoint", &[]),
    ("registry", &[]),
    ("export", &[]),
    ("words", &[]),
    ("markdown", &[]),
    ("check", &["words"]),
    ("plan", &["check", "words"]),
    ("backend", &["failpoint"]),
    ("engine", &["backend", "check", "plan", "registry"]),
    ("config", &["check", "engine"]),
    ("preflight", &["backend", "engine"]),
    ("mirror", &["config", "export", "markdown"]),
    ("apply", &["backend", "check", "engine", "failpoint", "plan"]),
    ("evidence", &["check", "markdown", "plan", "preflight", "words"]),
    (
        "cli",
        &[
            "apply",
            "backend",
            "check",
            "config",
            "engine",
            "evidence",
            "export",
            "mirror",
            "plan",
            "preflight",
            "registry",
            "words",
        ],
    ),
    ("main", &["cli"]),
    (
        "lib",
        &[
            "apply",
            "backend",
            "check",
            "cli",
            "config",
            "engine",
            "evidence",
            "export",
            "failpoint",
            "markdown",
            "mirror",
            "plan",
            "preflight",
            "registry",
            "words",
        ],
    ),
];

/// Where the outside world may be asked: its clock, its environment, chance.
const IMPURE: &[(&str, &[&str])] = &[
    ("SystemTime", &["src/cli/"]),
    // A PostgreSQL client obeys PGHOST, PGPASSWORD and their like (manual, 34.15), one of MySQL obeys MYSQL_PWD.
    (
        "std::env",
        &[
            "src/cli/",
            "src/failpoint.rs",
            "src/main.rs",
            "providers/mysql/src/connect/",
            "providers/postgres/src/connect/",
        ],
    ),
    ("env::var", &["src/cli/", "src/failpoint.rs", "providers/mysql/src/connect/", "providers/postgres/src/connect/"]),
    ("Uuid", &["src/cli/"]),
];

/// The package that says what a schema is knows nothing of these.
const UNKNOWN_TO_STATE: &[&str] =
    &["sqlx", "tokio", "clap", "env", "SystemTime", "Instant", "async", "await", "fs", "trueup_contract"];

/// The modules of the crate that a file names, with the place.
fn named(source: &Source) -> Vec<(String, usize)> {
    let mut named = Vec::new();
    for path in ["crate::", "trueup::"] {
        for at in source.find(path).into_iter().filter(|at| !source.is_test(*at)) {
            let start = at + path.len();
            let rest = &source.code[start..];
            let list = if rest.starts_with('{') { &rest[1..rust::closing(rest, 0)] } else { first_path(rest) };
            named.extend(heads(list).into_iter().map(|head| (head, at)));
        }
    }
    named
}

fn first_path(rest: &str) -> &str {
    rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default()
}

/// The first names of the paths in the list of a `use`.
fn heads(list: &str) -> Vec<String> {
    let mut depth = 0;
    let mut items = vec![String::new()];
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => items.push(String::new()),
            _ if depth == 0 => items.last_mut().unwrap().push(c),
            _ => (),
        }
    }
    items.iter().map(|item| first_path(item.trim()).to_owned()).filter(|head| !head.is_empty()).collect()
}

fn module_of(path: &str) -> Option<&str> {
    path.strip_prefix("src/")?.split('/').next().map(|name| name.trim_end_matches(".rs"))
}

#[test]
fn modules_know_only_what_is_below_them() {
    let known: BTreeSet<&str> = MAY_KNOW.iter().map(|(name, _)| *name).collect();
    let mut found = Vec::new();
    for source in rust::sources() {
        let Some(module) = module_of(&source.file.path) else { continue };
        let Some((_, may_know)) = MAY_KNOW.iter().find(|(name, _)| *name == module) else {
            found.push(source.place(0, "a module without a row in tests/tidy/layers.rs"));
            continue;
        };
        for (head, at) in named(source) {
            if head != module && known.contains(head.as_str()) && !may_know.contains(&head.as_str()) {
                found.push(source.place(at, &format!("`{module}` must not know `{head}`")));
            }
        }
    }
    check("a module knows only what is below it", found);
}

#[test]
fn the_rows_make_no_circle() {
    for (at, (name, may_know)) in MAY_KNOW.iter().enumerate() {
        for below in *may_know {
            assert!(MAY_KNOW[..at].iter().any(|(it, _)| it == below), "`{below}` is not below `{name}`");
        }
    }
}

#[test]
fn the_schema_package_is_pure() {
    let mut found = Vec::new();
    for source in rust::sources().iter().filter(|source| source.file.path.starts_with("state/src/")) {
        for word in UNKNOWN_TO_STATE {
            let places = source.find(word).into_iter().filter(|at| !source.is_test(*at));
            found.extend(places.map(|at| source.place(at, &format!("`{word}`"))));
        }
    }
    check("trueup-state is pure: no database, no runtime, no clock, no environment, no file", found);
}

#[test]
fn the_outside_world_is_asked_above() {
    let mut found = Vec::new();
    for source in rust::sources() {
        for (word, allowed) in IMPURE {
            let below = !allowed.iter().any(|it| source.file.path.starts_with(it));
            let places = source.find(word).into_iter().filter(|at| below && !source.is_test(*at));
            found.extend(places.map(|at| source.place(at, &format!("`{word}`"))));
        }
    }
    check("the clock, the environment and chance belong to src/cli", found);
}

#[test]
fn the_list_of_a_use_is_read() {
    assert_eq!(heads("apply::{a, b}, plan::Plan,\n registry"), ["apply", "plan", "registry"]);
}
