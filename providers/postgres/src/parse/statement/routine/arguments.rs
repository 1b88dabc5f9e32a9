//! Arguments and results of routines, and the signature that tells overloaded ones apart.

use squawk_syntax::{SyntaxKind, SyntaxNode, ast, ast::AstNode};
use trueup_state::{Argument, ArgumentMode, Ident, SqlText};

use crate::parse::{
    fold::{Fold, Trouble, later, wrong},
    names, types,
};

/// The arguments in a list.
pub(super) fn read(fold: &mut Fold<'_>, list: &ast::ParamList) -> Result<Vec<Argument>, Trouble> {
    list.params().map(|param| argument(fold, &param)).collect()
}

fn argument(fold: &mut Fold<'_>, param: &ast::Param) -> Result<Argument, Trouble> {
    let Some(ty) = param.func_type() else { return Err(wrong(param.syntax(), "a type is missing here")) };
    let mode = match param.mode() {
        Some(ast::ParamMode::ParamOut(_)) => ArgumentMode::Out,
        Some(ast::ParamMode::ParamInOut(_)) => ArgumentMode::InOut,
        Some(ast::ParamMode::ParamVariadic(_)) => ArgumentMode::Variadic,
        // `IN OUT` in two words is one mode in the tree; where it is not, the text tells.
        Some(ast::ParamMode::ParamIn(_)) | None => ArgumentMode::In,
    };
    let (ty, _) = type_of(fold, &ty)?;
    let default = param.param_default().and_then(|it| it.expr()).map(|it| fold.text(it.syntax()));
    Ok(Argument { mode, name: param.name().map(|it| names::one(it.syntax())), ty, default })
}

/// What follows RETURNS, and whether it is a set. Columns of TABLE become arguments. Where arguments say what is returned,
/// saying it again means nothing.
pub(super) fn result(
    fold: &mut Fold<'_>,
    it: &ast::RetType,
    arguments: &mut Vec<Argument>,
) -> Result<(Option<SqlText>, bool), Trouble> {
    if let Some(columns) = it.return_table_arg_list() {
        for column in columns.args() {
            let ty = column.func_type().ok_or_else(|| wrong(column.syntax(), "a type is missing here"))?;
            let (ty, _) = type_of(fold, &ty)?;
            let name = column.name().map(|name| names::one(name.syntax()));
            arguments.push(Argument { mode: ArgumentMode::Table, name, ty, default: None });
        }
        return Ok((None, true));
    }
    let ty = it.func_type().ok_or_else(|| wrong(it.syntax(), "a type is missing here"))?;
    let (ty, is_set) = type_of(fold, &ty)?;
    let says_it = |it: &Argument| matches!(it.mode, ArgumentMode::Out | ArgumentMode::InOut);
    let returns = if arguments.iter().any(says_it) { None } else { Some(ty) };
    Ok((returns, is_set))
}

/// A type without its modifiers, which PostgreSQL does not keep for routines, and whether it is a set of them.
pub(super) fn type_of(fold: &mut Fold<'_>, ty: &ast::FuncType) -> Result<(SqlText, bool), Trouble> {
    let tokens = ty.syntax().descendants_with_tokens().filter_map(|it| it.into_token());
    let is_set = tokens.into_iter().any(|token| token.kind() == SyntaxKind::SETOF_KW);
    let text = match ty {
        ast::FuncType::Type(ty) => types::text(fold, ty)?.canonical().to_owned(),
        ast::FuncType::PercentType(ty) => column_type(fold, ty)?,
    };
    let text = without_modifiers(&text);
    Ok((SqlText::new(text.clone(), text), is_set))
}

/// The type of a column, which `%TYPE` stands for at the time.
fn column_type(fold: &Fold<'_>, ty: &ast::PercentType) -> Result<String, Trouble> {
    let node = ty.path_ref().ok_or_else(|| wrong(ty.syntax(), "a column is missing here"))?;
    let path = names::path(node.syntax());
    let Some((column, table)) = path.split_last() else { return Err(wrong(ty.syntax(), "a column is missing here")) };
    let tables: Vec<trueup_state::Qualified> = match table {
        [name] => {
            let full = fold.search_path.iter();
            full.map(|it| trueup_state::Qualified { namespace: it.clone(), name: name.clone() }).collect()
        }
        [.., namespace, name] => {
            vec![trueup_state::Qualified { namespace: namespace.clone(), name: name.clone() }]
        }
        [] => Vec::new(),
    };
    let found = tables.iter().find_map(|it| fold.schema.table(it)?.columns.get(column));
    let found = found.ok_or_else(|| missing_column(node.syntax()))?;
    let is_array = ty.array_bounds().next().is_some() || ty.array_token().is_some();
    let text = found.ty.canonical();
    Ok(if is_array && !text.ends_with("[]") { [text, "[]"].concat() } else { text.to_owned() })
}

fn missing_column(node: &SyntaxNode) -> Trouble {
    later(node, ["column ", node.text().to_string().trim()].concat())
}

/// `character varying(20)[]` without `(20)`, as `format_type` writes a type that has no modifier.
pub(super) fn without_modifiers(ty: &str) -> String {
    let ty = ty.strip_prefix("SETOF ").unwrap_or(ty);
    let mut text = String::with_capacity(ty.len());
    let (mut is_quoted, mut depth) = (false, 0_usize);
    for c in ty.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            '(' if !is_quoted => depth += 1,
            ')' if !is_quoted => {
                depth = depth.saturating_sub(1);
                continue;
            }
            _ => (),
        }
        if depth == 0 {
            text.push(c);
        }
    }
    let (element, array) = text.split_at(text.find('[').unwrap_or(text.len()));
    let element = match element {
        // Only where a modifier could have been given are these spelled otherwise.
        "bpchar" => "character",
        "\"bit\"" => "bit",
        _ if element.starts_with("interval ") => "interval",
        _ => element,
    };
    [element, array].concat()
}

/// The types of what is put in, as they tell overloaded routines apart.
pub(super) fn signature(arguments: &[Argument]) -> Ident {
    let is_input = |it: &&Argument| matches!(it.mode, ArgumentMode::In | ArgumentMode::InOut | ArgumentMode::Variadic);
    let types: Vec<&str> = arguments.iter().filter(is_input).map(|it| it.ty.canonical()).collect();
    Ident::from(types.join(", "))
}

/// The types of all arguments.
pub(super) fn all_types(arguments: &[Argument]) -> Ident {
    let types: Vec<&str> = arguments.iter().map(|it| it.ty.canonical()).collect();
    Ident::from(types.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_routine_keeps_no_modifiers() {
        for (written, kept) in [
            ("character varying(20)", "character varying"),
            ("numeric(10,2)[]", "numeric[]"),
            ("timestamp(3) without time zone", "timestamp without time zone"),
            ("interval day to second(3)", "interval"),
            ("bpchar", "character"),
            ("\"bit\"[]", "bit[]"),
            ("public.\"odd (name)\"", "public.\"odd (name)\""),
        ] {
            assert_eq!(without_modifiers(written), kept);
        }
    }
}
