//! Triggers, routines and events: a head, and a statement that is kept as it is.

use trueup_state::{MySqlEvent, MySqlRoutine, MySqlTrigger, ObjectKind, SqlText, Trigger};

use super::{Created, Cursor, Prefix, ReadError, default::datetime_literal, security, types::type_name};
use crate::{
    canonical::{self, Names},
    token::{Kind, Token},
};

/// What follows `TRIGGER`.
pub(super) fn trigger(mut cursor: Cursor<'_, '_>, prefix: Prefix) -> Result<Created, ReadError> {
    let before = cursor.rest();
    let name = cursor.created_name()?;
    let start = cursor;
    // The server keeps the statement as it is sent, from the name on.
    let named = &before[(before.len() - start.rest().len()).saturating_sub(1)..];
    let Some(time) = cursor.accept_any(&["before", "after"]) else { return Err(cursor.wrong("`BEFORE` or `AFTER`")) };
    let Some(event) = cursor.accept_any(&["insert", "update", "delete"]) else {
        return Err(cursor.wrong("`INSERT`, `UPDATE` or `DELETE`"));
    };
    if cursor.peek_is("or") || cursor.peek_is("of") {
        return Err(cursor.refuse("triggers of several events or of some columns are not supported"));
    }
    cursor.expect("on")?;
    let on = cursor.own_name("the trigger's table")?;
    for word in ["for", "each", "row"] {
        cursor.expect(word)?;
    }
    let head = &named[..named.len() - cursor.rest().len()];
    let follows = if cursor.accept("follows") { Some(cursor.name("a trigger")?) } else { None };
    let precedes = if cursor.accept("precedes") { Some(cursor.name("a trigger")?) } else { None };
    let body = body(cursor)?;
    // The table's name keeps its case, quoted or not.
    let table = canonical::identifier(on.text());
    let canonical = [time, event, "on", &table, "for each row", body.canonical()].join(" ");
    let written = if follows.is_some() || precedes.is_some() {
        [&canonical::written(start.source(), head), " ", body.written()].concat()
    } else {
        canonical::written(start.source(), named)
    };
    let extra = MySqlTrigger { definer: prefix.definer, sql_mode: None, follows };
    let trigger = Trigger { definition: SqlText::new(canonical, written), extra: extra.into() };
    Ok(Created::Trigger { name, on, trigger, precedes })
}

/// Everything that is left, as the statement to run.
fn body(cursor: Cursor<'_, '_>) -> Result<SqlText, ReadError> {
    if cursor.is_done() {
        return Err(cursor.wrong("a statement"));
    }
    let tokens = cursor.rest();
    match (0..tokens.len()).find(|at| begins_after_end(tokens, *at)) {
        Some(at) => Err(cursor.over(&tokens[at..]).not_ended()),
        None => Ok(canonical::text(cursor.source(), tokens, Names::Any)),
    }
}

/// Whether another statement begins right after END, or END and a label: no body goes on so, its delimiter is missing.
fn begins_after_end(tokens: &[Token<'_>], at: usize) -> bool {
    let opens = ["do", "then", "else", "begin", "loop", "repeat"];
    let is_begun = tokens[at].is_any(&["create", "alter", "drop", "grant"]);
    match &tokens[..at] {
        _ if !is_begun => false,
        [.., end] if end.is("end") => true,
        [.., end, label] => end.is("end") && label.is_name() && !label.is_any(&opens),
        _ => false,
    }
}

/// What follows `FUNCTION` or `PROCEDURE`.
pub(super) fn routine(mut cursor: Cursor<'_, '_>, prefix: Prefix, kind: ObjectKind) -> Result<Created, ReadError> {
    let name = cursor.created_name()?;
    if cursor.peek_is("returns") {
        return Err(cursor.refuse("functions of shared libraries (SONAME) are not part of a schema"));
    }
    let arguments = arguments(&mut cursor)?;
    let returns = if kind == ObjectKind::Function { Some(returns(&mut cursor)?) } else { None };
    let mut routine = MySqlRoutine {
        arguments,
        returns,
        aggregate: prefix.aggregate,
        deterministic: false,
        data_access: None,
        invoker: prefix.invoker,
        comment: String::new(),
        body: SqlText::new("", ""),
        definer: prefix.definer,
        sql_mode: None,
    };
    while characteristic(&mut cursor, &mut routine)? {}
    routine.body = body(cursor)?;
    Ok(Created::Routine { kind, name, routine })
}

/// The arguments, with the spaces around them: the server keeps what stands between the parentheses.
fn arguments(cursor: &mut Cursor<'_, '_>) -> Result<SqlText, ReadError> {
    let open = cursor.rest();
    let text = canonical::text(cursor.source(), cursor.group()?, Names::Any);
    let close = &open[open.len() - cursor.rest().len() - 1];
    let between = cursor.source().get(open[0].end()..close.at).unwrap_or_default();
    let is_plain = between.trim() == text.written();
    Ok(if is_plain { SqlText::new(text.canonical(), between) } else { text })
}

/// `RETURNS type`, with its character set and collation as far as they are said.
fn returns(cursor: &mut Cursor<'_, '_>) -> Result<SqlText, ReadError> {
    cursor.expect("returns")?;
    let mut read = type_name(cursor)?;
    super::types::complete(&mut read.charset, &mut read.collation);
    let charset = match (read.charset, &read.collation) {
        (Some(charset), _) => Some(charset),
        // A collation's name begins with that of its character set.
        (None, Some(collation)) => collation.split('_').next().map(str::to_owned),
        (None, None) => None,
    };
    let clause = |word: &str, name: Option<String>| name.map_or_else(String::new, |name| [word, &name].concat());
    let more = [clause(" charset ", charset), clause(" collate ", read.collation)].concat();
    Ok(SqlText::new([read.ty.canonical(), &more].concat(), [read.ty.written(), &more].concat()))
}

fn characteristic(cursor: &mut Cursor<'_, '_>, routine: &mut MySqlRoutine) -> Result<bool, ReadError> {
    if cursor.accept("deterministic") {
        routine.deterministic = true;
    } else if cursor.accept_all(&["not", "deterministic"]) {
        routine.deterministic = false;
    } else if cursor.accept_all(&["contains", "sql"]) {
        routine.data_access = None;
    } else if cursor.accept_all(&["no", "sql"]) {
        routine.data_access = Some("no sql".to_owned());
    } else if cursor.accept_all(&["reads", "sql", "data"]) {
        routine.data_access = Some("reads sql data".to_owned());
    } else if cursor.accept_all(&["modifies", "sql", "data"]) {
        routine.data_access = Some("modifies sql data".to_owned());
    } else if cursor.accept_all(&["sql", "security"]) {
        routine.invoker = security(cursor)?;
    } else if cursor.peek_is("comment") {
        cursor.accept("comment");
        routine.comment = cursor.string()?;
    } else if cursor.accept("language") {
        if !cursor.accept("sql") {
            return Err(cursor.refuse("routines in other languages than SQL are not supported"));
        }
    } else {
        return Ok(false);
    }
    Ok(true)
}

/// What follows `EVENT`.
pub(super) fn event(mut cursor: Cursor<'_, '_>, prefix: Prefix) -> Result<Created, ReadError> {
    let name = cursor.created_name()?;
    cursor.expect("on")?;
    cursor.expect("schedule")?;
    let schedule = schedule(&mut cursor)?;
    let mut event = MySqlEvent {
        schedule,
        preserve: false,
        status: None,
        comment: String::new(),
        body: SqlText::new("", ""),
        definer: prefix.definer,
        sql_mode: None,
    };
    loop {
        if cursor.accept_all(&["on", "completion", "preserve"]) {
            event.preserve = true;
        } else if cursor.accept_all(&["on", "completion", "not", "preserve"]) {
            event.preserve = false;
        } else if cursor.accept("enable") {
            event.status = None;
        } else if cursor.accept("disable") {
            let replica = cursor.accept_all(&["on", "slave"]) || cursor.accept_all(&["on", "replica"]);
            event.status = Some(if replica { "disable on slave" } else { "disable" }.to_owned());
        } else if cursor.accept("comment") {
            event.comment = cursor.string()?;
        } else {
            break;
        }
    }
    cursor.expect("do")?;
    event.body = body(cursor)?;
    Ok(Created::Event { name, event })
}

/// `AT moment`, `EVERY interval [STARTS moment] [ENDS moment]`; moments that are literals are spelled out.
pub(crate) fn schedule(cursor: &mut Cursor<'_, '_>) -> Result<SqlText, ReadError> {
    let tokens = cursor.rest();
    let ends = |it: &Token<'_>| it.is_any(&["on", "enable", "disable", "comment", "do", "rename"]);
    let length = tokens.iter().position(ends).unwrap_or(tokens.len());
    let (read, rest) = tokens.split_at(length);
    *cursor = cursor.over(rest);
    if !read.first().is_some_and(|it| it.is_any(&["at", "every"])) {
        return Err(cursor.over(tokens).wrong("`AT` or `EVERY`"));
    }
    let written = canonical::written(cursor.source(), read);
    let mut canonical: Vec<String> = Vec::new();
    for (at, token) in read.iter().enumerate() {
        let is_moment = at > 0 && read[at - 1].is_any(&["at", "starts", "ends"]);
        let is_alone = read.get(at + 1).is_none_or(|it| it.is_any(&["starts", "ends"]));
        let spelled = Some(token).filter(|it| it.kind == Kind::String && is_moment && is_alone);
        let spelled = spelled.and_then(|it| datetime_literal(&it.unquoted()));
        canonical.push(spelled.unwrap_or_else(|| {
            canonical::text(cursor.source(), std::slice::from_ref(token), Names::Columns).canonical().to_owned()
        }));
    }
    Ok(SqlText::new(canonical.join(" "), written))
}
