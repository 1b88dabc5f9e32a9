//! Schemas and their references as drawings and lists: Mermaid, Graphviz and plain text.
//!
//! Invariant: the order in which objects were loaded or inspected never shows. Columns keep the order of their table,
//! everything else goes by name, and nothing here asks for the time or the environment.

mod dot;
mod graph;
mod mermaid;
#[cfg(test)]
mod tests;

use trueup_state::{ForeignKey, Ident, Index, Part, PrimaryKey, Qualified, Schema, Table, Unique};

pub use dot::dot;
pub use graph::{graph_dot, graph_mermaid, graph_text};
pub use mermaid::mermaid;

/// Every table, by name.
fn tables(schema: &Schema) -> Vec<(Qualified, &Table)> {
    let mut tables: Vec<(Qualified, &Table)> = schema.tables().collect();
    tables.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    tables
}

/// The entries of a map, by name.
fn by_name<'a, T: 'a>(entries: impl IntoIterator<Item = (&'a Ident, &'a T)>) -> Vec<(&'a Ident, &'a T)> {
    let mut entries: Vec<(&Ident, &T)> = entries.into_iter().collect();
    entries.sort_unstable_by_key(|(name, _)| *name);
    entries
}

/// The keys that a column belongs to, as diagrams abbreviate them. A column is `UK` only if it is unique by itself.
fn marks(table: &Table, column: &Ident) -> Vec<&'static str> {
    let in_primary = table.primary_key.iter().flat_map(|key| &key.parts).any(|part| part.column_name() == Some(column));
    let in_foreign = table.foreign_keys.values().any(|key| key.columns.contains(column));
    let is_unique = unique_keys(table).iter().any(|key| **key == [column]);
    let marks = [("PK", in_primary), ("FK", in_foreign), ("UK", is_unique && !in_primary)];
    marks.into_iter().filter(|(_, is_set)| *is_set).map(|(mark, _)| mark).collect()
}

/// The columns of every key that no two rows share. A partial index or one over an expression does not say that much.
fn unique_keys(table: &Table) -> Vec<Vec<&Ident>> {
    let primary = table.primary_key.iter().map(|PrimaryKey { name: _, parts, extra: _ }| parts);
    let uniques = table.uniques.values().map(|Unique { name: _, parts, extra: _ }| parts);
    let indexes = table
        .indexes
        .values()
        .filter(|Index { unique, parts: _, predicate, extra: _ }| *unique && predicate.is_none())
        .map(|index| &index.parts);
    primary.chain(uniques).chain(indexes).filter_map(|parts| parts.iter().map(Part::column_name).collect()).collect()
}

/// Whether at most one row can point at a row of the other table through this foreign key.
fn is_one_to_one(table: &Table, key: &ForeignKey) -> bool {
    unique_keys(table).iter().any(|unique| unique.iter().all(|column| key.columns.contains(column)))
}

/// Whether a row may point at nothing: one NULL among the columns is enough.
fn is_optional(table: &Table, key: &ForeignKey) -> bool {
    key.columns.iter().any(|name| table.columns.get(name).is_none_or(|column| column.nullable))
}

/// The columns of a foreign key as the label of its line.
fn label(key: &ForeignKey) -> String {
    key.columns.iter().map(Ident::text).collect::<Vec<_>>().join(", ")
}
