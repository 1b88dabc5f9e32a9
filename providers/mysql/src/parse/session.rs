//! What the session is set to, as far as it decides what the next statements mean; and statements that define no schema.

use std::collections::BTreeMap;

use super::{
    Fold, FoldResult, Folded, Trouble,
    statement::{Stmt, sees},
};
use crate::{
    read::split_commas,
    statement::Class,
    token::{Kind, Token},
};

/// Modes in the order in which servers write them.
const MODES: [&str; 28] = [
    "REAL_AS_FLOAT",
    "PIPES_AS_CONCAT",
    "ANSI_QUOTES",
    "IGNORE_SPACE",
    "IGNORE_BAD_TABLE_OPTIONS",
    "ONLY_FULL_GROUP_BY",
    "NO_UNSIGNED_SUBTRACTION",
    "NO_DIR_IN_CREATE",
    "POSTGRESQL",
    "ORACLE",
    "MSSQL",
    "DB2",
    "MAXDB",
    "NO_KEY_OPTIONS",
    "NO_TABLE_OPTIONS",
    "NO_FIELD_OPTIONS",
    "MYSQL323",
    "MYSQL40",
    "ANSI",
    "NO_AUTO_VALUE_ON_ZERO",
    "NO_BACKSLASH_ESCAPES",
    "STRICT_TRANS_TABLES",
    "STRICT_ALL_TABLES",
    "NO_ZERO_IN_DATE",
    "NO_ZERO_DATE",
    "ALLOW_INVALID_DATES",
    "ERROR_FOR_DIVISION_BY_ZERO",
    "TRADITIONAL",
];

/// Modes that stand behind those, and those that only one product has.
const LATER_MODES: [&str; 8] = [
    "NO_AUTO_CREATE_USER",
    "HIGH_NOT_PRECEDENCE",
    "NO_ENGINE_SUBSTITUTION",
    "PAD_CHAR_TO_FULL_LENGTH",
    "EMPTY_STRING_IS_NULL",
    "SIMULTANEOUS_ASSIGNMENT",
    "TIME_ROUND_FRACTIONAL",
    "TIME_TRUNCATE_FRACTIONAL",
];

/// What the statements so far have set.
#[derive(Clone, Debug, Default)]
pub(super) struct Session {
    /// The SQL mode; none where it is the server's own.
    pub(super) sql_mode: Option<String>,
    /// The engine of new tables; none where it is the server's own.
    pub(super) engine: Option<String>,
    /// SQL modes that were put aside in variables.
    saved: BTreeMap<String, Option<String>>,
}

impl Session {
    fn has(&self, mode: &str) -> bool {
        self.sql_mode.iter().any(|it| it.split(',').any(|it| it == mode))
    }

    /// Refuses a statement that means something else than we read, under the mode that was set.
    pub(super) fn check(&self, stmt: &Stmt<'_>) -> Result<(), Trouble> {
        if self.sql_mode.is_none() || !defines(stmt.class) {
            return Ok(());
        }
        let is_text = |it: &&Token<'_>| it.kind == Kind::String;
        let mut tokens = stmt.tokens.iter();
        let (found, mode) = if self.has("ORACLE") {
            (stmt.tokens.first(), "ORACLE")
        } else if self.has("ANSI_QUOTES") {
            (tokens.find(|it| is_text(it) && it.text.starts_with('"')), "ANSI_QUOTES")
        } else if self.has("NO_BACKSLASH_ESCAPES") {
            (tokens.find(|it| is_text(it) && it.text.contains('\\')), "NO_BACKSLASH_ESCAPES")
        } else if self.has("PIPES_AS_CONCAT") && !is_stored_with_its_mode(stmt.class) {
            (tokens.find(|it| it.is("||")), "PIPES_AS_CONCAT")
        } else {
            (None, "")
        };
        let Some(token) = found else { return Ok(()) };
        let message = ["this means something else in the SQL mode ", mode, ", which is set before"].concat();
        let hint = match mode {
            "ANSI_QUOTES" => "write names in backquotes and strings in single quotes, without this mode",
            "PIPES_AS_CONCAT" => "write `CONCAT(a, b)`, without this mode",
            _ => "write it as it is written without this mode",
        };
        Err(Trouble::at(token.at, token.text.len(), message).hint(hint).refusal())
    }
}

fn defines(class: Class) -> bool {
    !matches!(class, Class::NoSchema | Class::Server | Class::Use | Class::CreateTemporary | Class::DropTemporary)
}

fn is_stored_with_its_mode(class: Class) -> bool {
    matches!(class, Class::CreateTrigger | Class::CreateRoutine | Class::CreateEvent | Class::Set)
}

/// `SET`: what decides the meaning of what follows is kept, the rest says nothing about a schema.
pub(super) fn set(fold: &mut Fold<'_>, stmt: &Stmt<'_>) -> FoldResult {
    if stmt.tokens.get(1).is_some_and(|it| it.is("statement")) {
        let hint = "set the variable for the session, and write the statement alone";
        return Err(stmt.wrong("SET STATEMENT is not understood").hint(hint).refusal());
    }
    let mut is_global = false;
    for assignment in split_commas(&stmt.tokens[1..]) {
        let Some(at) = assignment.iter().position(|it| it.is("=") || it.is(":=")) else { continue };
        let mut target = &assignment[..at];
        is_global |= target.first().is_some_and(|it| it.is_any(&["global", "persist", "persist_only"]));
        if sees(target, &["session"]) || sees(target, &["local"]) {
            target = &target[1..];
        }
        let name: String = target.iter().map(|it| it.text).collect::<String>().to_ascii_lowercase();
        is_global |= name.starts_with("@@global.") || name.starts_with("@@persist");
        if !is_global {
            assign(fold, stmt, &name, &assignment[at + 1..])?;
        }
    }
    if is_global {
        return Ok(Folded::Skipped("a setting of the server is no part of a schema".to_owned()));
    }
    Ok(Folded::Nothing)
}

fn assign(fold: &mut Fold<'_>, stmt: &Stmt<'_>, name: &str, value: &[Token<'_>]) -> Result<(), Trouble> {
    let system = name.trim_start_matches("@@").trim_start_matches("session.").trim_start_matches("local.");
    let is_user = name.starts_with('@') && !name.starts_with("@@");
    let is_mode = |text: &str| {
        let text = text.to_ascii_lowercase();
        text.starts_with("@@") && text.trim_start_matches('@').trim_start_matches("session.") == "sql_mode"
    };
    let source: String = value.iter().map(|it| it.text).collect();
    let session = &mut fold.session;
    match system {
        _ if is_user && is_mode(&source) => {
            session.saved.insert(name.to_owned(), session.sql_mode.clone());
        }
        _ if is_user => (),
        "sql_mode" => match value {
            _ if is_mode(&source) => (),
            [it] if it.kind == Kind::String || (it.kind == Kind::Word && !it.is("default")) => {
                session.sql_mode = Some(modes(&it.unquoted()));
            }
            [it] if it.kind == Kind::Variable => {
                session.sql_mode = session.saved.get(&it.text.to_ascii_lowercase()).cloned().flatten();
            }
            // Computed from the server's own, as a rule to take something away.
            _ => session.sql_mode = None,
        },
        "default_storage_engine" | "storage_engine" => {
            session.engine = value.first().filter(|it| !it.is("default")).map(|it| it.unquoted().into_owned());
        }
        "foreign_key_checks" => fold.unchecked |= is_off(value),
        "explicit_defaults_for_timestamp" => {
            let is_implicit = is_off(value);
            if is_implicit != fold.facts.implicit_timestamps {
                let message = "the server's own `explicit_defaults_for_timestamp` says otherwise";
                let hint = "leave this out, and write the defaults of TIMESTAMP columns out";
                return Err(stmt.wrong(message).hint(hint).refusal());
            }
        }
        _ => (),
    }
    Ok(())
}

fn is_off(value: &[Token<'_>]) -> bool {
    value.first().is_some_and(|it| it.text == "0" || it.is_any(&["off", "false"]))
}

/// An SQL mode in the server's own words and order.
pub(super) fn modes(text: &str) -> String {
    let mut modes: Vec<String> = Vec::new();
    for mode in text.split(',').map(|it| it.trim().to_ascii_uppercase()).filter(|it| !it.is_empty()) {
        let stands_for: &[&str] = match mode.as_str() {
            "ANSI" => &["REAL_AS_FLOAT", "PIPES_AS_CONCAT", "ANSI_QUOTES", "IGNORE_SPACE"],
            "TRADITIONAL" => &[
                "STRICT_TRANS_TABLES",
                "STRICT_ALL_TABLES",
                "NO_ZERO_IN_DATE",
                "NO_ZERO_DATE",
                "ERROR_FOR_DIVISION_BY_ZERO",
                "NO_ENGINE_SUBSTITUTION",
            ],
            "ORACLE" | "MSSQL" | "DB2" | "MAXDB" | "POSTGRESQL" => {
                &["PIPES_AS_CONCAT", "ANSI_QUOTES", "IGNORE_SPACE", "NO_KEY_OPTIONS", "NO_TABLE_OPTIONS"]
            }
            _ => &[],
        };
        modes.extend(stands_for.iter().map(|it| (*it).to_owned()));
        modes.push(mode);
    }
    let place = |mode: &String| MODES.iter().chain(&LATER_MODES).position(|it| it == mode).unwrap_or(usize::MAX);
    modes.sort_by_key(place);
    modes.dedup();
    modes.join(",")
}

/// What is said of a statement about the server itself.
pub(super) fn server(stmt: &Stmt<'_>) -> String {
    let is_about_privileges =
        stmt.tokens.iter().take(4).any(|it| it.is_any(&["grant", "revoke", "user", "role", "password"]));
    if is_about_privileges {
        "users and privileges are not managed".to_owned()
    } else {
        "what belongs to the server and to no database is not managed".to_owned()
    }
}

/// A statement that touches rows or the connection. What only frames others is not worth a word.
pub(super) fn no_schema(stmt: &Stmt<'_>) -> FoldResult {
    const FRAMES: [&str; 13] = [
        "start",
        "commit",
        "begin",
        "rollback",
        "savepoint",
        "release",
        "lock",
        "unlock",
        "show",
        "xa",
        "help",
        "describe",
        "desc",
    ];
    let Some(first) = stmt.tokens.first() else { return Ok(Folded::Nothing) };
    if first.is_any(&FRAMES) {
        return Ok(Folded::Nothing);
    }
    if first.is("execute") {
        let message = "a statement that is put together at run time may define anything, and is not followed";
        let hint = "write the statement out that it comes to";
        return Err(stmt.wrong(message).hint(hint).refusal());
    }
    let word = first.text.to_ascii_uppercase();
    Ok(Folded::Skipped([&word, " defines no schema and is skipped"].concat()))
}
