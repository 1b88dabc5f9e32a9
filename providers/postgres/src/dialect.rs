//! The pure half of the provider.

use trueup_contract::{Cluster, Declaration, Dialect, DialectError, Question, Step, Work};
use trueup_state::{Address, Change, Part, Qualified, Schema, Table};

use crate::{Postgres, normalize, render, steps};

impl Dialect for Postgres {
    fn name(&self) -> &'static str {
        "postgres"
    }

    fn normalize(&self, desired: Schema, observed: &Schema, cluster: &Cluster) -> Schema {
        normalize::normalize(desired, observed, cluster)
    }

    fn keeps_texts(&self) -> bool {
        false
    }

    /// Primary keys have no name of their own in an address; ones that are only called otherwise are renamed anyway.
    fn can_rename(&self, address: &Address) -> bool {
        address.name().is_some() && address.subject().is_none()
    }

    fn renamed_along(&self, renames: &[Change], observed: &Schema, desired: &Schema) -> Vec<(Address, Address)> {
        steps::renamed_along(renames, observed, desired)
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

    fn piece(&self, name: &Qualified, table: &Table, address: &Address) -> Option<String> {
        render::table::piece(name, table, address)
    }

    fn key_part(&self, part: &Part) -> String {
        render::table::index_part(part)
    }
}
