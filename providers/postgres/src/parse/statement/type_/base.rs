//! Range types, base types and shells.

use trueup_state::{Address, Defined, Enabled, Ident, ObjectKind, PostgresObject, Qualified, SqlText};

use super::{
    super::defined::{
        text,
        tokens::{Written, full},
    },
    Tokens, composite, lookup, must_be_free,
};
use crate::parse::fold::{Fold, FoldResult, Folded, Trouble};

fn defined(definition: String) -> PostgresObject {
    let definition = SqlText::new(definition.clone(), definition);
    PostgresObject::Defined(Defined { definition, enabled: Enabled::default() })
}

/// What follows `AS RANGE`: what is not said in the definition is PostgreSQL's default.
pub(super) fn range(fold: &mut Fold<'_>, tokens: &mut Tokens, name: &Qualified) -> Result<PostgresObject, Trouble> {
    let mut found: [Option<String>; 6] = Default::default();
    const NAMES: [&str; 6] =
        ["subtype", "subtype_opclass", "collation", "canonical", "subtype_diff", "multirange_type_name"];
    let address = Address::Object(ObjectKind::RangeType, name.clone());
    tokens.need("(")?;
    loop {
        let unknown = tokens.trouble("a range type has no such option");
        let option = tokens.ident()?;
        tokens.need("=")?;
        let at = NAMES.iter().position(|it| *it == option.text()).ok_or(unknown)?;
        fold.mention(&address, &tokens.node());
        found[at] = match option.text() {
            "subtype" => Some(tokens.ty(fold)?.canonical().to_owned()),
            "collation" => {
                let name = tokens.name()?;
                let name = composite::collation_name(fold, &name);
                Some(full(&name)).filter(|_| name.name.text() != "default")
            }
            "subtype_opclass" => Some(operator_class(fold, &tokens.name()?)),
            "multirange_type_name" => {
                let written = tokens.name()?;
                Some(multirange(&lookup::new_name(fold, &written)?, name)).flatten()
            }
            _ => Some(text::function(fold, &tokens.name()?)),
        };
        if !tokens.take(",") {
            break;
        }
    }
    tokens.need(")")?;
    let all: Vec<(&str, String)> =
        NAMES.into_iter().zip(found).filter_map(|(name, value)| Some((name, value?))).collect();
    Ok(defined(text::options(&all)))
}

/// The name of a multirange type, where it is not the one that PostgreSQL would give: `range` in the name becomes
/// `multirange`, or `_multirange` follows it.
fn multirange(given: &Qualified, range: &Qualified) -> Option<String> {
    (*given != lookup::beside(range, generated_multirange(&range.name))).then(|| full(given))
}

fn generated_multirange(range: &Ident) -> Ident {
    let text = range.text();
    match text.find("range") {
        Some(at) => Ident::from([&text[..at], "multirange", &text[at + 5..]].concat()),
        None => Ident::from([text, "_multirange"].concat()),
    }
}

/// An operator class: a declared one, or one of PostgreSQL's own.
fn operator_class(fold: &Fold<'_>, name: &Written) -> String {
    let is_declared = |it: &Qualified| {
        fold.schema
            .others
            .keys()
            .any(|address| matches!(address, Address::Signed(ObjectKind::OperatorClass, other, _) if other == it))
    };
    match name.candidates(fold).into_iter().find(is_declared) {
        Some(found) => full(&found),
        None if name.parts.len() > 1 => name.candidates(fold).first().map(full).unwrap_or_default(),
        None => full(&Qualified::bare(name.last())),
    }
}

/// A base type, or the shell that stands for one until its functions are there.
pub(super) fn create(fold: &mut Fold<'_>, tokens: &mut Tokens, written: &Written, name: Qualified) -> FoldResult {
    let address = Address::Object(ObjectKind::BaseType, name.clone());
    let is_shell = matches!(lookup::object_mut(fold, &address),
        Some(PostgresObject::Defined(it)) if it.definition.canonical().is_empty());
    if !is_shell {
        must_be_free(fold, written, &name)?;
    }
    let definition =
        if tokens.at_end() { String::new() } else { text::options(&base_options(fold, tokens, &address)?) };
    tokens.end()?;
    lookup::put(fold, &address, defined(definition));
    if !is_shell {
        super::super::grant::created(fold, &address);
    }
    Ok(Folded::Object(address))
}

/// The options of a base type in the order of the manual, without those that are as PostgreSQL would have them.
const BASE: [&str; 18] = [
    "input",
    "output",
    "receive",
    "send",
    "typmod_in",
    "typmod_out",
    "analyze",
    "subscript",
    "internallength",
    "passedbyvalue",
    "alignment",
    "storage",
    "category",
    "preferred",
    "default",
    "element",
    "delimiter",
    "collatable",
];

fn base_options(
    fold: &mut Fold<'_>,
    tokens: &mut Tokens,
    address: &Address,
) -> Result<Vec<(&'static str, String)>, Trouble> {
    let mut found: [Option<String>; 18] = Default::default();
    tokens.need("(")?;
    loop {
        let unknown = tokens.trouble("a base type has no such option");
        let option = tokens.ident()?;
        let at = BASE.iter().position(|it| *it == option.text()).ok_or(unknown)?;
        fold.mention(address, &tokens.node());
        found[at] = base_option(fold, tokens, BASE[at])?;
        if !tokens.take(",") {
            break;
        }
    }
    tokens.need(")")?;
    Ok(BASE.into_iter().zip(found).filter_map(|(name, value)| Some((name, value?))).collect())
}

/// The value of one option; `None` where it is the default.
fn base_option(fold: &mut Fold<'_>, tokens: &mut Tokens, option: &str) -> Result<Option<String>, Trouble> {
    let given = tokens.take("=");
    Ok(match option {
        "passedbyvalue" | "preferred" | "collatable" => {
            let value = !given || !(tokens.take("false") || tokens.take("off") || tokens.take("'false'"));
            let _ = given && value && tokens.next().is_some();
            value.then(|| "true".to_owned())
        }
        "internallength" => {
            if tokens.take("variable") || tokens.is("-") {
                let _ = tokens.take("-") && tokens.next().is_some();
                None
            } else {
                Some(tokens.number()?.to_string())
            }
        }
        "alignment" | "storage" => {
            let value = tokens.next().map(|it| it.text().to_ascii_lowercase()).unwrap_or_default();
            let value = value.trim_matches(['\'', '"']).to_owned();
            let default = if option == "alignment" { ["int4", "integer"] } else { ["plain", "plain"] };
            Some(value).filter(|it| !default.contains(&it.as_str()))
        }
        "category" | "default" | "delimiter" => {
            let value = if tokens.is_string() { tokens.string()? } else { tokens.next_text() };
            let is_default = (option == "category" && value == "U") || (option == "delimiter" && value == ",");
            Some(text::literal(&value)).filter(|_| !is_default)
        }
        "element" => Some(tokens.ty(fold)?.canonical().to_owned()),
        _ => Some(text::function(fold, &tokens.name()?)),
    })
}

/// ALTER TYPE … SET (…): the same options again.
pub(super) fn set(_fold: &mut Fold<'_>, tokens: &mut Tokens, _address: &Address) -> Result<(), Trouble> {
    Err(tokens.trouble("write the properties of a base type into its CREATE TYPE instead of changing them"))
}
