//! From changes to steps.
//!
//! Nothing here can be rolled back, so that each step is one statement and leaves every object either as it was or as
//! it shall be. One `ALTER TABLE` takes all changes of a table that the server can do in one way: at once, in place
//! beside others' work, or by a copy; it names that way, so that the server refuses rather than take a slower one.

mod alter;
mod clause;
mod collation;
mod column;
mod context;
mod hand_over;
mod key;
mod link;
mod option;
mod partition;
mod questions;
mod rename;
mod renamed;
mod stored;
mod table;

use trueup_contract::{Action, DialectError, Step, Transaction, Work};
use trueup_state::{Address, Ident, Qualified};

use context::Context;
pub(crate) use questions::rows as count_rows;
pub(crate) use renamed::{along, renamed};

pub(crate) fn steps(work: &Work<'_>) -> Result<Vec<Step>, DialectError> {
    let mut context = Context::of(work);
    collation::refuse_unknown(&context)?;
    let altered = alter::all(&mut context)?;
    let mut steps = rename::steps(&context)?;
    steps.extend(table::steps(&context));
    steps.extend(link::steps(&context));
    steps.extend(altered);
    steps.extend(stored::steps(&context)?);
    Ok(steps)
}

/// A step with what every step has in common: each commits by itself.
fn step(summary: &[&str], sql: String, changes: Vec<Address>) -> Step {
    Step {
        summary: summary.concat(),
        action: Action::Sql(sql),
        changes,
        transaction: Transaction::Outside,
        ..Step::default()
    }
}

/// The key of a name in the space that tables, views and sequences share.
fn relation_key(name: &Ident) -> String {
    ["relation ", name.text()].concat()
}

/// The key of the name of a foreign key, or of another object that shares a space of its kind in the whole database.
fn object_key(kind: &str, name: &Ident) -> String {
    [kind, " ", &name.folded()].concat()
}

/// When the foreign keys of a table and to it that stand in the way are gone.
fn unlinked(table: &Qualified) -> String {
    ["moment: foreign keys are off ", &table.to_string()].concat()
}

/// When a table is as it shall be, but for foreign keys and triggers.
fn altered(table: &Qualified) -> String {
    ["moment: altered is ", &table.to_string()].concat()
}

/// When the triggers of a table that go are gone.
fn untriggered(table: &Qualified) -> String {
    ["moment: triggers are off ", &table.to_string()].concat()
}

#[cfg(test)]
mod tests;
