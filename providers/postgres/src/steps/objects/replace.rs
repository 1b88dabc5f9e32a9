//! What can be put in the place of another without what needs it noticing: views, routines, triggers, rules, policies.

use trueup_contract::{Lock, Work};
use trueup_state::{
    Address, Argument, ArgumentMode, Enabled, Extension, Ident, MaterializedView, ObjectKind, Pair, Policy,
    PostgresTrigger, PostgresView, Qualified, Query, Routine, Rule, Trigger,
};

use super::{Alteration, Statement, all, state};
use crate::{
    render::{policy, routine, types, view},
    steps::Alteration::{InPlace, Recreate},
    version::Version,
};

/// A view keeps what needs it only if PostgreSQL says so: its columns must be the same, with new ones at the end.
pub(super) fn view(work: &Work<'_>, name: &Qualified, forms: Pair<&Query>) -> Alteration {
    let Pair { before, after } = forms;
    let is_same = before.definition == after.definition;
    if !is_same && !work.replaceable.contains(&Address::View(name.clone())) {
        return Recreate;
    }
    let Pair { before: was, after: is } = forms.map(|it| it.extra.postgres());
    let (PostgresView { options: had, defaults: filled }, PostgresView { options: has, defaults: fills }) = (was, is);
    let mut statements = if is_same {
        all(view::alter_options("ALTER VIEW", name, Pair { before: &had, after: &has }))
    } else {
        let undo = Some(view::view(name, before, true));
        vec![Statement { undo, ..Statement::of(view::view(name, after, true)) }]
    };
    let gone = filled.keys().filter(|column| !fills.contains_key(*column));
    statements.extend(gone.map(|column| Statement::of(view::column_default(name, column, None))));
    let new = fills.iter().filter(|(column, default)| filled.get(*column) != Some(default));
    statements.extend(new.map(|(column, default)| Statement::of(view::column_default(name, column, Some(default)))));
    InPlace(statements)
}

/// A materialized view can only change how it is stored.
pub(super) fn materialized(work: &Work<'_>, name: &Qualified, forms: Pair<&MaterializedView>) -> Alteration {
    let MaterializedView { definition, options, access_method } = forms.after;
    let before = forms.before;
    let moves = before.access_method != *access_method;
    if before.definition != *definition || (moves && Version::parse(work.version).major() < 15) {
        return Recreate;
    }
    let heap = Ident::from("heap");
    let moved = moves.then(|| Statement {
        lock: Lock::ReadsAndWrites,
        rewrites: true,
        ..Statement::of(
            crate::render::sql("ALTER MATERIALIZED VIEW")
                .name(name)
                .raw("SET ACCESS METHOD")
                .ident(access_method.as_ref().unwrap_or(&heap))
                .finish(),
        )
    });
    let sets = Pair { before: &before.options, after: options };
    InPlace(moved.into_iter().chain(all(view::alter_options("ALTER MATERIALIZED VIEW", name, sets))).collect())
}

/// A trigger; one that is a constraint cannot be replaced.
pub(super) fn trigger(owner: &Qualified, name: &Ident, forms: Pair<&Trigger>) -> Alteration {
    let Pair { before, after } = forms;
    let PostgresTrigger { enabled: was, constraint: was_constraint } = before.extra.postgres();
    let PostgresTrigger { enabled, constraint } = after.extra.postgres();
    let is_same = before.definition == after.definition && was_constraint == constraint;
    if !is_same && (was_constraint || constraint) {
        return Recreate;
    }
    let replaced = (!is_same).then(|| Statement {
        undo: Some(policy::trigger(name, before, true)),
        lock: Lock::Writes,
        ..Statement::of(policy::trigger(name, after, true))
    });
    // A trigger that replaces another fires as a new one does.
    let fires = if is_same { was } else { Enabled::Origin };
    let states = Pair { before: fires, after: enabled };
    let fires = state(states, |it| policy::enabled(owner, "TRIGGER", name, it));
    InPlace(replaced.into_iter().chain(fires.map(|it| Statement { lock: Lock::Writes, ..it })).collect())
}

/// A rule; replacing it leaves alone when it fires.
pub(super) fn rule(owner: &Qualified, name: &Ident, forms: Pair<&Rule>) -> Alteration {
    let Pair { before, after } = forms;
    let replaced = (before.definition != after.definition).then(|| Statement {
        undo: Some(policy::rule(name, before, true)),
        lock: Lock::ReadsAndWrites,
        ..Statement::of(policy::rule(name, after, true))
    });
    let states = forms.map(|it| it.enabled);
    let fires = state(states, |it| policy::enabled(owner, "RULE", name, it));
    InPlace(replaced.into_iter().chain(fires).collect())
}

/// A policy.
pub(super) fn policy(owner: &Qualified, name: &Ident, forms: Pair<&Policy>) -> Alteration {
    let Pair { before, after } = forms;
    match policy::alter_policy(owner, name, forms) {
        None => Recreate,
        Some(sql) => {
            let undo = policy::alter_policy(owner, name, Pair { before: after, after: before });
            InPlace(vec![Statement { undo, lock: Lock::ReadsAndWrites, ..Statement::of(sql) }])
        }
    }
}

/// An extension goes to another version, to another schema, or both.
pub(super) fn extension(name: &Ident, forms: Pair<&Extension>) -> Alteration {
    let Extension { schema, version } = forms.after;
    let before = forms.before;
    let moved = schema.as_ref().filter(|it| before.schema.as_ref() != Some(it)).map(|schema| Statement {
        undo: before.schema.as_ref().map(|it| types::move_extension(name, it)),
        requires: vec![Address::Namespace(schema.clone())],
        ..Statement::of(types::move_extension(name, schema))
    });
    let version = version.as_ref().filter(|it| before.version.as_ref() != Some(it));
    let updated = version.map(|version| Statement::of(types::update_extension(name, version)));
    InPlace(moved.into_iter().chain(updated).collect())
}

/// A function or procedure.
pub(super) fn routine(
    work: &Work<'_>,
    address: &Address,
    (kind, name): (ObjectKind, &Qualified),
    forms: Pair<&Routine>,
) -> Alteration {
    let Pair { before, after } = forms;
    if !is_replaceable(before, after) && !work.replaceable.contains(address) {
        return Recreate;
    }
    let undo = is_replaceable(after, before).then(|| routine::create(kind, name, before, true));
    InPlace(vec![Statement { undo, ..Statement::of(routine::create(kind, name, after, true)) }])
}

/// Whether `CREATE OR REPLACE` accepts it (PostgreSQL 18 manual, CREATE FUNCTION; `ProcedureCreate` in its sources): the
/// same result, no other names of arguments, no default less.
fn is_replaceable(before: &Routine, after: &Routine) -> bool {
    let is_input = |it: &&Argument| !matches!(it.mode, ArgumentMode::Out | ArgumentMode::Table);
    let inputs = |routine: &Routine| routine.arguments.iter().filter(is_input).cloned().collect::<Vec<Argument>>();
    let outputs = |routine: &Routine| -> Vec<Argument> {
        let is_output = |it: &&Argument| !matches!(it.mode, ArgumentMode::In | ArgumentMode::Variadic);
        routine.arguments.iter().filter(is_output).cloned().collect()
    };
    let same_names =
        inputs(before).iter().zip(inputs(after)).all(|(was, is)| was.name.is_none() || was.name == is.name);
    let count = |routine: &Routine| routine.arguments.iter().filter(|it| it.default.is_some()).count();
    let (was, is) = (outputs(before), outputs(after));
    // A single OUT argument is the result itself, and its name is nobody's; several make a row with names.
    let same_row = was.len() == is.len()
        && was.iter().zip(&is).all(|(was, is)| was.ty == is.ty && (was.name == is.name || outputs(before).len() == 1));
    let same_result = before.returns == after.returns && before.returns_set == after.returns_set;
    same_names && same_row && same_result && count(before) <= count(after) && before.window == after.window
}
