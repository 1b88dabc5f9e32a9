//! Reading one CREATE statement, as a person or `SHOW CREATE` writes it, to its last token.

mod assemble;
mod column;
mod constraint;
mod cursor;
mod database;
mod default;
mod key;
mod naming;
mod nearest;
mod option;
mod partition;
mod program;
mod reserved;
mod sequence;
mod table;
mod table_option;
#[cfg(test)]
mod tests;
mod types;
mod view;

use trueup_state::{
    Ident, Index, MySqlDatabase, MySqlEvent, MySqlRoutine, MySqlSequence, ObjectKind, Query, Table, Trigger,
};

pub(crate) use assemble::Assembly;
pub(crate) use column::column_definition;
pub(crate) use constraint::{check, foreign_key};
pub(crate) use cursor::{Cursor, split_commas};
pub(crate) use database::database_options;
pub(crate) use default::default;
pub(crate) use key::{begins_key, index, key_definition};
pub(crate) use naming::check_name;
pub(crate) use nearest::nearest;
pub(crate) use partition::{partition_definitions, partitions};
pub(crate) use table::constraint_name;
pub(crate) use table_option::table_options;
pub(crate) use types::{GEOMETRIES, charset, collation};

use crate::{
    facts::Facts,
    token::{Token, significant},
};

/// What one CREATE statement makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Created {
    Table {
        name: Ident,
        table: Table,
    },
    /// `CREATE TABLE name LIKE like`.
    TableLike {
        name: Ident,
        like: Ident,
    },
    Index {
        name: Ident,
        table: Ident,
        index: Index,
    },
    View {
        name: Ident,
        query: Query,
    },
    /// `precedes` names a trigger that fires after it.
    Trigger {
        name: Ident,
        on: Ident,
        trigger: Trigger,
        precedes: Option<Ident>,
    },
    Routine {
        kind: ObjectKind,
        name: Ident,
        routine: MySqlRoutine,
    },
    Event {
        name: Ident,
        event: MySqlEvent,
    },
    Sequence {
        name: Ident,
        sequence: MySqlSequence,
    },
    Database {
        name: Ident,
        database: MySqlDatabase,
    },
}

/// A text that is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct ReadError {
    /// What is wrong.
    pub(crate) message: String,
    /// Where, in bytes.
    pub(crate) offset: usize,
    /// How much of the text is concerned, in bytes.
    pub(crate) length: usize,
    /// What to do.
    pub(crate) hint: Option<String>,
}

/// What may stand between CREATE and the word that says what is created.
#[derive(Default)]
struct Prefix {
    definer: Option<String>,
    algorithm: Option<String>,
    invoker: bool,
    aggregate: bool,
}

/// Read one CREATE statement that stands alone. A text in `ANSI_QUOTES` mode has to be read otherwise.
pub(crate) fn created(text: &str, facts: &Facts) -> Result<Created, ReadError> {
    let mut tokens = significant(text, facts.version)?;
    while tokens.last().is_some_and(|it| it.is(";")) {
        tokens.pop();
    }
    created_tokens(text, &tokens, facts)
}

/// Read one CREATE statement; `source` is the text its significant tokens point into. `OR REPLACE`, `IF NOT EXISTS` and
/// `TEMPORARY` are read over: what they mean depends on what is there.
pub(crate) fn created_tokens(source: &str, tokens: &[Token<'_>], facts: &Facts) -> Result<Created, ReadError> {
    let mut cursor = Cursor::new(source, tokens, facts);
    cursor.expect("create")?;
    cursor.accept_all(&["or", "replace"]);
    let prefix = prefix(&mut cursor)?;
    cursor.accept("temporary");
    if cursor.accept("table") {
        return table::read(cursor);
    }
    if cursor.peek_any(&["unique", "index", "fulltext", "spatial", "vector"]) {
        return index_statement(cursor);
    }
    let Some(word) =
        cursor.accept_any(&["view", "trigger", "function", "procedure", "event", "sequence", "database", "schema"])
    else {
        return Err(cursor.wrong("what to create, such as `TABLE`"));
    };
    match word {
        "view" => view::read(cursor, prefix),
        "trigger" => program::trigger(cursor, prefix),
        "function" => program::routine(cursor, prefix, ObjectKind::Function),
        "procedure" => program::routine(cursor, prefix, ObjectKind::Procedure),
        "event" => program::event(cursor, prefix),
        "sequence" => sequence::read(cursor),
        _ => database::read(cursor),
    }
}

fn prefix(cursor: &mut Cursor<'_, '_>) -> Result<Prefix, ReadError> {
    let mut prefix = Prefix::default();
    loop {
        if cursor.accept_all(&["definer", "="]) {
            prefix.definer = definer(cursor)?;
        } else if cursor.accept_all(&["algorithm", "="]) {
            let algorithm = cursor.word("an algorithm")?.text().to_lowercase();
            prefix.algorithm = Some(algorithm).filter(|it| it != "undefined");
        } else if cursor.accept_all(&["sql", "security"]) {
            prefix.invoker = security(cursor)?;
        } else if cursor.accept("aggregate") {
            prefix.aggregate = true;
        } else if cursor.accept_any(&["online", "offline"]).is_none() {
            return Ok(prefix);
        }
    }
}

/// `user@host`; nothing for CURRENT_USER, who is not known.
pub(crate) fn definer(cursor: &mut Cursor<'_, '_>) -> Result<Option<String>, ReadError> {
    if cursor.accept_any(&["current_user", "current_role"]).is_some() {
        cursor.accept_all(&["(", ")"]);
        return Ok(None);
    }
    let is_string = cursor.peek().is_some_and(|it| it.kind == crate::token::Kind::String);
    let user = if is_string { cursor.string()? } else { cursor.word("a user")?.text().to_owned() };
    let host = cursor.accept_kind(crate::token::Kind::Variable).map(|it| it.unquoted().into_owned());
    Ok(Some([user.as_str(), "@", host.as_deref().unwrap_or("%")].concat()))
}

/// After `SQL SECURITY`: whether it is INVOKER.
fn security(cursor: &mut Cursor<'_, '_>) -> Result<bool, ReadError> {
    match cursor.accept_any(&["invoker", "definer"]) {
        Some(word) => Ok(word == "invoker"),
        None => Err(cursor.wrong("`DEFINER` or `INVOKER`")),
    }
}

fn index_statement(mut cursor: Cursor<'_, '_>) -> Result<Created, ReadError> {
    let (name, table, index) = index(&mut cursor)?;
    loop {
        if cursor.accept_any(&["algorithm", "lock"]).is_some() {
            // How it is done says nothing of what is there then.
            cursor.accept("=");
            cursor.word("a word")?;
        } else if cursor.accept("wait") {
            cursor.number::<u64>()?;
        } else if !cursor.accept("nowait") {
            break;
        }
    }
    cursor.finish()?;
    Ok(Created::Index { name, table, index })
}
