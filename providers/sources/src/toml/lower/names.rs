//! Names as they are written in a file: exactly, in the form of addresses.

use trueup_contract::SourceError;
use trueup_state::{Address, Ident, ObjectKind, Qualified};

use crate::toml::{node::Text, script::Engine};

/// The address of an object by its kind and name.
pub(super) fn address(kind: &str, name: Text<'_>) -> Result<Address, SourceError> {
    if kind == "object" {
        return name.text.parse().map_err(|error| name.wrong(format!("{error}"), "write an address: `cast:a(b)`"));
    }
    let signature = ObjectKind::of_word(kind).is_some_and(ObjectKind::has_signature) && !name.text.contains('(');
    let text = [kind, ":", name.text, if signature { "()" } else { "" }].concat();
    text.parse().map_err(|_| not_a_name(name))
}

/// A name that may have a namespace: `orgs`, `app.orgs`, `"my.table"`.
pub(super) fn qualified(text: &str, from: Text<'_>) -> Result<Qualified, SourceError> {
    match ["table:", text].concat().parse() {
        Ok(Address::Table(name)) => Ok(name),
        _ => Err(not_a_name(from)),
    }
}

fn not_a_name(name: Text<'_>) -> SourceError {
    let hint = "write `name` or `schema.name`; a part with other signs than letters, digits and `_` in double quotes";
    name.wrong(["`", name.text, "` is not a name"].concat(), hint)
}

/// A column of a table: `users.id`, `app.users.id`.
pub(super) fn column(text: Text<'_>) -> Result<(Qualified, Ident), SourceError> {
    match ["column:", text.text].concat().parse() {
        Ok(Address::Column(table, name)) => Ok((table, name)),
        _ => Err(text.wrong(["`", text.text, "` is not a column"].concat(), "write `table.column`")),
    }
}

/// A table and, in parentheses, its columns: `orgs(id)`.
pub(super) fn reference(text: Text<'_>) -> Result<(Qualified, Vec<String>), SourceError> {
    let whole = text.text.trim();
    let mut quoted = false;
    let open = whole.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (c == '(' && !quoted).then_some(at)
    });
    let Some(open) = open else { return Ok((qualified(whole, text)?, Vec::new())) };
    let inside = whole[open + 1..].strip_suffix(')');
    let inside = inside.ok_or_else(|| text.wrong("a `)` is missing here", "write `orgs(id)`"))?;
    Ok((qualified(whole[..open].trim_end(), text)?, split(inside)))
}

/// Names between commas, those in double quotes as they are.
fn split(inside: &str) -> Vec<String> {
    let (mut names, mut quoted) = (vec![String::new()], false);
    for c in inside.chars() {
        quoted ^= c == '"';
        match names.last_mut() {
            Some(name) if c != ',' || quoted => name.push(c),
            _ => names.push(String::new()),
        }
    }
    let bare = |name: &String| {
        let name = name.trim();
        let inner = name.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
        inner.map_or_else(|| name.to_owned(), |it| it.replace("\"\"", "\""))
    };
    names.iter().map(bare).collect()
}

/// One term of a key: a column's name is taken exactly, anything else is SQL.
pub(super) fn term(engine: Engine, text: &str, columns: &[&str]) -> String {
    let is_word =
        text.chars().all(|c| c.is_alphanumeric() || c == '_') && !text.starts_with(|c: char| c.is_ascii_digit());
    if columns.contains(&text) || is_word { engine.ident(text) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn names_between_commas_are_taken_exactly() {
        assert_eq!(split("id, \"Org, \"\"Id\"\"\""), ["id", "Org, \"Id\""]);
    }
}
