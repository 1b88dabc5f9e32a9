//! Which objects a declared text refers to: found by name, so there may be one too many, never one too few.
//!
//! A name is looked up as what it stands as in the tree (a relation, a routine, a type, …), under the search path of its
//! statement, when everything is declared. Bodies of routines in strings need not be right when the routine is created,
//! unless they are in SQL; of those in PL/pgSQL only the types of variables are looked at.

mod collect;
mod index;
mod lookup;
mod structure;
mod wish;

use std::collections::BTreeSet;

use squawk_syntax::SyntaxNode;
use trueup_contract::Depends;
use trueup_state::{Address, Ident, ObjectKind, Qualified};

use super::fold::Fold;
use index::Index;

/// As what a name stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// A table, view, sequence, ….
    Relation,
    /// A function, procedure or aggregate.
    Routine,
    /// A data type, or the row type of a relation.
    Type,
    /// A collation.
    Collation,
    /// An operator.
    Operator,
    /// Anything else that has a name: a text search configuration, an operator class, ….
    Other,
}

/// The names in the texts of one object.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mentions {
    /// The full names that each may stand for, in the order in which PostgreSQL would look.
    names: BTreeSet<(Role, Vec<Qualified>)>,
    /// Every identifier, for columns.
    words: BTreeSet<Ident>,
    /// Whether all columns are meant (`*`).
    every_column: bool,
    /// What is needed for certain.
    needs: BTreeSet<Address>,
    /// What a body in a string mentions: it should be there when the routine is created, and need not.
    body: Option<Box<Mentions>>,
}

impl Fold<'_> {
    /// Note what a part of the tree mentions, for the object that it is part of.
    pub(crate) fn mention(&mut self, object: &Address, node: &SyntaxNode) {
        let path = self.search_path.clone();
        let mentions = self.mentions.entry(object.clone()).or_default();
        collect::from(node, &path, mentions);
    }

    /// Note what a text in SQL mentions, such as a function's body.
    pub(crate) fn mention_text(&mut self, object: &Address, text: &str) {
        let path = self.search_path.clone();
        let Some(tree) = super::parse(text).map(|it| it.syntax_node()) else { return };
        let mentions = self.mentions.entry(object.clone()).or_default();
        collect::from(&tree, &path, mentions.body.get_or_insert_default());
    }

    /// Note the types of the variables of a body in PL/pgSQL: they are looked up when the routine is created.
    pub(crate) fn mention_declarations(&mut self, object: &Address, text: &str) {
        let path = self.search_path.clone();
        let mentions = self.mentions.entry(object.clone()).or_default();
        collect::declarations(text, &path, mentions.body.get_or_insert_default());
    }

    /// Note a relation that an object needs.
    pub(crate) fn mention_relation(&mut self, object: &Address, name: Qualified) {
        self.mentions.entry(object.clone()).or_default().names.insert((Role::Relation, vec![name]));
    }

    /// Note a routine without arguments that an object needs: a trigger's.
    pub(crate) fn mention_routine(&mut self, object: &Address, name: Qualified) {
        let address = Address::Signed(ObjectKind::Function, name, Ident::default());
        self.mentions.entry(object.clone()).or_default().needs.insert(address);
    }
}

/// What each object needs, when everything is declared.
pub(crate) fn resolve(fold: &Fold<'_>) -> Depends {
    let index = Index::of(fold);
    let mut depends = Depends::new();
    let mut wishes = Vec::new();
    let mut built = collect::Built::default();
    for (address, object) in fold.schema.objects() {
        let mut needs = BTreeSet::new();
        structure::needs(&index, &address, object, &mut needs);
        // Texts that somebody built, such as the default of a serial column, have no tree of their own.
        built.of(object).into_iter().for_each(|mentions| index.resolve(mentions, &mut needs));
        if let Some(mentions) = fold.mentions.get(&address) {
            index.resolve(mentions, &mut needs);
            let mut wished = BTreeSet::new();
            mentions.body.iter().for_each(|body| index.resolve(body, &mut wished));
            wished.retain(|it| !needs.contains(it) && is_real(fold, &address, it));
            wishes.extend(wished.into_iter().map(|it| (address.clone(), it)));
        }
        needs.retain(|needed| is_real(fold, &address, needed));
        if !needs.is_empty() {
            depends.insert(address, needs);
        }
    }
    wish::grant(&mut depends, wishes);
    depends
}

/// Whether a need says something: nothing needs itself, its own parts, or (but for what stands on a table by itself) the
/// table that it is a part of.
fn is_real(fold: &Fold<'_>, object: &Address, needed: &Address) -> bool {
    let is_column = matches!(
        object,
        Address::Column(..)
            | Address::PrimaryKey(_)
            | Address::Unique(..)
            | Address::Check(..)
            | Address::ForeignKey(..)
    );
    needed != object
        && !needed.is_within(object)
        && !(is_column && object.is_within(needed))
        && fold.schema.object(needed).is_some()
}

#[cfg(test)]
mod tests;
