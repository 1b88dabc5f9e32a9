//! From changes to steps.
//!
//! Every object that goes has a step that drops it, together with what goes with it; every object that comes has one that
//! makes it. What an altered object's dependents do not survive makes them go and come again ([`closure`]). Where a step
//! stands is said by what it provides, removes, requires and releases alone.

mod closure;
mod column;
mod constraint;
mod hazards;
mod index;
mod objects;
mod online;
mod order;
mod partition;
mod questions;
mod rename;
mod table;

/// What every family of objects has in common.
mod frame {
    pub(crate) mod context;
    pub(crate) mod evaluation;
    pub(crate) mod names;
    pub(crate) mod needs;
    pub(crate) mod write;
}

use trueup_contract::{DialectError, Hazard, Lock, Names, Question, Step, Transaction, Work};
use trueup_state::{Address, Qualified};

use frame::context::Context;
pub(crate) use frame::write::script;
pub(crate) use order::edges;
pub(crate) use rename::{renamed, renamed_along};

/// One statement on the way from one form of an object to another; the frame makes steps of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Statement {
    /// What is run.
    pub(crate) sql: String,
    /// What would take it back, where something can.
    pub(crate) undo: Option<String>,
    /// What it does, for people, where `alter <kind> <name>` is not enough: `add value x to enum y`.
    pub(crate) summary: Option<String>,
    /// How it sits with transactions.
    pub(crate) transaction: Transaction,
    /// What others cannot do meanwhile.
    pub(crate) lock: Lock,
    /// Whether the rows of a table are written anew.
    pub(crate) rewrites: bool,
    /// Objects that must be there, besides those that the object's new form needs as a whole.
    pub(crate) requires: Vec<Address>,
    /// Facts that a rule may object to.
    pub(crate) hazards: Vec<Hazard>,
    /// Names it takes and frees, besides those of the object itself.
    pub(crate) names: Names,
    /// Whether it only lets go of something: what the new form needs may come after it.
    pub(crate) early: bool,
}

impl Statement {
    /// A statement with nothing special about it.
    pub(crate) fn of(sql: impl Into<String>) -> Statement {
        Statement { sql: sql.into(), ..Statement::default() }
    }
}

/// How an altered object gets its new form.
#[derive(Clone, Debug)]
pub(crate) enum Alteration {
    /// By these statements, in this order; what needs the object survives them.
    InPlace(Vec<Statement>),
    /// It is dropped and made again, with its grants and comments, and so is everything that needs it.
    Recreate,
}

/// The steps that carry out the changes, in any order.
pub(crate) fn steps(work: &Work<'_>) -> Result<Vec<Step>, DialectError> {
    let context = Context::of(work)?;
    partition::align::refuse_merges(&context)?;
    column::refuse_defaults_that_do_not_fit(&context)?;
    let mut steps = rename::steps(&context)?;
    for (whole, group) in context.gone() {
        steps.extend(order::drop(&context, &whole, &group)?);
    }
    for (whole, group) in context.made() {
        steps.extend(order::create(&context, &whole, &group)?);
    }
    for (address, course) in &context.courses {
        steps.extend(order::alter(&context, address, course)?);
    }
    steps.extend(column::steps_around(&context)?);
    steps.extend(partition::indexes::steps(&context));
    rename::follow(&context, &mut steps);
    order::extensions_around(&mut steps);
    objects::enumeration::precede(work, &mut steps);
    order::untangle(&context, &mut steps);
    hazards::add(&context, &mut steps);
    Ok(steps)
}

/// The question how many rows a table has.
pub(crate) fn count_rows(table: &Qualified) -> Question {
    questions::rows(table)
}

#[cfg(test)]
mod tests;
