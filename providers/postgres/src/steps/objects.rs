//! Creating, altering and dropping everything but tables and what lies in them.
//!
//! An enum that loses values, or a domain whose underlying type changes, is made again; that its columns keep their values
//! is the frame's business.
//!
//! Changes of default privileges have no place of their own in the order. What is created beside one gets the privileges
//! that it shall have explicitly ([`after_create`]), whichever comes first.

mod definition;
mod domain;
pub(crate) mod enumeration;
mod grant;
mod range;
mod replace;
mod sequence;
mod types;
pub(super) mod uses;

use trueup_contract::{DialectError, Fact, Hazard, Lock, Work};
use trueup_state::{Address, Change, Enabled, Ident, Object, ObjectKind, Pair, PostgresObject, Qualified};

use super::{Alteration, Statement};
use crate::{
    render::{attachments, defined},
    version::Version,
};
pub(crate) use grant::{after_create, of_identity};
pub(crate) use uses::descendants;

/// How this object gets from one form to the other. Views, materialized views, triggers, policies, rules, routines, types,
/// sequences, extensions, grants, comments, default privileges, and what is managed by definition.
pub(crate) fn alter(
    work: &Work<'_>,
    address: &Address,
    before: Object<'_>,
    after: Object<'_>,
) -> Result<Alteration, DialectError> {
    let altered = match (address, before, after) {
        (Address::View(name), Object::View(before), Object::View(after)) => {
            replace::view(work, name, Pair { before, after })
        }
        (Address::Trigger(owner, name), Object::Trigger(before), Object::Trigger(after)) => {
            replace::trigger(owner, name, Pair { before, after })
        }
        (_, Object::Postgres(before), Object::Postgres(after)) => {
            return alter_object(work, address, Pair { before, after });
        }
        (_, _, _) => return Err(not_ours(address)),
    };
    Ok(altered)
}

fn alter_object(work: &Work<'_>, address: &Address, forms: Pair<&PostgresObject>) -> Result<Alteration, DialectError> {
    use PostgresObject as It;
    Ok(match (address, forms.before, forms.after) {
        (Address::Object(_, name), It::Extension(before), It::Extension(after)) => {
            replace::extension(&name.name, Pair { before, after })
        }
        (Address::Object(_, name), It::Sequence(before), It::Sequence(after)) => {
            Alteration::InPlace(sequence::alter(address, name, Pair { before, after }))
        }
        (Address::Object(_, name), It::Enum(before), It::Enum(after)) => {
            enumeration::alter(name, Pair { before, after })
        }
        (Address::Object(_, name), It::Domain(before), It::Domain(after)) => {
            domain::alter(work, name, Pair { before, after })
        }
        (Address::Object(_, name), It::Composite(before), It::Composite(after)) => {
            types::composite(work, address, name, Pair { before, after })?
        }
        (Address::Object(_, name), It::MaterializedView(before), It::MaterializedView(after)) => {
            replace::materialized(work, name, Pair { before, after })
        }
        (Address::Signed(kind, name, _), It::Routine(before), It::Routine(after)) => {
            replace::routine(work, address, (*kind, name), Pair { before, after })
        }
        (Address::Part(_, owner, name), It::Policy(before), It::Policy(after)) => {
            grant::known_roles(work, address, after.roles.iter())?;
            replace::policy(owner, name, Pair { before, after })
        }
        (Address::Part(_, owner, name), It::Rule(before), It::Rule(after)) => {
            replace::rule(owner, name, Pair { before, after })
        }
        (Address::Grant(on, role), It::Grant(before), It::Grant(after)) => {
            let sets = Pair { before: &before.privileges, after: &after.privileges };
            Alteration::InPlace(grant::on_object(work, address, (on, role), sets)?)
        }
        (Address::DefaultPrivileges(scope, role), It::Grant(before), It::Grant(after)) => {
            let sets = Pair { before: &before.privileges, after: &after.privileges };
            Alteration::InPlace(grant::by_default(work, address, (scope, role), sets)?)
        }
        (Address::Comment(on), It::Comment(before), It::Comment(after)) => {
            Alteration::InPlace(comment(work, address, on, Pair { before: Some(before), after: Some(after) })?)
        }
        (Address::Owner(on), It::Owner(_), It::Owner(after)) => {
            Alteration::InPlace(grant::owner(work, address, on, after)?)
        }
        (Address::Object(kind, name), It::Defined(before), It::Defined(after)) => {
            definition::alter(work, address, (*kind, name), Pair { before, after })?
        }
        (Address::Signed(kind, name, signature), It::Defined(before), It::Defined(after)) => {
            definition::alter_signed(address, (*kind, name, signature), Pair { before, after })?
        }
        (_, It::Exclude(_), _) => return Err(not_ours(address)),
        (_, _, _) => Alteration::Recreate,
    })
}

/// Comments on attributes that a composite type loses, each with the type whose change takes it along.
pub(crate) fn comments_that_go_along(work: &Work<'_>) -> Vec<(Address, Address)> {
    let taken = |change: &Change| {
        let Change::Drop(Address::Comment(on)) = change else { return None };
        let Address::Column(owner, attribute) = &**on else { return None };
        let ty = Address::Object(ObjectKind::CompositeType, owner.clone());
        let Some(Object::Postgres(PostgresObject::Composite(after))) = work.after.object(&ty) else { return None };
        let stays = after.attributes.iter().any(|it| it.name == *attribute);
        (!stays).then(|| (change.address().clone(), ty))
    };
    work.changes.iter().filter_map(taken).collect()
}

/// The statements that create it, and give it the privileges that it shall have.
pub(crate) fn create(work: &Work<'_>, address: &Address, object: Object<'_>) -> Result<Vec<Statement>, DialectError> {
    let mut statements = made(work, address, object)?;
    statements.extend(after_create(work, address));
    Ok(statements)
}

fn made(work: &Work<'_>, address: &Address, object: Object<'_>) -> Result<Vec<Statement>, DialectError> {
    match (address, object) {
        (Address::Grant(on, role), Object::Postgres(PostgresObject::Grant(it))) => {
            let given = grant::given(work, on, role);
            grant::on_object(work, address, (on, role), Pair { before: &given, after: &it.privileges })
        }
        (Address::DefaultPrivileges(scope, role), Object::Postgres(PostgresObject::Grant(it))) => {
            let given =
                attachments::given_by_default(scope, role, &work.cluster.role, Version::parse(work.version).major());
            grant::by_default(work, address, (scope, role), Pair { before: &given, after: &it.privileges })
        }
        (Address::Comment(on), Object::Postgres(PostgresObject::Comment(text))) => {
            comment(work, address, on, Pair { before: None, after: Some(text) })
        }
        (Address::Owner(on), Object::Postgres(PostgresObject::Owner(role))) => grant::owner(work, address, on, role),
        (Address::Object(_, name), Object::Postgres(PostgresObject::Sequence(it))) => Ok(sequence::create(name, it)),
        // Without a connection, nobody knows what there is.
        (Address::Object(ObjectKind::Extension, name), _)
            if !work.cluster.available.is_empty() && !work.cluster.available.contains_key(&name.name) =>
        {
            let reason = "it is not available on the server; install it there first".to_owned();
            Err(DialectError { address: address.clone(), reason })
        }
        (Address::Object(ObjectKind::BaseType, _), Object::Postgres(PostgresObject::Defined(it)))
            if uses::own_routines(work.after, &it.definition) =>
        {
            let reason = "it and the routines that read and write it need each other; make them by hand".to_owned();
            Err(DialectError { address: address.clone(), reason })
        }
        (_, Object::Postgres(PostgresObject::Policy(it))) => {
            grant::known_roles(work, address, it.roles.iter())?;
            plainly(work, address, object)
        }
        (_, _) => plainly(work, address, object),
    }
}

/// By the statements that any database would create it with.
fn plainly(work: &Work<'_>, address: &Address, object: Object<'_>) -> Result<Vec<Statement>, DialectError> {
    let texts = defined::create(address, object, work.after);
    if texts.is_empty() {
        return Err(not_ours(address));
    }
    let undo = defined::drop(address);
    let mut requires: Vec<Address> = Vec::new();
    if let Object::Postgres(PostgresObject::Extension(it)) = object {
        requires.extend(it.schema.iter().cloned().map(Address::Namespace));
    }
    requires.extend(uses::family(work.after, address));
    let statement = |(at, text): (usize, String)| Statement {
        undo: undo.clone().filter(|_| at == 0),
        lock: lock(address),
        requires: requires.clone(),
        ..Statement::of(text)
    };
    Ok(texts.into_iter().enumerate().map(statement).collect())
}

/// What others cannot do with the table meanwhile (PostgreSQL 18 manual, 13.3.1 and the pages of the commands).
fn lock(address: &Address) -> Lock {
    match address {
        Address::Trigger(..) => Lock::Writes,
        Address::Part(..) => Lock::ReadsAndWrites,
        _ => Lock::None,
    }
}

/// The statements that drop it. None where it goes with something else: a comment or a grant with what it is on, a
/// sequence with its column.
pub(crate) fn drop(work: &Work<'_>, address: &Address, object: Object<'_>) -> Result<Vec<Statement>, DialectError> {
    let hazard = |fact: Fact| vec![Hazard { address: address.clone(), fact, question: None }];
    let hazards = match (address, object) {
        (Address::Grant(on, role), Object::Postgres(PostgresObject::Grant(it))) => {
            if !uses::stays(work, on) {
                return Ok(Vec::new());
            }
            let given = grant::given(work, on, role);
            return grant::on_object(work, address, (on, role), Pair { before: &it.privileges, after: &given });
        }
        (Address::DefaultPrivileges(scope, role), Object::Postgres(PostgresObject::Grant(it))) => {
            // With its schema they go by themselves.
            let namespace = &scope.namespace;
            if !namespace.is_empty() && !work.after.namespaces.contains_key(namespace) {
                return Ok(Vec::new());
            }
            let given =
                attachments::given_by_default(scope, role, &work.cluster.role, Version::parse(work.version).major());
            return grant::by_default(work, address, (scope, role), Pair { before: &it.privileges, after: &given });
        }
        (Address::Comment(on), Object::Postgres(PostgresObject::Comment(text))) => {
            if !uses::stays(work, on) {
                return Ok(Vec::new());
            }
            return comment(work, address, on, Pair { before: Some(text), after: None });
        }
        // Everything belongs to somebody.
        (Address::Owner(_), _) => return Ok(Vec::new()),
        (_, Object::Postgres(PostgresObject::Sequence(it))) => {
            if sequence::goes_with_column(work, it) {
                return Ok(Vec::new());
            }
            hazard(Fact::LosesSequence)
        }
        (Address::Namespace(_), _) => hazard(Fact::DropsNamespace),
        (Address::Object(ObjectKind::Subscription, _), Object::Postgres(PostgresObject::Defined(it)))
            if !it.definition.canonical().ends_with("slot_name = NONE)") =>
        {
            let reason = "with it its replication slot on the other server would go; drop it by hand".to_owned();
            return Err(DialectError { address: address.clone(), reason });
        }
        (_, _) => Vec::new(),
    };
    let Some(text) = defined::drop(address) else { return Err(not_ours(address)) };
    let lock =
        if matches!(address, Address::Trigger(..) | Address::Part(..)) { Lock::ReadsAndWrites } else { Lock::None };
    Ok(vec![Statement { lock, hazards, ..Statement::of(text) }])
}

/// From one comment to another, or to none.
fn comment(
    work: &Work<'_>,
    address: &Address,
    on: &Address,
    texts: Pair<Option<&String>>,
) -> Result<Vec<Statement>, DialectError> {
    let make = |text: Option<&String>| attachments::comment(on, text.map(String::as_str), work.after);
    let Some(text) = make(texts.after) else {
        return Err(DialectError {
            address: address.clone(),
            reason: ["there is no comment on a ", on.kind(), " without a name"].concat(),
        });
    };
    let requires = uses::required(work, on);
    Ok(vec![Statement { undo: make(texts.before), requires, ..Statement::of(text) }])
}

/// Objects of tables are made with them.
fn not_ours(address: &Address) -> DialectError {
    DialectError { address: address.clone(), reason: [address.kind(), " cannot be made by itself"].concat() }
}

/// When a trigger, rule or event trigger fires, if that is not as it was.
fn state(states: Pair<Enabled>, make: impl FnOnce(Enabled) -> String) -> Option<Statement> {
    (states.before != states.after).then(|| Statement::of(make(states.after)))
}

/// Several statements with nothing special about them.
fn all(texts: impl IntoIterator<Item = String>) -> Vec<Statement> {
    texts.into_iter().map(Statement::of).collect()
}

/// A column.
fn column(table: &Qualified, name: &Ident) -> Address {
    Address::Column(table.clone(), name.clone())
}

#[cfg(test)]
mod tests;
