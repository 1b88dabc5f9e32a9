//! What a privilege is, on which kind of object, and who has it without a grant.

use std::collections::BTreeMap;

use trueup_state::{Address, Ident, ObjectKind, Qualified};

use super::super::defined::tokens::Tokens;
use crate::parse::fold::{Fold, Trouble, wrong};

/// Privileges by name, with whether they may be granted on.
pub(super) type Privileges = BTreeMap<String, bool>;

/// One privilege as it is written.
#[derive(Clone, Debug)]
pub(super) struct Privilege {
    /// In upper case; `None` for all.
    pub(super) name: Option<String>,
    /// On these columns alone, unless empty.
    pub(super) columns: Vec<Ident>,
}

/// Everything up to `ON`.
pub(super) fn read(tokens: &mut Tokens) -> Result<Vec<Privilege>, Trouble> {
    tokens.list(|tokens| {
        let name = if tokens.take("ALL") {
            let _ = tokens.take("PRIVILEGES");
            None
        } else if tokens.take("ALTER SYSTEM") {
            Some("ALTER SYSTEM".to_owned())
        } else {
            Some(tokens.ident()?.text().to_ascii_uppercase())
        };
        let mut columns = Vec::new();
        if tokens.take("(") {
            columns = tokens.list(Tokens::ident)?;
            tokens.need(")")?;
        }
        Ok(Privilege { name, columns })
    })
}

const TABLE: &[&str] = &["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"];
const COLUMN: &[&str] = &["SELECT", "INSERT", "UPDATE", "REFERENCES"];
const SEQUENCE: &[&str] = &["USAGE", "SELECT", "UPDATE"];
const SCHEMA: &[&str] = &["USAGE", "CREATE"];
const EXECUTE: &[&str] = &["EXECUTE"];
const USAGE: &[&str] = &["USAGE"];

/// Whether the server knows MAINTAIN (17): it came with the role `pg_maintain`.
fn has_maintain(fold: &Fold<'_>) -> bool {
    fold.target.cluster().roles.contains("pg_maintain")
}

/// Every privilege on an object.
fn all(fold: &Fold<'_>, address: &Address, of_columns: bool) -> Vec<&'static str> {
    let table = || {
        let maintain = has_maintain(fold).then_some("MAINTAIN");
        TABLE.iter().copied().chain(maintain).collect()
    };
    match address {
        _ if of_columns => COLUMN.to_vec(),
        Address::Table(_) | Address::View(_) | Address::Object(ObjectKind::MaterializedView, _) => table(),
        Address::Object(ObjectKind::Sequence, _) => SEQUENCE.to_vec(),
        Address::Namespace(_) => SCHEMA.to_vec(),
        Address::Signed(..) => EXECUTE.to_vec(),
        Address::DefaultPrivileges(scope, _) => match scope.objects.text() {
            "tables" => table(),
            "sequences" => SEQUENCE.to_vec(),
            "functions" => EXECUTE.to_vec(),
            "schemas" => SCHEMA.to_vec(),
            _ => USAGE.to_vec(),
        },
        _ => USAGE.to_vec(),
    }
}

/// The names that a written privilege stands for on an object.
pub(super) fn expand(
    fold: &Fold<'_>,
    tokens: &Tokens,
    address: &Address,
    privilege: &Privilege,
) -> Result<Vec<String>, Trouble> {
    let all = all(fold, address, !privilege.columns.is_empty());
    match &privilege.name {
        None => Ok(all.into_iter().map(str::to_owned).collect()),
        Some(name) if all.contains(&name.as_str()) || name == "MAINTAIN" => Ok(vec![name.clone()]),
        Some(name) => {
            let message = ["there is no privilege ", name, " on `", &address.to_string(), "`"].concat();
            Err(wrong(tokens.statement(), message))
        }
    }
}

/// The table or view whose columns are meant.
pub(super) fn relation<'a>(tokens: &Tokens, address: &'a Address) -> Result<&'a Qualified, Trouble> {
    match address {
        Address::Table(name) | Address::View(name) | Address::Object(ObjectKind::MaterializedView, name) => Ok(name),
        _ => Err(wrong(tokens.statement(), "only tables and views have columns")),
    }
}

/// What the role of a grant has without it (`acldefault`; for schema `public`, what initdb gives).
pub(super) fn usual(fold: &Fold<'_>, grant: &Address) -> Privileges {
    let of = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), false)).collect();
    if let Some(given) = fold.target.cluster().given.get(grant) {
        return given.clone();
    }
    match grant {
        Address::Grant(on, _) if matches!(**on, Address::Column(..)) => Privileges::new(),
        Address::Grant(on, role) if role.is_empty() => {
            all(fold, on, false).into_iter().map(|name| (name.to_owned(), false)).collect()
        }
        Address::Grant(on, role) if role.text() == "public" => match &**on {
            Address::Signed(kind, ..) if super::super::defined::signature::ROUTINES.contains(kind) => of(EXECUTE),
            Address::Object(kind, _) if kind.is_type() || *kind == ObjectKind::Language => of(USAGE),
            // Before PostgreSQL 15, which came with the role `pg_checkpoint`, everybody could create in it.
            Address::Namespace(name) if name.text() == "public" => {
                let roles = &fold.target.cluster().roles;
                let is_old = roles.iter().any(|it| it.text().starts_with("pg_")) && !roles.contains("pg_checkpoint");
                of(if is_old { SCHEMA } else { USAGE })
            }
            _ => Privileges::new(),
        },
        Address::DefaultPrivileges(scope, role) if scope.namespace.is_empty() => {
            let is_owner = *role == scope.owner || (scope.owner.is_empty() && *role == fold.target.cluster().role);
            match (scope.objects.text(), role.text()) {
                _ if is_owner => all(fold, grant, false).into_iter().map(|name| (name.to_owned(), false)).collect(),
                ("functions", "public") => of(EXECUTE),
                ("types", "public") => of(USAGE),
                _ => Privileges::new(),
            }
        }
        _ => Privileges::new(),
    }
}
