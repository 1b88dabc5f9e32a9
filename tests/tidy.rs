//! Rules of the house that no compiler knows. A test that fails lists every place, as `file:line: what is wrong`.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot read the repository fails")]

#[path = "tidy/checks.rs"]
mod checks;
#[path = "tidy/layers.rs"]
mod layers;
#[path = "tidy/manifests.rs"]
mod manifests;
#[path = "tidy/rust.rs"]
mod rust;
#[path = "tidy/size.rs"]
mod size;
#[path = "tidy/sql.rs"]
mod sql;
#[path = "tidy/text.rs"]
mod text;
#[path = "tidy/tree.rs"]
mod tree;
#[path = "tidy/words.rs"]
mod words;

/// Fail with everything that was found.
#[track_caller]
fn check(rule: &str, mut found: Vec<String>) {
    found.sort();
    found.dedup();
    assert!(found.is_empty(), "{rule}; {} places:\n{}\n", found.len(), found.join("\n"));
}
