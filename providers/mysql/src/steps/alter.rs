//! Tables that stay: one `ALTER TABLE` for all that the server can do in one way.

use std::collections::BTreeSet;

use trueup_contract::{Action, DialectError, Fact, HandOver, Hazard, Lock, Sql, Step};
use trueup_state::{Address, Qualified, Table};

use super::{
    altered,
    clause::{self, Class, Clause},
    column::{self, Sides},
    context::Context,
    hand_over, key, link, option, partition, questions, step, table, unlinked, untriggered,
};
use crate::render::sql;

/// The steps of every table that stays; along the way it comes out which foreign keys stand in the way.
pub(super) fn all(context: &mut Context<'_>) -> Result<Vec<Step>, DialectError> {
    let mut found: Vec<(Qualified, Vec<Vec<Clause>>)> = Vec::new();
    for (name, before) in context.work.before.tables() {
        if context.stays(&name) {
            let clauses = clauses(context, &name, before)?;
            if !clauses.is_empty() {
                found.push((name, clause::statements(clauses)));
            }
        }
    }
    let copies = |statement: &Vec<Clause>| {
        clause::class(statement) >= Class::Copy && statement.iter().any(|clause| clause.renames)
    };
    let copied: BTreeSet<Qualified> =
        found.iter().filter(|(_, them)| them.iter().any(copies)).map(|(name, _)| name.clone()).collect();
    context.relinked = link::relinked(context, &copied);
    let mut steps = Vec::new();
    for (name, statements) in found {
        let several = statements.len() > 1;
        steps.extend(statements.into_iter().map(|it| statement(context, &name, it, several)));
    }
    Ok(steps)
}

fn clauses(context: &Context<'_>, name: &Qualified, before: &Table) -> Result<Vec<Clause>, DialectError> {
    let Some(after) = context.table(name) else { return Ok(Vec::new()) };
    let sides = Sides { name, before, after: &after };
    refuse(context, &sides)?;
    let mut clauses = column::clauses(context, &sides);
    clauses.extend(key::clauses(context, &sides));
    clauses.extend(option::clauses(context, &sides));
    clauses.extend(partition::clauses(context, &sides));
    if let Some(first) = clauses.first_mut() {
        first.hazards.extend(key::recompared(context, &sides));
    }
    Ok(clauses)
}

/// What no statement of ours can do.
fn refuse(context: &Context<'_>, sides: &Sides<'_>) -> Result<(), DialectError> {
    let address = Address::Table(sides.name.clone());
    let (before, after) = (sides.before.extra.mysql(), sides.after.extra.mysql());
    if context.altered.contains(&address) && before.periods != after.periods {
        let reason = "periods of a table that exists cannot be changed yet; make the table anew".to_owned();
        return Err(DialectError { address, reason });
    }
    let terms = before.partitions.as_ref().map(|it| &it.by.terms).filter(|_| !context.is_mariadb());
    let renamed = sides.before.columns.keys().find(|it| {
        context.origins.column(sides.name, it) != **it && terms.is_some_and(|terms| terms.mentions(it.text()))
    });
    if let Some(name) = renamed {
        let reason = "MySQL renames no column by which a table is partitioned; rename it while it is not".to_owned();
        return Err(DialectError { address: Address::Column(sides.name.clone(), name.clone()), reason });
    }
    if sides.before.columns.keys().all(|it| context.dropped.contains(&Address::Column(sides.name.clone(), it.clone())))
        && !sides.before.columns.is_empty()
        && sides.after.columns.is_empty()
    {
        return Err(DialectError { address, reason: "a table must have a column".to_owned() });
    }
    Ok(())
}

/// One statement.
fn statement(context: &Context<'_>, name: &Qualified, clauses: Vec<Clause>, several: bool) -> Step {
    let class = clause::class(&clauses);
    let large = context.is_large(name);
    let of_class = |class: Class| Action::Sql(alter(context, name, &clauses, class));
    let way = match class {
        _ if !several => "",
        Class::Instant => " at once",
        Class::Inplace | Class::Shared => " in place",
        Class::Copy | Class::Unnamed => " by a copy",
    };
    let Action::Sql(sql) = of_class(class);
    let mut alter = step(&["alter table ", &name.to_string(), way], sql, Vec::new());
    alter.fallbacks = class.fallbacks(large).iter().map(|it| of_class(*it)).collect();
    alter.lock = if class >= Class::Shared { Lock::Writes } else { Lock::None };
    alter.rewrites = class >= Class::Copy;
    alter.requires.push(Address::Table(name.clone()));
    alter.requires.extend(context.table(name).iter().flat_map(|it| table::sequences(context, it)));
    alter.names.takes.extend([unlinked(name), untriggered(name)]);
    alter.names.frees.push(altered(name));
    // What must be first makes room for the rest, and rows are spread over partitions by columns and keys that are there.
    let (begun, spread) = (["moment: begun is ", &name.to_string()], ["moment: columns are ", &name.to_string()]);
    let is_first = clauses.iter().any(|it| it.first);
    let is_last = !is_first && class == Class::Unnamed;
    match is_first {
        true => alter.names.frees.push(begun.concat()),
        false => alter.names.takes.push(begun.concat()),
    }
    match is_last {
        true => alter.names.takes.push(spread.concat()),
        false => alter.names.frees.push(spread.concat()),
    }
    if large && class >= Class::Shared {
        let fact = if class == Class::Shared { Fact::LocksWrites } else { Fact::CopiesTable };
        let question = Some(questions::size(&context.origins.table(name)));
        alter.hazards.push(Hazard { address: Address::Table(name.clone()), fact, question });
        alter.hand_over = hand_over::of(context, name, &joined(&clauses).finish());
        alter.hazards.extend(alter.hand_over.as_ref().and_then(|it| no_tool(name, it)));
    }
    if large && class == Class::Instant && !context.is_mariadb() && clauses.iter().any(brings_columns) {
        let question = Some(questions::row_versions(&context.origins.table(name)));
        let address = Address::Table(name.clone());
        alter.hazards.push(Hazard { address, fact: Fact::AddsRowVersion, question });
    }
    for clause in clauses {
        alter.changes.extend(clause.changes);
        alter.provides.extend(clause.provides);
        alter.removes.extend(clause.removes);
        alter.names.takes.extend(clause.names.takes);
        alter.names.frees.extend(clause.names.frees);
        alter.hazards.extend(clause.hazards);
    }
    alter.changes.dedup();
    alter
}

/// Whether columns come or go.
fn brings_columns(clause: &Clause) -> bool {
    clause.provides.iter().chain(&clause.removes).any(|it| matches!(it, Address::Column(..)))
}

/// A step that no tool can take over.
fn no_tool(name: &Qualified, hand_over: &HandOver) -> Option<Hazard> {
    let HandOver { reason: _, commands, preflight } = hand_over;
    let fact = Fact::HasNoOnlineTool { reasons: preflight.clone() };
    commands.is_empty().then(|| Hazard { address: Address::Table(name.clone()), fact, question: None })
}

/// The clauses with commas between. Partitions stand at the end, without one.
fn joined(clauses: &[Clause]) -> Sql {
    clauses
        .iter()
        .enumerate()
        .fold(sql(""), |sql, (at, it)| if at > 0 { sql.raw(",").sql(&it.sql) } else { sql.sql(&it.sql) })
}

fn alter(context: &Context<'_>, name: &Qualified, clauses: &[Clause], class: Class) -> String {
    // A table that keeps the history of its rows is changed, history and all.
    let sides = [context.work.before, context.work.after];
    let is_versioned = sides.iter().filter_map(|it| it.table(name)).any(|it| it.extra.mysql().versioned);
    let words = match is_versioned && context.is_mariadb() {
        true => "SET STATEMENT system_versioning_alter_history = KEEP FOR ALTER TABLE",
        false => "ALTER TABLE",
    };
    let whole = sql(words).name(name).sql(&joined(clauses));
    match class.words() {
        "" => whole.finish(),
        way => whole.raw(",").raw(way).finish(),
    }
}
