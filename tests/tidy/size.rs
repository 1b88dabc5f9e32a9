//! Nothing is too long to read.

use crate::{check, rust, tree};

const FILE: usize = 600;
const FUNCTION: usize = 80;

#[test]
fn no_file_is_too_long() {
    let files = ["rs", "sql"].into_iter().flat_map(|extension| tree::files_in(&[""], extension));
    let lengths = files.map(|file| (file.text.lines().count(), file.path));
    let long = lengths.filter(|(lines, _)| *lines > FILE);
    check(
        "a file has at most 600 lines: split it by what it knows",
        long.map(|(lines, path)| format!("{path}:{lines}: {lines} lines")).collect(),
    );
}

#[test]
fn no_function_is_too_long() {
    let mut long = Vec::new();
    for source in rust::sources() {
        for (name, at, lines) in source.functions() {
            if lines > FUNCTION && !source.is_test(at) {
                long.push(source.place(at, &format!("`{name}` has {lines} lines")));
            }
        }
    }
    check("a function has at most 80 lines outside of tests", long);
}
