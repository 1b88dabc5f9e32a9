//! The pure half of the provider.

use trueup_contract::{Cluster, Declaration, Dialect, DialectError, Question, Step, Work};
use trueup_state::{Address, Change, Part, Qualified, Schema, Table};

use crate::{MySql, normalize, render, steps};

impl Dialect for MySql {
    fn name(&self) -> &'static str {
        "mysql"
    }

    fn normalize(&self, desired: Schema, observed: &Schema, cluster: &Cluster) -> Schema {
        normalize::normalize(desired, observed, cluster)
    }

    fn keeps_texts(&self) -> bool {
        false
    }

    /// Where no server is asked, files are read as MariaDB reads them.
    fn newest_version(&self) -> Option<&'static str> {
        Some("11.8.0-MariaDB")
    }

    fn has_transactions(&self) -> bool {
        false
    }

    /// Foreign keys and checks have no statement that renames them; routines and views come anew at no cost.
    fn can_rename(&self, address: &Address) -> bool {
        matches!(address, Address::Table(_) | Address::Column(..) | Address::Index(..) | Address::View(_))
    }

    fn renamed_along(&self, renames: &[Change], observed: &Schema, desired: &Schema) -> Vec<(Address, Address)> {
        let mut all = steps::along(renames, observed);
        all.extend(normalize::respelled(observed, desired));
        all
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

    fn in_script(&self, statements: &str) -> String {
        render::in_script(statements)
    }
}
