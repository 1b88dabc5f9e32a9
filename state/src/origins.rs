//! What things are called now that the plan will call otherwise.

use crate::{Address, Change, Ident, Qualified};

/// Renames, each as the address of now and the address to come; the innermost first.
#[derive(Debug, Default)]
pub struct Origins(Vec<(Address, Address)>);

impl Origins {
    /// What the renames among some changes say.
    pub fn of(changes: &[Change]) -> Origins {
        let mut pairs: Vec<(Address, Address)> = changes
            .iter()
            .filter_map(|change| match change {
                Change::Rename { from, to } => Some((from.clone(), to.clone())),
                Change::Create(_) | Change::Drop(_) | Change::Alter(_) => None,
            })
            .collect();
        pairs.sort_by_key(|(_, to)| std::cmp::Reverse(to.depth()));
        Origins(pairs)
    }

    /// The address of now.
    pub fn now(&self, address: &Address) -> Address {
        match self.0.iter().find(|(_, to)| to == address) {
            Some((from, _)) => from.clone(),
            None => self.0.iter().fold(address.clone(), |it, (from, to)| it.renamed(to, from)),
        }
    }

    /// The address to come.
    pub fn then(&self, address: &Address) -> Address {
        match self.0.iter().find(|(from, _)| from == address) {
            Some((_, to)) => to.clone(),
            None => self.0.iter().fold(address.clone(), |it, (from, to)| it.renamed(from, to)),
        }
    }

    /// The name of now of a table.
    pub fn table(&self, name: &Qualified) -> Qualified {
        match self.now(&Address::Table(name.clone())) {
            Address::Table(now) => now,
            _ => name.clone(),
        }
    }

    /// The name of now of a column; the table is meant by its name to come.
    pub fn column(&self, table: &Qualified, name: &Ident) -> Ident {
        match self.now(&Address::Column(table.clone(), name.clone())) {
            Address::Column(_, now) => now,
            _ => name.clone(),
        }
    }
}
