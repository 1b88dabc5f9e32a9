//! The one text form of an address: `kind:part.part.part`, parts quoted with `"` where they are not plain words.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{DefaultScope, ObjectKind, PartKind};
use crate::{Address, Ident, Qualified};

/// Why a text is not an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// There is no `kind:` in front.
    #[error("`{text}` is not an address: it needs a kind in front, like `table:users`")]
    NoKind {
        /// What was given.
        text: String,
    },
    /// The kind is not one of ours.
    #[error("`{kind}` is not a kind of object; the kinds are {}", kinds().join(", "))]
    UnknownKind {
        /// What was given before the colon.
        kind: String,
    },
    /// A quote is not closed, or a part is missing or one too many.
    #[error("`{text}` is not an address: {kind} takes {expected}")]
    Parts {
        /// What was given.
        text: String,
        /// The kind before the colon.
        kind: &'static str,
        /// The form of the parts, like `table.column`.
        expected: &'static str,
    },
}

const KINDS: [&str; 11] = [
    "schema",
    "table",
    "column",
    "primary_key",
    "unique",
    "check",
    "foreign_key",
    "index",
    "trigger",
    "view",
    "virtual_table",
];

const GRANT: &str = "grant";
const COMMENT: &str = "comment";
const OWNER: &str = "owner";
const DEFAULT_PRIVILEGES: &str = "default_privileges";

/// Every word that may stand before the colon.
fn kinds() -> Vec<&'static str> {
    let more = [GRANT, COMMENT, OWNER, DEFAULT_PRIVILEGES];
    KINDS.into_iter().chain(PartKind::all_words()).chain(ObjectKind::all_words()).chain(more).collect()
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = |f: &mut fmt::Formatter<'_>, kind: &str, owner: &Qualified, name: Option<&Ident>| {
            write!(f, "{kind}:")?;
            if !owner.namespace.is_empty() {
                write_part(f, &owner.namespace)?;
                f.write_str(".")?;
            }
            write_part(f, &owner.name)?;
            if let Some(name) = name {
                f.write_str(".")?;
                write_part(f, name)?;
            }
            Ok(())
        };
        match self {
            Address::Namespace(name) => {
                f.write_str("schema:")?;
                write_part(f, name)
            }
            Address::Table(name) => parts(f, "table", name, None),
            Address::Column(owner, name) => parts(f, "column", owner, Some(name)),
            Address::PrimaryKey(owner) => parts(f, "primary_key", owner, None),
            Address::Unique(owner, name) => parts(f, "unique", owner, Some(name)),
            Address::Check(owner, name) => parts(f, "check", owner, Some(name)),
            Address::ForeignKey(owner, name) => parts(f, "foreign_key", owner, Some(name)),
            Address::Index(owner, name) => parts(f, "index", owner, Some(name)),
            Address::Trigger(owner, name) => parts(f, "trigger", owner, Some(name)),
            Address::View(name) => parts(f, "view", name, None),
            Address::VirtualTable(name) => parts(f, "virtual_table", name, None),
            Address::Object(kind, name) => parts(f, kind.word(), name, None),
            Address::Signed(kind, name, signature) => {
                parts(f, kind.word(), name, None)?;
                write!(f, "({signature})")
            }
            Address::Part(kind, owner, name) => parts(f, kind.word(), owner, Some(name)),
            Address::Grant(on, role) => {
                write!(f, "{GRANT}:")?;
                write_part(f, role)?;
                write!(f, "@{on}")
            }
            Address::Comment(on) => write!(f, "{COMMENT}:{on}"),
            Address::Owner(on) => write!(f, "{OWNER}:{on}"),
            Address::DefaultPrivileges(scope, role) => {
                let DefaultScope { owner, namespace, objects } = scope.as_ref();
                write!(f, "{DEFAULT_PRIVILEGES}:")?;
                for (between, part) in [("@", role), (".", objects), (".", namespace), ("", owner)] {
                    write_part(f, part)?;
                    f.write_str(between)?;
                }
                Ok(())
            }
        }
    }
}

fn write_part(f: &mut fmt::Formatter<'_>, part: &Ident) -> fmt::Result {
    let text = part.text();
    let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '$' || c == '-' || c == '#';
    if !text.is_empty() && text.chars().all(plain) {
        f.write_str(text)
    } else {
        write!(f, "\"{}\"", text.replace('"', "\"\""))
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let Some((kind, rest)) = text.split_once(':') else {
            return Err(AddressError::NoKind { text: text.to_owned() });
        };
        let Some(kind) = kinds().into_iter().find(|known| *known == kind) else {
            return Err(AddressError::UnknownKind { kind: kind.to_owned() });
        };
        if let Some(special) = special(kind, rest) {
            let expected = match kind {
                GRANT => "`role@address`",
                COMMENT | OWNER => "an address",
                DEFAULT_PRIVILEGES => "`role@objects.schema.owner`",
                _ => "`schema.name(signature)`",
            };
            return special.ok_or_else(|| AddressError::Parts { text: text.to_owned(), kind, expected });
        }
        let whole =
            matches!(kind, "table" | "view" | "virtual_table" | "primary_key") || ObjectKind::of_word(kind).is_some();
        let expected = if kind == "schema" {
            "a name"
        } else if whole {
            "`name` or `schema.name`"
        } else {
            "`table.name` or `schema.table.name`"
        };
        let wrong = || AddressError::Parts { text: text.to_owned(), kind, expected };
        let mut parts = split_parts(rest).ok_or_else(wrong)?;
        if kind == "schema" {
            return if let [name] = parts.as_slice() { Ok(Address::Namespace(name.clone())) } else { Err(wrong()) };
        }
        let own = if whole { None } else { Some(parts.pop().ok_or_else(wrong)?) };
        let owner = match parts.as_slice() {
            [name] => Qualified { namespace: Ident::default(), name: name.clone() },
            [namespace, name] => Qualified { namespace: namespace.clone(), name: name.clone() },
            _ => return Err(wrong()),
        };
        Ok(match (kind, own) {
            ("table", None) => Address::Table(owner),
            ("view", None) => Address::View(owner),
            ("virtual_table", None) => Address::VirtualTable(owner),
            ("primary_key", None) => Address::PrimaryKey(owner),
            ("column", Some(name)) => Address::Column(owner, name),
            ("unique", Some(name)) => Address::Unique(owner, name),
            ("check", Some(name)) => Address::Check(owner, name),
            ("foreign_key", Some(name)) => Address::ForeignKey(owner, name),
            ("index", Some(name)) => Address::Index(owner, name),
            ("trigger", Some(name)) => Address::Trigger(owner, name),
            (kind, None) => Address::Object(ObjectKind::of_word(kind).ok_or_else(wrong)?, owner),
            (kind, Some(name)) => Address::Part(PartKind::of_word(kind).ok_or_else(wrong)?, owner, name),
        })
    }
}

/// An address of a kind that is not written as names with dots alone; `Some(None)` where it is wrong.
fn special(kind: &str, rest: &str) -> Option<Option<Address>> {
    let signed = || {
        let kind = ObjectKind::of_word(kind)?;
        let open = outside_quotes(rest, '(')?;
        let signature = rest[open + 1..].strip_suffix(')')?;
        let name = match split_parts(&rest[..open])?.as_slice() {
            [name] => Qualified { namespace: Ident::default(), name: name.clone() },
            [namespace, name] => Qualified { namespace: namespace.clone(), name: name.clone() },
            _ => return None,
        };
        Some(Address::Signed(kind, name, Ident::from(signature)))
    };
    let by_role = || {
        let at = outside_quotes(rest, '@')?;
        let [role] = split_parts(&rest[..at])?.try_into().ok()?;
        Some((role, &rest[at + 1..]))
    };
    match kind {
        GRANT => Some(by_role().and_then(|(role, on)| Some(Address::Grant(Box::new(on.parse().ok()?), role)))),
        COMMENT => Some(rest.parse().ok().map(|on| Address::Comment(Box::new(on)))),
        OWNER => Some(rest.parse().ok().map(|on| Address::Owner(Box::new(on)))),
        DEFAULT_PRIVILEGES => Some(by_role().and_then(|(role, scope)| {
            let [objects, namespace, owner] = split_parts(scope)?.try_into().ok()?;
            Some(Address::DefaultPrivileges(Box::new(DefaultScope { owner, namespace, objects }), role))
        })),
        _ => ObjectKind::of_word(kind).filter(|it| it.has_signature()).map(|_| signed()),
    }
}

/// Where a character first stands outside double quotes.
fn outside_quotes(text: &str, wanted: char) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (c == wanted && !quoted).then_some(at)
    })
}

/// Split `a."b.c".d` at the dots outside quotes. `None`: an unclosed quote or an empty unquoted part.
fn split_parts(text: &str) -> Option<Vec<Ident>> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut name = String::new();
            let mut chars = quoted.char_indices();
            let end = loop {
                match chars.next()? {
                    (at, '"') if quoted[at + 1..].starts_with('"') => {
                        name.push('"');
                        chars.next();
                    }
                    (at, '"') => break at + 1,
                    (_, other) => name.push(other),
                }
            };
            parts.push(Ident::from(name));
            rest = &quoted[end..];
        } else {
            let end = rest.find(['.', '"']).unwrap_or(rest.len());
            if end == 0 {
                return None;
            }
            parts.push(Ident::from(&rest[..end]));
            rest = &rest[end..];
        }
        if rest.is_empty() {
            return Some(parts);
        }
        rest = rest.strip_prefix('.')?;
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}
