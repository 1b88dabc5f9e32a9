//! Privileges: what PostgreSQL gives by itself, and the statements that lead from one set to another.

use std::collections::BTreeMap;

use trueup_contract::Sql;
use trueup_state::{Address, DefaultScope, Ident, ObjectKind, Pair};

use super::subject::role;
use crate::render::sql;

/// Privileges by name, with whether the role may grant them on.
pub(crate) type Privileges = BTreeMap<String, bool>;

/// The kind of objects in the words of `ALTER DEFAULT PRIVILEGES`, and `None` for those it does not speak of.
pub(crate) fn class(address: &Address) -> Option<&'static str> {
    match address {
        Address::Namespace(_) => Some("schemas"),
        Address::Table(_) | Address::View(_) => Some("tables"),
        Address::Object(kind, _) | Address::Signed(kind, _, _) => match kind {
            ObjectKind::MaterializedView => Some("tables"),
            ObjectKind::Sequence => Some("sequences"),
            ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Aggregate => Some("functions"),
            ObjectKind::Enum
            | ObjectKind::CompositeType
            | ObjectKind::RangeType
            | ObjectKind::BaseType
            | ObjectKind::Domain => Some("types"),
            _ => None,
        },
        _ => None,
    }
}

/// What everybody gets on a new object of a kind (PostgreSQL 18 manual, 5.8, table 5.2).
fn given_to_everybody(class: &str) -> Privileges {
    let privilege = match class {
        "functions" => "EXECUTE",
        "types" | "languages" => "USAGE",
        _ => return Privileges::new(),
    };
    Privileges::from([(privilege.to_owned(), false)])
}

/// What a role has on an object when nobody has granted or revoked anything; the owner goes by an empty name.
pub(crate) fn given(on: &Address, to: &Ident, major: u32) -> Privileges {
    if to.is_empty() {
        return match on {
            Address::Column(..) => Privileges::new(),
            _ => every(class(on).unwrap_or("types"), major),
        };
    }
    if to.text() != "public" {
        return Privileges::new();
    }
    match on {
        // initdb itself grants on schema public: until 14, that everybody may create there.
        Address::Namespace(name) if name.text() == "public" => {
            let usage = [("USAGE".to_owned(), false)];
            usage.into_iter().chain((major < 15).then(|| ("CREATE".to_owned(), false))).collect()
        }
        Address::Object(ObjectKind::Language, _) => given_to_everybody("languages"),
        _ => class(on).map(given_to_everybody).unwrap_or_default(),
    }
}

/// Every privilege on a kind of object (PostgreSQL 18 manual, 5.8, table 5.2; MAINTAIN came with 17).
fn every(class: &str, major: u32) -> Privileges {
    let names: &[&str] = match class {
        "tables" => &["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"],
        "sequences" => &["SELECT", "USAGE", "UPDATE"],
        "functions" => &["EXECUTE"],
        "types" => &["USAGE"],
        "schemas" => &["USAGE", "CREATE"],
        _ => &[],
    };
    let is_known = |name: &&&str| **name != "MAINTAIN" || major >= 17;
    names.iter().filter(is_known).map(|name| ((*name).to_owned(), false)).collect()
}

/// What a role has by default on objects to come when nobody has said anything; `us` is the role that is connected.
pub(crate) fn given_by_default(scope: &DefaultScope, to: &Ident, us: &Ident, major: u32) -> Privileges {
    let DefaultScope { owner, namespace, objects } = scope;
    // Privileges in one schema come on top of the others, so there is nothing to begin with.
    if !namespace.is_empty() {
        return Privileges::new();
    }
    let owner = if owner.is_empty() { us } else { owner };
    match to.text() {
        "public" => given_to_everybody(objects.text()),
        _ if to == owner => every(objects.text(), major),
        _ => Privileges::new(),
    }
}

/// A GRANT or REVOKE, and the statement that takes it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Transfer {
    /// What is run.
    pub(crate) sql: String,
    /// What would take it back.
    pub(crate) undo: String,
    /// The privileges that it takes away altogether.
    pub(crate) revoked: Vec<String>,
}

/// The statements that lead from one set of privileges to another; what is to go, first.
pub(crate) fn transfers(
    sets: Pair<&Privileges>,
    to: &Ident,
    statement: impl Fn(&str, &[&str]) -> Option<Sql>,
) -> Vec<Transfer> {
    let Pair { before, after } = sets;
    let names = |set: &[(&String, &bool)]| set.iter().map(|(name, _)| (*name).clone()).collect::<Vec<String>>();
    let pick = |wanted: &dyn Fn(&String, bool) -> bool, from: &Privileges| -> Vec<String> {
        names(&from.iter().filter(|(name, grantable)| wanted(name, **grantable)).collect::<Vec<_>>())
    };
    let lost = pick(&|name, _| !after.contains_key(name), before);
    let no_more_granted_on = pick(&|name, grantable| grantable && after.get(name) == Some(&false), before);
    let won = pick(&|name, grantable| !grantable && !before.contains_key(name), after);
    let granted_on = pick(&|name, grantable| grantable && before.get(name) != Some(&true), after);
    let make = |verb: &str, privileges: &[String], tail: &str| {
        let privileges: Vec<&str> = privileges.iter().map(String::as_str).collect();
        let it = statement(verb, &privileges)?;
        let it = role(it.raw(if verb.starts_with("GRANT") { "TO" } else { "FROM" }), to);
        Some(if tail.is_empty() { it } else { it.raw(tail) }.finish())
    };
    let option = "WITH GRANT OPTION";
    let all = [
        ("REVOKE", "", "GRANT", "", lost),
        ("REVOKE GRANT OPTION FOR", "", "GRANT", option, no_more_granted_on),
        ("GRANT", "", "REVOKE", "", won),
        ("GRANT", option, "REVOKE", "", granted_on),
    ];
    let transfer = |(verb, tail, back, back_tail, privileges): (&str, &str, &str, &str, Vec<String>)| {
        let sql = make(verb, &privileges, tail)?;
        let undo = make(back, &privileges, back_tail)?;
        let revoked = if verb == "REVOKE" { privileges } else { Vec::new() };
        Some(Transfer { sql, undo, revoked })
    };
    all.into_iter().filter(|(.., privileges)| !privileges.is_empty()).filter_map(transfer).collect()
}

/// From one set of privileges on an object to another. `None`: there are no privileges on such an object.
pub(crate) fn on_object(on: &Address, to: &Ident, sets: Pair<&Privileges>) -> Option<Vec<Transfer>> {
    object(sql(""), on)?;
    Some(transfers(sets, to, |verb, privileges| object(listed(sql(verb), on, privileges), on)))
}

/// From one set of default privileges to another.
pub(crate) fn by_default(scope: &DefaultScope, to: &Ident, sets: Pair<&Privileges>) -> Vec<Transfer> {
    let DefaultScope { owner, namespace, objects } = scope;
    transfers(sets, to, |verb, privileges| {
        let mut statement = sql("ALTER DEFAULT PRIVILEGES");
        if !owner.is_empty() {
            statement = statement.raw("FOR ROLE").ident(owner);
        }
        if !namespace.is_empty() {
            statement = statement.raw("IN SCHEMA").ident(namespace);
        }
        let statement = statement.raw(verb).raw(&privileges.join(", "));
        Some(statement.raw("ON").raw(&objects.text().to_uppercase()))
    })
}

/// The privileges, for a column each with its name.
fn listed(mut sql: Sql, on: &Address, privileges: &[&str]) -> Sql {
    for (at, privilege) in privileges.iter().enumerate() {
        if at > 0 {
            sql = sql.raw(",");
        }
        sql = sql.raw(privilege);
        if let Address::Column(_, column) = on {
            sql = sql.idents([column]);
        }
    }
    sql
}

/// `ON TABLE public.users`
fn object(sql: Sql, on: &Address) -> Option<Sql> {
    Some(match on {
        Address::Namespace(name) => sql.raw("ON SCHEMA").ident(name),
        Address::Table(name) | Address::View(name) | Address::Column(name, _) => sql.raw("ON TABLE").name(name),
        Address::Object(kind, name) => match kind {
            ObjectKind::MaterializedView => sql.raw("ON TABLE").name(name),
            ObjectKind::Sequence => sql.raw("ON SEQUENCE").name(name),
            ObjectKind::Domain => sql.raw("ON DOMAIN").name(name),
            ObjectKind::Enum | ObjectKind::CompositeType | ObjectKind::RangeType | ObjectKind::BaseType => {
                sql.raw("ON TYPE").name(name)
            }
            ObjectKind::Language => sql.raw("ON LANGUAGE").name(name),
            ObjectKind::ForeignDataWrapper => sql.raw("ON FOREIGN DATA WRAPPER").name(name),
            ObjectKind::ForeignServer => sql.raw("ON FOREIGN SERVER").name(name),
            _ => return None,
        },
        Address::Signed(kind, name, signature) => {
            let keywords = match kind {
                ObjectKind::Procedure => "ON PROCEDURE",
                ObjectKind::Function | ObjectKind::Aggregate => "ON FUNCTION",
                _ => return None,
            };
            sql.raw(keywords).name(name).raw(&["(", &input_types(*kind, signature), ")"].concat())
        }
        _ => return None,
    })
}

/// The types that a routine is called with: for `GRANT` an aggregate is a function like any other.
fn input_types(kind: ObjectKind, signature: &Ident) -> String {
    let text = signature.text();
    if kind != ObjectKind::Aggregate {
        return text.to_owned();
    }
    let text = text.replace(" ORDER BY ", ", ");
    text.strip_prefix("ORDER BY ").unwrap_or(if text == "*" { "" } else { &text }).to_owned()
}
