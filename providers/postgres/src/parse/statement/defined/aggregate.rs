//! Aggregates.

use squawk_syntax::{ast, ast::AstNode};
use trueup_state::{Address, ObjectKind};

use super::{declare, lookup, operator, options, signature, text, tokens::Tokens, truth};
use crate::parse::{
    fold::{Fold, FoldResult, Trouble, wrong},
    names, types,
};

const OPTIONS: [&str; 21] = [
    "sfunc",
    "stype",
    "sspace",
    "finalfunc",
    "finalfunc_extra",
    "finalfunc_modify",
    "combinefunc",
    "serialfunc",
    "deserialfunc",
    "initcond",
    "msfunc",
    "minvfunc",
    "mstype",
    "msspace",
    "mfinalfunc",
    "mfinalfunc_extra",
    "mfinalfunc_modify",
    "minitcond",
    "sortop",
    "parallel",
    "hypothetical",
];

/// CREATE AGGREGATE, in the form of today and in the one with `basetype`.
pub(super) fn create(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("CREATE")?;
    let replaces = tokens.take("OR REPLACE");
    tokens.need("AGGREGATE")?;
    let written = tokens.name()?;
    let name = lookup::new_name(fold, &written)?;
    let list = tokens.param_list();
    let (mut arguments, mut types) = (String::new(), Vec::new());
    let is_ordered = list.as_ref().is_some_and(|it| it.aggregate_order_by().is_some());
    if let Some(list) = list {
        arguments = argument_text(fold, &list)?;
        types = signature::input_types(fold, tokens)?.unwrap_or_default();
    }
    let mut found: [Option<String>; 21] = Default::default();
    options(tokens, |tokens, name| {
        if name == "basetype" {
            let ty = if tokens.is_string() { tokens.string()? } else { tokens.ty(fold)?.canonical().to_owned() };
            if !ty.eq_ignore_ascii_case("any") && ty != "\"any\"" {
                arguments.clone_from(&ty);
                types = vec![ty];
            }
            return Ok(());
        }
        let name = if let Some(old) = name.strip_suffix('1') { old } else { name };
        let at = OPTIONS.iter().position(|it| *it == name);
        let at = at.ok_or_else(|| tokens.trouble("an aggregate has no such option"))?;
        found[at] = option(fold, tokens, OPTIONS[at], is_ordered)?;
        Ok(())
    })?;
    let all: Vec<(&str, String)> =
        OPTIONS.into_iter().zip(found).filter_map(|(name, value)| Some((name, value?))).collect();
    let address = Address::Signed(ObjectKind::Aggregate, name, signature::signature(&types));
    let arguments = if arguments.is_empty() { "*".to_owned() } else { arguments };
    let definition = ["(", &arguments, ") ", &text::options(&all)].concat();
    if replaces && fold.schema.others.contains_key(&address) {
        lookup::put(fold, &address, super::defined(definition));
        return Ok(crate::parse::fold::Folded::Object(address));
    }
    declare(fold, tokens, address, definition)
}

/// The value of an option; `None` where it is the default.
fn option(fold: &mut Fold<'_>, tokens: &mut Tokens, option: &str, is_ordered: bool) -> Result<Option<String>, Trouble> {
    Ok(match option {
        "stype" | "mstype" => Some(tokens.ty(fold)?.canonical().to_owned()),
        "sspace" | "msspace" => Some(tokens.number()?.to_string()).filter(|it| it != "0"),
        "initcond" | "minitcond" => {
            let value = if tokens.is_string() { tokens.string()? } else { signed_word(tokens) };
            Some(text::literal(&value))
        }
        "finalfunc_extra" | "mfinalfunc_extra" | "hypothetical" => truth(tokens).then(|| "true".to_owned()),
        "finalfunc_modify" | "mfinalfunc_modify" => {
            let default = if is_ordered { "read_write" } else { "read_only" };
            Some(word(tokens)).filter(|it| it != default)
        }
        "parallel" => Some(word(tokens)).filter(|it| it != "unsafe"),
        "sortop" => Some(operator::reference(fold, tokens)?),
        _ => Some(text::function(fold, &tokens.name()?)),
    })
}

fn word(tokens: &mut Tokens) -> String {
    tokens.next_text().trim_matches(['\'', '"']).to_ascii_lowercase()
}

/// A number or a word that stands for a string.
fn signed_word(tokens: &mut Tokens) -> String {
    let sign = if tokens.take("-") { "-" } else { "" };
    [sign, &tokens.next_text()].concat()
}

/// Arguments as `pg_get_function_arguments` writes them.
fn argument_text(fold: &mut Fold<'_>, list: &ast::ParamList) -> Result<String, Trouble> {
    let mut write = |param: ast::Param| {
        let mut words = Vec::new();
        if matches!(param.mode(), Some(ast::ParamMode::ParamVariadic(_))) {
            words.push("VARIADIC".to_owned());
        }
        if let Some(name) = param.name() {
            words.push(names::quoted(&names::one(name.syntax())));
        }
        match param.func_type() {
            Some(ast::FuncType::Type(ty)) => words.push(types::text(fold, &ty)?.canonical().to_owned()),
            _ => return Err(wrong(param.syntax(), "a type is expected here")),
        }
        Ok(words.join(" "))
    };
    let direct: Vec<String> = list.params().map(&mut write).collect::<Result<_, _>>()?;
    let ordered: Vec<String> = match list.aggregate_order_by() {
        Some(by) => by.params().map(&mut write).collect::<Result<_, _>>()?,
        None => return Ok(direct.join(", ")),
    };
    let words = [direct.join(", "), ["ORDER BY ", &ordered.join(", ")].concat()];
    Ok(words.iter().filter(|it| !it.is_empty()).cloned().collect::<Vec<_>>().join(" "))
}
