//! The password file (postgresql.org/docs/current/libpq-pgpass.html).

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

/// The password of the first line that fits, unless others can read the file.
pub(super) fn look_up(file: &Path, keys: [&str; 4]) -> Option<String> {
    let metadata = fs::metadata(file).ok().filter(fs::Metadata::is_file)?;
    if metadata.permissions().mode() & 0o077 != 0 {
        return None;
    }
    find(&fs::read_to_string(file).ok()?, keys)
}

/// The keys are host, port, database and user.
fn find(text: &str, keys: [&str; 4]) -> Option<String> {
    let fits = |line: &str| {
        let fields = fields(line);
        let (found, password) = (fields.get(..4)?, fields.get(4)?);
        let equal = found.iter().zip(keys).all(|(field, key)| field == "*" || field == key);
        (equal && !password.is_empty()).then(|| password.clone())
    };
    text.lines().filter(|line| !line.starts_with('#')).find_map(fits)
}

/// Fields end at colons; a backslash makes the next character an ordinary one.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut escaped = false;
    for c in line.trim_end_matches('\r').chars() {
        match (c, fields.last_mut()) {
            ('\\', _) if !escaped => {
                escaped = true;
                continue;
            }
            (':', _) if !escaped => fields.push(String::new()),
            (_, Some(field)) => field.push(c),
            (_, None) => (),
        }
        escaped = false;
    }
    fields
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

    use super::*;

    const FILE: &str =
        "# a comment\nother:5432:*:*:wrong\nlocalhost:5432:shop:an\\:na:se\\\\cret\\:1\n*:*:*:berta:hers\n";

    #[test]
    fn the_first_line_that_fits_counts() {
        assert_eq!(find(FILE, ["localhost", "5432", "shop", "an:na"]).as_deref(), Some("se\\cret:1"));
        assert_eq!(find(FILE, ["anywhere", "1", "x", "berta"]).as_deref(), Some("hers"));
        assert_eq!(find(FILE, ["localhost", "5433", "shop", "an:na"]), None);
    }

    #[test]
    fn a_file_that_others_can_read_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pgpass");
        fs::write(&file, FILE).unwrap();
        for (mode, expected) in [(0o600, Some("hers")), (0o640, None)] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(look_up(&file, ["h", "1", "d", "berta"]).as_deref(), expected);
        }
    }
}
