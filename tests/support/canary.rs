//! A word that is part of every password of the tests, and is never to be seen again: looked for after every run.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A part of a password that is the same however it is written: in a URL, percent-encoded, quoted.
pub const CANARY: &str = "c4n4ry";

/// The password of [`with_password`].
pub const PASSWORD: &str = "a#c4n4ry@b%25";

/// What is left of it in base64, whatever stands before and behind it.
const BASE64: [&str; 3] = ["YzRuNHJ5", "M0bjRye", "jNG40cn"];

/// Whether a text has it: as it is, in capitals, percent-encoded once or twice, in base64, or spread over lines, whatever
/// stands at their edges.
pub fn is_in(text: &[u8]) -> bool {
    let has = |text: &[u8]| {
        let bare: String = text.iter().filter(|it| it.is_ascii_alphanumeric()).map(|it| char::from(*it)).collect();
        BASE64.into_iter().any(|word| bare.contains(word)) || bare.to_ascii_lowercase().contains(CANARY)
    };
    // Where nothing is encoded, there is nothing to decode: this runs over every file of every test.
    let is_coded = |text: &[u8]| text.contains(&b'%');
    let is_within = |once: &[u8]| has(once) || (is_coded(once) && has(&decoded(once)));
    has(text) || (is_coded(text) && is_within(&decoded(&joined(text))))
}

/// Without the ends of lines, blanks and backslashes.
fn joined(text: &[u8]) -> Vec<u8> {
    text.iter().copied().filter(|it| !it.is_ascii_whitespace() && *it != b'\\').collect()
}

/// With `%63` as what it stands for.
fn decoded(text: &[u8]) -> Vec<u8> {
    let digit =
        |at: usize| text.get(at).and_then(|it| char::from(*it).to_digit(16)).and_then(|it| u8::try_from(it).ok());
    let (mut out, mut at) = (Vec::with_capacity(text.len()), 0);
    while at < text.len() {
        if let (b'%', Some(high), Some(low)) = (text[at], digit(at + 1), digit(at + 2)) {
            out.push(high * 16 + low);
            at += 3;
        } else {
            out.push(text[at]);
            at += 1;
        }
    }
    out
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
    // The rows of a large one are the test's own, and to go through them takes longer than the test.
    if path.metadata().is_ok_and(|it| it.len() > 1 << 20) {
        return None;
    }
    Command::new("cat").arg(path).output().ok().map(|it| it.stdout)
}

/// A URL with a password that has it, where it has none: a server that trusts everybody does not look at it.
pub fn with_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let Some((user, host)) = rest.split_once('@').filter(|(user, _)| !user.contains(':')) else {
        return url.to_owned();
    };
    [scheme, "://", user, ":a%23c4n4ry%40b%2525@", host].concat()
}
