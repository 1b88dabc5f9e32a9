//! Which objects a plan looks at.

use std::collections::BTreeSet;

use trueup_contract::{Depends, Unmodelled};
use trueup_state::{Address, Ident, Schema};

use super::Pattern;

use crate::plan::PlannedScope;

/// Which namespaces to look at; without meaning where the connected database has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// These besides the declared ones. Where nothing is declared or included, every namespace is looked at.
    pub include: BTreeSet<Ident>,
    /// Never these.
    pub exclude: BTreeSet<Ident>,
}

impl Scope {
    /// As a plan holds it.
    pub(super) fn planned(&self) -> PlannedScope {
        let names = |idents: &BTreeSet<Ident>| idents.iter().map(|it| it.text().to_owned()).collect();
        PlannedScope { include: names(&self.include), exclude: names(&self.exclude) }
    }
}

/// What a command looks at, of a database or of what is declared.
#[derive(Clone, Debug, Default)]
pub struct Sight {
    /// The namespaces.
    pub scope: Scope,
    /// Not these objects.
    pub exclude: Vec<Pattern>,
}

impl Sight {
    /// Whether an object is looked at. What lies in no namespace always is, unless it is left out itself.
    pub fn covers(&self, address: &Address) -> bool {
        let is_near = address.namespace().is_none_or(|namespace| covers_namespace(&self.scope, namespace));
        is_near && !self.exclude.iter().any(|pattern| pattern.matches(address))
    }

    /// Take out of a schema what is not looked at, with everything in it.
    pub fn narrow(&self, schema: &mut Schema) {
        if self.scope == Scope::default() && self.exclude.is_empty() {
            return;
        }
        let all: Vec<Address> = schema.objects().into_iter().map(|(address, _)| address).collect();
        for address in all.iter().filter(|it| !self.covers(it)) {
            // A namespace goes with what is in it, which is then not there any more.
            let _ = schema.remove(address);
        }
    }

    /// The same of everything that was found in a database. What an object needs is told also where that is out of sight.
    pub fn narrow_all(&self, schema: &mut Schema, depends: &mut Depends, unmodelled: &mut Vec<Unmodelled>) {
        self.narrow(schema);
        depends.retain(|address, _| self.covers(address));
        let namespace = |name: &str| name.split_once('.').map(|(namespace, _)| Ident::from(namespace));
        unmodelled.retain(|it| namespace(&it.name).is_none_or(|it| covers_namespace(&self.scope, &it)));
    }
}

/// The scope of a plan: the namespaces that the source speaks of, and those that were asked for besides. What is declared
/// is never passed over in silence; who wants less excludes it or names targets.
pub fn effective(asked: &Scope, declared: &BTreeSet<Ident>) -> Scope {
    Scope { include: &asked.include | declared, exclude: asked.exclude.clone() }
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
        Address::Grant(on, _) | Address::Comment(on) | Address::Owner(on) => has_no_namespace(on),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_declared_is_looked_at_whatever_else_is_asked_for() {
        let names = |names: &[&str]| names.iter().copied().map(Ident::from).collect::<BTreeSet<_>>();
        let asked = Scope { include: names(&["audit"]), exclude: names(&["tiger"]) };
        let scope = effective(&asked, &names(&["app", "tiger"]));
        let covered = |name: &str| covers_namespace(&scope, &Ident::from(name));
        assert!(covered("app") && covered("audit"));
        assert!(!covered("tiger") && !covered("public"));
    }
}
