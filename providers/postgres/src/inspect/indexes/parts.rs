//! The key parts of indexes.

use std::collections::{BTreeMap, HashMap};

use sqlx::PgConnection;
use trueup_contract::DatabaseError;
use trueup_state::{Ident, Part, PostgresPart, Qualified, SqlText, Term};

use crate::{
    canonical::plain,
    inspect::catalogue::{Cells, rows},
};

/// One part, as far as it can be said without its column's name.
struct Found {
    expression: Option<SqlText>,
    descending: bool,
    extra: PostgresPart,
    statistics: Option<i32>,
}

/// The parts of one index, in order.
#[derive(Default)]
pub(super) struct Parts(Vec<Found>);

/// The parts of all indexes.
pub(super) async fn read(connection: &mut PgConnection) -> Result<HashMap<u32, Parts>, DatabaseError> {
    let mut found: HashMap<u32, Parts> = HashMap::new();
    for row in &rows(connection, include_str!("../sql4/index_parts.sql")).await? {
        let mut cells = Cells::of(row);
        let (index, _number) = (cells.oid()?, cells.get::<i32>()?);
        found.entry(index).or_default().0.push(part(&mut cells)?);
    }
    Ok(found)
}

fn part(cells: &mut Cells<'_>) -> Result<Found, DatabaseError> {
    let flags: i16 = cells.get()?;
    let is_ordered = cells.get()?;
    // INDOPTION_DESC and INDOPTION_NULLS_FIRST (`catalog/pg_index.h`).
    let descending = is_ordered && flags & 1 != 0;
    let nulls_first = is_ordered && flags & 2 != 0;
    let expression = cells.get::<Option<&str>>()?.map(plain);
    let (namespace, class) = (cells.maybe_ident()?, cells.maybe_ident()?);
    let operator_class = class.map(|name| Qualified { namespace: namespace.unwrap_or_default(), name });
    let operator_class_options = cells.options()?;
    let collation = cells.maybe_qualified()?;
    let extra =
        PostgresPart { collation, operator_class, operator_class_options, nulls_opposite: descending != nulls_first };
    Ok(Found { expression, descending, extra, statistics: cells.get()? })
}

impl Parts {
    /// The statistics targets of expressions.
    pub(super) fn statistics(&self) -> BTreeMap<u32, i32> {
        (1..).zip(&self.0).filter_map(|(number, part)| part.statistics.map(|target| (number, target))).collect()
    }

    /// The parts, with the names of the columns. `None`: one is unknown.
    pub(super) fn of(self, keys: &[i16], name: impl Fn(i16) -> Option<Ident>) -> Option<Vec<Part>> {
        if self.0.len() != keys.len() {
            return None;
        }
        let part = |(found, number): (Found, &i16)| {
            let Found { expression, descending, extra, statistics: _ } = found;
            let term = match expression {
                Some(expression) => Term::Expression(expression),
                None => Term::Column(name(*number)?),
            };
            Some(Part { term, collation: None, descending, extra: extra.into() })
        };
        self.0.into_iter().zip(keys).map(part).collect()
    }
}
