//! What things are called now that the plan will call otherwise.

use std::collections::HashMap;

use crate::{Address, Change, Ident, Qualified};

/// The names of now, by the names to come.
#[derive(Debug, Default)]
pub struct Origins {
    tables: HashMap<Qualified, Qualified>,
    columns: HashMap<(Qualified, Ident), Ident>,
}

impl Origins {
    /// What the renames among some changes say.
    pub fn of(changes: &[Change]) -> Origins {
        let mut origins = Origins::default();
        for change in changes {
            match change {
                Change::Rename { from: Address::Table(from), to: Address::Table(to) } => {
                    origins.tables.insert(to.clone(), from.clone());
                }
                Change::Rename { from: Address::Column(_, from), to: Address::Column(table, to) } => {
                    origins.columns.insert((table.clone(), to.clone()), from.clone());
                }
                _ => (),
            }
        }
        origins
    }

    /// The name of now of a table.
    pub fn table(&self, name: &Qualified) -> Qualified {
        self.tables.get(name).unwrap_or(name).clone()
    }

    /// The name of now of a column; the table is meant by its name to come.
    pub fn column(&self, table: &Qualified, name: &Ident) -> Ident {
        self.columns.get(&(table.clone(), name.clone())).unwrap_or(name).clone()
    }
}
