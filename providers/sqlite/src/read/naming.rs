//! Names for constraints that were given none.

use indexmap::IndexMap;
use trueup_state::{Fingerprint, Ident};

/// A name made from what a constraint says, so that it depends on neither position nor the table's name:
/// `email_key`, `author_id_fkey`, `check_1a2b3c4d`.
pub(crate) fn generated_name(columns: &[&Ident], suffix: &str) -> Ident {
    let mut name: String = columns.iter().map(|column| [column.folded(), "_".to_owned()].concat()).collect();
    name.push_str(suffix);
    Ident::from(name)
}

/// The generated name of a check.
pub(super) fn check_name(canonical: &str) -> Ident {
    Ident::from(["check_", &Fingerprint::of_bytes(canonical.as_bytes()).short()].concat())
}

/// Insert under its name; SQLite lets several constraints of a table share one, so later ones get a number.
pub(crate) fn insert_named<T>(map: &mut IndexMap<Ident, T>, name: Ident, value: T) {
    let mut key = name.clone();
    let mut number = 2;
    while map.contains_key(&key) {
        key = Ident::from([name.text(), "_", &number.to_string()].concat());
        number += 1;
    }
    map.insert(key, value);
}
