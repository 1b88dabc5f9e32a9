//! What is renamed along with a table or a column: sequences, constraints and indexes that bear its name.

use std::collections::BTreeSet;

use trueup_state::{
    Address, Change, Definition, Ident, ObjectKind, Origins, Part, PartKind, PostgresObject, Qualified, Schema, Table,
};

use crate::naming;

/// What lies in a renamed table, or belongs to it, was named after it and is declared under the name that PostgreSQL
/// would make now. What is declared under its old name keeps that; what is not declared at all is left alone.
pub(crate) fn renamed_along(renames: &[Change], observed: &Schema, desired: &Schema) -> Vec<(Address, Address)> {
    let touched: BTreeSet<&Qualified> = renames.iter().filter_map(table_of).collect();
    let origins = Origins::of(renames);
    let mut along = Vec::new();
    let mut taken: BTreeSet<Address> = BTreeSet::new();
    for name in touched {
        let Some(table) = observed.table(name) else { continue };
        let Some(renamed) = Renamed::of(&origins, name, table) else { continue };
        for (address, columns) in bearers(observed, name, table) {
            let mut now = origins.then(&address);
            // A sequence goes with its table from schema to schema.
            if let Address::Object(ObjectKind::Sequence, it) = &mut now
                && it.namespace == name.namespace
            {
                it.namespace.clone_from(&renamed.table.namespace);
            }
            let is_free = |it: &Address| desired.has(it) && !observed.has(&origins.now(it)) && !taken.contains(it);
            let mut names = address.name().map(|it| renamed.names(it, &columns)).unwrap_or_default().into_iter();
            let to = match desired.has(&now) {
                true => Some(now),
                false => names.find_map(|it| now.with_name(&it).filter(is_free)),
            };
            if let Some(to) = to.filter(|to| *to != origins.then(&address)) {
                taken.insert(to.clone());
                along.push((address, to));
            }
        }
    }
    along
}

/// The table that a rename is about, or about a column of.
fn table_of(change: &Change) -> Option<&Qualified> {
    match change {
        Change::Rename { from: Address::Table(table) | Address::Column(table, _), to: _ } => Some(table),
        _ => None,
    }
}

/// A table that is called otherwise, or some of whose columns are.
struct Renamed<'a> {
    was: &'a Qualified,
    table: Qualified,
    /// Every column's name, and the one to come.
    columns: Vec<(&'a Ident, Ident)>,
}

impl<'a> Renamed<'a> {
    fn of(origins: &Origins, name: &'a Qualified, table: &'a Table) -> Option<Renamed<'a>> {
        let Address::Table(now) = origins.then(&Address::Table(name.clone())) else { return None };
        let column = |own: &'a Ident| match origins.then(&Address::Column(name.clone(), own.clone())) {
            Address::Column(_, new) => (own, new),
            _ => (own, own.clone()),
        };
        let columns: Vec<(&Ident, Ident)> = table.columns.keys().map(column).collect();
        let is_same = now == *name && columns.iter().all(|(old, new)| *old == new);
        (!is_same).then_some(Renamed { was: name, table: now, columns })
    }

    /// What a name may become: the same parts as far as PostgreSQL made it of them, or else the new table's name in
    /// place of the old one at its start.
    fn names(&self, old: &Ident, columns: &[&Ident]) -> Vec<Ident> {
        let label = old.text().rsplit('_').next().unwrap_or_default();
        let of_column = |own: &Ident| match self.columns.iter().find(|(it, _)| *it == own) {
            Some((_, new)) => new.text().to_owned(),
            None => own.text().to_owned(),
        };
        let joined = |all: &[&Ident]| {
            let old = naming::addition(all.iter().map(|it| it.text()));
            let new: Vec<String> = all.iter().map(|it| of_column(it)).collect();
            (old, naming::addition(new.iter().map(String::as_str)))
        };
        let alone = self.columns.iter().map(|(it, _)| joined(&[it]));
        let all = std::iter::once(joined(columns)).filter(|_| !columns.is_empty()).chain(alone);
        let (was, is) = (self.was.name.text(), self.table.name.text());
        let mut names: Vec<Ident> = all
            .filter(|(before, _)| naming::object_name(was, Some(before), label) == *old)
            .map(|(_, after)| naming::object_name(is, Some(&after), label))
            .collect();
        let rest = old.text().strip_prefix(was).filter(|it| it.starts_with('_'));
        names.extend(rest.map(|rest| Ident::from([is, rest].concat())));
        names.retain(|it| it != old);
        names
    }
}

/// What may be named after a table, with the columns that the name may be made of.
fn bearers<'a>(schema: &'a Schema, name: &Qualified, table: &'a Table) -> Vec<(Address, Vec<&'a Ident>)> {
    fn columns(parts: &[Part]) -> Vec<&Ident> {
        parts.iter().filter_map(Part::column_name).collect()
    }
    let mut all: Vec<(Address, Vec<&Ident>)> = Vec::new();
    let uniques =
        table.uniques.iter().map(|(own, it)| (Address::Unique(name.clone(), own.clone()), columns(&it.parts)));
    all.extend(uniques);
    let checks = table.checks.keys().map(|own| (Address::Check(name.clone(), own.clone()), Vec::new()));
    all.extend(checks);
    let keys = table.foreign_keys.iter();
    all.extend(keys.map(|(own, it)| (Address::ForeignKey(name.clone(), own.clone()), it.columns.iter().collect())));
    let indexes = table.indexes.iter().map(|(own, it)| (Address::Index(name.clone(), own.clone()), columns(&it.parts)));
    all.extend(indexes);
    for (address, it) in &schema.others {
        match (address, it) {
            (Address::Part(PartKind::Exclude, owner, _), _) if owner == name => all.push((address.clone(), Vec::new())),
            (Address::Object(ObjectKind::Sequence, _), Definition::Postgres(object)) => {
                if let PostgresObject::Sequence(sequence) = object.as_ref()
                    && let Some((owner, column)) = &sequence.owned_by
                    && owner == name
                {
                    all.push((address.clone(), vec![column]));
                }
            }
            _ => (),
        }
    }
    all
}
