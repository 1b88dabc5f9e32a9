//! Sequences.

use trueup_contract::Sql;
use trueup_state::{Ident, Pair, Qualified, Sequence, SequenceOptions};

use crate::render::sql;

/// CREATE SEQUENCE, without its owner: the column may not be there yet.
pub(crate) fn create(name: &Qualified, sequence: &Sequence) -> String {
    let Sequence { ty, options: all, unlogged, owned_by: _ } = sequence;
    let sql = sql(if *unlogged { "CREATE UNLOGGED SEQUENCE" } else { "CREATE SEQUENCE" }).name(name);
    options(sql.raw("AS").raw(ty), all).finish()
}

/// Every option of a sequence, spelled out.
pub(crate) fn options(sql: Sql, options: &SequenceOptions) -> Sql {
    let SequenceOptions { start, increment, minimum, maximum, cache, cycle } = options;
    let numbers = [
        ("INCREMENT BY", increment),
        ("MINVALUE", minimum),
        ("MAXVALUE", maximum),
        ("START WITH", start),
        ("CACHE", cache),
    ];
    let sql = numbers.into_iter().fold(sql, |sql, (keywords, number)| sql.raw(keywords).raw(&number.to_string()));
    if *cycle { sql.raw("CYCLE") } else { sql }
}

/// ALTER SEQUENCE with what is not as it was, but for the owner and the logging. `None`: nothing of that.
pub(crate) fn alter(name: &Qualified, forms: Pair<&Sequence>) -> Option<String> {
    let Sequence { ty, options: was, unlogged: _, owned_by: _ } = forms.before;
    let Sequence { ty: new_type, options: shall_be, unlogged: _, owned_by: _ } = forms.after;
    let head = sql("ALTER SEQUENCE").name(name);
    let retyped = ty != new_type;
    if !retyped && was == shall_be {
        return None;
    }
    let head = if retyped { head.raw("AS").raw(new_type) } else { head };
    let sql = changed_options(head, Pair { before: was, after: shall_be }, retyped);
    Some(if must_restart(was, shall_be) { sql.raw("RESTART") } else { sql }.finish())
}

/// Whether every number that it may have come to is beyond its new limits, so that it can only begin anew.
pub(crate) fn must_restart(before: &SequenceOptions, after: &SequenceOptions) -> bool {
    let apart = before.maximum < after.minimum || after.maximum < before.minimum;
    // One that does not begin again has left behind what lies before its start; of one that does, numbers come twice.
    let passed = match before.increment > 0 {
        true => before.start > after.maximum,
        false => before.start < after.minimum,
    };
    apart || passed
}

/// The options that are not as they were. With another type PostgreSQL moves the limits by itself, so that they are
/// always said then.
fn changed_options(sql: Sql, forms: Pair<&SequenceOptions>, limits: bool) -> Sql {
    let SequenceOptions { start, increment, minimum, maximum, cache, cycle } = forms.before;
    let after = forms.after;
    let numbers = [
        ("INCREMENT BY", after.increment, *increment != after.increment),
        ("MINVALUE", after.minimum, limits || *minimum != after.minimum),
        ("MAXVALUE", after.maximum, limits || *maximum != after.maximum),
        ("START WITH", after.start, *start != after.start),
        ("CACHE", after.cache, *cache != after.cache),
    ];
    let numbers = numbers.into_iter().filter(|(_, _, differs)| *differs);
    let sql = numbers.fold(sql, |sql, (keywords, number, _)| sql.raw(keywords).raw(&number.to_string()));
    match (*cycle, after.cycle) {
        (false, true) => sql.raw("CYCLE"),
        (true, false) => sql.raw("NO CYCLE"),
        (false, false) | (true, true) => sql,
    }
}

/// Tie a sequence to the column that it goes with, or to none.
pub(crate) fn owned_by(name: &Qualified, owner: Option<&(Qualified, Ident)>) -> String {
    let sql = sql("ALTER SEQUENCE").name(name).raw("OWNED BY");
    match owner {
        Some((table, column)) => {
            let column = crate::render::sql("").ident(column).finish();
            sql.name(table).raw(&[".", &column].concat()).finish()
        }
        None => sql.raw("NONE").finish(),
    }
}

/// Whether what is drawn from it survives a crash (15).
pub(crate) fn logged(name: &Qualified, unlogged: bool) -> String {
    sql("ALTER SEQUENCE").name(name).raw(if unlogged { "SET UNLOGGED" } else { "SET LOGGED" }).finish()
}
