//! One file a family of statements.

mod alter_table;
mod comment;
mod constraint;
mod defined;
mod extension;
mod grant;
mod index;
mod namespace;
mod owner;
mod partition;
mod policy;
mod routine;
mod rule;
mod sequence;
mod session;
mod table;
mod trigger;
mod type_;
mod view;

use squawk_syntax::ast;

pub(crate) use grant::created_by;
pub(crate) use session::search_path;

use super::fold::{Fold, FoldResult, Trouble};

/// Fold one statement. Families are asked in turn; `None` means that a statement is not theirs.
pub(crate) fn fold(fold: &mut Fold<'_>, stmt: &ast::Stmt) -> FoldResult {
    let families: [fn(&mut Fold<'_>, &ast::Stmt) -> Option<FoldResult>; 18] = [
        owner::note,
        session::fold,
        table::fold,
        alter_table::fold,
        index::fold,
        namespace::fold,
        extension::fold,
        type_::fold,
        sequence::fold,
        routine::fold,
        view::fold,
        trigger::fold,
        rule::fold,
        policy::fold,
        grant::fold,
        comment::fold,
        defined::fold,
        session::refuse,
    ];
    let mut found = families.into_iter().filter_map(|family| family(fold, stmt));
    found.next().unwrap_or(Ok(super::fold::Folded::Nothing))
}

/// What can only be done when everything is declared.
pub(crate) fn finish(fold: &mut Fold<'_>) -> Result<(), Trouble> {
    table::finish(fold)?;
    sequence::finish(fold)?;
    grant::finish(fold)?;
    owner::finish(fold)?;
    comment::finish(fold)
}
