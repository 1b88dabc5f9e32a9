//! Functions and procedures.

use trueup_contract::Sql;
use trueup_state::{
    Argument, ArgumentMode, ObjectKind, Parallel, Qualified, Routine, RoutineBody, SqlText, Volatility,
};

use super::attachments::keywords;
use crate::render::sql;

/// CREATE [OR REPLACE] FUNCTION or PROCEDURE.
pub(crate) fn create(kind: ObjectKind, name: &Qualified, routine: &Routine, replace: bool) -> String {
    let Routine {
        arguments,
        returns: _,
        returns_set: _,
        language,
        body: what,
        volatility,
        strict,
        security_definer,
        leakproof,
        window,
        parallel,
        cost,
        rows,
        support,
        settings,
        transforms,
    } = routine;
    let head = sql(if replace { "CREATE OR REPLACE" } else { "CREATE" }).raw(&keywords(kind)).name(name);
    let called_with = arguments.iter().filter(|it| it.mode != ArgumentMode::Table);
    let head = result(head.list(called_with, argument), kind, routine).raw("LANGUAGE").ident(language);
    let head = transformed(head, transforms);
    let words = [
        (*window, "WINDOW"),
        (*volatility == Volatility::Immutable, "IMMUTABLE"),
        (*volatility == Volatility::Stable, "STABLE"),
        (*strict, "STRICT"),
        (*security_definer, "SECURITY DEFINER"),
        (*leakproof, "LEAKPROOF"),
        (*parallel == Parallel::Restricted, "PARALLEL RESTRICTED"),
        (*parallel == Parallel::Safe, "PARALLEL SAFE"),
    ];
    let mut sql = words.into_iter().filter(|(is, _)| *is).fold(head, |sql, (_, word)| sql.raw(word));
    for (word, number) in [("COST", cost), ("ROWS", rows)] {
        if let Some(number) = number {
            sql = sql.raw(word).raw(number);
        }
    }
    if let Some(support) = support {
        sql = sql.raw("SUPPORT").name(support);
    }
    for (parameter, value) in settings {
        sql = setting(sql.raw("SET"), parameter).raw("TO").raw(value);
    }
    body(sql, what).finish()
}

/// An argument: mode, name, type and default.
fn argument(sql: Sql, argument: &Argument) -> Sql {
    let Argument { mode, name, ty, default } = argument;
    let sql = match mode {
        ArgumentMode::In | ArgumentMode::Table => sql,
        ArgumentMode::Out => sql.raw("OUT"),
        ArgumentMode::InOut => sql.raw("INOUT"),
        ArgumentMode::Variadic => sql.raw("VARIADIC"),
    };
    let sql = match name {
        Some(name) => sql.ident(name),
        None => sql,
    };
    let sql = sql.text(ty);
    match default {
        Some(default) => sql.raw("DEFAULT").text(default),
        None => sql,
    }
}

/// RETURNS and what follows; nothing for a procedure, and where OUT arguments say it all.
fn result(sql: Sql, kind: ObjectKind, routine: &Routine) -> Sql {
    if kind == ObjectKind::Procedure {
        return sql;
    }
    let columns = routine.arguments.iter().filter(|it| it.mode == ArgumentMode::Table);
    if columns.clone().next().is_some() {
        return sql.raw("RETURNS TABLE").list(columns, argument);
    }
    let set = |sql: Sql, ty: &SqlText| {
        let is_said = ty.canonical().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("setof "));
        let sql = sql.raw(if routine.returns_set && !is_said { "RETURNS SETOF" } else { "RETURNS" });
        sql.text(ty)
    };
    if let Some(returns) = &routine.returns {
        return set(sql, returns);
    }
    let out: Vec<&Argument> =
        routine.arguments.iter().filter(|it| matches!(it.mode, ArgumentMode::Out | ArgumentMode::InOut)).collect();
    match out.as_slice() {
        _ if !routine.returns_set => sql,
        [only] => set(sql, &only.ty),
        _ => sql.raw("RETURNS SETOF record"),
    }
}

fn transformed(sql: Sql, transforms: &[SqlText]) -> Sql {
    let mut sql = if transforms.is_empty() { sql } else { sql.raw("TRANSFORM") };
    for (at, ty) in transforms.iter().enumerate() {
        sql = if at > 0 { sql.raw(",") } else { sql }.raw("FOR TYPE").text(ty);
    }
    sql
}

/// The name of a setting; those of extensions have a dot between two names.
fn setting(sql: Sql, name: &str) -> Sql {
    let quoted: Vec<String> = name.split('.').map(|part| crate::render::sql("").ident(&part.into()).finish()).collect();
    sql.raw(&quoted.join("."))
}

fn body(sql: Sql, body: &RoutineBody) -> Sql {
    match body {
        RoutineBody::Text(text) => sql.raw("AS").raw(&dollar_quoted(text)),
        RoutineBody::Library { file, symbol } => sql.raw("AS").string(file).raw(",").string(symbol),
        RoutineBody::Sql(text) => sql.text(text),
    }
}

/// A text between dollar signs, with a tag that the text does not hold.
fn dollar_quoted(text: &str) -> String {
    let tag = (0_u32..).map(|count| match count {
        0 => "$$".to_owned(),
        1 => "$body$".to_owned(),
        more => ["$body", &more.to_string(), "$"].concat(),
    });
    // The end of the text and the beginning of the tag must not look like the tag either.
    let fits = |tag: &String| [text, tag].concat().find(tag.as_str()) == Some(text.len());
    match tag.take(1000).find(fits) {
        Some(tag) => [&tag, text, &tag].concat(),
        None => sql("").string(text).finish(),
    }
}
