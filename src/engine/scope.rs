//! Which objects a plan looks at.

use std::collections::BTreeSet;

use trueup_contract::Scope;
use trueup_state::{Address, Ident};

/// The scope of a plan: what was asked for, or else the namespaces that the source speaks of.
pub(super) fn effective(asked: &Scope, declared: &BTreeSet<Ident>) -> Scope {
    let mut scope = asked.clone();
    if scope.include.is_empty() {
        scope.include.extend(declared.iter().cloned());
    }
    scope
}

/// Whether a plan may change an object.
///
/// What lies in no namespace (an extension, an event trigger, a foreign server) is everybody's in the database: it counts
/// only where it is ours, which is to say declared or recorded, or where everything is to be as declared.
pub(super) fn covers(scope: &Scope, address: &Address, is_ours: bool) -> bool {
    match address.namespace() {
        Some(namespace) => covers_namespace(scope, namespace),
        None => is_ours || !has_no_namespace(address),
    }
}

/// Whether a namespace is looked at.
pub(super) fn covers_namespace(scope: &Scope, namespace: &Ident) -> bool {
    (scope.include.is_empty() || scope.include.contains(namespace)) && !scope.exclude.contains(namespace)
}

/// Whether an object is of a kind that stands beside namespaces; in a database without namespaces nothing does.
fn has_no_namespace(address: &Address) -> bool {
    match address {
        Address::Object(..) | Address::Signed(..) | Address::DefaultPrivileges(..) => true,
        Address::Grant(on, _) | Address::Comment(on) => has_no_namespace(on),
        Address::Namespace(_)
        | Address::Table(_)
        | Address::View(_)
        | Address::VirtualTable(_)
        | Address::Column(..)
        | Address::PrimaryKey(_)
        | Address::Unique(..)
        | Address::Check(..)
        | Address::ForeignKey(..)
        | Address::Index(..)
        | Address::Trigger(..)
        | Address::Part(..) => false,
    }
}
