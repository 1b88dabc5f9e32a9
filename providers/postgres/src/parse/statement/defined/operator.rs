//! Operators, operator classes and operator families.

use trueup_state::{Address, Ident, ObjectKind, Qualified};

use super::{
    declare, defined, lookup, options, rare, signature, text,
    tokens::{Tokens, Written, full},
    truth,
};
use crate::parse::fold::{Fold, FoldResult, Trouble};

/// An operator as it is referred to: `=` for PostgreSQL's own, otherwise `OPERATOR(public.=)`.
fn spelled(name: &Qualified) -> String {
    match name.namespace.text() {
        "" | "pg_catalog" => name.name.text().to_owned(),
        _ => ["OPERATOR(", &super::tokens::quoted(&name.namespace), ".", name.name.text(), ")"].concat(),
    }
}

/// A reference to an operator, declared or PostgreSQL's own.
pub(super) fn reference(fold: &Fold<'_>, tokens: &mut Tokens) -> Result<String, Trouble> {
    Ok(spelled(&resolve(fold, tokens, None)?))
}

/// The operator that is named next; one that is not declared is PostgreSQL's own, or in `otherwise`.
fn resolve(fold: &Fold<'_>, tokens: &mut Tokens, otherwise: Option<&Ident>) -> Result<Qualified, Trouble> {
    let node = tokens.node();
    let (namespace, sign) = tokens.operator()?;
    let is_qualified = namespace.is_some();
    let parts = namespace.into_iter().chain([Ident::from(sign.as_str())]).collect();
    let candidates = Written { node, parts }.candidates(fold);
    let is_declared = |name: &Qualified| {
        let mut all = fold.schema.others.keys();
        all.any(|it| matches!(it, Address::Signed(ObjectKind::Operator, other, _) if other == name))
    };
    let found = candidates.iter().find(|name| is_qualified || is_declared(name)).cloned();
    let own = || Qualified {
        namespace: otherwise.cloned().unwrap_or_else(|| Ident::from("pg_catalog")),
        name: Ident::from(sign.as_str()),
    };
    Ok(found.unwrap_or_else(own))
}

const OPTIONS: [&str; 9] =
    ["function", "leftarg", "rightarg", "commutator", "negator", "restrict", "join", "hashes", "merges"];

pub(super) fn create(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("CREATE OPERATOR")?;
    let node = tokens.node();
    let (namespace, sign) = tokens.operator()?;
    // PostgreSQL keeps != as <>.
    let sign = if sign == "!=" { "<>".to_owned() } else { sign };
    let parts = namespace.into_iter().chain([Ident::from(sign)]).collect();
    let name = lookup::new_name(fold, &Written { node, parts })?;
    let mut found: [Option<String>; 9] = Default::default();
    options(tokens, |tokens, option| {
        let option = if option == "procedure" { "function" } else { option };
        let at = OPTIONS.iter().position(|it| *it == option);
        let at = at.ok_or_else(|| tokens.trouble("an operator has no such option"))?;
        found[at] = match option {
            "leftarg" | "rightarg" if tokens.take("NONE") => None,
            "leftarg" | "rightarg" => Some(tokens.ty(fold)?.canonical().to_owned()),
            "commutator" | "negator" => Some(spelled(&resolve(fold, tokens, Some(&name.namespace))?)),
            "hashes" | "merges" => truth(tokens).then(|| "true".to_owned()),
            _ => Some(text::function(fold, &tokens.name()?)),
        };
        Ok(())
    })?;
    let side = |at: usize| found[at].clone().unwrap_or_else(|| "NONE".to_owned());
    let types = signature::signature(&[side(1), side(2)]);
    let all: Vec<(&str, String)> =
        OPTIONS.into_iter().zip(found.clone()).filter_map(|(name, value)| Some((name, value?))).collect();
    declare(fold, tokens, Address::Signed(ObjectKind::Operator, name, types), text::options(&all))
}

pub(super) fn create_family(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("CREATE OPERATOR FAMILY")?;
    let written = tokens.name()?;
    let name = lookup::new_name(fold, &written)?;
    tokens.need("USING")?;
    let method = tokens.ident()?;
    declare(fold, tokens, Address::Signed(ObjectKind::OperatorFamily, name, method), String::new())
}

/// CREATE OPERATOR CLASS. The family is always written; PostgreSQL makes one where none is.
pub(super) fn create_class(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("CREATE OPERATOR CLASS")?;
    let written = tokens.name()?;
    let name = lookup::new_name(fold, &written)?;
    let mut words = Vec::new();
    if tokens.take("DEFAULT") {
        words.push("DEFAULT".to_owned());
    }
    tokens.need("FOR TYPE")?;
    let ty = tokens.ty(fold)?.canonical().to_owned();
    tokens.need("USING")?;
    let method = tokens.ident()?;
    let family = if tokens.take("FAMILY") { Some(tokens.name()?) } else { None };
    let family = match &family {
        Some(written) => declared_family(fold, written, &method),
        None => own_family(fold, &name, &method),
    };
    words.extend(["FOR TYPE".to_owned(), ty.clone(), "USING".to_owned(), super::tokens::quoted(&method)]);
    words.extend(["FAMILY".to_owned(), full(&family), "AS".to_owned()]);
    tokens.need("AS")?;
    let mut items = tokens.list(|tokens| item(fold, tokens, &ty))?;
    items.retain(|(order, text)| order.0 != 2 || *text != ["STORAGE ", &ty].concat());
    items.sort();
    let items: Vec<String> = items.into_iter().map(|(_, text)| text).collect();
    let storage = ["STORAGE ", &ty].concat();
    words.push(if items.is_empty() { storage } else { items.join(", ") });
    declare(fold, tokens, Address::Signed(ObjectKind::OperatorClass, name, method), words.join(" "))
}

fn declared_family(fold: &Fold<'_>, written: &Written, method: &Ident) -> Qualified {
    let candidates = written.candidates(fold);
    let is_declared = |it: &&Qualified| {
        let address = Address::Signed(ObjectKind::OperatorFamily, (*it).clone(), method.clone());
        written.parts.len() > 1 || fold.schema.others.contains_key(&address)
    };
    let own = || Qualified { namespace: Ident::from("pg_catalog"), name: written.last() };
    candidates.iter().find(is_declared).cloned().unwrap_or_else(own)
}

/// The family of a class's own name, made if it is not there.
fn own_family(fold: &mut Fold<'_>, name: &Qualified, method: &Ident) -> Qualified {
    let address = Address::Signed(ObjectKind::OperatorFamily, name.clone(), method.clone());
    if !fold.schema.others.contains_key(&address) {
        lookup::put(fold, &address, defined(""));
    }
    name.clone()
}

type Item = ((u8, i64, String), String);

/// One operator or function of a class, with where it stands among them; its types are always written.
fn item(fold: &mut Fold<'_>, tokens: &mut Tokens, ty: &str) -> Result<Item, Trouble> {
    if tokens.take("STORAGE") {
        let storage = tokens.ty(fold)?;
        return Ok(((2, 0, String::new()), ["STORAGE ", storage.canonical()].concat()));
    }
    let both = [ty, ", ", ty].concat();
    if tokens.take("OPERATOR") {
        let number = tokens.number()?;
        let sign = spelled_in_class(&resolve(fold, tokens, None)?);
        let types = if tokens.is("(") { rare::sides(fold, tokens)?.text().to_owned() } else { both };
        let mut text = ["OPERATOR ", &number.to_string(), " ", &sign, " (", &types, ")"].concat();
        if tokens.take("FOR ORDER BY") {
            let family = tokens.name()?;
            let family = declared_family(fold, &family, &Ident::from("btree"));
            text.push_str(&[" FOR ORDER BY ", &full(&family)].concat());
        } else {
            let _ = tokens.take("FOR SEARCH");
        }
        return Ok(((0, number, types), text));
    }
    tokens.need("FUNCTION")?;
    let number = tokens.number()?;
    let mut types = both;
    if tokens.is("(") {
        types = rare::sides(fold, tokens)?.text().to_owned();
        if !types.contains(", ") {
            types = [&types, ", ", &types].concat();
        }
    }
    let function = tokens.name()?;
    let arguments = signature::input_types(fold, tokens)?.unwrap_or_default().join(", ");
    let function = text::function(fold, &function);
    let text = ["FUNCTION ", &number.to_string(), " (", &types, ") ", &function, "(", &arguments, ")"].concat();
    Ok(((1, number, types), text))
}

/// In an operator class, a name with its schema stands by itself.
fn spelled_in_class(name: &Qualified) -> String {
    match name.namespace.text() {
        "" | "pg_catalog" => name.name.text().to_owned(),
        _ => [&super::tokens::quoted(&name.namespace), ".", name.name.text()].concat(),
    }
}

/// ALTER OPERATOR … SET (…): the functions that estimate.
pub(super) fn set(_fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    Err(tokens.trouble("write the properties of an operator into its CREATE OPERATOR instead of changing them"))
}
