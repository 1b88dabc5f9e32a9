//! Text search parsers, templates and dictionaries.

use trueup_state::{Address, ObjectKind, PostgresObject};

use super::{
    declare, defined, lookup, options, rare, text,
    tokens::{Tokens, quoted},
};
use crate::{
    parse::fold::{Fold, FoldResult, Trouble},
    render::defined as render,
};

/// An object whose options are functions.
fn functions(
    fold: &mut Fold<'_>,
    tokens: &mut Tokens,
    (words, kind): (&str, ObjectKind),
    names: &'static [&'static str],
) -> FoldResult {
    tokens.need(words)?;
    let written = tokens.name()?;
    let name = lookup::new_name(fold, &written)?;
    let mut found = vec![None; names.len()];
    options(tokens, |tokens, option| {
        let at = names.iter().position(|it| *it == option);
        let at = at.ok_or_else(|| tokens.trouble("there is no such option"))?;
        found[at] = Some(text::function(fold, &tokens.name()?));
        Ok(())
    })?;
    let all: Vec<(&str, String)> = names.iter().zip(found).filter_map(|(name, value)| Some((*name, value?))).collect();
    declare(fold, tokens, Address::Object(kind, name), text::options(&all))
}

pub(super) fn parser(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    let kind = ("CREATE TEXT SEARCH PARSER", ObjectKind::TextSearchParser);
    functions(fold, tokens, kind, &["start", "gettoken", "end", "headline", "lextypes"])
}

pub(super) fn template(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    let kind = ("CREATE TEXT SEARCH TEMPLATE", ObjectKind::TextSearchTemplate);
    functions(fold, tokens, kind, &["init", "lexize"])
}

pub(super) fn dictionary(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("CREATE TEXT SEARCH DICTIONARY")?;
    let written = tokens.name()?;
    let name = lookup::new_name(fold, &written)?;
    let (mut template, mut others) = (String::new(), Vec::new());
    options(tokens, |tokens, option| {
        if option == "template" {
            template = rare::reference(fold, &tokens.name()?, ObjectKind::TextSearchTemplate);
            return Ok(());
        }
        let own = quoted(&option.into());
        others.push([&own, " = ", &value(tokens)?].concat());
        Ok(())
    })?;
    let all: Vec<String> = std::iter::once(["template = ", &template].concat()).chain(others).collect();
    let address = Address::Object(ObjectKind::TextSearchDictionary, name);
    declare(fold, tokens, address, ["(", &all.join(", "), ")"].concat())
}

/// The value of an option of a dictionary.
fn value(tokens: &mut Tokens) -> Result<String, Trouble> {
    Ok(if tokens.is_string() {
        string(&tokens.string()?)
    } else if tokens.peek().starts_with(|c: char| c.is_ascii_digit()) || tokens.is("-") {
        tokens.number()?.to_string()
    } else {
        string(&tokens.name()?.text())
    })
}

/// ALTER TEXT SEARCH DICTIONARY: an option that is set anew goes to the end (`AlterTSDictionary`), one without a value goes.
pub(super) fn change(fold: &mut Fold<'_>, tokens: &mut Tokens, address: &Address) -> Result<(), Trouble> {
    let Some(PostgresObject::Defined(it)) = lookup::object_mut(fold, address) else { return Ok(()) };
    let whole = it.definition.canonical().to_owned();
    let list = whole.trim_start_matches('(');
    let list = list.strip_suffix(')').unwrap_or(list);
    let mut all: Vec<String> = render::split_list(list).into_iter().map(str::to_owned).collect();
    tokens.need("(")?;
    loop {
        let own = quoted(&tokens.ident()?);
        all.retain(|it| it.split(" = ").next() != Some(own.as_str()));
        if tokens.take("=") {
            all.push([&own, " = ", &value(tokens)?].concat());
        }
        if !tokens.take(",") {
            break;
        }
    }
    tokens.need(")")?;
    lookup::put(fold, address, defined(["(", &all.join(", "), ")"].concat()));
    Ok(())
}

/// A literal as `serialize_deflist` writes it.
fn string(value: &str) -> String {
    let literal = text::literal(value);
    if value.contains('\\') { ["E", &literal.replace('\\', "\\\\")].concat() } else { literal }
}
