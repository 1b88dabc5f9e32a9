//! The pure half of a provider.

use std::collections::BTreeSet;

use trueup_state::{Address, Change, Pair, Part, Qualified, Schema, Table};

use crate::{Cluster, Depends, Question, Step};

/// Everything the steps of one plan depend on.
#[derive(Clone, Copy, Debug)]
pub struct Work<'a> {
    /// What is there now, under the names of now: prechecks ask about these.
    pub observed: &'a Schema,
    /// The same after the renames among `changes`.
    pub before: &'a Schema,
    /// What shall be there.
    pub after: &'a Schema,
    /// What is declared, in canonical form: the texts from which objects are made.
    pub declared: &'a Schema,
    /// Which object needs which: as the database says, and as the declarations say.
    pub depends: Pair<&'a Depends>,
    /// Views and routines that the database would replace in place.
    pub replaceable: &'a BTreeSet<Address>,
    /// What is around the schema.
    pub cluster: &'a Cluster,
    /// The renames, and every change from `before` to `after`.
    pub changes: &'a [Change],
    /// The version of the server or library that will run the steps.
    pub version: &'a str,
    /// The oldest version among others that use the database, where the configuration names one.
    pub minimum_version: Option<&'a str>,
}

/// A change that a dialect cannot carry out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{address}` cannot be changed: {reason}")]
pub struct DialectError {
    /// What was to change.
    pub address: Address,
    /// Why it cannot, and what to do instead.
    pub reason: String,
}

/// A statement of a script that creates a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// What it creates or sets; for a part of a table that has a statement of its own, the part. `None` where it belongs to
    /// no object.
    pub address: Option<Address>,
    /// Its text, ended as the command-line client has it, and with a newline.
    pub sql: String,
}

impl Declaration {
    /// The declaration of one object.
    pub fn of(address: Address, sql: String) -> Declaration {
        Declaration { address: Some(address), sql }
    }
}

/// The pure half of a provider: no connection, no clock, no randomness.
pub trait Dialect: Send + Sync {
    /// The provider's name, as it stands in a lockfile: `sqlite`.
    fn name(&self) -> &'static str;

    /// Bring a realised schema into the form in which `inspect` would return it from this database: the spelling of
    /// names that differ only where the database does not care, and the names of constraints that were given none.
    fn normalize(&self, desired: Schema, observed: &Schema, cluster: &Cluster) -> Schema;

    /// Whether an object reads word for word as it was declared once it is there. A database that writes expressions in
    /// its own way keeps them otherwise, and how is not known before it has done so.
    fn keeps_texts(&self) -> bool {
        true
    }

    /// Whether steps can be taken back together with what was recorded of them, until they are committed. Where each step
    /// commits by itself, the state is written beside them.
    fn has_transactions(&self) -> bool {
        true
    }

    /// Whether objects of this kind can be renamed; others go and come.
    fn can_rename(&self, address: &Address) -> bool {
        matches!(address, Address::Table(_) | Address::Column(..))
    }

    /// What is renamed along with what these renames name, of the database's own accord or because its name was made of
    /// theirs and is declared anew: from the names of now to those to come.
    fn renamed_along(&self, _renames: &[Change], _observed: &Schema, _desired: &Schema) -> Vec<(Address, Address)> {
        Vec::new()
    }

    /// The version that statements are written for where no server is asked, such as between two files; `None` where it
    /// takes a connection to know.
    fn newest_version(&self) -> Option<&'static str> {
        None
    }

    /// The steps that carry out the changes, in any order.
    ///
    /// # Errors
    /// When a change is beyond the dialect; nothing is ever rendered that it cannot run.
    fn steps(&self, work: &Work<'_>) -> Result<Vec<Step>, DialectError>;

    /// The question how many rows a table has.
    fn count_rows(&self, table: &Qualified) -> Question;

    /// The statements of a whole schema, in an order that creates it.
    fn declare(&self, schema: &Schema) -> Vec<Declaration>;

    /// A column, a constraint or, where it has a place there, an index as it stands in the table's CREATE TABLE, with its
    /// name; for the table itself, what follows the parentheses. `None` for what has no place of its own there.
    fn piece(&self, name: &Qualified, table: &Table, address: &Address) -> Option<String>;

    /// One term of a key or an index, as it stands between its parentheses.
    fn key_part(&self, part: &Part) -> String;

    /// A whole schema as a script that creates it.
    fn render(&self, schema: &Schema) -> String {
        let statements: Vec<String> = self.declare(schema).into_iter().map(|it| it.sql).collect();
        statements.join("\n")
    }

    /// The statements of a step as a script has them, each with what ends it for the command-line client.
    fn in_script(&self, statements: &str) -> String {
        [statements.trim_end_matches(';'), ";\n"].concat()
    }
}
