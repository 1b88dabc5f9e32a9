//! Views, triggers, routines, events, sequences, and the database itself.

use std::collections::BTreeSet;

use trueup_contract::{DialectError, Fact, Hazard, Question, Step};
use trueup_state::{
    Address, Ident, MySqlEvent, MySqlObject, MySqlRoutine, MySqlSequence, Object, ObjectKind, Qualified, Trigger,
};

use super::{altered, context::Context, object_key, relation_key, step, untriggered};
use crate::render::{self, sql};

/// The mode of the session that the steps run in.
const SESSION_MODE: &str = "NO_AUTO_VALUE_ON_ZERO,STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION";

pub(super) fn steps(context: &Context<'_>) -> Result<Vec<Step>, DialectError> {
    let mut steps = Vec::new();
    for address in &context.dropped {
        match address {
            Address::View(name) => steps.push(drop_view(name)),
            Address::Trigger(table, name) if !context.dropped.contains(&Address::Table(table.clone())) => {
                steps.push(drop_trigger(context, table, name, false));
            }
            Address::Signed(..) | Address::Object(..) => steps.extend(drop_object(context, address)),
            _ => (),
        }
    }
    for address in context.created.iter().chain(&context.altered) {
        match (address, context.form(address)) {
            (Address::View(name), Some(Object::View(it))) => {
                steps.push(make_view(context, name, render::view(&name.name, it)));
            }
            (Address::Trigger(table, name), Some(Object::Trigger(it))) => {
                steps.extend(make_trigger(context, (table, name), it));
            }
            (Address::Signed(kind, name, _), Some(Object::MySql(MySqlObject::Routine(it)))) => {
                steps.extend(make_routine(context, address, (*kind, &name.name), it));
            }
            (Address::Object(_, name), Some(Object::MySql(it))) => {
                steps.extend(make_object(context, address, &name.name, it)?);
            }
            (_, _) => (),
        }
    }
    Ok(steps)
}

fn drop_view(name: &Qualified) -> Step {
    let address = Address::View(name.clone());
    let statement = sql("DROP VIEW").name(name).finish();
    let mut drop = step(&["drop view ", &name.to_string()], statement, vec![address.clone()]);
    drop.removes.push(address);
    drop.names.frees.push(relation_key(&name.name));
    drop
}

/// A view is put in the place of what is there; it needs whatever it shows.
fn make_view(context: &Context<'_>, name: &Qualified, statement: String) -> Step {
    let address = Address::View(name.clone());
    let is_new = context.created.contains(&address);
    let verb = if is_new { "create view " } else { "replace view " };
    let mut make = step(&[verb, &name.to_string()], statement, vec![address.clone()]);
    let needed: Vec<Address> = context.needs.needs(&address).into_iter().filter(|it| it.owner().is_none()).collect();
    let tables = needed.iter().filter_map(|it| match it {
        Address::Table(table) => Some(altered(table)),
        _ => None,
    });
    make.names.takes.extend(tables);
    let is_other_view = |it: &&Address| matches!(it, Address::View(_)) && context.changes(it);
    make.names.takes.extend(needed.iter().filter(is_other_view).filter_map(|it| it.relation()).map(shown));
    make.names.frees.push(shown(name));
    make.requires.extend(needed);
    if is_new {
        make.provides.push(address);
        make.names.takes.push(relation_key(&name.name));
    } else {
        make.requires.push(address);
    }
    make
}

/// When a view shows what it shall.
fn shown(name: &Qualified) -> String {
    ["moment: shown is ", &name.to_string()].concat()
}

fn drop_trigger(context: &Context<'_>, table: &Qualified, name: &Ident, comes_again: bool) -> Step {
    let address = Address::Trigger(table.clone(), name.clone());
    let changes = if comes_again { Vec::new() } else { vec![address.clone()] };
    let statement = sql("DROP TRIGGER").ident(name).finish();
    let mut drop = step(&["drop trigger ", name.text()], statement, changes);
    drop.removes.push(address);
    drop.requires.push(Address::Table(table.clone()));
    drop.names.frees.push(object_key("trigger", name));
    if comes_again {
        // Until then it keeps rows as they were meant to be.
        drop.names.takes.push(altered(table));
    } else if context.stays(table) {
        drop.names.frees.push(untriggered(table));
    }
    drop
}

/// A trigger; MariaDB puts it in the place of what is there, MySQL drops that before.
fn make_trigger(context: &Context<'_>, (table, name): (&Qualified, &Ident), it: &Trigger) -> Vec<Step> {
    let address = Address::Trigger(table.clone(), name.clone());
    let extra = it.extra.mysql();
    let is_new = context.created.contains(&address);
    let replaces = !is_new && context.is_mariadb();
    let statement = moded(context, &render::trigger(it, replaces), extra.sql_mode.as_deref());
    let verb = if is_new { "create trigger " } else { "replace trigger " };
    let mut make = step(&[verb, name.text()], statement, vec![address.clone()]);
    make.requires.push(Address::Table(table.clone()));
    make.names.takes.push(altered(table));
    if let Some(first) = &extra.follows {
        make.requires.push(Address::Trigger(table.clone(), first.clone()));
        make.names.takes.push(fires(table, first));
    }
    make.names.frees.push(fires(table, name));
    if replaces {
        make.requires.push(address);
        return vec![make];
    }
    make.provides.push(address);
    make.names.takes.push(object_key("trigger", name));
    if is_new { vec![make] } else { vec![drop_trigger(context, table, name, true), make] }
}

/// When a trigger has its place among those of its table.
fn fires(table: &Qualified, name: &Ident) -> String {
    ["moment: fires on ", &table.to_string(), " ", name.text()].concat()
}

/// A statement under the mode that its object shall keep.
fn moded(context: &Context<'_>, statement: &str, mode: Option<&str>) -> String {
    let Some(mode) = mode.or_else(|| context.facts.version.map(|_| context.facts.sql_mode.as_str())) else {
        // Between two files nobody knows the mode of the server.
        return statement.to_owned();
    };
    let words = |mode: &str| -> BTreeSet<String> { mode.split(',').map(|it| it.trim().to_ascii_uppercase()).collect() };
    if words(mode) == words(SESSION_MODE) {
        return statement.to_owned();
    }
    render::moded(statement, mode, SESSION_MODE)
}

fn drop_object(context: &Context<'_>, address: &Address) -> Option<Step> {
    let (words, name) = match address {
        Address::Signed(ObjectKind::Function, name, _) => ("DROP FUNCTION", name),
        Address::Signed(ObjectKind::Procedure, name, _) => ("DROP PROCEDURE", name),
        Address::Object(ObjectKind::Event, name) => ("DROP EVENT", name),
        Address::Object(ObjectKind::Sequence, name) => ("DROP SEQUENCE", name),
        _ => return None,
    };
    let statement = sql(words).name(name).finish();
    let mut drop = step(&["drop ", address.kind(), " ", &name.to_string()], statement, vec![address.clone()]);
    drop.removes.push(address.clone());
    if matches!(address, Address::Object(ObjectKind::Sequence, _)) {
        drop.names.frees.push(relation_key(&name.name));
        // Defaults that speak of it go first.
        let of_tables = context.work.before.tables().filter(|(table, it)| {
            let mut defaults = it.columns.values().filter_map(|it| it.default.as_ref());
            context.work.after.table(table).is_some() && defaults.any(|it| it.mentions(name.name.text()))
        });
        drop.names.takes.extend(of_tables.map(|(table, _)| altered(&table)));
        drop.hazards.push(Hazard { address: address.clone(), fact: Fact::LosesSequence, question: None });
    }
    Some(drop)
}

fn make_routine(
    context: &Context<'_>,
    address: &Address,
    (kind, name): (ObjectKind, &Ident),
    it: &MySqlRoutine,
) -> Vec<Step> {
    let is_new = context.created.contains(address);
    let replaces = !is_new && context.is_mariadb();
    let verb = if is_new { "create " } else { "replace " };
    let summary = [verb, address.kind(), " ", name.text()];
    let before = match context.work.before.object(address) {
        Some(Object::MySql(MySqlObject::Routine(before))) => Some(before),
        _ => None,
    };
    let is_kept = before.is_some_and(|before| {
        let MySqlRoutine { data_access, invoker, comment, .. } = before.clone();
        *before == MySqlRoutine { data_access, invoker, comment, ..it.clone() }
    });
    // MySQL takes no empty comment for one.
    let unsays = !context.is_mariadb() && it.comment.is_empty() && before.is_some_and(|it| !it.comment.is_empty());
    if is_kept && !unsays {
        let statement = render::routine_characteristics(kind, name, it);
        let mut alter = step(&["alter ", address.kind(), " ", name.text()], statement, vec![address.clone()]);
        alter.requires.push(address.clone());
        return vec![alter];
    }
    let statement = render::routine(kind, name, it, replaces);
    let mut make = step(&summary, moded(context, &statement, it.sql_mode.as_deref()), vec![address.clone()]);
    if replaces {
        make.requires.push(address.clone());
        return vec![make];
    }
    make.provides.push(address.clone());
    if is_new {
        return vec![make];
    }
    let words = if kind == ObjectKind::Function { "DROP FUNCTION" } else { "DROP PROCEDURE" };
    let statement = sql(words).ident(name).finish();
    let mut drop = step(&["drop ", address.kind(), " ", name.text(), " to make it again"], statement, Vec::new());
    drop.removes.push(address.clone());
    vec![drop, make]
}

fn make_object(
    context: &Context<'_>,
    address: &Address,
    name: &Ident,
    object: &MySqlObject,
) -> Result<Vec<Step>, DialectError> {
    let is_new = context.created.contains(address);
    let before = context.work.before.object(address);
    let mut made = match (object, before) {
        (MySqlObject::Event(it), Some(Object::MySql(MySqlObject::Event(was)))) if keeps_end(context, was, it) => {
            return Ok(remake_event(context, address, name, it));
        }
        (MySqlObject::Event(it), Some(Object::MySql(MySqlObject::Event(was)))) => {
            let sql = render::event_changes(name, it, was.schedule != it.schedule);
            step(&["alter event ", name.text()], moded(context, &sql, it.sql_mode.as_deref()), vec![address.clone()])
        }
        (MySqlObject::Event(it), _) => make_event(context, address, name, it),
        (MySqlObject::Sequence(it), Some(Object::MySql(MySqlObject::Sequence(was)))) => {
            alter_sequence(address, name, was, it)?
        }
        (MySqlObject::Sequence(it), _) => {
            let sql = render::sequence("CREATE SEQUENCE", name, it);
            let mut make = step(&["create sequence ", name.text()], sql, vec![address.clone()]);
            make.names.takes.push(relation_key(name));
            make
        }
        (MySqlObject::Database(it), _) => {
            let mut alter = step(&["alter database"], render::database(it), vec![address.clone()]);
            if let Some(Object::MySql(MySqlObject::Database(was))) = before {
                alter.undo = Some(render::database(was));
            }
            alter
        }
        (MySqlObject::Routine(_), _) => return Ok(Vec::new()),
    };
    match is_new {
        true => made.provides.push(address.clone()),
        false => made.requires.push(address.clone()),
    }
    Ok(vec![made])
}

fn make_event(context: &Context<'_>, address: &Address, name: &Ident, it: &MySqlEvent) -> Step {
    let statement = moded(context, &render::event(name, it), it.sql_mode.as_deref());
    step(&["create event ", name.text()], statement, vec![address.clone()])
}

/// Whether ALTER EVENT would keep the end of the schedule that is declared no more, as MariaDB does.
fn keeps_end(context: &Context<'_>, before: &MySqlEvent, after: &MySqlEvent) -> bool {
    let ends = |it: &MySqlEvent| it.schedule.canonical().split(' ').any(|word| word == "ends");
    context.is_mariadb() && ends(before) && !ends(after) && after.schedule.canonical().starts_with("every")
}

fn remake_event(context: &Context<'_>, address: &Address, name: &Ident, it: &MySqlEvent) -> Vec<Step> {
    let statement = sql("DROP EVENT").ident(name).finish();
    let mut drop = step(&["drop event ", name.text(), " to make it again"], statement, Vec::new());
    drop.removes.push(address.clone());
    let mut make = make_event(context, address, name, it);
    make.provides.push(address.clone());
    vec![drop, make]
}

/// A sequence keeps where it is. What it cannot be given is another engine.
fn alter_sequence(
    address: &Address,
    name: &Ident,
    before: &MySqlSequence,
    after: &MySqlSequence,
) -> Result<Step, DialectError> {
    if before.engine != after.engine {
        let reason = "a sequence cannot go to another engine; drop it and make it anew".to_owned();
        return Err(DialectError { address: address.clone(), reason });
    }
    let statement = render::sequence("ALTER SEQUENCE", name, after);
    let mut alter = step(&["alter sequence ", name.text()], statement, vec![address.clone()]);
    // The server refuses where the next value lies behind the end at which the sequence begins.
    let (words, end) = if after.increment < 0 { (">", after.maximum) } else { ("<", after.minimum) };
    let query = sql("SELECT COUNT(*), NULL, NULL FROM").ident(name).raw("WHERE next_not_cached_value").raw(words);
    let question = Question {
        counts: ["next values of ", name.text(), " ", words, " ", &end.to_string()].concat(),
        sql: query.raw(&end.to_string()).finish(),
        must_be_zero: true,
    };
    let fact = Fact::RefusesValues { to: ["sequence from ", &end.to_string()].concat() };
    alter.hazards.push(Hazard { address: address.clone(), fact, question: Some(question) });
    Ok(alter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_is_asked_whether_its_next_value_is_before_where_it_begins() {
        let of = |increment, minimum, maximum| MySqlSequence {
            start: minimum,
            increment,
            minimum,
            maximum,
            cache: 1,
            cycle: false,
            engine: None,
        };
        let name = Ident::from("s");
        let address = Address::Object(ObjectKind::Sequence, Qualified::bare("s"));
        for (increment, condition) in [(1, "< 5"), (-1, "> 9")] {
            let step = alter_sequence(&address, &name, &of(1, -9, 9), &of(increment, 5, 9)).unwrap();
            let question = step.hazards[0].question.as_ref().unwrap();
            assert!(question.must_be_zero && question.sql.ends_with(condition), "{}", question.sql);
        }
    }
}
