//! Pieces of definitions: names, expressions and lists of options in one spelling.

use squawk_syntax::SyntaxNode;
use trueup_state::{Ident, Qualified, SqlText};

use super::tokens::{Written, full};
use crate::parse::fold::Fold;

/// An expression, without the parentheses around it.
pub(crate) fn expression(fold: &mut Fold<'_>, node: &SyntaxNode) -> SqlText {
    fold.text(node)
}

/// A function's name as PostgreSQL writes it: a declared one, one of an extension, or one of its own.
pub(crate) fn function(fold: &Fold<'_>, name: &Written) -> String {
    if let [alone] = name.parts.as_slice() {
        let declared = name.candidates(fold).into_iter().find(|it| fold.declared.routines.contains(it));
        let of_extension = || {
            let namespace = fold.target.cluster_on(alone).routines.get(alone)?;
            Some(Qualified { namespace: namespace.clone(), name: alone.clone() })
        };
        let own = || Qualified { namespace: Ident::from("pg_catalog"), name: alone.clone() };
        return full(&declared.or_else(of_extension).unwrap_or_else(own));
    }
    name.candidates(fold).first().map(full).unwrap_or_default()
}

/// Options in parentheses: `(a = b, c = d)`.
pub(crate) fn options(all: &[(&str, String)]) -> String {
    let each: Vec<String> = all.iter().map(|(name, value)| [name, " = ", value].concat()).collect();
    ["(", &each.join(", "), ")"].concat()
}

/// A string literal.
pub(crate) fn literal(value: &str) -> String {
    crate::render::sql("").string(value).finish()
}
