//! SQL is built by the builder or kept in files.

use crate::{check, rust, tree};

const KEYWORDS: &[&str] = &["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "PRAGMA"];

#[test]
fn sql_is_not_formatted() {
    let mut found = Vec::new();
    let ours = |path: &str| path.starts_with("src/") || path.starts_with("providers/");
    for source in rust::sources().iter().filter(|source| ours(&source.file.path)) {
        for name in ["format!(", "write!(", "writeln!(", "format_args!("] {
            for at in source.find(name).into_iter().filter(|at| !source.is_test(*at)) {
                let open = at + name.len() - 1;
                let arguments = &source.text[open..rust::closing(&source.code, open)];
                let mut words = arguments.split(|c: char| !(c.is_alphanumeric() || c == '_'));
                if let Some(word) = words.find(|word| KEYWORDS.contains(word)) {
                    found.push(source.place(at, &format!("`{name}…)` with `{word}`")));
                }
            }
        }
    }
    check("SQL text is built by `Sql`, which quotes", found);
}

#[test]
fn queries_say_what_they_need() {
    let mut found = Vec::new();
    for file in tree::files_in(&["providers/"], "sql").iter().filter(|file| file.path.contains("/src/")) {
        if !file.text.starts_with("-- ") {
            found.push(format!("{}:1: no comment in the first line", file.path));
        }
        if !file.text.contains("Minimum version") {
            found.push(format!("{}:1: no `Minimum version`", file.path));
        }
    }
    check("a catalogue query says what it asks and which version it needs", found);
}
