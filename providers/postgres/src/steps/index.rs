//! Indexes.

use trueup_contract::{Fact, Hazard, Lock, Transaction};
use trueup_state::{Address, Ident, Index, Part, PostgresIndex, Qualified, Term};

use super::{
    Statement,
    frame::context::{Context, Course},
    online,
    partition::indexes::complete,
    table::{change_options, rows_for, rows_now},
};
use crate::render::{self, sql};

fn qualified(owner: &Qualified, name: &Ident) -> Qualified {
    Qualified { namespace: owner.namespace.clone(), name: name.clone() }
}

/// CREATE INDEX.
pub(super) fn create(context: &Context<'_>, (owner, name): (&Qualified, &Ident), index: &Index) -> Vec<Statement> {
    let table_is_new = context.comes(&Address::Table(owner.clone())) || context.work.after.table(owner).is_none();
    let beside = online::is_beside(context, &Address::Index(owner.clone(), name.clone()));
    let undo = sql(if beside { "DROP INDEX CONCURRENTLY" } else { "DROP INDEX" }).name(&qualified(owner, name));
    let form = if beside {
        Statement {
            transaction: Transaction::Outside,
            ..Statement::of(render::table::create_index_beside(owner, name, index))
        }
    } else {
        let lock = if table_is_new { Lock::None } else { Lock::Writes };
        Statement { lock, ..Statement::of(render::table::create_index(owner, name, index)) }
    };
    let statement = Statement {
        undo: Some(undo.finish()),
        hazards: unique_hazard(context, (owner, name), index).into_iter().collect(),
        ..form
    };
    let targets = render::table::index_statistics(owner, name, index).into_iter().map(Statement::of);
    [statement].into_iter().chain(targets).collect()
}

/// DROP INDEX.
pub(super) fn drop(context: &Context<'_>, owner: &Qualified, name: &Ident) -> Statement {
    if online::is_beside(context, &Address::Index(owner.clone(), name.clone())) {
        let sql = sql("DROP INDEX CONCURRENTLY").name(&qualified(owner, name)).finish();
        return Statement { transaction: Transaction::Outside, ..Statement::of(sql) };
    }
    Statement { lock: Lock::ReadsAndWrites, ..Statement::of(sql("DROP INDEX").name(&qualified(owner, name)).finish()) }
}

/// Options and statistics targets change in place; anything else makes another index.
pub(super) fn alter(
    context: &Context<'_>,
    (owner, name): (&Qualified, &Ident),
    (before, after): (&Index, &Index),
) -> Course {
    let (old, new) = (before.extra.postgres(), after.extra.postgres());
    let same = PostgresIndex {
        options: new.options.clone(),
        statistics: new.statistics.clone(),
        // What some partitions lack, they can get.
        only: old.only && new.only,
        ..old.clone()
    };
    let is_small = Index { extra: same.into(), ..before.clone() } == *after;
    if !is_small || old.is_invalid {
        return Course::Recreate;
    }
    let own = qualified(owner, name);
    let start = || sql("ALTER INDEX").name(&own);
    let mut statements = change_options(&start, &old.options, &new.options);
    let gone = old.statistics.keys().filter(|at| !new.statistics.contains_key(at));
    let reset = |at: &u32| start().raw("ALTER COLUMN").raw(&at.to_string()).raw("SET STATISTICS -1").finish();
    statements.extend(gone.map(reset));
    statements.extend(render::table::index_statistics(owner, name, after));
    let statement = |sql: String| Statement { lock: Lock::Writes, ..Statement::of(sql) };
    let completing = if old.only && !new.only {
        complete(context, &Address::Index(owner.clone(), name.clone()))
    } else {
        Vec::new()
    };
    Course::InPlace(statements.into_iter().map(statement).chain(completing).collect())
}

/// Whether rows that are there have equal keys.
fn unique_hazard(context: &Context<'_>, (owner, name): (&Qualified, &Ident), index: &Index) -> Option<Hazard> {
    let address = Address::Index(owner.clone(), name.clone());
    let had = match context.work.before.object(&address) {
        Some(trueup_state::Object::Index(it)) => Some(it),
        _ => None,
    };
    let was_unique = had.is_some_and(|it| it.unique && it.parts == index.parts && it.predicate == index.predicate);
    if !index.unique || was_unique {
        return None;
    }
    rows_now(context, owner)?;
    let fact = if had.is_some() { Fact::MakesUnique } else { Fact::AddsUnique };
    let question = rows_for(context, &address, owner).map(|rows| {
        let terms: Vec<_> = index.parts.iter().map(term).collect();
        let condition = index.predicate.as_ref().map(|it| sql("").text(it));
        let counts = ["keys of ", name.text(), " that stand in more than one row of ", &owner.to_string()].concat();
        rows.duplicates(&terms, condition.as_ref(), index.extra.postgres().nulls_not_distinct, counts)
    });
    Some(Hazard { address, fact, question })
}

/// A part of a key as an expression.
pub(super) fn term(part: &Part) -> trueup_contract::Sql {
    match &part.term {
        Term::Column(column) => sql("").ident(column),
        Term::Expression(text) => render::table::enclosed(sql(""), text),
    }
}
