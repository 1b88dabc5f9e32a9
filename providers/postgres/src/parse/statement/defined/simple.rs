//! Casts, transforms, conversions, collations and event triggers.

use trueup_state::{Address, ObjectKind, Qualified};

use super::{declare, lookup, options, rare, signature, text, tokens::Tokens, truth};
use crate::parse::fold::{Fold, FoldResult, Folded, Trouble};

/// A function with its types: `public.f(integer)`.
fn routine(fold: &mut Fold<'_>, tokens: &mut Tokens) -> Result<String, Trouble> {
    let name = tokens.name()?;
    let types = signature::input_types(fold, tokens)?;
    let function = text::function(fold, &name);
    let types = match types {
        Some(types) => signature::signature(&types).text().to_owned(),
        None => match signature::find(fold, &name, None, &signature::ROUTINES).first() {
            Some(Address::Signed(_, _, types)) => types.text().to_owned(),
            _ => return Err(tokens.trouble("write the types of the function's arguments")),
        },
    };
    Ok([&function, "(", &types, ")"].concat())
}

pub(super) fn cast(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("CREATE CAST")?;
    let (_, address) = rare::cast(fold, tokens)?;
    let mut definition = if tokens.take("WITHOUT FUNCTION") {
        "WITHOUT FUNCTION".to_owned()
    } else if tokens.take("WITH INOUT") {
        "WITH INOUT".to_owned()
    } else {
        tokens.need("WITH FUNCTION")?;
        ["WITH FUNCTION ", &routine(fold, tokens)?].concat()
    };
    if tokens.take("AS ASSIGNMENT") {
        definition.push_str(" AS ASSIGNMENT");
    } else if tokens.take("AS IMPLICIT") {
        definition.push_str(" AS IMPLICIT");
    }
    declare(fold, tokens, address, definition)
}

pub(super) fn transform(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("CREATE")?;
    let replaces = tokens.take("OR REPLACE");
    tokens.need("TRANSFORM FOR")?;
    let (_, address) = rare::transform(fold, tokens)?;
    let (mut from, mut to) = (None, None);
    tokens.need("(")?;
    loop {
        if tokens.take("FROM SQL WITH FUNCTION") {
            from = Some(["FROM SQL WITH FUNCTION ", &routine(fold, tokens)?].concat());
        } else {
            tokens.need("TO SQL WITH FUNCTION")?;
            to = Some(["TO SQL WITH FUNCTION ", &routine(fold, tokens)?].concat());
        }
        if !tokens.take(",") {
            break;
        }
    }
    tokens.need(")")?;
    let both: Vec<String> = from.into_iter().chain(to).collect();
    if replaces {
        fold.schema.others.shift_remove(&address);
    }
    declare(fold, tokens, address, ["(", &both.join(", "), ")"].concat())
}

pub(super) fn conversion(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("CREATE")?;
    if tokens.is("DEFAULT") {
        return Err(tokens.trouble("default conversions are not managed"));
    }
    tokens.need("CONVERSION")?;
    let written = tokens.name()?;
    let name = lookup::new_name(fold, &written)?;
    tokens.need("FOR")?;
    let from = text::literal(&tokens.string()?.to_ascii_uppercase());
    tokens.need("TO")?;
    let to = text::literal(&tokens.string()?.to_ascii_uppercase());
    tokens.need("FROM")?;
    let function = text::function(fold, &tokens.name()?);
    let definition = ["FOR ", &from, " TO ", &to, " FROM ", &function].concat();
    declare(fold, tokens, Address::Object(ObjectKind::Conversion, name), definition)
}

pub(super) fn collation(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("CREATE COLLATION")?;
    let if_not_exists = tokens.take("IF NOT EXISTS");
    let written = tokens.name()?;
    let name = lookup::new_name(fold, &written)?;
    let address = Address::Object(ObjectKind::Collation, name);
    if if_not_exists && fold.schema.others.contains_key(&address) {
        return Ok(Folded::Nothing);
    }
    let definition = if tokens.take("FROM") { copied(fold, tokens)? } else { collation_options(tokens)? };
    declare(fold, tokens, address, definition)
}

/// `FROM` another collation: the same definition, where it is known.
fn copied(fold: &mut Fold<'_>, tokens: &mut Tokens) -> Result<String, Trouble> {
    let unknown = tokens.trouble("write out what this collation is: it is not known what the other one is");
    let other = tokens.name()?;
    if let Some(address) = lookup::find(fold, &other, &[ObjectKind::Collation])
        && let Some(trueup_state::PostgresObject::Defined(it)) = lookup::object_mut(fold, &address)
    {
        return Ok(it.definition.canonical().to_owned());
    }
    match other.last().text() {
        name @ ("C" | "POSIX") => {
            Ok(text::options(&[("provider", "libc".to_owned()), ("locale", text::literal(name))]))
        }
        _ => Err(unknown),
    }
}

fn collation_options(tokens: &mut Tokens) -> Result<String, Trouble> {
    let (mut provider, mut deterministic) = ("libc".to_owned(), true);
    let mut values: [Option<String>; 4] = Default::default();
    options(tokens, |tokens, name| {
        match name {
            "provider" => provider = tokens.next_text().trim_matches(['\'', '"']).to_ascii_lowercase(),
            "deterministic" => deterministic = truth(tokens),
            // What the library's version was is not for a declaration to say.
            "version" => drop(tokens.next()),
            _ => {
                let at = ["locale", "lc_collate", "lc_ctype", "rules"].iter().position(|it| *it == name);
                let at = at.ok_or_else(|| tokens.trouble("a collation has no such option"))?;
                let value =
                    if tokens.is_string() { tokens.string()? } else { tokens.next_text().trim_matches('"').to_owned() };
                values[at] = Some(value);
            }
        }
        Ok(())
    })?;
    let [mut locale, mut collate, mut ctype, rules] = values;
    if locale.is_none() && collate == ctype {
        locale = collate.take();
        ctype = None;
    }
    let mut all = vec![("provider", provider)];
    for (name, value) in [("locale", locale), ("lc_collate", collate), ("lc_ctype", ctype)] {
        all.extend(value.map(|value| (name, text::literal(&value))));
    }
    all.extend((!deterministic).then(|| ("deterministic", "false".to_owned())));
    all.extend(rules.map(|value| ("rules", text::literal(&value))));
    Ok(text::options(&all))
}

pub(super) fn event_trigger(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("CREATE EVENT TRIGGER")?;
    let name = tokens.ident()?;
    tokens.need("ON")?;
    let mut definition = ["ON ", tokens.ident()?.text()].concat();
    if tokens.take("WHEN") {
        loop {
            tokens.need("TAG")?;
            tokens.need("IN (")?;
            let tags = tokens.list(|tokens| Ok(text::literal(&tokens.string()?.to_ascii_uppercase())))?;
            tokens.need(")")?;
            definition.push_str(&[" WHEN TAG IN (", &tags.join(", "), ")"].concat());
            if !tokens.take("AND") {
                break;
            }
        }
    }
    tokens.need("EXECUTE")?;
    let _ = tokens.take("FUNCTION") || tokens.take("PROCEDURE");
    let function = tokens.name()?;
    tokens.need("( )")?;
    definition.push_str(&[" EXECUTE FUNCTION ", &text::function(fold, &function), "()"].concat());
    declare(fold, tokens, Address::Object(ObjectKind::EventTrigger, Qualified::bare(name)), definition)
}
