//! Keys and indexes of a table in Prisma's words.

use trueup_state::{
    Address, Index, IndexKind, MySqlIndex, MySqlPart, Part, PostgresIndex, PostgresPart, PrimaryKey, Qualified,
    ReferentialAction, Table, Term, Unique,
};

use super::{
    engine::Engine,
    image::{Key, KeyKind, KeyPart},
};
use crate::prisma::names;

/// What a foreign key does, in Prisma's words.
pub(super) const ACTIONS: [(ReferentialAction, &str); 5] = [
    (ReferentialAction::NoAction, "NoAction"),
    (ReferentialAction::Restrict, "Restrict"),
    (ReferentialAction::SetNull, "SetNull"),
    (ReferentialAction::SetDefault, "SetDefault"),
    (ReferentialAction::Cascade, "Cascade"),
];

/// PostgreSQL's methods that Prisma knows.
const METHODS: [(&str, Option<&str>); 6] = [
    ("btree", None),
    ("hash", Some("Hash")),
    ("gin", Some("Gin")),
    ("gist", Some("Gist")),
    ("spgist", Some("SpGist")),
    ("brin", Some("Brin")),
];

/// The name that Prisma gives to a key.
pub(super) fn usual_name(engine: Engine, table: &Qualified, kind: KeyKind, parts: &[KeyPart]) -> String {
    let columns = parts.iter().map(|it| it.column.as_str());
    let (table, longest) = (table.name.text(), engine.longest_name());
    match kind {
        KeyKind::Id => names::primary_key(table, longest),
        KeyKind::Unique => names::of_columns(table, columns, "_key", longest),
        KeyKind::Index | KeyKind::Fulltext => names::of_columns(table, columns, "_idx", longest),
    }
}

/// The name that Prisma gives to a foreign key.
pub(super) fn usual_foreign_key(engine: Engine, table: &Qualified, columns: &[String]) -> String {
    names::of_columns(table.name.text(), columns.iter().map(String::as_str), "_fkey", engine.longest_name())
}

/// Keys of a table that Prisma can say, and of the others why not.
pub(super) struct Keys {
    pub(super) keys: Vec<Key>,
    pub(super) lost: Vec<(Address, String)>,
}

/// Everything by which rows are found: the primary key, then what is unique, then the other indexes.
pub(super) fn keys(engine: Engine, name: &Qualified, table: &Table, has_partial: bool) -> Keys {
    let mut found = Keys { keys: Vec::new(), lost: Vec::new() };
    if let Some(PrimaryKey { name: own, parts, extra: _ }) = &table.primary_key {
        let own = own.as_ref().filter(|_| engine.names_primary_keys()).map(|it| it.text().to_owned());
        match plain(engine, parts) {
            Ok(parts) => found.keys.push(Key { name: own, ..key(KeyKind::Id, parts) }),
            Err(why) => found.lost.push((Address::PrimaryKey(name.clone()), why)),
        }
    }
    for (own, Unique { name: _, parts, extra: _ }) in &table.uniques {
        // SQLite's unique constraints have no name of their own.
        let shown = (engine != Engine::Sqlite).then(|| own.text().to_owned());
        match plain(engine, parts) {
            Ok(parts) => found.keys.push(Key { name: shown, ..key(KeyKind::Unique, parts) }),
            Err(why) => found.lost.push((Address::Unique(name.clone(), own.clone()), why)),
        }
    }
    for (own, index) in &table.indexes {
        if goes_with_foreign_key(engine, table, own.text(), index) {
            continue;
        }
        match of_index(engine, index, has_partial) {
            Ok(it) => found.keys.push(Key { name: Some(own.text().to_owned()), ..it }),
            Err(why) => found.lost.push((Address::Index(name.clone(), own.clone()), why)),
        }
    }
    found
        .keys
        .sort_by(|one, other| (one.kind, &one.name, columns(one)).cmp(&(other.kind, &other.name, columns(other))));
    found
}

/// Whether an index is the one that MySQL makes by itself for a foreign key.
pub(super) fn goes_with_foreign_key(engine: Engine, table: &Table, name: &str, index: &Index) -> bool {
    let of_columns: Option<Vec<_>> = index.parts.iter().map(Part::column_name).collect();
    engine == Engine::MySql
        && !index.unique
        && table.foreign_keys.get(name).is_some_and(|it| of_columns == Some(it.columns.iter().collect()))
}

fn columns(key: &Key) -> Vec<&str> {
    key.parts.iter().map(|it| it.column.as_str()).collect()
}

fn key(kind: KeyKind, parts: Vec<KeyPart>) -> Key {
    Key { kind, name: None, parts, method: None, predicate: None }
}

fn of_index(engine: Engine, index: &Index, has_partial: bool) -> Result<Key, String> {
    let Index { unique, parts, predicate, extra } = index;
    let predicate = match predicate {
        Some(it) if has_partial => Some(it.written().to_owned()),
        Some(_) => return Err("Prisma has no indexes with a condition".to_owned()),
        None => None,
    };
    let kind = if *unique { KeyKind::Unique } else { KeyKind::Index };
    let parts = plain(engine, parts)?;
    match engine {
        Engine::Sqlite => Ok(Key { predicate, ..key(kind, parts) }),
        Engine::Postgres => {
            let PostgresIndex { method, .. } = extra.postgres();
            let found = METHODS.iter().find(|(it, _)| *it == method.text());
            let Some((_, method)) = found else {
                return Err(["Prisma has no indexes of the method `", method.text(), "`"].concat());
            };
            Ok(Key { method: method.map(str::to_owned), predicate, ..key(kind, parts) })
        }
        Engine::MySql => {
            let MySqlIndex { kind: family, method, .. } = extra.mysql();
            match family {
                IndexKind::Spatial => Err("Prisma has no spatial indexes".to_owned()),
                IndexKind::Fulltext => Ok(key(KeyKind::Fulltext, parts)),
                IndexKind::Plain => {
                    let method = method.filter(|it| it == "hash").map(|_| "Hash".to_owned());
                    Ok(Key { method, ..key(kind, parts) })
                }
            }
        }
    }
}

fn plain(engine: Engine, parts: &[Part]) -> Result<Vec<KeyPart>, String> {
    let each = |it: &Part| {
        let Part { term, collation: _, descending, extra } = it;
        let Term::Column(column) = term else {
            return Err("Prisma has no indexes over expressions".to_owned());
        };
        let PostgresPart { operator_class, .. } = extra.postgres();
        let MySqlPart { prefix } = extra.mysql();
        Ok(KeyPart {
            column: column.text().to_owned(),
            is_descending: *descending,
            length: prefix.filter(|_| engine == Engine::MySql),
            operators: operator_class.map(|it| it.name.text().to_owned()),
        })
    };
    parts.iter().map(each).collect()
}

impl Key {
    /// Whether a declared key is this one, but perhaps for its name.
    pub(super) fn is_like(&self, declared: &Key) -> bool {
        let Key { kind, name: _, parts, method, predicate } = declared;
        let same_part = |(one, other): (&KeyPart, &KeyPart)| {
            let KeyPart { column, is_descending, length, operators } = one;
            *column == other.column
                && *is_descending == other.is_descending
                && *length == other.length
                && same_operators(operators.as_deref(), other.operators.as_deref())
        };
        let same_word = |one: &Option<String>, other: &Option<String>| {
            let bare = |it: &str| it.split_whitespace().collect::<String>().to_lowercase().replace(['(', ')'], "");
            one.as_deref().map(bare) == other.as_deref().map(bare)
        };
        *kind == self.kind
            && parts.len() == self.parts.len()
            && parts.iter().zip(&self.parts).all(same_part)
            && *method == self.method
            && same_word(predicate, &self.predicate)
    }

    /// Whether a declared key has this one's name, where it has one.
    pub(super) fn is_named(&self, declared: &Key) -> bool {
        self.name.is_none() || declared.name.is_none() || self.name == declared.name
    }
}

/// Whether two names are of one operator class: `jsonb_path_ops` is `JsonbPathOps`. That of the type is the usual one.
fn same_operators(declared: Option<&str>, there: Option<&str>) -> bool {
    let bare = |it: &str| it.to_ascii_lowercase().replace('_', "");
    match (declared, there) {
        (Some(one), Some(other)) => bare(one) == bare(other),
        (None, None) => true,
        (None, Some(_)) => false,
        (Some(one), None) => {
            let special = ["path", "pattern", "trgm", "bloom", "multi"];
            !special.iter().any(|it| bare(one).contains(it))
        }
    }
}
