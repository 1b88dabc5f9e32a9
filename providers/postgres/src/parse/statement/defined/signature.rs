//! Objects that are told apart by types: routines, aggregates, operators, casts.

use squawk_syntax::{ast, ast::AstNode};
use trueup_state::{Address, Ident, ObjectKind};

use super::tokens::{Tokens, Written};
use crate::parse::{
    fold::{Fold, Trouble, later, wrong},
    types,
};

/// Functions, procedures and aggregates.
pub(crate) const ROUTINES: [ObjectKind; 3] = [ObjectKind::Function, ObjectKind::Procedure, ObjectKind::Aggregate];

/// The types in parentheses, those of results not counted; `*` is none. `None` where there are no parentheses.
pub(crate) fn input_types(fold: &mut Fold<'_>, tokens: &mut Tokens) -> Result<Option<Vec<String>>, Trouble> {
    if !tokens.is("(") {
        return Ok(None);
    }
    let Some(list) = tokens.param_list() else {
        return Err(tokens.trouble("types in parentheses are expected here"));
    };
    let mut all = Vec::new();
    let ordered = list.aggregate_order_by();
    let direct: Vec<ast::Param> = list.params().collect();
    let by_order: Vec<ast::Param> = ordered.iter().flat_map(|it| it.params()).collect();
    // A variadic direct argument is written again after ORDER BY and counts once.
    let is_variadic = |it: &ast::Param| matches!(it.mode(), Some(ast::ParamMode::ParamVariadic(_)));
    let repeats = direct.last().is_some_and(is_variadic) && by_order.last().is_some_and(is_variadic);
    for param in direct.iter().chain(by_order.iter().filter(|_| !repeats)) {
        if matches!(param.mode(), Some(ast::ParamMode::ParamOut(_))) {
            continue;
        }
        match param.func_type() {
            Some(ast::FuncType::Type(ty)) => all.push(types::text(fold, &ty)?.canonical().to_owned()),
            _ => return Err(wrong(param.syntax(), "a type is expected here")),
        }
    }
    tokens.pass(list.syntax());
    Ok(Some(all))
}

/// The text of input types in an address.
pub(crate) fn signature(types: &[String]) -> Ident {
    Ident::from(types.join(", "))
}

/// The routine of one of these kinds that a name with its types stands for, if it is declared.
pub(crate) fn find(fold: &Fold<'_>, name: &Written, types: Option<&[String]>, kinds: &[ObjectKind]) -> Vec<Address> {
    for candidate in name.candidates(fold) {
        let is_meant = |it: &&Address| match it {
            Address::Signed(kind, name, own) if kinds.contains(kind) && *name == candidate => match types {
                Some([]) => own.is_empty() || own.text() == "*",
                Some(types) => *own == signature(types),
                None => true,
            },
            _ => false,
        };
        let found: Vec<Address> = fold.schema.others.keys().filter(is_meant).cloned().collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// The routine that a name with its types stands for; it may be declared further down.
pub(crate) fn need(
    fold: &mut Fold<'_>,
    tokens: &mut Tokens,
    kinds: &[ObjectKind],
) -> Result<(Written, Result<Address, Trouble>), Trouble> {
    let name = tokens.name()?;
    let types = input_types(fold, tokens)?;
    let found = match find(fold, &name, types.as_deref(), kinds).as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(later(&name.node, ["routine `", &name.text(), "`"].concat())),
        _ => Err(wrong(&name.node, "there are several routines of this name; write the types of the arguments")),
    };
    Ok((name, found))
}
