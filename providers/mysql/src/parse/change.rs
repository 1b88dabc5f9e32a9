//! ALTER of anything but a table.

use trueup_state::{
    Address, Definition, Ident, MySqlEvent, MySqlObject, MySqlRoutine, MySqlSequence, ObjectKind, Qualified,
};

use super::{
    Fold, FoldResult, Folded, Trouble, check, create, database,
    statement::{Stmt, ident, if_exists, sees},
};
use crate::{
    read::{self, Created, Cursor, ReadError, created_tokens},
    token::{Kind, Token},
};

/// `ALTER DATABASE | VIEW | EVENT | SEQUENCE | FUNCTION | PROCEDURE`.
pub(super) fn alter(fold: &mut Fold<'_>, stmt: &Stmt<'_>) -> FoldResult {
    let kinds = ["database", "schema", "view", "event", "sequence", "function", "procedure"];
    let Some(at) = stmt.tokens.iter().take(16).position(|it| it.is_any(&kinds)) else {
        return Err(stmt.wrong("this ALTER is not understood"));
    };
    let cursor = stmt.cursor(fold.facts).over(&stmt.tokens[at + 1..]);
    match stmt.tokens[at].text.to_ascii_lowercase().as_str() {
        "database" | "schema" => database::alter(fold, stmt),
        "view" => view(fold, stmt),
        "event" => event(fold, stmt, at),
        "sequence" => sequence(fold, stmt, cursor),
        "function" => routine(fold, stmt, ObjectKind::Function, cursor),
        _ => routine(fold, stmt, ObjectKind::Procedure, cursor),
    }
}

/// What the reader makes of a text that is put together; troubles are shown at the statement.
fn read(fold: &Fold<'_>, stmt: &Stmt<'_>, text: &str) -> Result<Created, Trouble> {
    read::created(text, fold.facts).map_err(|error| {
        let ReadError { message, hint, .. } = error;
        let trouble = stmt.wrong(message);
        Trouble { hint, ..trouble }
    })
}

/// `ALTER VIEW` says all of a view anew: it reads as CREATE does.
fn view(fold: &mut Fold<'_>, stmt: &Stmt<'_>) -> FoldResult {
    let mut tokens = stmt.tokens.clone();
    if let Some(first) = tokens.first_mut() {
        first.text = "CREATE";
    }
    let Created::View { name, query } = created_tokens(stmt.source, &tokens, fold.facts)? else {
        return Err(stmt.wrong("no view is read here"));
    };
    let Some(found) = fold.view_name(&name) else {
        return Err(stmt.wrong_name(&name, ["view `", name.text(), "` is not declared"].concat()).early());
    };
    if let Some(view) = fold.schema.namespace_mut(&Ident::default()).views.get_mut(&found) {
        view.query = query;
    }
    Ok(Folded::Object(Address::View(Qualified::bare(found))))
}

/// The object that a statement changes.
fn object<'f>(
    fold: &'f mut Fold<'_>,
    stmt: &Stmt<'_>,
    kind: ObjectKind,
    name: &Ident,
) -> Result<(Address, &'f mut MySqlObject), Trouble> {
    let missing = stmt.wrong_name(name, [kind.words(), " `", name.text(), "` is not declared"].concat()).early();
    let address = fold.other(kind, name).ok_or_else(|| missing.clone())?;
    match fold.schema.others.get_mut(&address) {
        Some(Definition::MySql(object)) => Ok((address, object)),
        _ => Err(missing),
    }
}

/// `ALTER FUNCTION | PROCEDURE` changes characteristics.
fn routine(fold: &mut Fold<'_>, stmt: &Stmt<'_>, kind: ObjectKind, mut cursor: Cursor<'_, '_>) -> FoldResult {
    let name = cursor.own_name("a routine")?;
    let said = cursor.rest();
    let text = ["CREATE PROCEDURE `x`() ", stmt.slice(said), " SELECT 1"].concat();
    let Created::Routine { routine, .. } = read(fold, stmt, &text)? else {
        return Err(stmt.wrong("no routine is read here"));
    };
    let MySqlRoutine { data_access, invoker, comment, .. } = routine;
    let (address, object) = object(fold, stmt, kind, &name)?;
    let says = |words: &[&str]| said.iter().any(|it| it.is_any(words));
    if let MySqlObject::Routine(it) = object {
        if says(&["contains", "reads", "modifies", "no"]) {
            it.data_access = data_access;
        }
        if says(&["security"]) {
            it.invoker = invoker;
        }
        if says(&["comment"]) {
            it.comment = comment;
        }
    }
    Ok(Folded::Object(address))
}

/// Where each clause of ALTER EVENT begins.
struct EventClauses<'s, 'a> {
    /// `ON SCHEDULE …`.
    schedule: &'s [Token<'a>],
    /// `ON COMPLETION …`, `ENABLE`, `COMMENT` and the like.
    middle: &'s [Token<'a>],
    /// What follows `RENAME TO`.
    name: Option<&'s Token<'a>>,
    /// `DO …`.
    body: &'s [Token<'a>],
}

impl<'s, 'a> EventClauses<'s, 'a> {
    fn of(tokens: &'s [Token<'a>]) -> EventClauses<'s, 'a> {
        let find = |words: &[&str]| (0..tokens.len()).find(|at| sees(&tokens[*at..], words));
        let end = find(&["do"]).unwrap_or(tokens.len());
        let (head, body) = tokens.split_at(end);
        let rename = find(&["rename", "to"]).filter(|at| *at < end);
        let middles: [&[&str]; 5] = [&["on", "completion"], &["rename", "to"], &["enable"], &["disable"], &["comment"]];
        let middle = middles.iter().filter_map(|words| find(words)).filter(|at| *at < end).min().unwrap_or(end);
        let has_schedule = sees(tokens, &["on", "schedule"]);
        let (schedule, middle) = head.split_at(if has_schedule { middle } else { 0 });
        EventClauses { schedule, middle, name: rename.and_then(|at| tokens.get(at + 2)), body }
    }
}

/// `ALTER EVENT` changes what it says.
fn event(fold: &mut Fold<'_>, stmt: &Stmt<'_>, at: usize) -> FoldResult {
    let mut cursor = stmt.cursor(fold.facts).over(&stmt.tokens[at + 1..]);
    let name = cursor.own_name("an event")?;
    let EventClauses { schedule, middle, name: to, body } = EventClauses::of(cursor.rest());
    let after_rename = middle.iter().position(|it| it.is("rename"));
    let (before, after) = match after_rename {
        Some(at) => (&middle[..at], middle.get(at + 3..).unwrap_or_default()),
        None => (middle, &middle[..0]),
    };
    let or = |tokens: &[Token<'_>], other: &str| {
        if tokens.is_empty() { other.to_owned() } else { stmt.slice(tokens).to_owned() }
    };
    let definer = or(&stmt.tokens[1..at], "");
    let pieces = [
        "CREATE",
        &definer,
        "EVENT `x`",
        &or(schedule, "ON SCHEDULE EVERY 1 DAY"),
        stmt.slice(before),
        stmt.slice(after),
        &or(body, "DO SELECT 1"),
    ];
    let Created::Event { event, .. } = read(fold, stmt, &pieces.join(" "))? else {
        return Err(stmt.wrong("no event is read here"));
    };
    let MySqlEvent { schedule: when, preserve, status, comment, body: what, definer, sql_mode: _ } = event;
    let mode = fold.session.sql_mode.clone();
    let (mut address, object) = object(fold, stmt, ObjectKind::Event, &name)?;
    let says = |words: &[&str]| middle.iter().any(|it| it.is_any(words));
    if let MySqlObject::Event(it) = object {
        it.schedule = if schedule.is_empty() { it.schedule.clone() } else { when };
        it.preserve = if says(&["completion"]) { preserve } else { it.preserve };
        it.status = if says(&["enable", "disable"]) { status } else { it.status.take() };
        it.comment = if says(&["comment"]) { comment } else { std::mem::take(&mut it.comment) };
        it.definer = definer.or(it.definer.take());
        it.sql_mode = mode.or(it.sql_mode.take());
        it.body = if body.is_empty() { it.body.clone() } else { what };
    }
    if let Some(to) = to {
        let to = ident(to);
        check::names(stmt, &[&to])?;
        if let Some(it) = fold.schema.others.shift_remove(&address) {
            address = create::address(ObjectKind::Event, to);
            fold.schema.others.insert(address.clone(), it);
        }
    }
    Ok(Folded::Object(address))
}

/// `ALTER SEQUENCE` changes what it says; where it counts on from is no part of a schema.
fn sequence(fold: &mut Fold<'_>, stmt: &Stmt<'_>, mut cursor: Cursor<'_, '_>) -> FoldResult {
    let if_exists = if_exists(&mut cursor);
    let name = cursor.own_name("a sequence")?;
    let (address, object) = match object(fold, stmt, ObjectKind::Sequence, &name) {
        Ok(found) => found,
        Err(_) if if_exists => return Ok(Folded::Nothing),
        Err(trouble) => return Err(trouble),
    };
    let MySqlObject::Sequence(it) = object else { return Err(stmt.wrong("this is no sequence")) };
    while !cursor.is_done() {
        sequence_option(it, &mut cursor)?;
    }
    Ok(Folded::Object(address))
}

fn sequence_option(it: &mut MySqlSequence, cursor: &mut Cursor<'_, '_>) -> Result<(), ReadError> {
    let falls = it.increment < 0;
    if cursor.accept("restart") {
        cursor.accept_any(&["with", "="]);
        if cursor.peek().is_some_and(|it| it.kind == Kind::Number || it.is("-")) {
            cursor.accept("-");
            cursor.number::<i64>()?;
        }
    } else if cursor.accept("increment") {
        cursor.accept_any(&["by", "="]);
        it.increment = integer(cursor)?;
    } else if cursor.accept("nominvalue") || cursor.accept_all(&["no", "minvalue"]) {
        it.minimum = if falls { -i64::MAX } else { 1 };
    } else if cursor.accept("nomaxvalue") || cursor.accept_all(&["no", "maxvalue"]) {
        it.maximum = if falls { -1 } else { i64::MAX - 1 };
    } else if cursor.accept("minvalue") {
        it.minimum = integer(cursor)?;
    } else if cursor.accept("maxvalue") {
        it.maximum = integer(cursor)?;
    } else if cursor.accept("start") {
        cursor.accept("with");
        it.start = integer(cursor)?;
    } else if cursor.accept("nocache") || cursor.accept_all(&["no", "cache"]) {
        it.cache = 0;
    } else if cursor.accept("cache") {
        it.cache = integer(cursor)?;
    } else if cursor.accept("nocycle") || cursor.accept_all(&["no", "cycle"]) {
        it.cycle = false;
    } else if cursor.accept("cycle") {
        it.cycle = true;
    } else {
        return Err(cursor.wrong("an option of a sequence"));
    }
    Ok(())
}

fn integer(cursor: &mut Cursor<'_, '_>) -> Result<i64, ReadError> {
    cursor.accept("=");
    let is_negative = cursor.accept("-");
    let number: i64 = cursor.number()?;
    Ok(if is_negative { -number } else { number })
}
