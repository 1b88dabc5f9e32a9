//! Privileges on objects, and on objects to come.

use std::collections::BTreeSet;

use trueup_contract::{DialectError, Work};
use trueup_state::{
    Address, DefaultScope, Definition, Ident, Identity, ObjectKind, Pair, PostgresObject, Qualified, Schema,
};

use super::uses;
use crate::{
    naming,
    render::attachments::{self, Privileges, Transfer},
    steps::Statement,
    version::Version,
};

/// Every role that is to get something must be there; a cluster that was not looked at is not held against them.
pub(super) fn known_roles<'a>(
    work: &Work<'_>,
    address: &Address,
    roles: impl IntoIterator<Item = &'a Ident>,
) -> Result<(), DialectError> {
    let there = &work.cluster.roles;
    let is_known = |role: &Ident| matches!(role.text(), "public" | "") || there.is_empty() || there.contains(role);
    match roles.into_iter().find(|role| !is_known(role)) {
        None => Ok(()),
        Some(role) => Err(DialectError {
            address: address.clone(),
            reason: ["there is no role `", role.text(), "` on the server; create it first"].concat(),
        }),
    }
}

/// From one set of privileges on an object to another.
pub(super) fn on_object(
    work: &Work<'_>,
    address: &Address,
    (on, role): (&Address, &Ident),
    sets: Pair<&Privileges>,
) -> Result<Vec<Statement>, DialectError> {
    known_roles(work, address, [role])?;
    let Some(transfers) = attachments::on_object(on, named(work, on, role), sets) else {
        return Err(DialectError {
            address: address.clone(),
            reason: ["there are no privileges on a ", on.kind()].concat(),
        });
    };
    let revoked: Vec<String> = transfers.iter().flat_map(|it| it.revoked.clone()).collect();
    let mut statements: Vec<Statement> =
        transfers.into_iter().map(|it| statement(it, uses::required(work, on))).collect();
    statements.extend(columns_again(work, on, role, &revoked));
    Ok(statements)
}

/// Give an object to a role.
pub(super) fn owner(
    work: &Work<'_>,
    address: &Address,
    on: &Address,
    role: &Ident,
) -> Result<Vec<Statement>, DialectError> {
    known_roles(work, address, [role])?;
    let Some(text) = attachments::owner(on, role, work.after) else {
        let reason = ["a ", on.kind(), " belongs to nobody by itself"].concat();
        return Err(DialectError { address: address.clone(), reason });
    };
    let undo = work.cluster.owners.get(on).and_then(|it| attachments::owner(on, it, work.after));
    Ok(vec![Statement { undo, requires: uses::required(work, on), ..Statement::of(text) }])
}

/// What a role has on an object when nobody has granted or revoked anything, but for an extension that brought it.
pub(super) fn given(work: &Work<'_>, on: &Address, role: &Ident) -> Privileges {
    let by_extension = work.cluster.given.get(&Address::Grant(Box::new(on.clone()), role.clone()));
    by_extension.cloned().unwrap_or_else(|| attachments::given(on, role, Version::parse(work.version).major()))
}

/// The name of a role; the owner's, where it goes by none. What is new is the connected role's.
fn named<'a>(work: &'a Work<'_>, on: &Address, role: &'a Ident) -> &'a Ident {
    let relation = || {
        let name = on.relation()?;
        let all = [
            Address::Table(name.clone()),
            Address::View(name.clone()),
            Address::Object(ObjectKind::MaterializedView, name.clone()),
        ];
        all.iter().find_map(|it| work.cluster.owners.get(it))
    };
    let owner = || work.cluster.owners.get(on).or_else(relation).unwrap_or(&work.cluster.role);
    if role.is_empty() { owner() } else { role }
}

fn statement(transfer: Transfer, requires: Vec<Address>) -> Statement {
    let Transfer { sql, undo, revoked: _ } = transfer;
    Statement { undo: Some(undo), requires, ..Statement::of(sql) }
}

/// What is revoked on a table is revoked on each of its columns as well (PostgreSQL 18 manual, REVOKE), so that columns
/// get again what they shall have by themselves.
fn columns_again(work: &Work<'_>, on: &Address, role: &Ident, revoked: &[String]) -> Vec<Statement> {
    let (Address::Table(table) | Address::View(table) | Address::Object(ObjectKind::MaterializedView, table)) = on
    else {
        return Vec::new();
    };
    let mut statements = Vec::new();
    for (address, it) in &work.after.others {
        let Address::Grant(column, to) = address else { continue };
        let (Address::Column(owner, _), Some(grant)) = (column.as_ref(), privileges(it)) else { continue };
        if owner != table || to != role {
            continue;
        }
        let lost: Privileges = grant.iter().filter(|(name, _)| revoked.contains(name)).map(owned).collect();
        let sets = Pair { before: &Privileges::new(), after: &lost };
        let transfers = attachments::on_object(column, named(work, column, role), sets).unwrap_or_default();
        statements.extend(transfers.into_iter().map(|it| statement(it, uses::required(work, column))));
    }
    statements
}

fn owned((name, grantable): (&String, &bool)) -> (String, bool) {
    (name.clone(), *grantable)
}

fn privileges(it: &Definition) -> Option<&Privileges> {
    match it {
        Definition::Postgres(it) => match it.as_ref() {
            PostgresObject::Grant(it) => Some(&it.privileges),
            _ => None,
        },
        _ => None,
    }
}

/// From one set of default privileges to another.
pub(super) fn by_default(
    work: &Work<'_>,
    address: &Address,
    (scope, role): (&DefaultScope, &Ident),
    sets: Pair<&Privileges>,
) -> Result<Vec<Statement>, DialectError> {
    let owner = Some(&scope.owner).filter(|it| !it.is_empty());
    known_roles(work, address, owner.into_iter().chain([role]))?;
    let namespace = Some(&scope.namespace).filter(|it| !it.is_empty());
    let requires: Vec<Address> = namespace.cloned().map(Address::Namespace).into_iter().collect();
    let transfers = attachments::by_default(scope, role, sets);
    Ok(transfers.into_iter().map(|it| statement(it, requires.clone())).collect())
}

/// What a new object needs so that it has the privileges of `work.after` and no others, whatever default privileges give
/// to it. Where these change in the same plan, it may be created before or after that, and what is said holds for both.
pub(crate) fn after_create(work: &Work<'_>, address: &Address) -> Vec<Statement> {
    let mut statements = privileges_of(work, address);
    if let Address::Table(name) = address
        && let Some(table) = work.after.table(name)
    {
        for (column, it) in &table.columns {
            statements.extend(it.extra.postgres().identity.iter().flat_map(|it| of_identity(work, name, column, it)));
        }
    }
    statements
}

/// The same for the sequence of a new identity column.
pub(crate) fn of_identity(work: &Work<'_>, table: &Qualified, column: &Ident, identity: &Identity) -> Vec<Statement> {
    let name = naming::identity(table, column, identity);
    privileges_of(work, &Address::Object(ObjectKind::Sequence, name))
}

fn privileges_of(work: &Work<'_>, address: &Address) -> Vec<Statement> {
    let Some(class) = attachments::class(address) else { return Vec::new() };
    let mut roles: Vec<&Ident> = Vec::new();
    for schema in [work.before, work.after] {
        for (scope, role, _) in defaults(work, schema) {
            if scope.objects.text() == class && !roles.contains(&role) {
                roles.push(role);
            }
        }
    }
    roles.sort_unstable();
    roles.into_iter().flat_map(|role| adjusted(work, address, class, role)).collect()
}

/// The default privileges that hold for what we create.
fn defaults<'a>(
    work: &Work<'_>,
    schema: &'a Schema,
) -> impl Iterator<Item = (&'a DefaultScope, &'a Ident, &'a Privileges)> {
    let us = work.cluster.role.clone();
    schema.others.iter().filter_map(move |(address, it)| match address {
        Address::DefaultPrivileges(scope, role) if scope.owner.is_empty() || scope.owner == us => {
            Some((scope.as_ref(), role, privileges(it)?))
        }
        _ => None,
    })
}

/// The statements that lead a role from what default privileges give it to what it shall have.
fn adjusted(work: &Work<'_>, address: &Address, class: &str, role: &Ident) -> Vec<Statement> {
    let holder = if *role == work.cluster.role { Ident::default() } else { role.clone() };
    let given = given(work, address, &holder);
    let shall = match uses::postgres(work.after, &Address::Grant(Box::new(address.clone()), holder)) {
        Some(PostgresObject::Grant(it)) => it.privileges.clone(),
        _ => given.clone(),
    };
    let gets = [work.before, work.after].map(|schema| gets(work, schema, address, (class, role, &given)));
    if gets.iter().all(|it| *it == shall) {
        return Vec::new();
    }
    // All that one of them gives, with the right to grant it on where one of them gives that: this may be there.
    let mut most = Privileges::new();
    gets.iter().flatten().for_each(|(name, grantable)| *most.entry(name.clone()).or_default() |= grantable);
    // Only what both give in the same way is certainly there.
    let [first, second] = &gets;
    let least: Privileges =
        first.iter().filter(|(name, grantable)| second.get(*name) == Some(grantable)).map(owned).collect();
    let taken: Privileges =
        most.iter().filter_map(|(name, grantable)| Some((name.clone(), *shall.get(name)? && *grantable))).collect();
    let mut transfers =
        attachments::on_object(address, role, Pair { before: &most, after: &taken }).unwrap_or_default();
    let sure: Privileges = least.iter().filter(|(name, _)| shall.contains_key(*name)).map(owned).collect();
    transfers.extend(attachments::on_object(address, role, Pair { before: &sure, after: &shall }).unwrap_or_default());
    let mut said = BTreeSet::new();
    transfers.retain(|it| said.insert(it.sql.clone()));
    transfers.into_iter().map(|it| statement(it, Vec::new())).collect()
}

/// What a role has on a new object, as default privileges are in a schema (PostgreSQL 18 manual, ALTER DEFAULT
/// PRIVILEGES): those for any namespace stand for what PostgreSQL gives by itself, those for one namespace are added.
fn gets(
    work: &Work<'_>,
    schema: &Schema,
    address: &Address,
    (class, role, given): (&str, &Ident, &Privileges),
) -> Privileges {
    let of_role = |(scope, to, _): &(&DefaultScope, &Ident, &Privileges)| scope.objects.text() == class && *to == role;
    let all: Vec<_> = defaults(work, schema).filter(of_role).collect();
    let anywhere = all.iter().find(|(scope, _, _)| scope.namespace.is_empty());
    let mut gets = match anywhere {
        Some((_, _, privileges)) => (*privileges).clone(),
        None => given.clone(),
    };
    let here = address.namespace().filter(|_| !matches!(address, Address::Namespace(_)));
    for (_, _, privileges) in all.iter().filter(|(scope, _, _)| Some(&scope.namespace) == here) {
        privileges.iter().for_each(|(name, grantable)| *gets.entry(name.clone()).or_default() |= grantable);
    }
    gets
}

/// The grants and comments of an object that is made again.
pub(super) fn attached(work: &Work<'_>, to: &Address) -> Result<Vec<Statement>, DialectError> {
    let mut statements = after_create(work, to);
    for (address, it) in &work.after.others {
        if address.subject().is_some_and(|on| on == to || on.is_within(to)) {
            statements.extend(super::create(work, address, it.as_object())?);
        }
    }
    Ok(statements)
}
