//! Default privileges, and what they give to each object that is created while they hold.

use std::collections::BTreeSet;

use squawk_syntax::ast;
use trueup_state::{Address, DefaultScope, Ident, ObjectKind};

use super::{Change, current, holder, privileges, put, roles};
use crate::parse::{
    fold::{Fold, FoldResult, Folded},
    statement::defined::tokens::Tokens,
};

/// ALTER DEFAULT PRIVILEGES.
pub(super) fn alter(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("ALTER DEFAULT PRIVILEGES")?;
    let (mut owners, mut namespaces) = (vec![fold.role.clone().unwrap_or_default()], vec![Ident::default()]);
    loop {
        if tokens.take("FOR ROLE") || tokens.take("FOR USER") {
            owners = roles(fold, tokens)?;
        } else if tokens.take("IN SCHEMA") {
            namespaces = tokens.list(Tokens::ident)?;
            fold.namespaces.extend(namespaces.iter().cloned());
        } else {
            break;
        }
    }
    let gives = tokens.take("GRANT");
    if !gives {
        tokens.need("REVOKE")?;
    }
    let mut option = !gives && tokens.take("GRANT OPTION FOR");
    let privileges = privileges::read(tokens)?;
    tokens.need("ON")?;
    let objects = match tokens.next_text().to_ascii_lowercase().as_str() {
        "tables" => "tables",
        "sequences" => "sequences",
        "functions" | "routines" => "functions",
        "types" => "types",
        "schemas" => "schemas",
        _ => return Ok(Folded::Skipped("privileges on large objects are not managed".to_owned())),
    };
    tokens.need(if gives { "TO" } else { "FROM" })?;
    let roles = roles(fold, tokens)?;
    option |= gives && tokens.take("WITH GRANT OPTION");
    tokens.end()?;
    let change = Change { gives, option, privileges, roles };
    for owner in &owners {
        let owner = if *owner == fold.target.cluster().role { Ident::default() } else { owner.clone() };
        for namespace in &namespaces {
            let objects = Ident::from(objects);
            let scope = DefaultScope { owner: owner.clone(), namespace: namespace.clone(), objects };
            for role in &change.roles {
                let address = Address::DefaultPrivileges(Box::new(scope.clone()), role.clone());
                for privilege in &change.privileges {
                    let names = privileges::expand(fold, tokens, &address, privilege)?;
                    change.change(fold, &address, &names);
                }
            }
        }
    }
    Ok(Folded::Nothing)
}

/// The word for a kind of object in default privileges.
fn objects(address: &Address) -> Option<&'static str> {
    Some(match address {
        Address::Table(_) | Address::View(_) | Address::Object(ObjectKind::MaterializedView, _) => "tables",
        Address::Object(ObjectKind::Sequence, _) => "sequences",
        Address::Signed(ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Aggregate, ..) => "functions",
        Address::Object(kind, _) if kind.is_type() => "types",
        Address::Namespace(_) => "schemas",
        _ => return None,
    })
}

/// A statement has declared an object: if it makes one that was not there, that gets the default privileges of now.
pub(crate) fn created_by(fold: &mut Fold<'_>, stmt: &ast::Stmt, address: &Address, was_there: bool) {
    let creates = match stmt {
        ast::Stmt::CreateTable(_)
        | ast::Stmt::CreateTableAs(_)
        | ast::Stmt::CreateForeignTable(_)
        | ast::Stmt::CreateMaterializedView(_)
        | ast::Stmt::CreateSchema(_) => true,
        ast::Stmt::CreateView(it) => it.or_replace().is_none() || !was_there,
        ast::Stmt::CreateFunction(it) => it.or_replace().is_none() || !was_there,
        ast::Stmt::CreateProcedure(it) => it.or_replace().is_none() || !was_there,
        _ => false,
    };
    if creates {
        created(fold, address);
    }
}

/// Something was created: it gets the default privileges that hold now. To be called once for each CREATE, with the
/// sequences of serial and identity columns as well.
pub(crate) fn created(fold: &mut Fold<'_>, address: &Address) {
    let Some(objects) = objects(address) else { return };
    let namespace = address.namespace().cloned().unwrap_or_default();
    let holds = |scope: &DefaultScope| {
        let DefaultScope { owner, namespace: within, objects: of } = scope;
        let is_within = within.is_empty() || (*within == namespace && objects != "schemas");
        owner.is_empty() && of.text() == objects && is_within
    };
    let mut grantees = BTreeSet::new();
    for address in fold.schema.others.keys() {
        if let Address::DefaultPrivileges(scope, role) = address
            && holds(scope)
        {
            grantees.insert(role.clone());
        }
    }
    for role in grantees {
        let scoped = |namespace: Ident| {
            let scope = DefaultScope { owner: Ident::default(), namespace, objects: Ident::from(objects) };
            Address::DefaultPrivileges(Box::new(scope), role.clone())
        };
        let grant = Address::Grant(Box::new(address.clone()), holder(fold, address, &role));
        let usual = privileges::usual(fold, &grant);
        let mut now = current(fold, &scoped(Ident::default())).unwrap_or_else(|| usual.clone());
        if !namespace.is_empty() {
            for (name, option) in current(fold, &scoped(namespace.clone())).unwrap_or_default() {
                *now.entry(name).or_insert(false) |= option;
            }
        }
        put(fold, &grant, now, &usual);
    }
}
