//! ALTER and DROP of rare kinds.

use trueup_state::{Address, Enabled, ObjectKind, PostgresObject, Qualified};

use super::{defined, foreign, lookup, operator, rare, search, statistics, text, tokens::Tokens};
use crate::parse::fold::{Fold, FoldResult, Folded, Trouble, wrong};

pub(super) fn alter(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("ALTER")?;
    let (name, found) = rare::subject(fold, tokens)?;
    if found.is_err() && super::super::grant::foreign(fold, &name).is_some() {
        return Ok(Folded::Skipped(["`", &name.text(), "` is not declared here"].concat()));
    }
    let address = found?;
    if tokens.take("OWNER TO") {
        return Ok(Folded::Nothing);
    }
    if let Some(after) = renamed(fold, tokens, &address)? {
        return Ok(Folded::Object(after));
    }
    match &address {
        Address::Object(ObjectKind::EventTrigger, _) => enable(fold, tokens, &address)?,
        Address::Object(ObjectKind::ForeignDataWrapper | ObjectKind::ForeignServer, _) => {
            change_foreign(fold, tokens, &address)?;
        }
        Address::Object(ObjectKind::Collation, _) => tokens.need("REFRESH VERSION")?,
        Address::Object(ObjectKind::Statistics, name) => statistics::set_target(fold, tokens, name)?,
        Address::Object(ObjectKind::TextSearchDictionary, _) => search::change(fold, tokens, &address)?,
        Address::Signed(ObjectKind::Operator, ..) => return operator::set(fold, tokens),
        _ => return Err(tokens.trouble("write this into the CREATE statement instead; changing it is not understood")),
    }
    tokens.end()?;
    Ok(Folded::Object(address))
}

/// The address after RENAME TO or SET SCHEMA, under which the object is from now on; `None` for another action.
pub(super) fn renamed(fold: &mut Fold<'_>, tokens: &mut Tokens, address: &Address) -> Result<Option<Address>, Trouble> {
    let (Address::Object(_, name) | Address::Signed(_, name, _)) = address else { return Ok(None) };
    let after = if tokens.take("RENAME TO") {
        lookup::beside(name, tokens.ident()?)
    } else if tokens.take("SET SCHEMA") {
        let namespace = tokens.ident()?;
        fold.namespaces.insert(namespace.clone());
        Qualified { namespace, name: name.name.clone() }
    } else {
        return Ok(None);
    };
    tokens.end()?;
    let after = match address {
        Address::Object(kind, _) => Address::Object(*kind, after),
        Address::Signed(kind, _, signature) => Address::Signed(*kind, after, signature.clone()),
        _ => return Ok(None),
    };
    lookup::readdress(fold, address, &after);
    Ok(Some(after))
}

fn enable(fold: &mut Fold<'_>, tokens: &mut Tokens, address: &Address) -> Result<(), Trouble> {
    let state = if tokens.take("DISABLE") {
        Enabled::Disabled
    } else {
        tokens.need("ENABLE")?;
        if tokens.take("REPLICA") {
            Enabled::Replica
        } else if tokens.take("ALWAYS") {
            Enabled::Always
        } else {
            Enabled::Origin
        }
    };
    if let Some(PostgresObject::Defined(it)) = lookup::object_mut(fold, address) {
        it.enabled = state;
    }
    Ok(())
}

/// The options of a wrapper or server, a wrapper's functions, a server's version.
fn change_foreign(fold: &mut Fold<'_>, tokens: &mut Tokens, address: &Address) -> Result<(), Trouble> {
    let Some(PostgresObject::Defined(it)) = lookup::object_mut(fold, address) else { return Ok(()) };
    let (mut words, mut options) = foreign::split_options(it.definition.canonical());
    while !tokens.at_end() {
        if tokens.is("OPTIONS") {
            foreign::change_options(tokens, &mut options)?;
            continue;
        }
        let Some(word) = ["HANDLER", "VALIDATOR"].into_iter().find(|word| tokens.take(word)) else {
            return Err(tokens.trouble("write this into the CREATE statement instead; changing it is not understood"));
        };
        let function = [word, " ", &text::function(fold, &tokens.name()?)].concat();
        let mut all: Vec<String> = words
            .join(" ")
            .split(" VALIDATOR ")
            .enumerate()
            .map(|(at, it)| if at == 0 { it.to_owned() } else { ["VALIDATOR ", it].concat() })
            .filter(|it| !it.is_empty() && !it.starts_with(word))
            .collect();
        all.push(function);
        all.sort();
        words = all;
    }
    lookup::put(fold, address, defined(foreign::with_options(&words, &options)));
    Ok(())
}

pub(super) fn drop_objects(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("DROP")?;
    // Each name is read with the words for its kind before it, as in COMMENT ON; IF EXISTS stands between the two.
    let words = rare::words(tokens).ok_or_else(|| tokens.trouble("this kind of object is not known"))?;
    let if_exists = tokens.take("IF EXISTS");
    loop {
        let (name, found) = rare::named(fold, tokens, words)?;
        match found {
            Ok(address) => lookup::remove(fold, &address),
            Err(_) if if_exists => (),
            Err(_) => return Err(wrong(&name.node, ["there is no `", &name.text(), "` to drop"].concat())),
        }
        if !tokens.take(",") {
            break;
        }
    }
    tokens.end()?;
    Ok(Folded::Nothing)
}
