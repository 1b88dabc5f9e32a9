//! From changes to steps.

use trueup_contract::{DialectError, Question, Step, Work};
use trueup_state::{Change, Qualified, Schema};

pub(crate) fn steps(_work: &Work<'_>) -> Result<Vec<Step>, DialectError> {
    Ok(Vec::new())
}

/// A schema under the names after some renames, texts included.
pub(crate) fn renamed(schema: &Schema, _renames: &[Change]) -> Schema {
    schema.clone()
}

/// How many rows a table has.
pub(crate) fn count_rows(table: &Qualified) -> Question {
    Question { counts: ["rows of ", &table.to_string()].concat(), sql: String::new(), must_be_zero: false }
}
