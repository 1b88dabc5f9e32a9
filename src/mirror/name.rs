//! Names of objects as names of files.

use std::collections::BTreeMap;

use trueup_state::Fingerprint;

/// The longest name of a file, in bytes, without the ending: what is left of 143, the least that file systems in use allow
/// (eCryptfs), after a mark of difference and an ending.
const LONGEST: usize = 100;

/// Names that Windows keeps for devices, whatever follows a dot (learn.microsoft.com, "Naming Files, Paths, and
/// Namespaces").
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// A name of a file or folder for each of these names, each different from the others where case does not count. A name
/// that cannot stand as it is gets a mark made of its hash, so it depends on the name alone.
pub(super) fn safe<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeMap<&'a str, String> {
    let mut names: BTreeMap<&str, String> = names.into_iter().map(|name| (name, plain(name))).collect();
    let mut alike: BTreeMap<String, usize> = BTreeMap::new();
    for plain in names.values() {
        *alike.entry(plain.to_lowercase()).or_default() += 1;
    }
    for (name, safe) in &mut names {
        let folded = safe.to_lowercase();
        // Of names that differ only in case, the one in lower case stays as it is.
        let clashes = alike.get(&folded).is_some_and(|count| *count > 1) && *safe != folded;
        if safe != name || clashes {
            *safe = [safe.as_str(), "~", &Fingerprint::of_bytes(name.as_bytes()).short()].concat();
        }
    }
    names
}

/// The name with everything replaced that some file system, or a person in a shell, would stumble over.
fn plain(name: &str) -> String {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '$' | '#' | '@' | '+' | '=');
    let mut plain: String = name.chars().map(|c| if fits(c) { c } else { '_' }).collect();
    while plain.len() > LONGEST {
        plain.pop();
    }
    // A leading dot hides a file, a last one is lost on Windows.
    if plain.starts_with('.') {
        plain.replace_range(..1, "_");
    }
    if plain.ends_with('.') || plain.is_empty() {
        plain.pop();
        plain.push('_');
    }
    let stem = plain.split('.').next().unwrap_or_default().to_lowercase();
    let device = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    let numbered = stem.len() - device.len();
    if RESERVED.contains(&device) && (numbered == 0 || (numbered == 1 && matches!(device, "com" | "lpt"))) {
        plain.push('_');
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str], expected: &[&str]) {
        let safe = safe(names.iter().copied());
        let found: Vec<String> = names.iter().map(|name| safe[name].clone()).collect();
        let marked = |name: &str, plain: &str| match plain.strip_suffix('~') {
            Some(_) => [plain, &Fingerprint::of_bytes(name.as_bytes()).short()].concat(),
            None => plain.to_owned(),
        };
        let expected: Vec<String> = names.iter().zip(expected).map(|(name, plain)| marked(name, plain)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_name_that_can_stand_stands_as_it_is() {
        check(&["users", "Größe", "a.b", "Order", "v1-2"], &["users", "Größe", "a.b", "Order", "v1-2"]);
    }

    #[test]
    fn names_that_differ_only_in_case_are_told_apart() {
        check(&["users", "Users", "USERS"], &["users", "Users~", "USERS~"]);
    }

    #[test]
    fn what_a_file_system_refuses_is_replaced_and_marked() {
        check(
            &["a/b", "..", "", ".hidden", "con", "LPT1", "com10"],
            &["a_b~", "__~", "_~", "_hidden~", "con_~", "LPT1_~", "com10"],
        );
        let long = "ü".repeat(200);
        check(&[&long], &[&["ü".repeat(50).as_str(), "~"].concat()]);
    }

    #[test]
    fn two_names_that_become_one_are_told_apart() {
        check(&["a/b", "a\\b", "a_b"], &["a_b~", "a_b~", "a_b"]);
    }
}
