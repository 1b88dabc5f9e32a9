//! What a name stands for at the time, and what is known of an object that gets another one.

use squawk_syntax::SyntaxNode;
use trueup_state::{Address, Ident, Qualified};

use super::{Mentions, Role};
use crate::parse::{fold::Fold, names};

impl Mentions {
    /// Something that is needed for certain has another address.
    pub(crate) fn need_instead(&mut self, before: &Address, after: &Address) {
        if self.needs.remove(before) {
            self.needs.insert(after.clone());
        }
    }
}

impl Fold<'_> {
    /// Put what is known of an object under another address: what it mentions, and the comment on it.
    pub(crate) fn readdress(&mut self, before: &Address, after: &Address) {
        if let Some(mentions) = self.mentions.remove(before) {
            self.mentions.insert(after.clone(), mentions);
        }
        let comment = Address::Comment(Box::new(before.clone()));
        if let Some(text) = self.schema.others.shift_remove(&comment) {
            self.schema.others.insert(Address::Comment(Box::new(after.clone())), text);
        }
    }

    /// The objects whose texts name a relation.
    pub(crate) fn mentions_relation(&self, name: &Qualified) -> impl Iterator<Item = &Address> {
        let names_it = |mentions: &Mentions| {
            let mut names = mentions.names.iter();
            names.any(|(role, all)| matches!(role, Role::Relation | Role::Type) && all.contains(name))
        };
        self.mentions.iter().filter(move |(_, mentions)| names_it(mentions)).map(|(address, _)| address)
    }

    /// The full name of a relation: the first that is declared, or where it would be looked for first.
    pub(crate) fn relation_name(&self, node: &SyntaxNode) -> Qualified {
        let candidates = self.candidates(node);
        let is_there = |it: &&Qualified| {
            self.declared.relations.contains(*it) || self.schema.table(it).is_some() || self.schema.view(it).is_some()
        };
        candidates.iter().find(is_there).or(candidates.first()).cloned().unwrap_or_default()
    }

    /// The full name of a routine: one that is declared, that an extension brings, or PostgreSQL's own.
    pub(crate) fn routine_name(&self, node: &SyntaxNode) -> Qualified {
        let candidates = self.candidates(node);
        let is_there = |it: &&Qualified| {
            self.declared.routines.contains(*it)
                || self.schema.others.keys().any(|at| matches!(at, Address::Signed(_, name, _) if name == *it))
        };
        if let Some(found) = candidates.iter().find(is_there) {
            return found.clone();
        }
        let pg_catalog = |name: Ident| Qualified { namespace: Ident::from("pg_catalog"), name };
        // Where the search path is empty, as in dumps, an unqualified name can only be PostgreSQL's own.
        let Some(first) = candidates.first() else { return pg_catalog(names::one(node)) };
        let is_qualified = names::path(node).len() > 1;
        if is_qualified {
            return first.clone();
        }
        match self.target.cluster_on(&first.name).routines.get(&first.name) {
            Some(namespace) => Qualified { namespace: namespace.clone(), name: first.name.clone() },
            None if is_own(&first.name) => pg_catalog(first.name.clone()),
            None => first.clone(),
        }
    }
}

/// PostgreSQL's own trigger functions that are for everybody, and its support functions (`pg_proc.dat`, 14 to 18).
fn is_own(name: &Ident) -> bool {
    let text = name.text();
    matches!(
        text,
        "suppress_redundant_updates_trigger"
            | "tsvector_update_trigger"
            | "tsvector_update_trigger_column"
            | "unique_key_recheck"
    ) || text.ends_with("_support")
        || text.starts_with("RI_FKey_")
}
