//! Words that say nothing, and words that stop the program.

use crate::{check, rust};

/// Modules are named after what they know.
const EMPTY: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc", "manager", "managers"];

/// Macros that stop the program.
const STOPS: &[&str] = &["panic!", "unreachable!", "todo!", "unimplemented!", "dbg!"];

/// The only file that prints.
const PRINTS: &str = "src/cli/report.rs";

fn empty_word(name: &str) -> Option<&'static str> {
    let spaced: String = name.chars().flat_map(|c| c.is_uppercase().then_some('_').into_iter().chain([c])).collect();
    let lower = spaced.to_lowercase();
    EMPTY.iter().copied().find(|word| lower.split('_').any(|part| part == *word))
}

#[test]
fn no_name_is_an_empty_word() {
    let mut found = Vec::new();
    for source in rust::sources() {
        let stem = |part: &str| part.trim_end_matches(".rs").to_owned();
        let parts = source.file.path.split('/').map(stem);
        found
            .extend(parts.filter_map(|part| empty_word(&part)).map(|word| source.place(0, &format!("named `{word}`"))));
        for keyword in ["mod", "fn", "struct", "enum", "trait", "type", "const", "static"] {
            for at in source.find(keyword) {
                let rest = source.code[at + keyword.len()..].trim_start();
                let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if empty_word(&name).is_some() || (name.ends_with("Impl") && keyword != "fn") {
                    found.push(source.place(at, &format!("`{keyword} {name}`")));
                }
            }
        }
    }
    check("a name says what a thing knows, not that it is useful", found);
}

#[test]
fn nothing_stops_the_program() {
    let mut found = Vec::new();
    for source in rust::sources() {
        let mut note = |at: usize, what: &str| {
            if !source.is_test(at) {
                found.push(source.place(at, &format!("`{what}`")));
            }
        };
        STOPS.iter().for_each(|stop| source.find(stop).into_iter().for_each(|at| note(at, stop)));
        for method in [".unwrap()", ".unwrap_err()", ".expect_err("] {
            source.find(method).into_iter().for_each(|at| note(at, method));
        }
        for at in source.find(".expect(") {
            // A reader's own `expect` gives a result that is passed on; the one that stops the program does not.
            let after = &source.code[rust::closing(&source.code, at + 7) + 1..];
            if !after.starts_with('?') {
                note(at, ".expect(");
            }
        }
    }
    check("nothing stops the program outside of tests: return an error", found);
}

#[test]
fn only_the_report_prints() {
    let mut found = Vec::new();
    for source in rust::sources().iter().filter(|source| source.file.path != PRINTS) {
        for word in ["println!", "eprintln!", "print!", "eprint!", "stdout()", "stderr()"] {
            let places = source.find(word).into_iter().filter(|at| !source.is_test(*at));
            found.extend(places.map(|at| source.place(at, &format!("`{word}`"))));
        }
    }
    check("only src/cli/report.rs prints", found);
}
