//! Privileges: a grant is kept where a role has other privileges on an object than PostgreSQL gives by itself.

mod defaults;
mod privileges;
mod targets;
#[cfg(test)]
mod tests;

use squawk_syntax::{ast, ast::AstNode};
use trueup_state::{Address, Definition, Grant, Ident, PostgresObject, Qualified};

use super::defined::tokens::Tokens;
use crate::parse::fold::{Fold, FoldResult, Folded, Trouble};
use privileges::{Privilege, Privileges};
use targets::Targets;

pub(crate) use defaults::{created, created_by};
pub(super) use targets::foreign;

/// GRANT, REVOKE, ALTER DEFAULT PRIVILEGES.
pub(crate) fn fold(fold: &mut Fold<'_>, stmt: &ast::Stmt) -> Option<FoldResult> {
    let mut tokens = Tokens::of(stmt.syntax());
    Some(match stmt {
        ast::Stmt::Grant(_) => grant(fold, &mut tokens, true),
        ast::Stmt::Revoke(_) => grant(fold, &mut tokens, false),
        ast::Stmt::AlterDefaultPrivileges(_) => defaults::alter(fold, &mut tokens),
        _ => return None,
    })
}

/// What can only be done when everything is declared.
pub(crate) fn finish(_fold: &mut Fold<'_>) -> Result<(), Trouble> {
    Ok(())
}

/// One change of privileges, whatever it is on.
#[derive(Clone, Debug)]
struct Change {
    /// GRANT, otherwise REVOKE.
    gives: bool,
    /// `WITH GRANT OPTION`, or `GRANT OPTION FOR`.
    option: bool,
    privileges: Vec<Privilege>,
    roles: Vec<Ident>,
}

fn grant(fold: &mut Fold<'_>, tokens: &mut Tokens, gives: bool) -> FoldResult {
    tokens.need(if gives { "GRANT" } else { "REVOKE" })?;
    let mut option = !gives && tokens.take("GRANT OPTION FOR");
    let membership = || Ok(Folded::Skipped("roles are not managed, and who is a member of them is not".to_owned()));
    if !gives && ["ADMIN", "INHERIT", "SET"].iter().any(|word| tokens.is(&[word, " OPTION FOR"].concat())) {
        return membership();
    }
    let privileges = privileges::read(tokens)?;
    if !tokens.take("ON") {
        return membership();
    }
    let targets = match targets::read(fold, tokens)? {
        Targets::Of(addresses) => addresses,
        Targets::Skipped(why) => return Ok(Folded::Skipped(why)),
    };
    tokens.need(if gives { "TO" } else { "FROM" })?;
    let roles = roles(fold, tokens)?;
    option |= gives && tokens.take("WITH GRANT OPTION");
    if tokens.take("GRANTED BY") {
        let _ = tokens.next();
    }
    tokens.end()?;
    let change = Change { gives, option, privileges, roles };
    for address in targets {
        change.apply(fold, tokens, &address)?;
    }
    Ok(Folded::Nothing)
}

/// Roles with commas between. The role that is connected is named where that is known.
fn roles(fold: &Fold<'_>, tokens: &mut Tokens) -> Result<Vec<Ident>, Trouble> {
    tokens.list(|tokens| {
        let _ = tokens.take("GROUP");
        let is_self = ["CURRENT_USER", "CURRENT_ROLE", "SESSION_USER"].iter().any(|word| tokens.is(word));
        let name = tokens.ident()?;
        let own = || fold.role.as_ref().unwrap_or(&fold.target.cluster().role).clone();
        Ok(if is_self { own() } else { name })
    })
}

impl Change {
    /// Change the privileges on an object, or those on columns of it.
    fn apply(&self, fold: &mut Fold<'_>, tokens: &Tokens, address: &Address) -> Result<(), Trouble> {
        let Change { gives: _, option: _, privileges, roles } = self;
        for role in roles {
            let role = &holder(fold, address, role);
            for privilege in privileges {
                let names = privileges::expand(fold, tokens, address, privilege)?;
                if privilege.columns.is_empty() {
                    self.change(fold, &Address::Grant(Box::new(address.clone()), role.clone()), &names);
                    self.change_columns(fold, address, role, &names);
                }
                for column in &privilege.columns {
                    let on = Address::Column(privileges::relation(tokens, address)?.clone(), column.clone());
                    self.change(fold, &Address::Grant(Box::new(on), role.clone()), &names);
                }
            }
        }
        Ok(())
    }

    /// What is revoked from a table is revoked from its columns, too.
    fn change_columns(&self, fold: &mut Fold<'_>, address: &Address, role: &Ident, names: &[String]) {
        let (false, Some(relation)) = (self.gives, targets::relation_name(address)) else { return };
        let is_column = |it: &Address| match it {
            Address::Grant(on, to) => to == role && matches!(&**on, Address::Column(of, _) if *of == relation),
            _ => false,
        };
        let columns: Vec<Address> = fold.schema.others.keys().filter(|it| is_column(it)).cloned().collect();
        for column in columns {
            self.change(fold, &column, names);
        }
    }

    fn change(&self, fold: &mut Fold<'_>, grant: &Address, names: &[String]) {
        let usual = privileges::usual(fold, grant);
        let mut now = current(fold, grant).unwrap_or_else(|| usual.clone());
        self.change_set(&mut now, names);
        put(fold, grant, now, &usual);
    }

    fn change_set(&self, now: &mut Privileges, names: &[String]) {
        for name in names {
            match (self.gives, self.option) {
                (true, option) => {
                    let entry = now.entry(name.clone()).or_insert(false);
                    *entry |= option;
                }
                (false, true) => {
                    if let Some(option) = now.get_mut(name) {
                        *option = false;
                    }
                }
                (false, false) => drop(now.remove(name)),
            }
        }
    }
}

/// What a grant says now, where it is listed.
fn current(fold: &Fold<'_>, grant: &Address) -> Option<Privileges> {
    match fold.schema.others.get(grant)? {
        Definition::Postgres(it) => match &**it {
            PostgresObject::Grant(Grant { privileges }) => Some(privileges.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// List a grant, unless it says what PostgreSQL does by itself.
fn put(fold: &mut Fold<'_>, grant: &Address, privileges: Privileges, usual: &Privileges) {
    if privileges == *usual {
        fold.schema.others.shift_remove(grant);
    } else {
        let grant_object = PostgresObject::Grant(Grant { privileges });
        fold.schema.others.insert(grant.clone(), Definition::Postgres(Box::new(grant_object)));
    }
}

/// By what name a role has privileges on an object: the owner by none, whoever it is.
fn holder(fold: &Fold<'_>, address: &Address, role: &Ident) -> Ident {
    let cluster = fold.target.cluster();
    let owner = cluster.owners.get(address).unwrap_or(&cluster.role);
    if owner == role { Ident::default() } else { role.clone() }
}

/// A namespace's name as the name of what lies in it.
fn within(namespace: &Ident, name: &Qualified) -> bool {
    name.namespace == *namespace
}
