//! Objects in a few words.

use serde_json::Value;
use trueup_state::{
    Check, Column, Deferral, Definition, ForeignKey, Generated, Ident, Index, MySqlObject, Part, PostgresObject,
    PrimaryKey, ReferentialAction, TableExtra, Term, Unique,
};

/// What a new object is, in one line.
pub(super) fn attributes(definition: &Definition) -> String {
    match definition {
        Definition::Namespace | Definition::View(_) | Definition::Trigger(_) => String::new(),
        Definition::Table(extra) => table(extra),
        Definition::Column(it) => column(it),
        Definition::PrimaryKey(PrimaryKey { name: _, parts: it, extra }) => {
            let tail = if extra.sqlite().autoincrement { " autoincrement" } else { "" };
            [&parts(it), tail].concat()
        }
        Definition::Unique(Unique { name: _, parts: it, extra: _ }) => parts(it),
        Definition::Check(Check { name: _, expression, extra: _ }) => ["(", expression.written(), ")"].concat(),
        Definition::ForeignKey(it) => foreign_key(it),
        Definition::Index(Index { unique, parts: it, predicate, extra: _ }) => {
            let head = if *unique { "unique " } else { "" };
            let tail = predicate.as_ref().map_or_else(String::new, |it| [" where ", it.written()].concat());
            [head, &parts(it), &tail].concat()
        }
        Definition::Postgres(it) => postgres(it),
        Definition::MySql(it) => mysql(it),
        Definition::VirtualTable(it) => ["using ", it.module.text(), "(", it.arguments.written(), ")"].concat(),
    }
}

/// What little of a PostgreSQL object fits into a line; the statements say the rest.
fn postgres(object: &PostgresObject) -> String {
    match object {
        PostgresObject::Extension(it) => it.version.as_ref().map_or_else(String::new, |it| ["version ", it].concat()),
        PostgresObject::Sequence(it) => it.ty.clone(),
        PostgresObject::Enum(it) => ["(", &it.labels.join(", "), ")"].concat(),
        PostgresObject::Domain(it) => it.ty.written().to_owned(),
        PostgresObject::Policy(it) => ["for ", &it.command, " to ", &listed(&it.roles)].concat(),
        PostgresObject::Grant(it) => it.privileges.keys().cloned().collect::<Vec<_>>().join(", "),
        PostgresObject::Comment(text) => ["'", text, "'"].concat(),
        PostgresObject::Owner(role) => role.text().to_owned(),
        PostgresObject::Composite(it) => {
            let attributes = it.attributes.iter().map(|it| [it.name.text(), " ", it.ty.written()].concat());
            ["(", &attributes.collect::<Vec<_>>().join(", "), ")"].concat()
        }
        PostgresObject::MaterializedView(_)
        | PostgresObject::Routine(_)
        | PostgresObject::Exclude(_)
        | PostgresObject::Rule(_)
        | PostgresObject::Defined(_) => String::new(),
    }
}

/// What little of a MySQL object fits into a line.
fn mysql(object: &MySqlObject) -> String {
    match object {
        MySqlObject::Routine(it) => {
            it.returns.as_ref().map_or_else(String::new, |it| ["returns ", it.written()].concat())
        }
        MySqlObject::Event(it) => it.schedule.written().to_owned(),
        MySqlObject::Sequence(it) => ["from ", &it.start.to_string(), " by ", &it.increment.to_string()].concat(),
        MySqlObject::Database(it) => it.collation.clone().unwrap_or_default(),
    }
}

fn listed(names: &[Ident]) -> String {
    names.iter().map(Ident::text).collect::<Vec<_>>().join(", ")
}

fn table(extra: &TableExtra) -> String {
    let options = extra.sqlite();
    let words = [(options.strict, "strict"), (options.without_rowid, "without rowid")];
    words.iter().filter(|(is_set, _)| *is_set).map(|(_, word)| *word).collect::<Vec<_>>().join(", ")
}

fn column(column: &Column) -> String {
    let Column { ty, nullable, default, collation, generated, extra: _ } = column;
    let mut words = vec![ty.written().to_owned()];
    if !nullable {
        words.push("not null".to_owned());
    }
    words.extend(default.iter().map(|it| ["default ", it.written()].concat()));
    words.extend(collation.iter().map(|it| ["collate ", it.text()].concat()));
    words.extend(generated.iter().map(|Generated { expression, stored }| {
        ["as (", expression.written(), ") ", if *stored { "stored" } else { "virtual" }].concat()
    }));
    words.retain(|word| !word.is_empty());
    words.join(" ")
}

fn parts(parts: &[Part]) -> String {
    let said: Vec<String> = parts
        .iter()
        .map(|Part { term, collation, descending, extra: _ }| {
            let term = match term {
                Term::Column(name) => name.text(),
                Term::Expression(text) => text.written(),
            };
            let collation = collation.as_ref().map_or_else(String::new, |it| [" collate ", it.text()].concat());
            [term, &collation, if *descending { " desc" } else { "" }].concat()
        })
        .collect();
    ["(", &said.join(", "), ")"].concat()
}

fn names(names: &[Ident]) -> String {
    ["(", &listed(names), ")"].concat()
}

fn foreign_key(key: &ForeignKey) -> String {
    let ForeignKey { name: _, columns, references, referenced_columns, on_delete, on_update, deferral, extra: _ } = key;
    let target = if referenced_columns.is_empty() { String::new() } else { [" ", &names(referenced_columns)].concat() };
    let action = |when: &str, action: ReferentialAction| match action {
        ReferentialAction::NoAction => String::new(),
        ReferentialAction::Restrict => [when, " restrict"].concat(),
        ReferentialAction::SetNull => [when, " set null"].concat(),
        ReferentialAction::SetDefault => [when, " set default"].concat(),
        ReferentialAction::Cascade => [when, " cascade"].concat(),
    };
    let deferral = match deferral {
        Deferral::NotDeferrable => "",
        Deferral::InitiallyImmediate => " deferrable",
        Deferral::InitiallyDeferred => " deferrable initially deferred",
    };
    let actions = [action(" on delete", *on_delete), action(" on update", *on_update)].concat();
    [&names(columns), " → ", &references.to_string(), &target, &actions, deferral].concat()
}

/// The attributes that differ, as `type: text → integer`, one a line.
///
/// Found in the serialised forms, so an attribute that is added to the model is shown without a word here.
pub(super) fn changed_attributes(before: &Definition, after: &Definition) -> Vec<String> {
    let flat = |definition: &Definition| {
        let mut found = Vec::new();
        let value = serde_json::to_value(definition).unwrap_or(Value::Null);
        flatten("", value.get("is").unwrap_or(&Value::Null), &mut found);
        found
    };
    let (before, after) = (flat(before), flat(after));
    let value =
        |side: &[(String, String)], key: &str| side.iter().find(|(it, _)| it == key).map(|(_, value)| value.clone());
    let mut keys: Vec<&String> = before.iter().chain(&after).map(|(key, _)| key).collect();
    keys.sort();
    keys.dedup();
    let none = || "none".to_owned();
    keys.into_iter()
        .filter(|key| value(&before, key) != value(&after, key))
        .map(|key| {
            let (from, to) = (value(&before, key).unwrap_or_else(none), value(&after, key).unwrap_or_else(none));
            let label = if key.is_empty() { "definition" } else { key.as_str() };
            [label, ": ", &from, " → ", &to].concat()
        })
        .collect()
}

fn flatten(path: &str, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { [path, ".", name].concat() };
                flatten(&path, value, found);
            }
        }
        Value::String(text) => found.push((path.to_owned(), text.clone())),
        Value::Null => (),
        other => found.push((path.to_owned(), other.to_string())),
    }
}
