//! Keys, checks, exclusion constraints and foreign keys of tables, and the names of NOT NULL constraints.

mod definitions;
mod not_null;

use trueup_contract::DatabaseError;
use trueup_state::{Address, Definition, Ident, PartKind, Qualified};

use super::{
    Catalogue,
    answers::Answers,
    catalogue::{Cells, class},
};

/// One row of the query.
struct Row {
    oid: u32,
    table: u32,
    name: Ident,
    /// `contype`.
    kind: char,
    /// Whether the table declares it itself, inherited or not.
    is_local: bool,
    columns: Vec<i16>,
    /// The table that a foreign key points at.
    references: Option<u32>,
    referenced_columns: Vec<i16>,
    on_update: char,
    on_delete: char,
    matches: char,
    delete_columns: Vec<i16>,
    is_deferrable: bool,
    is_deferred: bool,
    is_valid: bool,
    is_enforced: bool,
    no_inherit: bool,
    is_temporal: bool,
    /// The expression of a check, the whole definition of an exclusion constraint.
    text: Option<String>,
    index: Option<u32>,
    /// The index's columns, `INCLUDE` and all.
    index_columns: Vec<i16>,
    key_length: usize,
    nulls_not_distinct: bool,
    options: trueup_state::Options,
    /// Of a partitioned table's key: whether a partition has none that hangs on it.
    only: bool,
}

/// Read them.
pub(super) async fn read(answers: &mut Answers<'_>, catalogue: &mut Catalogue) -> Result<(), DatabaseError> {
    for row in &answers.rows(include_str!("sql/constraints.sql")).await? {
        let row = Row::of(&mut Cells::of(row))?;
        let Some(table) = catalogue.relations.get(&row.table).cloned() else { continue };
        if row.kind == 'n' {
            not_null::take(catalogue, &table, &row);
            continue;
        }
        let Some(address) = row.address(&table) else { continue };
        catalogue.is(class::CONSTRAINT, row.oid, 0, address.clone());
        if let Some(index) = row.index {
            catalogue.is(class::CLASS, index, 0, Address::Index(table.clone(), row.name.clone()));
            catalogue.is_part(class::CLASS, index, address.clone());
        }
        if !row.is_local {
            continue;
        }
        let put = row.definition(catalogue).and_then(|definition| put(catalogue, &address, definition));
        if put.is_none() {
            catalogue.unmodelled(address.kind(), &address, "what it is made of is not understood");
        }
    }
    Ok(())
}

fn put(catalogue: &mut Catalogue, address: &Address, definition: Definition) -> Option<()> {
    catalogue.schema.put(address, definition)
}

impl Row {
    fn of(cells: &mut Cells<'_>) -> Result<Row, DatabaseError> {
        let numbers = |cells: &mut Cells<'_>| Ok(cells.get::<Option<Vec<i16>>>()?.unwrap_or_default());
        Ok(Row {
            oid: cells.oid()?,
            table: cells.oid()?,
            name: cells.ident()?,
            kind: cells.letter()?,
            is_local: cells.get()?,
            columns: numbers(cells)?,
            references: cells.maybe_oid()?,
            referenced_columns: numbers(cells)?,
            on_update: cells.letter()?,
            on_delete: cells.letter()?,
            matches: cells.letter()?,
            delete_columns: numbers(cells)?,
            is_deferrable: cells.get()?,
            is_deferred: cells.get()?,
            is_valid: cells.get()?,
            is_enforced: cells.get()?,
            no_inherit: cells.get()?,
            is_temporal: cells.get()?,
            text: cells.get()?,
            index: cells.maybe_oid()?,
            index_columns: numbers(cells)?,
            key_length: usize::try_from(cells.get::<Option<i16>>()?.unwrap_or_default()).unwrap_or_default(),
            nulls_not_distinct: cells.get()?,
            options: cells.options()?,
            only: cells.get()?,
        })
    }

    fn address(&self, table: &Qualified) -> Option<Address> {
        let (table, name) = (table.clone(), self.name.clone());
        Some(match self.kind {
            'p' => Address::PrimaryKey(table),
            'u' => Address::Unique(table, name),
            'x' => Address::Part(PartKind::Exclude, table, name),
            'c' => Address::Check(table, name),
            'f' => Address::ForeignKey(table, name),
            _ => return None,
        })
    }
}
