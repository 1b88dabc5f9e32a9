//! The lines in which a file differs, in short.

use std::collections::BTreeMap;

use super::FileChange;

/// How many lines of a file are shown.
const SHOWN: usize = 6;

/// The first lines that go (`-`) and come (`+`), without those that only moved.
pub fn excerpt(change: &FileChange) -> String {
    let FileChange { path: _, before, after } = change;
    let (before, after) = (before.as_deref().unwrap_or_default(), after.as_deref().unwrap_or_default());
    let lines = gone(before, after, "  - ").into_iter().chain(gone(after, before, "  + "));
    let lines: Vec<String> = lines.collect();
    let mut text = lines.iter().take(SHOWN).flat_map(|line| [line.as_str(), "\n"]).collect::<String>();
    if let Some(more) = lines.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        text.extend(["  … and ", &more.to_string(), " more lines\n"]);
    }
    text
}

/// The lines of `one` that `other` has not, or not as often.
fn gone(one: &str, other: &str, mark: &str) -> Vec<String> {
    let mut there: BTreeMap<&str, usize> = BTreeMap::new();
    for line in other.lines() {
        *there.entry(line).or_default() += 1;
    }
    let mut lines = Vec::new();
    for line in one.lines() {
        match there.get_mut(line).filter(|count| **count > 0) {
            Some(count) => *count -= 1,
            None => lines.push([mark, line].concat()),
        }
    }
    lines
}
