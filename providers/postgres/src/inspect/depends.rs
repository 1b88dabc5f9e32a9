//! Which object needs which, as `pg_depend` says.
//!
//! A row that is no object of ours is a part of one: of the one that is noted ([`Catalogue::parts`]), or of the one that
//! it hangs on internally, as the rule of a view, an array type or a table's row type do, or of the extension that brought
//! it.

use std::collections::HashMap;

use trueup_contract::DatabaseError;
use trueup_state::{Address, Ident, ObjectKind, PartKind, Qualified};

use super::{
    Catalogue,
    answers::Answers,
    catalogue::{Cells, RowId, class},
};

/// One row of the query.
struct Edge {
    from: RowId,
    to: RowId,
    kind: char,
}

impl Edge {
    /// Whether it leads from a part to its whole.
    fn is_of_part(&self) -> bool {
        // A table or a namespace in a publication has a row of its own, which goes with both.
        let is_published = matches!(self.from.class, class::PUBLICATION_TABLE | class::PUBLICATION_NAMESPACE);
        matches!(self.kind, 'i' | 'e') || (is_published && self.to.class == class::PUBLICATION)
    }
}

/// Read them. Everything else must have been read.
pub(super) async fn read(answers: &mut Answers<'_>, catalogue: &mut Catalogue) -> Result<(), DatabaseError> {
    let mut edges = Vec::new();
    for row in &answers.rows(include_str!("sql/dependencies.sql")).await? {
        let mut cells = Cells::of(row);
        let from = RowId { class: cells.oid()?, oid: cells.oid()?, part: cells.get()? };
        let to = RowId { class: cells.oid()?, oid: cells.oid()?, part: cells.get()? };
        edges.push(Edge { from, to, kind: cells.letter()? });
    }
    let internal: HashMap<RowId, RowId> =
        edges.iter().filter(|edge| edge.is_of_part()).map(|edge| (edge.from, edge.to)).collect();
    let ancestors = Ancestors::of(catalogue);
    let mut depends = std::mem::take(&mut catalogue.depends);
    for Edge { from, to, kind } in edges {
        let object = object(catalogue, &internal, from).filter(|it| catalogue.schema.object(it).is_some());
        let Some(object) = object else { continue };
        let Some(needed) = object_or_columns(catalogue, &internal, &ancestors, to) else { continue };
        // That a sequence goes with its column is in its definition; the column's default is what needs the sequence.
        if kind == 'a' && matches!((&object, from.class), (Address::Object(ObjectKind::Sequence, _), class::CLASS)) {
            continue;
        }
        for needed in needed.into_iter().filter(|needed| *needed != object && !is_own_table(&object, needed)) {
            depends.entry(object.clone()).or_default().insert(needed);
        }
    }
    catalogue.depends = depends;
    Ok(())
}

/// Whether what is needed is the table that a part is a part of.
fn is_own_table(object: &Address, needed: &Address) -> bool {
    object.owner().is_some() && object.owner() == needed.relation() && needed.owner().is_none()
}

/// The object that a row is or is a part of.
fn object(catalogue: &Catalogue, internal: &HashMap<RowId, RowId>, row: RowId) -> Option<Address> {
    let mut row = row;
    // A part hangs on its whole, which may itself be a part; four steps are more than there are.
    for _ in 0..4 {
        if let Some(address) = catalogue.parts.get(&row).or_else(|| catalogue.addresses.get(&row)) {
            return Some(whole(catalogue, address));
        }
        match internal.get(&RowId { part: 0, ..row }) {
            Some(next) => row = *next,
            // The column of something whose columns have no addresses.
            None if row.part != 0 => row.part = 0,
            None => return None,
        }
    }
    None
}

/// The object itself, where an address is only there to be commented on.
fn whole(catalogue: &Catalogue, address: &Address) -> Address {
    match address {
        Address::Part(PartKind::DomainCheck, domain, _) => Address::Object(ObjectKind::Domain, domain.clone()),
        // Only a table's columns are objects.
        Address::Column(owner, _) if catalogue.schema.table(owner).is_none() => {
            let kinds = [ObjectKind::MaterializedView, ObjectKind::CompositeType];
            let others = kinds.map(|kind| Address::Object(kind, owner.clone())).into_iter();
            let found = others.chain([Address::View(owner.clone())]).find(|it| catalogue.schema.object(it).is_some());
            found.unwrap_or_else(|| address.clone())
        }
        _ => address.clone(),
    }
}

/// What is needed: an object; of an inherited part the table, and of an inherited column those that it comes from.
fn object_or_columns(
    catalogue: &Catalogue,
    internal: &HashMap<RowId, RowId>,
    ancestors: &Ancestors,
    row: RowId,
) -> Option<Vec<Address>> {
    let found = object(catalogue, internal, row)?;
    if catalogue.schema.object(&found).is_some() {
        return Some(vec![found]);
    }
    let mut all = vec![Address::Table(found.owner()?.clone())];
    if let Address::Column(table, name) = &found {
        ancestors.columns(catalogue, table, name, &mut all);
    }
    Some(all)
}

/// Parents by name.
struct Ancestors(HashMap<Qualified, Vec<Qualified>>);

impl Ancestors {
    fn of(catalogue: &Catalogue) -> Ancestors {
        let name = |oid: &u32| catalogue.relations.get(oid).cloned();
        let of = |(child, parents): (&u32, &Vec<u32>)| Some((name(child)?, parents.iter().filter_map(name).collect()));
        Ancestors(catalogue.parents.iter().filter_map(of).collect())
    }

    /// The columns of this name that ancestors declare.
    fn columns(&self, catalogue: &Catalogue, table: &Qualified, name: &Ident, all: &mut Vec<Address>) {
        for parent in self.0.get(table).into_iter().flatten() {
            let column = Address::Column(parent.clone(), name.clone());
            match catalogue.schema.object(&column) {
                Some(_) => all.push(column),
                None => self.columns(catalogue, parent, name, all),
            }
        }
    }
}
