//! SQLite's pure half.

use trueup_contract::{Cluster, Declaration, Dialect, DialectError, Question, Step, Work};
use trueup_state::{Address, Part, Qualified, Schema, Table};

use crate::{normalize, provider::Sqlite, render, steps};

impl Dialect for Sqlite {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn normalize(&self, desired: Schema, observed: &Schema, _: &Cluster) -> Schema {
        normalize::normalize(desired, observed)
    }

    fn steps(&self, work: &Work<'_>) -> Result<Vec<Step>, DialectError> {
        steps::steps(work)
    }

    fn count_rows(&self, table: &Qualified) -> Question {
        steps::count_rows(table)
    }

    fn declare(&self, schema: &Schema) -> Vec<Declaration> {
        render::schema(schema)
    }

    fn piece(&self, _name: &Qualified, table: &Table, address: &Address) -> Option<String> {
        render::piece(table, address)
    }

    fn key_part(&self, part: &Part) -> String {
        render::key_part(part)
    }
}
