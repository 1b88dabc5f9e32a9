//! Foreign keys that lead nowhere.

use std::collections::BTreeSet;

use trueup_state::{Address, Ident, Pair, Qualified, Schema};

/// A foreign key whose table or column is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dangling {
    /// The foreign key.
    pub key: Address,
    /// What is missing.
    pub missing: Address,
    /// Whether it names the columns it points at.
    ///
    /// One that names them is refused. One that names only a table is let pass with a warning: SQLite takes it, never
    /// follows it while foreign keys are off, and real schemas of long standing carry such slips.
    pub names_columns: bool,
}

/// Every foreign key of `declared` that leads nowhere in `schemas`: what is there before or after.
pub fn dangling(declared: &Schema, schemas: Pair<&Schema>, is_external: impl Fn(&Address) -> bool) -> Vec<Dangling> {
    let mut found = Vec::new();
    for (name, table) in declared.tables() {
        for (own, key) in &table.foreign_keys {
            let address = Address::ForeignKey(name.clone(), own.clone());
            let names_columns = !key.referenced_columns.is_empty();
            let parent = Address::Table(key.references.clone());
            if is_external(&parent) || is_external(&address) {
                continue;
            }
            let mut push = |missing| found.push(Dangling { key: address.clone(), missing, names_columns });
            if schemas.after.table(&key.references).is_none() {
                push(parent);
                continue;
            }
            for column in &key.referenced_columns {
                if !has_column(schemas.after, &key.references, column) {
                    push(Address::Column(key.references.clone(), column.clone()));
                }
            }
        }
    }
    // What already leads nowhere in the database, word for word, was accepted by whoever made it.
    found.retain(|it| it.names_columns || schemas.before.object(&it.key) != declared.object(&it.key));
    found
}

/// Whether a table has a column of its own or from one that it is a partition or child of.
fn has_column(schema: &Schema, table: &Qualified, column: &Ident) -> bool {
    let mut open = vec![table.clone()];
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        let Some(table) = schema.table(&name).filter(|_| seen.insert(name)) else { continue };
        if table.columns.keys().any(|it| it.folded() == column.folded()) {
            return true;
        }
        let extra = table.extra.postgres();
        open.extend(extra.inherits.into_iter().chain(extra.partition_of.map(|it| it.parent)));
    }
    false
}
