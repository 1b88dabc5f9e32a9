//! A TOML file under construction, and how it is written down.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::toml::format;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Flag(bool),
    Number(i64),
    List(Vec<Value>),
    Table(Body),
}

/// A table, its keys in the order in which they are written.
pub(super) type Body = IndexMap<String, Value>;

/// The strings of a list.
pub(super) fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> Value {
    Value::List(names.into_iter().map(|it| Value::Text(it.to_owned())).collect())
}

/// A string.
pub(super) fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// Put a value among the children of a table behind a key.
pub(super) fn put(body: &mut Body, key: &str, name: &str, value: Value) {
    if let Value::Table(children) = body.entry(key.to_owned()).or_insert_with(|| Value::Table(Body::new())) {
        children.insert(name.to_owned(), value);
    }
}

/// Everything that is declared: by kind, in the order of the format, and by name.
#[derive(Debug, Default)]
pub(super) struct Document {
    entries: BTreeMap<EntryPlace, Body>,
}

/// The rank of a kind in the format, the kind, and a name.
type EntryPlace = (usize, &'static str, String);

fn place(kind: &'static str, name: &str) -> EntryPlace {
    let rank = format::FILE.iter().position(|key| key.name == kind).unwrap_or(format::FILE.len());
    (rank, kind, name.to_owned())
}

impl Document {
    /// The table of an object; a new one where there is none yet.
    pub(super) fn entry(&mut self, kind: &'static str, name: &str) -> &mut Body {
        self.entries.entry(place(kind, name)).or_default()
    }

    /// The table of an object, where there is one.
    pub(super) fn get(&mut self, kind: &'static str, name: &str) -> Option<&mut Body> {
        self.entries.get_mut(&place(kind, name))
    }

    /// Each object's text: its kind, its name, and what declares it.
    pub(super) fn finish(self) -> Vec<(&'static str, String, String)> {
        let written = |((_, kind, name), body): (EntryPlace, Body)| {
            let text = entry(kind, &name, &body);
            (kind, name, text)
        };
        self.entries.into_iter().map(written).collect()
    }
}

/// One object: its columns first, then what else it has.
fn entry(kind: &str, name: &str, body: &Body) -> String {
    // The one key of a file that is no table.
    if let Some(statements) = body.get("statements") {
        return ["statements = ", &inline(statements), "\n"].concat();
    }
    let header = match name {
        "" => kind.to_owned(),
        _ => [kind, ".", &key(name)].concat(),
    };
    let mut out = String::new();
    let columns = body.get("columns").filter(|it| matches!(it, Value::Table(_)));
    if let Some(Value::Table(columns)) = columns {
        out.push_str(&["[", &header, ".columns]\n"].concat());
        for (name, value) in columns {
            out.push_str(&[&key(name), " = ", &inline(value), "\n"].concat());
        }
    }
    let rest: Vec<(&String, &Value)> = body.iter().filter(|(it, _)| columns.is_none() || *it != "columns").collect();
    if columns.is_some() && rest.is_empty() {
        return out;
    }
    if columns.is_some() {
        out.push('\n');
    }
    out.push_str(&["[", &header, "]\n"].concat());
    for (name, value) in rest {
        match value {
            Value::Table(children) if name != "primary_key" => {
                for (child, value) in children {
                    out.push_str(&[&key(name), ".", &key(child), " = ", &inline(value), "\n"].concat());
                }
            }
            value => out.push_str(&[&key(name), " = ", &inline(value), "\n"].concat()),
        }
    }
    out
}

/// A key: bare where it may be.
fn key(name: &str) -> String {
    let is_bare = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if is_bare { name.to_owned() } else { one_line(name) }
}

fn inline(value: &Value) -> String {
    match value {
        Value::Text(text) => string(text),
        Value::Flag(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::List(values) => ["[", &values.iter().map(inline).collect::<Vec<_>>().join(", "), "]"].concat(),
        Value::Table(body) if body.is_empty() => "{}".to_owned(),
        Value::Table(body) => {
            let pair = |(name, value): (&String, &Value)| [&key(name), " = ", &inline(value)].concat();
            ["{ ", &body.iter().map(pair).collect::<Vec<_>>().join(", "), " }"].concat()
        }
    }
}

/// A string in the form in which it is read best: as it stands where that is possible.
fn string(text: &str) -> String {
    if !text.contains('\n') {
        return one_line(text);
    }
    let is_plain = |c: char| !c.is_control() || c == '\n' || c == '\t';
    if text.chars().all(is_plain) && !text.contains("'''") && !text.ends_with('\'') {
        return ["'''\n", text, "'''"].concat();
    }
    let mut out = "\"\"\"\n".to_owned();
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(c),
            c => escape(c, &mut out),
        }
    }
    out.push_str("\"\"\"");
    out
}

fn one_line(text: &str) -> String {
    let is_plain = !text.contains('\'') && !text.chars().any(char::is_control);
    if text.contains(['"', '\\']) && is_plain {
        return ["'", text, "'"].concat();
    }
    let mut out = "\"".to_owned();
    text.chars().for_each(|c| escape(c, &mut out));
    out.push('"');
    out
}

/// A character of a string between double quotes.
fn escape(c: char, out: &mut String) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
        c => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use toml::de::{DeTable, DeValue};

    use super::*;

    #[test]
    fn every_string_reads_back_as_it_was() {
        let texts = [
            "",
            "plain",
            "it's",
            "say \"hi\"",
            "'\"\\",
            "a\nb",
            "\na\n\n",
            "a'''b\n",
            "ends\nwith'",
            "tab\t",
            "cr\r\nlf",
            "\u{1}\u{7f}\u{85}",
            "back\\\nslash\"\"\"",
            "ü\n\"",
        ];
        for text in texts {
            let file = ["v = ", &string(text), "\n"].concat();
            let root = DeTable::parse(&file).unwrap();
            let read = root.get_ref().get("v").map(|it| it.get_ref());
            assert!(matches!(read, Some(DeValue::String(it)) if it == text), "{file}");
            let file = [&key(text), " = 1\n"].concat();
            let root = DeTable::parse(&file).unwrap();
            assert_eq!(root.get_ref().keys().next().map(|it| it.get_ref().as_ref()), Some(text), "{file}");
        }
    }
}
