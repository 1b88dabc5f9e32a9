//! Foreign data wrappers, servers, user mappings, languages and access methods.

use std::collections::BTreeMap;

use trueup_state::{Address, Extension, Ident, ObjectKind, PostgresObject, Qualified};

use super::{
    declare, defined, lookup, text,
    tokens::{Tokens, quoted},
};
use crate::parse::fold::{Fold, FoldResult, Folded, Trouble, refused};

/// Options whose values are secrets: never stored, never compared.
pub(crate) const SECRETS: [&str; 6] = ["password", "sslpassword", "passwd", "secret", "secret_access_key", "token"];

type Options = BTreeMap<String, String>;

/// `OPTIONS (name 'value', …)`, also with ADD, SET and DROP.
pub(super) fn change_options(tokens: &mut Tokens, options: &mut Options) -> Result<(), Trouble> {
    tokens.need("OPTIONS (")?;
    while !tokens.is(")") {
        let drops = tokens.is("DROP") && tokens.take("DROP");
        if !drops {
            let _ = tokens.take("ADD") || tokens.take("SET");
        }
        let node = tokens.node();
        let name = tokens.ident()?;
        if SECRETS.contains(&name.text()) {
            let message = ["option `", name.text(), "` is a secret and must not stand in a declaration"].concat();
            return Err(refused(&node, message, "leave it out, and set it on the server"));
        }
        if drops {
            options.remove(&quoted(&name));
        } else {
            options.insert(quoted(&name), text::literal(&tokens.string()?));
        }
        if !tokens.take(",") {
            break;
        }
    }
    tokens.need(")")
}

/// The text of options, at the end of a definition.
pub(super) fn with_options(words: &[String], options: &Options) -> String {
    let mut all: Vec<String> = words.to_vec();
    if !options.is_empty() {
        let each: Vec<String> = options.iter().map(|(name, value)| [name, " ", value].concat()).collect();
        all.push(["OPTIONS (", &each.join(", "), ")"].concat());
    }
    all.join(" ")
}

/// A definition with its options taken off.
pub(super) fn split_options(definition: &str) -> (Vec<String>, Options) {
    let (words, rest) = match definition.find("OPTIONS (") {
        Some(at) => (definition[..at].trim_end(), &definition[at..]),
        None => (definition, ""),
    };
    let mut options = Options::new();
    if !rest.is_empty() {
        let whole = crate::render::sql("CREATE SERVER s FOREIGN DATA WRAPPER w").raw(rest).finish();
        let parse = squawk_syntax::SourceFile::parse(&whole);
        let mut tokens = Tokens::of(squawk_syntax::ast::AstNode::syntax(&parse.tree()));
        let _ = tokens.take("CREATE SERVER s FOREIGN DATA WRAPPER w");
        // The text is our own and holds no secrets.
        let _ = change_options(&mut tokens, &mut options);
    }
    let words = if words.is_empty() { Vec::new() } else { vec![words.to_owned()] };
    (words, options)
}

pub(super) fn wrapper(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("CREATE FOREIGN DATA WRAPPER")?;
    let name = tokens.ident()?;
    let (mut handler, mut validator, mut options) = (None, None, Options::new());
    while !tokens.at_end() {
        if tokens.take("HANDLER") {
            handler = Some(text::function(fold, &tokens.name()?));
        } else if tokens.take("VALIDATOR") {
            validator = Some(text::function(fold, &tokens.name()?));
        } else if tokens.is("OPTIONS") {
            change_options(tokens, &mut options)?;
        } else if !tokens.take("NO HANDLER") {
            tokens.need("NO VALIDATOR")?;
        }
    }
    let handler = handler.map(|it| ["HANDLER ", &it].concat());
    let validator = validator.map(|it| ["VALIDATOR ", &it].concat());
    let words: Vec<String> = handler.into_iter().chain(validator).collect();
    let address = Address::Object(ObjectKind::ForeignDataWrapper, Qualified::bare(name));
    declare(fold, tokens, address, with_options(&words, &options))
}

pub(super) fn server(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("CREATE SERVER")?;
    let if_not_exists = tokens.take("IF NOT EXISTS");
    let address = Address::Object(ObjectKind::ForeignServer, Qualified::bare(tokens.ident()?));
    if if_not_exists && fold.schema.others.contains_key(&address) {
        return Ok(Folded::Nothing);
    }
    let mut words = Vec::new();
    if tokens.take("TYPE") {
        words.push(["TYPE ", &text::literal(&tokens.string()?)].concat());
    }
    if tokens.take("VERSION") && !tokens.take("NULL") {
        words.push(["VERSION ", &text::literal(&tokens.string()?)].concat());
    }
    tokens.need("FOREIGN DATA WRAPPER")?;
    words.push(["FOREIGN DATA WRAPPER ", &quoted(&tokens.ident()?)].concat());
    let mut options = Options::new();
    if !tokens.at_end() {
        change_options(tokens, &mut options)?;
    }
    declare(fold, tokens, address, with_options(&words, &options))
}

/// The user and the server of a mapping.
fn mapped(fold: &Fold<'_>, tokens: &mut Tokens) -> Result<Address, Trouble> {
    let is_self = ["USER", "CURRENT_USER", "CURRENT_ROLE", "SESSION_USER"].iter().any(|word| tokens.is(word));
    let user = tokens.ident()?;
    let user =
        if is_self && !fold.target.cluster().role.is_empty() { fold.target.cluster().role.clone() } else { user };
    tokens.need("SERVER")?;
    Ok(Address::Signed(ObjectKind::UserMapping, Qualified::bare(tokens.ident()?), user))
}

pub(super) fn mapping(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("CREATE USER MAPPING")?;
    let if_not_exists = tokens.take("IF NOT EXISTS");
    tokens.need("FOR")?;
    let address = mapped(fold, tokens)?;
    if if_not_exists && fold.schema.others.contains_key(&address) {
        return Ok(Folded::Nothing);
    }
    let mut options = Options::new();
    if !tokens.at_end() {
        change_options(tokens, &mut options)?;
    }
    declare(fold, tokens, address, with_options(&[], &options))
}

pub(super) fn alter_mapping(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("ALTER USER MAPPING FOR")?;
    let node = tokens.node();
    let address = mapped(fold, tokens)?;
    let Some(PostgresObject::Defined(it)) = lookup::object_mut(fold, &address) else {
        return Err(crate::parse::fold::later(&node, ["`", &address.to_string(), "`"].concat()));
    };
    let (words, mut options) = split_options(it.definition.canonical());
    change_options(tokens, &mut options)?;
    tokens.end()?;
    lookup::put(fold, &address, defined(with_options(&words, &options)));
    Ok(Folded::Object(address))
}

pub(super) fn drop_mapping(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("DROP USER MAPPING")?;
    let if_exists = tokens.take("IF EXISTS");
    tokens.need("FOR")?;
    let address = mapped(fold, tokens)?;
    if fold.schema.others.shift_remove(&address).is_none() && !if_exists {
        return Err(tokens.trouble("there is no such user mapping to drop"));
    }
    Ok(Folded::Nothing)
}

pub(super) fn language(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("CREATE")?;
    let _ = tokens.take("OR REPLACE");
    let trusted = tokens.take("TRUSTED");
    let _ = tokens.take("PROCEDURAL");
    tokens.need("LANGUAGE")?;
    let name: Ident = if tokens.is_string() { tokens.string()?.into() } else { tokens.ident()? };
    if name.text() == "plpgsql" {
        return Ok(Folded::Nothing);
    }
    if tokens.at_end() {
        // Without a handler, PostgreSQL takes it for CREATE EXTENSION.
        let address = Address::Object(ObjectKind::Extension, Qualified::bare(name));
        lookup::put(fold, &address, PostgresObject::Extension(Extension::default()));
        return Ok(Folded::Object(address));
    }
    if trusted {
        return Err(tokens.trouble("trusted languages without an extension are not managed"));
    }
    let mut words = Vec::new();
    for word in ["HANDLER", "INLINE", "VALIDATOR"] {
        if tokens.take(word) {
            words.push([word, " ", &text::function(fold, &tokens.name()?)].concat());
        }
    }
    let _ = tokens.take("NO VALIDATOR");
    declare(fold, tokens, Address::Object(ObjectKind::Language, Qualified::bare(name)), words.join(" "))
}

pub(super) fn access_method(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("CREATE ACCESS METHOD")?;
    let name = tokens.ident()?;
    tokens.need("TYPE")?;
    let kind = tokens.next_text().to_ascii_uppercase();
    tokens.need("HANDLER")?;
    let handler = text::function(fold, &tokens.name()?);
    let address = Address::Object(ObjectKind::AccessMethod, Qualified::bare(name));
    declare(fold, tokens, address, ["TYPE ", &kind, " HANDLER ", &handler].concat())
}
