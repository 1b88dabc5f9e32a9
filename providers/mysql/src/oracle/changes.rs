//! What a plan will change: a text that refers to it is no question.

use std::collections::BTreeSet;

use trueup_state::{Address, Ident, Schema, SqlText};

/// Names of what will be another.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Objects that are declared and not there.
    absent: BTreeSet<Ident>,
    /// Tables whose columns are others than those that are there.
    altered: BTreeSet<Ident>,
}

impl Changes {
    pub(super) fn between(declared: &Schema, observed: &Schema) -> Changes {
        let mut changes = Changes::default();
        for (address, _) in declared.objects() {
            let has_texts_refer = address.owner().is_none() || matches!(address, Address::Column(..));
            if has_texts_refer && observed.object(&address).is_none() {
                changes.absent.extend(address.name().cloned());
            }
        }
        for (name, table) in declared.tables() {
            let Some(there) = observed.table(&name) else { continue };
            let is_there = |name: &Ident, column: &trueup_state::Column| {
                let there = there.columns.get(name);
                // `SELECT *` passes over a column that is invisible.
                let invisible = |it: &trueup_state::Column| it.extra.mysql().invisible;
                there.is_some_and(|it| {
                    it.ty == column.ty && it.collation == column.collation && invisible(it) == invisible(column)
                })
            };
            let same = table.columns.len() == there.columns.len()
                && table.columns.iter().all(|(name, column)| is_there(name, column));
            if !same {
                changes.altered.insert(name.name);
            }
        }
        changes
    }

    /// Whether a text refers to any of it.
    pub(super) fn are_mentioned(&self, text: &SqlText) -> bool {
        self.absent.iter().chain(&self.altered).any(|it| text.mentions(it.text()))
    }

    /// Whether a query refers to what will have other columns.
    pub(super) fn alter(&self, text: &SqlText) -> bool {
        self.altered.iter().any(|it| text.mentions(it.text()))
    }
}

#[cfg(test)]
mod tests {
    use trueup_state::Table;

    use super::*;

    #[test]
    fn what_is_not_there_yet_is_no_question() {
        let text = |text: &str| SqlText::new(text, text);
        let mut declared = Schema::default();
        declared.namespace_mut(&Ident::default()).tables.insert(Ident::from("users"), Table::default());
        let changes = Changes::between(&declared, &Schema::default());
        assert!(changes.are_mentioned(&text("as select 1 from users")));
        assert!(!changes.are_mentioned(&text("as select 1 from orders")));
        assert!(!Changes::between(&declared, &declared).are_mentioned(&text("as select 1 from users")));
    }
}
