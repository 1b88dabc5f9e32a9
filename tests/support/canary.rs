//! A word that is part of every password of the tests, and is never to be seen again: looked for after every run.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A part of a password that is the same however it is written: in a URL, percent-encoded, quoted.
pub const CANARY: &str = "c4n4ry";

/// What is left of it in base64, whatever stands before and behind it.
const BASE64: [&str; 3] = ["YzRuNHJ5", "M0bjRyeX", "jNG40cnl"];

/// Whether a text has it: as it is, in base64, in capitals, or spread over lines.
pub fn is_in(text: &[u8]) -> bool {
    let bare: Vec<u8> = text.iter().copied().filter(|it| !it.is_ascii_whitespace() && *it != b'\\').collect();
    let has = |text: &[u8], word: &str| text.windows(word.len()).any(|it| it.eq_ignore_ascii_case(word.as_bytes()));
    let has_exactly = |word: &str| bare.windows(word.len()).any(|it| it == word.as_bytes());
    has(text, CANARY) || has(&bare, CANARY) || BASE64.into_iter().any(has_exactly)
}

/// The files below a folder that have it.
pub fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() && !path.is_symlink() {
                // What a server of the test's own or an interpreter keeps is not written by us.
                let is_ours = !["data", ".venv", "server"].iter().any(|it| path.ends_with(it));
                open.extend(is_ours.then_some(path));
            } else if content(&path).is_some_and(|it| is_in(&it)) {
                found.insert(path);
            }
        }
    }
    found
}

/// A file's content. A process that closes a file loses every lock that it has on it (POSIX), and the test may hold some on a
/// database: another process reads those.
fn content(path: &Path) -> Option<Vec<u8>> {
    let is_database = [".db", ".db-wal", ".db-shm", ".db-journal", "lock"]
        .iter()
        .any(|it| path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(it)));
    if !is_database {
        return fs::read(path).ok();
    }
    Command::new("cat").arg(path).output().ok().map(|it| it.stdout)
}

/// A URL with a password that has it, where it has none: a server that trusts everybody does not look at it.
pub fn with_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let Some((user, host)) = rest.split_once('@').filter(|(user, _)| !user.contains(':')) else {
        return url.to_owned();
    };
    [scheme, "://", user, ":a%23", CANARY, "%40b%2525@", host].concat()
}
