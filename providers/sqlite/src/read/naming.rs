//! Names for constraints that were given none.

use indexmap::IndexMap;
use trueup_state::{Fingerprint, Ident, Part, SqlText};

/// A name made from what a constraint says, so that it depends on neither position nor the table's name:
/// `email_key`, `author_id_fkey`, `check_1a2b3c4d`.
fn generated_name<'a>(columns: impl Iterator<Item = &'a Ident>, suffix: &str) -> Ident {
    let mut name: String = columns.map(|column| [column.folded(), "_".to_owned()].concat()).collect();
    name.push_str(suffix);
    Ident::from(name)
}

/// The generated name of a unique key.
pub(crate) fn key_name(parts: &[Part]) -> Ident {
    generated_name(parts.iter().filter_map(Part::column_name), "key")
}

/// The generated name of a foreign key.
pub(crate) fn foreign_key_name(columns: &[Ident]) -> Ident {
    generated_name(columns.iter(), "fkey")
}

/// The generated name of a check.
pub(crate) fn check_name(expression: &SqlText) -> Ident {
    Ident::from(["check_", &Fingerprint::of_bytes(expression.canonical().as_bytes()).short()].concat())
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
