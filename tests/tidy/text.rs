//! What stands in no file, and what stands in every one.

use crate::{check, rust, tree};

/// Written in two parts, so that this file is not found.
const MACHINES: &[&str] = &[concat!("/wo", "rk/"), concat!("/ho", "me/"), concat!("/ro", "ot/")];
const LEFT_OVER: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

#[test]
fn every_module_begins_with_a_sentence() {
    let without = rust::sources().iter().filter(|source| !source.file.text.starts_with("//! "));
    check("a module begins with a `//!` sentence", without.map(|source| source.place(0, "none")).collect());
}

#[test]
fn no_file_names_a_machine() {
    let starts_a_path = |before: &str| !before.ends_with(|c: char| c.is_alphanumeric() || "._-~}".contains(c));
    let names = |line: &str| MACHINES.iter().any(|it| line.match_indices(it).any(|(at, _)| starts_a_path(&line[..at])));
    check("no file names a path of somebody's machine", lines_that(names));
}

#[test]
fn nothing_is_left_for_later() {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let names = |line: &str| line.split(|c| !is_word(c)).any(|word| LEFT_OVER.contains(&word));
    check("what is left to do is an issue, not a comment", lines_that(names));
}

fn lines_that(names: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for file in tree::files() {
        let lines = file.text.lines().enumerate().filter(|(_, line)| names(line));
        found.extend(lines.map(|(at, line)| format!("{}:{}: {}", file.path, at + 1, line.trim())));
    }
    found
}
