//! Text search configurations: the parser, and for each kind of token the dictionaries.
//!
//! The statement that creates one says nothing of dictionaries, so the text goes on with the statements that do.

use std::collections::BTreeMap;

use trueup_state::{Address, Ident, ObjectKind, PostgresObject, Qualified};

use super::{
    declare, defined, lookup, options, rare,
    tokens::{Tokens, Written, quoted},
};
use crate::parse::fold::{Fold, FoldResult, Folded, Trouble};

/// A configuration while it is being put together.
#[derive(Clone, Debug, Default)]
struct Configuration {
    parser: String,
    mappings: BTreeMap<String, Vec<String>>,
}

const DEFAULT_PARSER: &str = "\"default\"";

/// What every built-in configuration does with words, and with the rest.
const WORDS: [&str; 3] = ["hword", "hword_part", "word"];
const ASCII_WORDS: [&str; 3] = ["asciihword", "asciiword", "hword_asciipart"];
const SIMPLE: [&str; 13] = [
    "email",
    "file",
    "float",
    "host",
    "hword_numpart",
    "int",
    "numhword",
    "numword",
    "sfloat",
    "uint",
    "url",
    "url_path",
    "version",
];

impl Configuration {
    fn text(&self, name: &Qualified) -> String {
        let Configuration { parser, mappings } = self;
        let mut text = ["(parser = ", parser, ")"].concat();
        for (token, dictionaries) in mappings {
            let mapping = crate::render::sql("; ALTER TEXT SEARCH CONFIGURATION").name(name).raw("ADD MAPPING FOR");
            text.push_str(&mapping.raw(token).raw("WITH").raw(&dictionaries.join(", ")).finish());
        }
        text
    }

    fn of_text(text: &str) -> Configuration {
        let mut pieces = text.split("; ALTER TEXT SEARCH CONFIGURATION ");
        let parser = pieces.next().unwrap_or_default();
        let parser = parser.trim_start_matches("(parser = ").trim_end_matches(')').to_owned();
        let mapping = |piece: &str| {
            let (_, mapping) = piece.split_once(" ADD MAPPING FOR ")?;
            let (token, dictionaries) = mapping.split_once(" WITH ")?;
            Some((token.to_owned(), dictionaries.split(", ").map(str::to_owned).collect()))
        };
        Configuration { parser, mappings: pieces.filter_map(mapping).collect() }
    }

    /// One that initdb makes (`snowball_create.sql`).
    fn built_in(name: &str) -> Option<Configuration> {
        const LANGUAGES: [&str; 29] = [
            "arabic",
            "armenian",
            "basque",
            "catalan",
            "danish",
            "dutch",
            "english",
            "estonian",
            "finnish",
            "french",
            "german",
            "greek",
            "hindi",
            "hungarian",
            "indonesian",
            "irish",
            "italian",
            "lithuanian",
            "nepali",
            "norwegian",
            "portuguese",
            "romanian",
            "russian",
            "serbian",
            "spanish",
            "swedish",
            "tamil",
            "turkish",
            "yiddish",
        ];
        let simple = name == "simple";
        if !simple && !LANGUAGES.contains(&name) {
            return None;
        }
        let stem = if simple { "simple".to_owned() } else { [name, "_stem"].concat() };
        let ascii = if ["hindi", "russian"].contains(&name) { "english_stem".to_owned() } else { stem.clone() };
        let mut mappings = BTreeMap::new();
        for (tokens, dictionary) in [(WORDS.as_slice(), &stem), (&ASCII_WORDS, &ascii), (&SIMPLE, &"simple".to_owned())]
        {
            mappings.extend(tokens.iter().map(|token| (quoted(&Ident::from(*token)), vec![dictionary.clone()])));
        }
        Some(Configuration { parser: DEFAULT_PARSER.to_owned(), mappings })
    }
}

pub(super) fn create(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("CREATE TEXT SEARCH CONFIGURATION")?;
    let written = tokens.name()?;
    let name = lookup::new_name(fold, &written)?;
    let mut configuration = Configuration::default();
    options(tokens, |tokens, option| {
        let unknown = tokens.trouble("what this configuration is is not known; write out its parser and mappings");
        match option {
            "parser" => configuration.parser = rare::reference(fold, &tokens.name()?, ObjectKind::TextSearchParser),
            "copy" => configuration = copied(fold, &tokens.name()?).ok_or(unknown)?,
            _ => return Err(tokens.trouble("a text search configuration has no such option")),
        }
        Ok(())
    })?;
    let text = configuration.text(&name);
    declare(fold, tokens, Address::Object(ObjectKind::TextSearchConfiguration, name), text)
}

fn copied(fold: &mut Fold<'_>, name: &Written) -> Option<Configuration> {
    match lookup::find(fold, name, &[ObjectKind::TextSearchConfiguration]) {
        Some(address) => match lookup::object_mut(fold, &address) {
            Some(PostgresObject::Defined(it)) => Some(Configuration::of_text(it.definition.canonical())),
            _ => None,
        },
        None => Configuration::built_in(name.last().text()),
    }
}

pub(super) fn alter(fold: &mut Fold<'_>, tokens: &mut Tokens) -> FoldResult {
    tokens.need("ALTER TEXT SEARCH CONFIGURATION")?;
    let written = tokens.name()?;
    let address = lookup::need(fold, &written, &[ObjectKind::TextSearchConfiguration])?;
    if tokens.take("OWNER TO") {
        return Ok(Folded::Nothing);
    }
    let (Address::Object(_, name), Some(PostgresObject::Defined(it))) = (&address, lookup::object_mut(fold, &address))
    else {
        return Ok(Folded::Nothing);
    };
    let mut configuration = Configuration::of_text(it.definition.canonical());
    if let Some(after) = super::super::type_::renamed(fold, tokens, &address)? {
        lookup::readdress(fold, &address, &after);
        if let Address::Object(_, name) = &after {
            lookup::put(fold, &after, defined(configuration.text(name)));
        }
        return Ok(Folded::Object(after));
    }
    change(fold, tokens, &mut configuration)?;
    tokens.end()?;
    let object = defined(configuration.text(name));
    lookup::put(fold, &address, object);
    Ok(Folded::Object(address))
}

fn change(fold: &mut Fold<'_>, tokens: &mut Tokens, configuration: &mut Configuration) -> Result<(), Trouble> {
    let dictionary = |fold: &Fold<'_>, tokens: &mut Tokens| {
        Ok(rare::reference(fold, &tokens.name()?, ObjectKind::TextSearchDictionary))
    };
    let (adds, drops) = (tokens.take("ADD MAPPING"), tokens.take("DROP MAPPING"));
    let if_exists = drops && tokens.take("IF EXISTS");
    if !adds && !drops {
        tokens.need("ALTER MAPPING")?;
    }
    let mut kinds: Vec<String> = configuration.mappings.keys().cloned().collect();
    if tokens.take("FOR") {
        kinds = tokens.list(|tokens| Ok(quoted(&tokens.ident()?)))?;
    }
    if drops {
        for kind in kinds {
            if configuration.mappings.remove(&kind).is_none() && !if_exists {
                return Err(tokens.trouble("there is no mapping for this kind of token"));
            }
        }
        return Ok(());
    }
    if tokens.take("REPLACE") {
        let before = dictionary(fold, tokens)?;
        tokens.need("WITH")?;
        let after = dictionary(fold, tokens)?;
        let mappings = configuration.mappings.iter_mut().filter(|(kind, _)| kinds.contains(kind));
        for it in mappings.flat_map(|(_, all)| all).filter(|it| **it == before) {
            it.clone_from(&after);
        }
        return Ok(());
    }
    tokens.need("WITH")?;
    let dictionaries = tokens.list(|tokens| dictionary(fold, tokens))?;
    for kind in kinds {
        if adds && configuration.mappings.contains_key(&kind) {
            return Err(tokens.trouble("there is a mapping for this kind of token already"));
        }
        configuration.mappings.insert(kind, dictionaries.clone());
    }
    Ok(())
}
