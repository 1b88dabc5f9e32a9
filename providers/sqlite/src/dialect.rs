//! SQLite's pure half.

use trueup_contract::{Cluster, Declaration, Dialect, DialectError, Question, Step, Work};
use trueup_state::{Qualified, Schema};

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
}
