//! SQLite's pure half.

use trueup_contract::{Dialect, DialectError, Step, Work};
use trueup_state::Schema;

use crate::{normalize, provider::Sqlite, render, steps};

impl Dialect for Sqlite {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn normalize(&self, desired: Schema, observed: &Schema) -> Schema {
        normalize::normalize(desired, observed)
    }

    fn steps(&self, work: &Work<'_>) -> Result<Vec<Step>, DialectError> {
        steps::steps(work)
    }

    fn render(&self, schema: &Schema) -> String {
        render::schema(schema)
    }
}
