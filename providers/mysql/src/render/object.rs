//! Views, triggers, routines, events, sequences, and the database itself.

use trueup_contract::Sql;
use trueup_state::{
    Ident, MySqlDatabase, MySqlEvent, MySqlRoutine, MySqlSequence, MySqlTrigger, MySqlView, ObjectKind, Query, Trigger,
};

use super::{sql, string};

/// The words a statement begins with: one that takes the place of what is there, where the server has such a one.
pub(crate) fn replaces(replace: bool) -> &'static str {
    if replace { "CREATE OR REPLACE" } else { "CREATE" }
}

/// `DEFINER=user@host`, where it is said.
pub(crate) fn definer(sql: Sql, definer: Option<&str>) -> Sql {
    let Some(definer) = definer else { return sql };
    let sql = sql.raw("DEFINER=");
    match definer.rsplit_once('@') {
        Some((user, host)) => {
            let host = super::sql("").ident(&Ident::from(host)).finish();
            let account = super::sql("").ident(&Ident::from(user)).finish();
            sql.raw(&[account.as_str(), "@", &host].concat())
        }
        // A role has no host.
        None => sql.ident(&Ident::from(definer)),
    }
}

/// `CREATE OR REPLACE VIEW`.
pub(crate) fn view(name: &Ident, view: &Query) -> String {
    let Query { definition, extra } = view;
    let MySqlView { definer: account, algorithm, invoker, check_option } = extra.mysql();
    let mut sql = sql("CREATE OR REPLACE");
    if let Some(algorithm) = algorithm {
        sql = sql.raw(&["ALGORITHM=", &algorithm.to_ascii_uppercase()].concat());
    }
    sql = definer(sql, account.as_deref());
    sql = if invoker { sql.raw("SQL SECURITY INVOKER") } else { sql };
    sql = sql.raw("VIEW").ident(name).text(definition);
    match check_option {
        Some(scope) => sql.raw("WITH").raw(&scope.to_ascii_uppercase()).raw("CHECK OPTION").finish(),
        None => sql.finish(),
    }
}

/// `CREATE TRIGGER`; its name stands in its text.
pub(crate) fn trigger(trigger: &Trigger, replace: bool) -> String {
    let Trigger { definition, extra } = trigger;
    let MySqlTrigger { definer: account, sql_mode: _, follows } = extra.mysql();
    let sql = definer(sql(replaces(replace)), account.as_deref()).raw("TRIGGER");
    let Some(follows) = follows else { return sql.text(definition).finish() };
    let (head, body) = definition.written().split_at(end_of_head(definition.written()));
    sql.raw(head).raw("FOLLOWS").ident(&follows).raw(body.trim_start()).finish()
}

/// Where `… FOR EACH ROW` ends in a trigger's definition.
fn end_of_head(definition: &str) -> usize {
    let mut quote = None;
    let mut start = None;
    let mut last = String::new();
    for (at, c) in definition.char_indices() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (Some(_), _) => (),
            (None, '`' | '"') => quote = Some(c),
            (None, _) => (),
        }
        let is_word = quote.is_none() && (c.is_ascii_alphanumeric() || c == '_');
        match start {
            None if is_word => start = Some(at),
            Some(from) if !is_word => {
                let word = definition[from..at].to_ascii_lowercase();
                if word == "row" && last == "each" {
                    return at;
                }
                last = word;
                start = None;
            }
            _ => (),
        }
    }
    definition.len()
}

/// `CREATE FUNCTION`, `CREATE PROCEDURE`.
pub(crate) fn routine(kind: ObjectKind, name: &Ident, routine: &MySqlRoutine, replace: bool) -> String {
    let MySqlRoutine { arguments, returns, aggregate, body, definer: account, sql_mode: _, .. } = routine;
    let mut sql = definer(sql(replaces(replace)), account.as_deref());
    sql = if *aggregate { sql.raw("AGGREGATE") } else { sql };
    sql = sql.raw(kind_words(kind)).ident(name).raw("(").text(arguments).raw(")");
    if let Some(returns) = returns {
        sql = sql.raw("RETURNS").text(returns);
    }
    sql = characteristics(sql, routine);
    if routine.deterministic {
        sql = sql.raw("DETERMINISTIC");
    }
    sql.raw("\n").text(body).finish()
}

/// `FUNCTION`, `PROCEDURE`, …
fn kind_words(kind: ObjectKind) -> &'static str {
    if kind == ObjectKind::Function { "FUNCTION" } else { "PROCEDURE" }
}

/// What `ALTER FUNCTION` and `ALTER PROCEDURE` can change, all of it said.
pub(crate) fn routine_characteristics(kind: ObjectKind, name: &Ident, routine: &MySqlRoutine) -> String {
    let sql = sql("ALTER").raw(kind_words(kind)).ident(name);
    let sql = sql.raw(&routine.data_access.as_deref().unwrap_or("contains sql").to_ascii_uppercase());
    let sql = sql.raw(if routine.invoker { "SQL SECURITY INVOKER" } else { "SQL SECURITY DEFINER" });
    string(sql.raw("COMMENT"), &routine.comment).finish()
}

fn characteristics(mut sql: Sql, routine: &MySqlRoutine) -> Sql {
    if let Some(access) = &routine.data_access {
        sql = sql.raw(&access.to_ascii_uppercase());
    }
    sql = if routine.invoker { sql.raw("SQL SECURITY INVOKER") } else { sql };
    if routine.comment.is_empty() { sql } else { string(sql.raw("COMMENT"), &routine.comment) }
}

/// `CREATE EVENT`.
pub(crate) fn event(name: &Ident, event: &MySqlEvent) -> String {
    let MySqlEvent { schedule, body, definer: account, .. } = event;
    let sql = definer(sql("CREATE"), account.as_deref()).raw("EVENT").ident(name);
    event_settings(sql.raw("ON SCHEDULE").text(schedule), event).raw("DO").text(body).finish()
}

/// `ALTER EVENT`, everything said again; the schedule only where it changes, since it would start anew.
pub(crate) fn event_changes(name: &Ident, event: &MySqlEvent, schedule: bool) -> String {
    let sql = definer(sql("ALTER"), event.definer.as_deref()).raw("EVENT").ident(name);
    let sql = if schedule { sql.raw("ON SCHEDULE").text(&event.schedule) } else { sql };
    event_settings(sql, event).raw("DO").text(&event.body).finish()
}

fn event_settings(sql: Sql, event: &MySqlEvent) -> Sql {
    let sql = sql.raw(if event.preserve { "ON COMPLETION PRESERVE" } else { "ON COMPLETION NOT PRESERVE" });
    let sql = sql.raw(&event.status.as_deref().unwrap_or("enable").to_ascii_uppercase());
    string(sql.raw("COMMENT"), &event.comment)
}

/// `CREATE SEQUENCE`, and, with `ALTER`, the same without what only a new one can be given.
pub(crate) fn sequence(words: &str, name: &Ident, sequence: &MySqlSequence) -> String {
    let MySqlSequence { start, increment, minimum, maximum, cache, cycle, engine } = sequence;
    let mut sql = sql(words).ident(name);
    for (word, value) in [
        ("START WITH", start),
        ("MINVALUE", minimum),
        ("MAXVALUE", maximum),
        ("INCREMENT BY", increment),
        ("CACHE", cache),
    ] {
        sql = sql.raw(word).raw(&value.to_string());
    }
    sql = sql.raw(if *cycle { "CYCLE" } else { "NOCYCLE" });
    match engine {
        Some(engine) if words.starts_with("CREATE") => sql.raw("ENGINE=").raw(engine).finish(),
        _ => sql.finish(),
    }
}

/// `ALTER DATABASE`: the connected one is there.
pub(crate) fn database(database: &MySqlDatabase) -> String {
    let MySqlDatabase { charset, collation } = database;
    let sql = sql("ALTER DATABASE");
    let sql = match charset {
        Some(charset) => sql.raw("CHARACTER SET").raw(charset),
        None => sql,
    };
    match collation {
        Some(collation) => sql.raw("COLLATE").raw(collation).finish(),
        None => sql.finish(),
    }
}

/// A statement under the SQL mode that what it makes shall keep, and the session's own mode after it.
pub(crate) fn moded(statement: &str, mode: &str, session: &str) -> String {
    let set = |mode: &str| sql("SET SESSION sql_mode =").string(mode).raw(";").finish();
    [set(mode).as_str(), "\n", statement, ";\n", &set(session)].concat()
}

#[cfg(test)]
mod tests {
    use super::end_of_head;

    #[test]
    fn the_head_of_a_trigger_ends_after_for_each_row() {
        let text = "BEFORE INSERT ON `each row` FOR EACH\n ROW SET NEW.a = 1";
        assert_eq!(text.split_at(end_of_head(text)).1, " SET NEW.a = 1");
    }
}
