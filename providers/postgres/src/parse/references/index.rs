//! Everything declared, by name.

use std::collections::{BTreeMap, BTreeSet};

use trueup_state::{Address, Ident, Object, ObjectKind, PostgresObject, Qualified, Table};

use super::{Mentions, Role};
use crate::parse::fold::Fold;

/// Everything declared, by role and name.
pub(super) struct Index<'a> {
    fold: &'a Fold<'a>,
    by_name: BTreeMap<(Role, Qualified), Vec<Address>>,
    /// Tables by what they inherit from.
    pub(super) tables: BTreeMap<Qualified, &'a Table>,
}

impl<'a> Index<'a> {
    pub(super) fn of(fold: &'a Fold<'a>) -> Index<'a> {
        let mut by_name: BTreeMap<(Role, Qualified), Vec<Address>> = BTreeMap::new();
        for (address, object) in fold.schema.objects() {
            let multirange = given_multirange(&object).into_iter().map(|it| (Role::Type, it));
            for (role, name) in roles(&address).into_iter().chain(multirange) {
                by_name.entry((role, name)).or_default().push(address.clone());
            }
        }
        Index { fold, by_name, tables: fold.schema.tables().collect() }
    }

    /// Everything of this role and name.
    pub(super) fn find(&self, role: Role, name: &Qualified) -> &[Address] {
        self.by_name.get(&(role, name.clone())).map_or(&[], Vec::as_slice)
    }

    /// What the names stand for.
    pub(super) fn resolve(&self, mentions: &Mentions, needs: &mut BTreeSet<Address>) {
        let Mentions { names, words, every_column, needs: certain, body: _ } = mentions;
        needs.extend(certain.iter().cloned());
        for (role, candidates) in names {
            let found = candidates.iter().map(|it| self.find(*role, it));
            let found: Vec<&Address> = match role {
                // The arguments decide, and they may decide for another schema on the path.
                Role::Routine | Role::Operator => found.flatten().collect(),
                _ => found.into_iter().find(|it| !it.is_empty()).into_iter().flatten().collect(),
            };
            for address in found {
                needs.insert(address.clone());
                for table in self.rows_of(address) {
                    self.columns(&table, words, *every_column, needs);
                }
            }
            if let Role::Routine | Role::Type = role {
                self.extension(*role, candidates, needs);
            }
        }
    }

    /// The tables whose rows something consists of: a table itself, or what a routine gives.
    fn rows_of(&self, address: &Address) -> Vec<Qualified> {
        match (address, self.fold.schema.object(address)) {
            (Address::Table(table), _) => vec![table.clone()],
            (_, Some(Object::Postgres(PostgresObject::Routine(it)))) => {
                let name = it.returns.as_ref().and_then(|it| type_name(it.canonical()));
                name.into_iter().filter(|it| self.tables.contains_key(it)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Columns of a table that are mentioned, and of its parents.
    pub(super) fn columns(
        &self,
        name: &Qualified,
        words: &BTreeSet<Ident>,
        every: bool,
        needs: &mut BTreeSet<Address>,
    ) {
        let Some(table) = self.tables.get(name) else { return };
        let own = table.columns.keys().filter(|it| every || words.contains(*it));
        needs.extend(own.map(|it| Address::Column(name.clone(), it.clone())));
        let extra = table.extra.postgres();
        for parent in extra.inherits.iter().chain(extra.partition_of.as_ref().map(|it| &it.parent)) {
            if parent != name {
                self.columns(parent, words, every, needs);
            }
        }
    }

    /// The extension that brings something, where the target says so and it is declared.
    fn extension(&self, role: Role, candidates: &[Qualified], needs: &mut BTreeSet<Address>) {
        let Some(name) = candidates.first().map(|it| &it.name) else { return };
        let members = &self.fold.target.cluster_on(name).members;
        let is_one = |address: &Address| match (role, address) {
            (Role::Routine, Address::Signed(ObjectKind::Function | ObjectKind::Aggregate, name, _)) => {
                candidates.contains(name)
            }
            (Role::Type, Address::Object(kind, name)) => kind.is_type() && candidates.contains(name),
            _ => false,
        };
        for (_, extension) in members.iter().filter(|(address, _)| is_one(address)) {
            needs.insert(Address::Object(ObjectKind::Extension, Qualified::bare(extension.clone())));
        }
    }

    /// Every extension that is declared.
    pub(super) fn extensions(&self) -> impl Iterator<Item = Address> {
        let is_one = |it: &&Address| matches!(it, Address::Object(ObjectKind::Extension, _));
        self.fold.schema.others.keys().filter(is_one).cloned()
    }

    /// The objects that a type's text names: `public.mood[]`.
    pub(super) fn of_type(&self, text: &str, needs: &mut BTreeSet<Address>) {
        if let Some(name) = type_name(text) {
            needs.extend(self.find(Role::Type, &name).iter().cloned());
            self.extension(Role::Type, &[name], needs);
        }
    }
}

/// The names under which an object is found.
fn roles(address: &Address) -> Vec<(Role, Qualified)> {
    let one = |role: Role, name: &Qualified| vec![(role, name.clone())];
    match address {
        Address::Table(name) | Address::View(name) => {
            vec![(Role::Relation, name.clone()), (Role::Type, name.clone())]
        }
        Address::Index(owner, name) => {
            one(Role::Relation, &Qualified { namespace: owner.namespace.clone(), name: name.clone() })
        }
        Address::Object(ObjectKind::MaterializedView, name) => {
            vec![(Role::Relation, name.clone()), (Role::Type, name.clone())]
        }
        Address::Object(ObjectKind::Sequence, name) => one(Role::Relation, name),
        Address::Object(ObjectKind::Collation, name) => one(Role::Collation, name),
        Address::Object(ObjectKind::RangeType, name) => {
            let multirange = Qualified { namespace: name.namespace.clone(), name: multirange(&name.name) };
            // A range type makes constructors of its own name.
            vec![
                (Role::Type, name.clone()),
                (Role::Type, multirange.clone()),
                (Role::Routine, name.clone()),
                (Role::Routine, multirange),
            ]
        }
        Address::Object(kind, name) if kind.is_type() => one(Role::Type, name),
        Address::Object(_, name) => one(Role::Other, name),
        Address::Signed(ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Aggregate, name, _) => {
            one(Role::Routine, name)
        }
        Address::Signed(ObjectKind::Operator, name, _) => one(Role::Operator, name),
        Address::Signed(_, name, _) => one(Role::Other, name),
        Address::Namespace(_)
        | Address::VirtualTable(_)
        | Address::Column(..)
        | Address::PrimaryKey(_)
        | Address::Unique(..)
        | Address::Check(..)
        | Address::ForeignKey(..)
        | Address::Trigger(..)
        | Address::Part(..)
        | Address::Grant(..)
        | Address::Comment(_)
        | Address::Owner(_)
        | Address::DefaultPrivileges(..) => Vec::new(),
    }
}

/// The multirange type of a range type, where it has a name of its own.
fn given_multirange(object: &Object<'_>) -> Option<Qualified> {
    let Object::Postgres(PostgresObject::Defined(it)) = object else { return None };
    let (_, after) = it.definition.canonical().split_once("multirange_type_name = ")?;
    type_name(after.trim_end_matches(')'))
}

/// What PostgreSQL calls the multirange type of a range type, where nothing else is said (`makeMultirangeTypeName`).
fn multirange(range: &Ident) -> Ident {
    let text = range.text();
    Ident::from(match text.find("range") {
        Some(at) => [&text[..at], "multi", &text[at..]].concat(),
        None => [text, "_multirange"].concat(),
    })
}

/// The full name in a type's canonical text; `None` for PostgreSQL's own.
fn type_name(text: &str) -> Option<Qualified> {
    let mut parts = vec![String::new()];
    let mut is_quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let last = parts.last_mut()?;
        match c {
            '"' if is_quoted && characters.peek() == Some(&'"') => {
                characters.next();
                last.push('"');
            }
            '"' => is_quoted = !is_quoted,
            '.' if !is_quoted => parts.push(String::new()),
            '(' | '[' | ' ' if !is_quoted => break,
            _ => last.push(c),
        }
    }
    let [namespace, name] = <[String; 2]>::try_from(parts).ok()?;
    Some(Qualified { namespace: namespace.into(), name: name.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_type_is_found_in_its_text() {
        let name = |text: &str| type_name(text).map(|it| it.to_string());
        assert_eq!(name("public.mood[]").as_deref(), Some("public.mood"));
        assert_eq!(name("app.\"my.type\"(3)").as_deref(), Some("app.my.type"));
        assert_eq!(name("character varying(20)"), None);
    }
}
