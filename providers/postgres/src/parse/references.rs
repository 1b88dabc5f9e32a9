//! Which objects a declared text refers to: found by name, so there may be one too many, never one too few.

use std::collections::BTreeSet;

use squawk_syntax::SyntaxNode;
use trueup_contract::Depends;
use trueup_state::{Address, Ident};

use super::fold::Fold;

/// The names in a text, with the search path they were written under.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mentions {
    /// Dotted names, each part as PostgreSQL stores it.
    pub(crate) names: BTreeSet<Vec<Ident>>,
    /// Every identifier, for columns.
    pub(crate) words: BTreeSet<Ident>,
    /// The search path.
    pub(crate) path: Vec<Ident>,
}

impl Fold<'_> {
    /// Note what a part of the tree mentions, for the object that it is part of.
    pub(crate) fn mention(&mut self, _object: &Address, _node: &SyntaxNode) {}

    /// Note what a text in SQL mentions, such as a function's body.
    pub(crate) fn mention_text(&mut self, _object: &Address, _text: &str) {}
}

/// What each object needs, when everything is declared.
pub(crate) fn resolve(_fold: &Fold<'_>) -> Depends {
    Depends::new()
}
