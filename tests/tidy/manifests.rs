//! What every package may depend on, and what all of them inherit.

use crate::{check, tree};

/// The packages, lowest first, each with what it may depend on outside of tests (docs/architecture.md).
const MAY_DEPEND: &[(&str, &[&str])] = &[
    ("state", &["blake3", "indexmap", "petgraph", "serde", "serde_json", "thiserror", "toml"]),
    ("providers/contract", &["async-trait", "base64", "percent-encoding", "serde", "thiserror", "trueup-state"]),
    (
        "providers/sources",
        &["globset", "indexmap", "serde_json", "strsim", "tokio", "toml", "trueup-contract", "trueup-state"],
    ),
    ("providers/sqlite", PROVIDER),
    ("providers/mysql", DRIVING_PROVIDER),
    ("providers/postgres", PARSING_PROVIDER),
    (
        "",
        &[
            "async-trait",
            "clap",
            "clap_complete",
            "clap_mangen",
            "gethostname",
            "globset",
            "humantime",
            "indexmap",
            "indicatif",
            "miette",
            "mimalloc",
            "petgraph",
            "pulldown-cmark",
            "rustix",
            "serde",
            "serde_json",
            "strsim",
            "thiserror",
            "tokio",
            "toml",
            "trueup-contract",
            "trueup-mysql",
            "trueup-postgres",
            "trueup-sources",
            "trueup-sqlite",
            "trueup-state",
            "uuid",
        ],
    ),
];

/// A provider knows no other provider, no source and not the engine.
const PROVIDER: &[&str] = &[
    "async-trait",
    "indexmap",
    "serde",
    "serde_json",
    "sqlx",
    "tempfile",
    "thiserror",
    "tokio",
    "trueup-contract",
    "trueup-state",
];

/// The same with the driver's messages taken as they come.
const DRIVING_PROVIDER: &[&str] = &[
    "async-trait",
    "futures-util",
    "indexmap",
    "percent-encoding",
    "serde",
    "serde_json",
    "sqlx",
    "tempfile",
    "thiserror",
    "tokio",
    "trueup-contract",
    "trueup-state",
];

/// The same with a parser, which one module of the provider wraps.
const PARSING_PROVIDER: &[&str] = &[
    "async-trait",
    "futures-util",
    "indexmap",
    "serde",
    "serde_json",
    "sqlx",
    "squawk-lexer",
    "squawk-syntax",
    "tempfile",
    "thiserror",
    "tokio",
    "trueup-contract",
    "trueup-state",
];

/// The manifests of the workspace: the folder and the text.
fn manifests() -> Vec<(String, String)> {
    let files = tree::files_in(&[""], "toml");
    let text = |path: &str| files.iter().find(|file| file.path == path).map(|file| file.text.clone());
    let root = text("Cargo.toml").unwrap();
    let (_, members) = root.split_once("members = [").unwrap();
    let (members, _) = members.split_once(']').unwrap();
    let folders = members.split(',').map(|it| it.trim().trim_matches('"').to_owned()).filter(|it| !it.is_empty());
    let member = |folder: String| (folder.clone(), text(&[&folder, "/Cargo.toml"].concat()).unwrap());
    folders.map(member).chain([(String::new(), root.clone())]).collect()
}

/// The lines of a manifest with their number and the table they stand in.
fn lines(manifest: &str) -> Vec<(usize, String, String)> {
    let mut table = String::new();
    let mut lines = Vec::new();
    for (at, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            table = header.to_owned();
        }
        lines.push((at + 1, table.clone(), line.to_owned()));
    }
    lines
}

/// The package that a line of a manifest depends on outside of tests, if it does.
fn dependency(table: &str, line: &str) -> Option<String> {
    let (_, below) =
        table.split_once("dependencies").filter(|(above, _)| above.is_empty() || above.starts_with("target."))?;
    let name = match below.strip_prefix('.') {
        Some(name) => name.to_owned(),
        None if line.starts_with(['[', '#']) || line.is_empty() => return None,
        None => line.split(['=', '.']).next()?.trim().to_owned(),
    };
    (!name.is_empty()).then_some(name)
}

#[test]
fn packages_depend_only_on_what_they_may() {
    let mut found = Vec::new();
    for (folder, manifest) in manifests() {
        let path = [folder.as_str(), if folder.is_empty() { "" } else { "/" }, "Cargo.toml"].concat();
        let Some((_, may)) = MAY_DEPEND.iter().find(|(name, _)| *name == folder) else {
            found.push(format!("{path}:1: a package without a row in tests/tidy/manifests.rs"));
            continue;
        };
        for (number, table, line) in lines(&manifest) {
            let name = dependency(&table, &line).filter(|name| !may.contains(&name.as_str()));
            found.extend(name.map(|name| format!("{path}:{number}: `{name}`")));
        }
    }
    check("a package depends only on what tests/tidy/manifests.rs allows it", found);
}

#[test]
fn packages_inherit_lints() {
    let inherits =
        |manifest: &str| lines(manifest).iter().any(|(_, table, line)| table == "lints" && line == "workspace = true");
    let without = manifests().into_iter().filter(|(_, manifest)| !inherits(manifest));
    check(
        "a package inherits the lints of the workspace",
        without.map(|(folder, _)| format!("{folder}/Cargo.toml:1: no `[lints] workspace = true`")).collect(),
    );
}

#[test]
fn dependencies_are_read() {
    let manifest = "[dependencies]\na.workspace = true\nb = \"1\"\n# c = 1\n[target.'cfg(unix)'.dependencies]\nd = 1\n\
                    [dependencies.e]\nversion = \"1\"\n[dev-dependencies]\nf = 1\n[workspace.dependencies]\ng = 1\n";
    let mut found: Vec<_> = lines(manifest).iter().filter_map(|(_, table, line)| dependency(table, line)).collect();
    found.dedup();
    assert_eq!(found, ["a", "b", "d", "e"]);
}
