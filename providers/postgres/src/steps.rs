//! From changes to steps.

mod objects;

use trueup_contract::{DialectError, Hazard, Lock, Question, Step, Transaction, Work};
use trueup_state::{Address, Qualified};

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
pub(crate) fn steps(_work: &Work<'_>) -> Result<Vec<Step>, DialectError> {
    Ok(Vec::new())
}

/// The question how many rows a table has.
pub(crate) fn count_rows(table: &Qualified) -> Question {
    Question {
        counts: ["rows of ", &table.to_string()].concat(),
        sql: crate::render::sql("SELECT count(*), NULL::text, NULL::bigint FROM").name(table).finish(),
        must_be_zero: false,
    }
}
