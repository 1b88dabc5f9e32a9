//! Objects that are managed by their definition: most are made again, some can take over what is new.

use std::collections::BTreeMap;

use trueup_contract::{DialectError, Sql, Work};
use trueup_state::{Address, Defined, Ident, ObjectKind, Pair, Qualified};

use super::{Alteration, Statement, all, range, state, uses};
use crate::{
    render::{attachments, defined, sql},
    steps::Alteration::{InPlace, Recreate},
};

/// An object with a name of its own.
pub(super) fn alter(
    work: &Work<'_>,
    address: &Address,
    (kind, name): (ObjectKind, &Qualified),
    forms: Pair<&Defined>,
) -> Result<Alteration, DialectError> {
    let refused = |reason: &str| DialectError { address: address.clone(), reason: reason.to_owned() };
    let Pair { before, after } = forms;
    let is_same = before.definition == after.definition;
    Ok(match kind {
        ObjectKind::EventTrigger if is_same => {
            let states = forms.map(|it| it.enabled);
            InPlace(state(states, |it| defined::event_trigger(name, it)).into_iter().collect())
        }
        ObjectKind::Publication => publication(name, forms),
        ObjectKind::Statistics => {
            let Pair { before: (was, _), after: (is, target) } = forms.map(|it| {
                let text = it.definition.written();
                text.split_once(defined::STATISTICS).map_or((text, "-1"), |(text, target)| (text, target))
            });
            if was == is { InPlace(all([defined::statistics_target(name, target)])) } else { Recreate }
        }
        ObjectKind::TextSearchDictionary => dictionary(name, forms),
        ObjectKind::TextSearchConfiguration => configuration(name, forms),
        ObjectKind::ForeignDataWrapper | ObjectKind::ForeignServer => {
            let clauses = foreign_clauses(kind, forms).ok_or_else(|| {
                refused("only its options, its version and its functions can be changed; user mappings with their secrets go with it")
            })?;
            foreign(|| sql("ALTER").raw(&attachments::keywords(kind)).name(name), clauses, forms)
                .ok_or_else(|| refused("its options are not understood"))?
        }
        ObjectKind::RangeType if !uses::kept(work, name).is_empty() => {
            let create = defined::defined(kind, name, None, after);
            InPlace(range::through_text(work, address, name, create)?)
        }
        ObjectKind::BaseType if !uses::kept(work, name).is_empty() => {
            return Err(refused("columns are of it, and there is no way around a base type"));
        }
        _ => Recreate,
    })
}

/// An object that its name alone does not tell.
pub(super) fn alter_signed(
    address: &Address,
    (kind, name, signature): (ObjectKind, &Qualified, &Ident),
    forms: Pair<&Defined>,
) -> Result<Alteration, DialectError> {
    if kind != ObjectKind::UserMapping {
        return Ok(Recreate);
    }
    let head = || attachments::role(sql("ALTER USER MAPPING FOR"), signature).raw("SERVER").ident(&name.name);
    let reason = "its options are not understood, and with it its secrets would go";
    foreign(head, Vec::new(), forms).ok_or_else(|| DialectError { address: address.clone(), reason: reason.to_owned() })
}

/// What a publication is, where it does not say.
const PUBLISHES: [(&str, &str); 3] = [
    ("publish", "'insert, update, delete, truncate'"),
    ("publish_via_partition_root", "false"),
    ("publish_generated_columns", "none"),
];

/// What a publication shows and how; whether it shows all tables is settled when it is made, and a list cannot be emptied.
fn publication(name: &Qualified, forms: Pair<&Defined>) -> Alteration {
    let Pair { before, after } = forms.map(|it| defined::split_clause(it.definition.written(), "WITH"));
    let action = || sql("ALTER PUBLICATION").name(name);
    let mut statements = Vec::new();
    if before.0 != after.0 {
        let is_all = |head: &str| head.starts_with("FOR ALL ");
        let Some(items) = after.0.strip_prefix("FOR ").filter(|_| !is_all(before.0) && !is_all(after.0)) else {
            return Recreate;
        };
        statements.push(action().raw("SET").raw(&defined::publication_items(items)).finish());
    }
    let list = |list: Option<&str>| -> Vec<(String, String)> {
        let pieces = list.map(defined::split_list).unwrap_or_default();
        let pair = |it: &str| it.split_once('=').map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
        pieces.into_iter().filter_map(pair).collect()
    };
    let (had, has) = (list(before.1), list(after.1));
    let mut set: Vec<String> =
        has.iter().filter(|it| !had.contains(it)).map(|(name, value)| [name, " = ", value].concat()).collect();
    for (name, _) in had.iter().filter(|(name, _)| !has.iter().any(|(it, _)| it == name)) {
        let Some((_, usual)) = PUBLISHES.iter().find(|(it, _)| it == name) else { return Recreate };
        set.push([name, " = ", usual].concat());
    }
    if !set.is_empty() {
        statements.push(action().raw("SET (").raw(&set.join(", ")).raw(")").finish());
    }
    InPlace(all(statements))
}

/// The options of a text search dictionary; its template is settled when it is made.
fn dictionary(name: &Qualified, forms: Pair<&Defined>) -> Alteration {
    let options = forms.map(|it| -> Option<Vec<(String, String)>> {
        let list = it.definition.written().strip_prefix('(')?.strip_suffix(')')?;
        let pair = |it: &str| it.split_once(" = ").map(|(name, value)| (name.to_owned(), value.to_owned()));
        defined::split_list(list).into_iter().map(pair).collect()
    });
    let Pair { before: Some(had), after: Some(has) } = options else { return Recreate };
    if had.first() != has.first() {
        return Recreate;
    }
    let gone = had.iter().filter(|(name, _)| !has.iter().any(|(it, _)| it == name)).map(|(name, _)| name.clone());
    let new = has.iter().filter(|it| !had.contains(it)).map(|(name, value)| [name, " = ", value].concat());
    let options: Vec<String> = gone.chain(new).collect();
    if options.is_empty() {
        // They are only in another order, which cannot be changed.
        return Recreate;
    }
    let alter = sql("ALTER TEXT SEARCH DICTIONARY").name(name);
    InPlace(all([alter.raw("(").raw(&options.join(", ")).raw(")").finish()]))
}

/// The dictionaries of a text search configuration; its parser is settled when it is made.
fn configuration(name: &Qualified, forms: Pair<&Defined>) -> Alteration {
    let parts = forms.map(|it| {
        let mut pieces = it
            .definition
            .written()
            .split(&["; ", defined::MAPPING].concat())
            .map(str::to_owned)
            .collect::<Vec<_>>()
            .into_iter();
        let head = pieces.next().unwrap_or_default();
        let mapping = |piece: String| {
            let (_, mapping) = piece.split_once(" ADD MAPPING FOR ")?;
            let (token, dictionaries) = mapping.split_once(" WITH ")?;
            Some((token.to_owned(), dictionaries.to_owned()))
        };
        (head, pieces.map(mapping).collect::<Option<BTreeMap<String, String>>>())
    });
    let Pair { before: (was, Some(had)), after: (is, Some(has)) } = parts else { return Recreate };
    if was != is {
        return Recreate;
    }
    let action =
        |keywords: &str, token: &str| sql("ALTER TEXT SEARCH CONFIGURATION").name(name).raw(keywords).raw(token);
    let gone = had.keys().filter(|token| !has.contains_key(*token));
    let mut statements: Vec<String> = gone.map(|token| action("DROP MAPPING FOR", token).finish()).collect();
    for (token, dictionaries) in has.iter().filter(|(token, it)| had.get(*token) != Some(it)) {
        let keywords = if had.contains_key(token) { "ALTER MAPPING FOR" } else { "ADD MAPPING FOR" };
        statements.push(action(keywords, token).raw("WITH").raw(dictionaries).finish());
    }
    InPlace(all(statements))
}

/// What stands before the options of a wrapper or a server, as clauses that lead from one form to the other. `None`:
/// there is more in it than can be changed.
fn foreign_clauses(kind: ObjectKind, forms: Pair<&Defined>) -> Option<Vec<String>> {
    let Pair { before, after } = forms.map(|it| defined::split_clause(it.definition.written(), "OPTIONS").0);
    let words: &[&str] = if kind == ObjectKind::ForeignServer { &["VERSION"] } else { &["HANDLER", "VALIDATOR"] };
    let (mut was, mut is) = (before.to_owned(), after.to_owned());
    let mut clauses = Vec::new();
    for word in words {
        let (old, new) = (taken(&mut was, word), taken(&mut is, word));
        match new {
            Some(new) if old.as_ref() != Some(&new) => clauses.push([word, " ", &new].concat()),
            None if old.is_some() && kind == ObjectKind::ForeignDataWrapper => clauses.push(["NO ", word].concat()),
            None if old.is_some() => return None,
            Some(_) | None => (),
        }
    }
    (was == is).then_some(clauses)
}

/// Take a clause of one word and its value out of a text.
fn taken(text: &mut String, word: &str) -> Option<String> {
    let padded = [" ", text, " "].concat();
    let at = padded.find(&[" ", word, " "].concat())?;
    let rest = &padded[at + word.len() + 2..];
    let mut quote = None;
    let end = rest.char_indices().find_map(|(at, c)| match (quote, c) {
        (Some(it), c) if c == it => {
            quote = None;
            None
        }
        (Some(_), _) => None,
        (None, '\'' | '"') => {
            quote = Some(c);
            None
        }
        (None, ' ') => Some(at),
        (None, _) => None,
    })?;
    let value = rest[..end].to_owned();
    *text = [&padded[..at], &rest[end..]].concat().trim().to_owned();
    Some(value)
}

/// The clauses, and `OPTIONS (…)` with what is to be added, set and dropped. Options that hold secrets are in neither form
/// and stay. `None`: the options are not understood.
fn foreign(head: impl Fn() -> Sql, clauses: Vec<String>, forms: Pair<&Defined>) -> Option<Alteration> {
    let Pair { before, after } = forms.map(|it| pairs(defined::split_clause(it.definition.written(), "OPTIONS").1));
    let (was, is) = (before?, after?);
    let mut actions: Vec<String> = Vec::new();
    actions.extend(was.keys().filter(|key| !is.contains_key(*key)).map(|key| ["DROP ", key].concat()));
    for (key, new) in &is {
        match was.get(key) {
            None => actions.push(["ADD ", key, " ", new].concat()),
            Some(old) if old != new => actions.push(["SET ", key, " ", new].concat()),
            Some(_) => (),
        }
    }
    if actions.is_empty() && clauses.is_empty() {
        return Some(InPlace(Vec::new()));
    }
    let statement = clauses.iter().fold(head(), |sql, clause| sql.raw(clause));
    let statement =
        if actions.is_empty() { statement } else { statement.raw("OPTIONS (").raw(&actions.join(", ")).raw(")") };
    Some(InPlace(vec![Statement::of(statement.finish())]))
}

/// The names and values of options, each as it is written. `None`: it is no list of options.
fn pairs(list: Option<&str>) -> Option<BTreeMap<String, String>> {
    let pieces = list.map(defined::split_list).unwrap_or_default();
    let pair = |piece: &str| {
        let (key, value) = piece.split_at_checked(piece.find('\'')?)?;
        let key = key.trim();
        (!key.is_empty() && !key.contains(' ') || key.starts_with('"')).then(|| (key.to_owned(), value.to_owned()))
    };
    pieces.into_iter().map(pair).collect()
}
