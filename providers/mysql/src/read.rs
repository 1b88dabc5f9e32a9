//! Reading one CREATE statement, as a person or `SHOW CREATE` writes it.

use trueup_state::{
    Ident, Index, MySqlDatabase, MySqlEvent, MySqlRoutine, MySqlSequence, ObjectKind, Query, Table, Trigger,
};

use crate::facts::Facts;

/// What one CREATE statement makes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "not read yet")]
pub(crate) enum Created {
    Table { name: Ident, table: Table },
    Index { name: Ident, table: Ident, index: Index },
    View { name: Ident, query: Query },
    Trigger { name: Ident, on: Ident, trigger: Trigger },
    Routine { kind: ObjectKind, name: Ident, routine: MySqlRoutine },
    Event { name: Ident, event: MySqlEvent },
    Sequence { name: Ident, sequence: MySqlSequence },
    Database { name: Ident, database: MySqlDatabase },
}

/// A text that is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct ReadError {
    /// What is wrong.
    pub(crate) message: String,
    /// Where, in bytes.
    pub(crate) offset: usize,
    /// How much of the text is concerned, in bytes.
    pub(crate) length: usize,
    /// What to do.
    pub(crate) hint: Option<String>,
}

/// Read one CREATE statement that stands alone. A text in `ANSI_QUOTES` mode has to be read otherwise.
pub(crate) fn created(_text: &str, _facts: &Facts) -> Result<Created, ReadError> {
    Err(ReadError { message: "not yet".to_owned(), offset: 0, length: 0, hint: None })
}
