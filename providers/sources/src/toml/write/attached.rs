//! Comments, owners and privileges, beside what they are about.

use trueup_state::{Address, Definition, Grant, Ident, PartKind, PostgresObject};

use super::{
    Writer,
    document::{Body, Value, put, text},
    part, place,
};

/// Everything that is attached to something in the document.
pub(super) fn attached(writer: &mut Writer<'_>) {
    let schema = writer.schema;
    for (address, definition) in &schema.others {
        let Definition::Postgres(object) = definition else { continue };
        match (address, object.as_ref()) {
            (Address::Comment(on), PostgresObject::Comment(comment)) => {
                if let Some(body) = subject(writer, on, crate::toml::can_comment) {
                    body.insert("comment".to_owned(), text(comment.clone()));
                    writer.take(address);
                } else if let Address::Column(_, name) = on.as_ref()
                    && let Some(owner) = part::owner(writer, on).filter(|it| !matches!(it, Address::Table(_)))
                    && let Some(body) = part::body(writer, &owner)
                {
                    put(body, "column_comments", name.text(), text(comment.clone()));
                    writer.take(address);
                }
            }
            (Address::Owner(on), PostgresObject::Owner(role)) => {
                if let Some(body) = subject(writer, on, |it| place(it).is_some() && crate::toml::can_comment(it)) {
                    body.insert("owner".to_owned(), text(self::role(role)));
                    writer.take(address);
                }
            }
            (Address::Grant(on, role), PostgresObject::Grant(Grant { privileges })) => {
                let words = |(name, grantable): (&String, &bool)| {
                    let more = if *grantable { " with grant option" } else { "" };
                    Value::Text([&name.to_ascii_lowercase(), more].concat())
                };
                let privileges = Value::List(privileges.iter().map(words).collect());
                if let Some(body) = subject(writer, on, crate::toml::can_grant) {
                    put(body, "grant", self::role(role), privileges);
                    writer.take(address);
                }
            }
            _ => (),
        }
    }
}

/// A role as the file names it; whoever is connected has no name in a schema.
fn role(role: &Ident) -> &str {
    if role.is_empty() { "current_user" } else { role.text() }
}

/// The table of what something is attached to, where such a thing may stand there.
fn subject<'w>(writer: &'w mut Writer<'_>, on: &Address, may: fn(&Address) -> bool) -> Option<&'w mut Body> {
    if !may(on) {
        return None;
    }
    if matches!(on, Address::Namespace(name) if name.text() == "public") {
        return Some(writer.document.entry("schema", "public"));
    }
    if place(on).is_some() {
        return part::body(writer, on);
    }
    let (key, main) = match on {
        Address::Column(..) => ("columns", "type"),
        Address::PrimaryKey(_) => ("primary_key", "columns"),
        Address::Unique(..) => ("unique", "columns"),
        Address::Check(..) => ("check", "expression"),
        Address::ForeignKey(..) => ("foreign_key", ""),
        Address::Index(..) => ("index", "on"),
        Address::Trigger(..) => ("trigger", "definition"),
        Address::Part(PartKind::Policy, ..) => ("policy", ""),
        Address::Part(PartKind::Rule, ..) => ("rule", "definition"),
        Address::Part(PartKind::Exclude, ..) => ("exclude", "definition"),
        _ => return None,
    };
    let owner = part::owner(writer, on)?;
    let Value::Table(whole) = part::body(writer, &owner)?.get_mut(key).map(|it| record(it, main))? else {
        return None;
    };
    match on.name() {
        Some(name) => match record(whole.get_mut(name.text())?, main) {
            Value::Table(body) => Some(body),
            _ => None,
        },
        None => Some(whole),
    }
}

/// A value as a table that has room for more; what it was stands behind its main key.
fn record<'v>(value: &'v mut Value, main: &str) -> &'v mut Value {
    if !matches!(value, Value::Table(_)) {
        let was = std::mem::replace(value, Value::Flag(false));
        *value = Value::Table(Body::from([(main.to_owned(), was)]));
    }
    value
}
