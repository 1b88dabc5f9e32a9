//! The names that the server gives to what has none.

use std::collections::HashSet;

use trueup_state::{Ident, Index, Table, Term};

/// The name of a key: that of its first column, or of one with a number after it that is not taken.
pub(crate) fn key_name(table: &Table, index: &Index) -> Ident {
    let functional = index.parts.iter().any(|part| matches!(part.term, Term::Expression(_)));
    let first = index.parts.first().and_then(|part| part.column_name()).filter(|_| !functional);
    free_key_name(table, first.map_or("functional_index", Ident::text))
}

/// This name for a key, or the same with a number after it that is not taken.
pub(crate) fn free_key_name(table: &Table, wanted: &str) -> Ident {
    let taken: HashSet<String> = table.indexes.keys().map(|it| it.text().to_lowercase()).collect();
    let is_free = |name: &str| !taken.contains(&name.to_lowercase()) && !name.eq_ignore_ascii_case("primary");
    let numbered = (2..).map(|number: u32| [wanted, "_", &number.to_string()].concat());
    let name = std::iter::once(wanted.to_owned()).chain(numbered).find(|name| is_free(name));
    Ident::from(name.unwrap_or_else(|| wanted.to_owned()))
}

/// The name of a check of a table: MariaDB takes the first free `CONSTRAINT_1`, MySQL the `table_chk_1` after the
/// highest.
pub(crate) fn check_name(table_name: &Ident, table: &Table, mariadb: bool) -> Ident {
    let taken: HashSet<String> = table.checks.keys().map(|it| it.text().to_lowercase()).collect();
    let prefix = if mariadb { "CONSTRAINT_".to_owned() } else { [table_name.text(), "_chk_"].concat() };
    let number = |name: &String| name.strip_prefix(&prefix.to_lowercase()).and_then(|it| it.parse::<u32>().ok());
    let first = if mariadb { 1 } else { taken.iter().filter_map(number).max().unwrap_or(0) + 1 };
    let names = (first..).map(|number: u32| [prefix.as_str(), &number.to_string()].concat());
    let name = names.into_iter().find(|name| !taken.contains(&name.to_lowercase()));
    Ident::from(name.unwrap_or(prefix))
}

/// The highest number in the names that foreign keys of a table were given.
pub(crate) fn highest_foreign_key(table_name: &Ident, table: &Table) -> u32 {
    let prefix = [table_name.text(), "_ibfk_"].concat();
    let number = |name: &Ident| name.text().strip_prefix(&prefix).and_then(|it| it.parse::<u32>().ok());
    table.foreign_keys.keys().filter_map(number).max().unwrap_or(0)
}

/// The name of a foreign key that is given none, by its number.
pub(crate) fn numbered_foreign_key(table_name: &Ident, number: u32) -> Ident {
    Ident::from([table_name.text(), "_ibfk_", &number.to_string()].concat())
}
