//! Keys and indexes.

use trueup_state::{
    Ident, Index, IndexKind, MySqlIndex, MySqlKey, MySqlPart, Options, Part, PartExtra, PrimaryKey, Term,
};

use super::{
    Cursor, ReadError,
    option::{generic, value},
};
use crate::canonical;

/// A key as a table or ALTER TABLE defines it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyDefinition {
    Primary(PrimaryKey),
    /// With its name, where one is given.
    Index(Option<Ident>, Index),
}

/// What may be said of a key after its name and its parts.
#[derive(Default)]
struct Said {
    method: Option<String>,
    invisible: bool,
    comment: String,
    parser: Option<Ident>,
    options: Options,
    without_overlaps: Option<Ident>,
}

impl KeyDefinition {
    /// What `PRIMARY KEY` or `UNIQUE` after a column defines.
    pub(super) fn of_column(column: &Ident, primary: bool) -> KeyDefinition {
        KeyDefinition::new(
            Shape { primary, unique: true, kind: IndexKind::Plain },
            None,
            vec![Part::column(column.clone())],
            Said::default(),
        )
    }

    fn new(shape: Shape, name: Option<Ident>, parts: Vec<Part>, said: Said) -> KeyDefinition {
        let Said { method, invisible, comment, parser, mut options, without_overlaps } = said;
        let Shape { primary, unique, kind } = shape;
        if primary {
            if let Some(period) = without_overlaps {
                options.insert("without_overlaps".to_owned(), period.text().to_owned());
            }
            let extra = MySqlKey { method, comment, options }.into();
            return KeyDefinition::Primary(PrimaryKey { name: None, parts, extra });
        }
        let extra = MySqlIndex { kind, method, invisible, comment, parser, options, without_overlaps }.into();
        KeyDefinition::Index(name, Index { unique, parts, predicate: None, extra })
    }
}

/// What the words before a key's name say.
#[derive(Clone, Copy)]
struct Shape {
    primary: bool,
    unique: bool,
    kind: IndexKind,
}

/// Whether a key is defined here.
pub(crate) fn begins_key(cursor: &Cursor<'_, '_>) -> bool {
    cursor.peek_any(&["primary", "unique", "key", "index", "fulltext", "spatial"])
        || (cursor.peek_is("vector") && cursor.peek_at(1).is_some_and(|it| it.is_any(&["key", "index"])))
}

/// A key, from `PRIMARY`, `UNIQUE`, `KEY`, … on. A constraint's name is the key's, where it has none of its own.
pub(crate) fn key_definition(
    cursor: &mut Cursor<'_, '_>,
    constraint: Option<Ident>,
) -> Result<KeyDefinition, ReadError> {
    let shape = shape(cursor)?;
    cursor.accept_all(&["if", "not", "exists"]);
    let mut said = Said::default();
    let named = !cursor.peek_is("(") && !cursor.peek_any(&["using", "type"]);
    let name = if named { Some(cursor.name("a name")?) } else { constraint };
    method(cursor, &mut said)?;
    finish(cursor, shape, name, said)
}

/// An index made by a statement of its own, from `UNIQUE`, `INDEX`, … on: its name, its table, itself.
pub(crate) fn index(cursor: &mut Cursor<'_, '_>) -> Result<(Ident, Ident, Index), ReadError> {
    let shape = shape(cursor)?;
    cursor.accept_all(&["if", "not", "exists"]);
    let name = cursor.name("a name")?;
    let mut said = Said::default();
    method(cursor, &mut said)?;
    cursor.expect("on")?;
    let table = cursor.own_name("the table's name")?;
    match finish(cursor, shape, Some(name), said)? {
        KeyDefinition::Index(Some(name), index) => Ok((name, table, index)),
        _ => Err(cursor.wrong("an index")),
    }
}

fn shape(cursor: &mut Cursor<'_, '_>) -> Result<Shape, ReadError> {
    let plain = Shape { primary: false, unique: false, kind: IndexKind::Plain };
    if cursor.peek_is("vector") {
        return Err(cursor.refuse("VECTOR indexes are not supported"));
    }
    if cursor.accept("primary") {
        cursor.expect("key")?;
        return Ok(Shape { primary: true, unique: true, ..plain });
    }
    let shape = match cursor.accept_any(&["unique", "fulltext", "spatial"]) {
        Some("unique") => Shape { unique: true, ..plain },
        Some("fulltext") => Shape { kind: IndexKind::Fulltext, ..plain },
        Some(_) => Shape { kind: IndexKind::Spatial, ..plain },
        None => plain,
    };
    if cursor.accept_any(&["key", "index"]).is_none() && !shape.unique && shape.kind == IndexKind::Plain {
        return Err(cursor.wrong("`INDEX`"));
    }
    Ok(shape)
}

/// `USING x`, any number of times; the last one counts.
fn method(cursor: &mut Cursor<'_, '_>, said: &mut Said) -> Result<bool, ReadError> {
    let found = cursor.accept_any(&["using", "type"]).is_some();
    if found {
        said.method = Some(cursor.word("`BTREE` or `HASH`")?.text().to_lowercase());
    }
    Ok(found)
}

/// The parts in their parentheses, and what follows.
fn finish(
    cursor: &mut Cursor<'_, '_>,
    shape: Shape,
    name: Option<Ident>,
    mut said: Said,
) -> Result<KeyDefinition, ReadError> {
    let mut parts = Vec::new();
    for mut part in cursor.list()? {
        match one_part(&mut part)? {
            Parted::Part(it) => parts.push(it),
            Parted::Period(period) => said.without_overlaps = Some(period),
        }
        part.finish()?;
    }
    while said_more(cursor, &mut said)? {}
    Ok(KeyDefinition::new(shape, name, parts, said))
}

enum Parted {
    Part(Part),
    Period(Ident),
}

/// `column [(length)] [ASC | DESC]`, `(expression) [ASC | DESC]`, `period WITHOUT OVERLAPS`.
fn one_part(cursor: &mut Cursor<'_, '_>) -> Result<Parted, ReadError> {
    let mut extra = PartExtra::None;
    let term = if cursor.peek_is("(") {
        let source = cursor.source();
        Term::Expression(canonical::expression(source, cursor.group()?))
    } else {
        let name = cursor.name("a column")?;
        if cursor.accept_all(&["without", "overlaps"]) {
            return Ok(Parted::Period(name));
        }
        if cursor.accept("(") {
            extra = MySqlPart { prefix: Some(cursor.number()?) }.into();
            cursor.expect(")")?;
        }
        Term::Column(name)
    };
    let descending = cursor.accept("desc");
    cursor.accept("asc");
    Ok(Parted::Part(Part { term, collation: None, descending, extra }))
}

fn said_more(cursor: &mut Cursor<'_, '_>, said: &mut Said) -> Result<bool, ReadError> {
    if method(cursor, said)? {
        return Ok(true);
    }
    if let Some(name) = cursor.accept_any(&["key_block_size", "engine_attribute", "secondary_engine_attribute"]) {
        cursor.accept("=");
        let value = value(cursor)?;
        if value != "0" {
            said.options.insert(name.to_owned(), value);
        }
    } else if cursor.accept_all(&["with", "parser"]) {
        said.parser = Some(cursor.word("a parser")?);
    } else if cursor.accept("comment") {
        said.comment = cursor.string()?;
    } else if cursor.accept("invisible") || cursor.accept("ignored") {
        said.invisible = true;
    } else if cursor.accept("visible") || cursor.accept_all(&["not", "ignored"]) {
        said.invisible = false;
    } else if !cursor.peek_any(&["algorithm", "lock"]) {
        return generic(cursor, &mut said.options);
    } else {
        return Ok(false);
    }
    Ok(true)
}
