//! Foreign keys.

use std::collections::BTreeMap;

use trueup_contract::Sql;
use trueup_state::{Ident, Qualified};

use super::{ident, qualified, table_name};
use crate::prisma::{
    datamodel::{Column, Datamodel, Model, Relation, Spot},
    names,
};

/// A foreign key before it is written.
pub(super) struct Reference {
    pub(super) spot: Spot,
    name: String,
    columns: Vec<Ident>,
    target: Qualified,
    references: Vec<Ident>,
    on_delete: &'static str,
    on_update: &'static str,
}

impl Reference {
    /// What follows CONSTRAINT.
    pub(super) fn clause(&self, start: Sql) -> Sql {
        let Reference { spot: _, name, columns, target, references, on_delete, on_update } = self;
        let from = start.ident(&ident(name)).raw("FOREIGN KEY").idents(columns);
        let to = from.raw("REFERENCES").name(target).idents(references);
        to.raw("ON DELETE").raw(on_delete).raw("ON UPDATE").raw(on_update)
    }
}

/// The foreign keys of each table, where there are any.
pub(super) fn references(data: &Datamodel) -> BTreeMap<Qualified, Vec<Reference>> {
    let mut all: BTreeMap<Qualified, Vec<Reference>> = BTreeMap::new();
    if !data.datasource.uses_foreign_keys {
        return all;
    }
    for relation in &data.relations {
        match relation {
            Relation::Reference { model, target, .. }
                if data.models[*model].is_view || data.models[*target].is_view => {}
            Relation::Reference { model, .. } => {
                all.entry(table_name(&data.models[*model])).or_default().extend(of_relation(data, relation));
            }
            Relation::Join { name, models, spot } => {
                let pair = models.map(|at| &data.models[at]);
                let longest = data.datasource.provider.longest_name();
                let table = names::with_suffix(&["_", name].concat(), "", longest);
                let each = |(letter, target)| of_join(&table, letter, target, *spot, longest);
                let both = ["A", "B"].into_iter().zip(pair).filter_map(each);
                all.entry(qualified(pair[0].schema.as_deref(), &table)).or_default().extend(both);
            }
        }
    }
    all
}

fn of_relation(data: &Datamodel, relation: &Relation) -> Option<Reference> {
    let Relation::Reference { model, target, columns, references, on_delete, on_update, map, spot } = relation else {
        return None;
    };
    let (own, target) = (&data.models[*model], &data.models[*target]);
    let named = |model: &Model, columns: &[usize]| -> Vec<Ident> {
        columns.iter().map(|at| ident(&model.columns[*at].mapped)).collect()
    };
    let columns = named(own, columns);
    let texts = columns.iter().map(Ident::text);
    let made = || names::of_columns(&own.mapped, texts, "_fkey", data.datasource.provider.longest_name());
    Some(Reference {
        spot: *spot,
        name: map.clone().unwrap_or_else(made),
        columns,
        target: table_name(target),
        references: named(target, references),
        on_delete,
        on_update,
    })
}

fn of_join(table: &str, letter: &str, target: &Model, spot: Spot, longest: usize) -> Option<Reference> {
    let suffix = ["_", letter, "_fkey"].concat();
    Some(Reference {
        spot,
        name: names::with_suffix(table, &suffix, longest),
        columns: vec![ident(letter)],
        target: table_name(target),
        references: vec![ident(&key_column(target)?.mapped)],
        on_delete: "CASCADE",
        on_update: "CASCADE",
    })
}

/// The column of a key of one column.
pub(super) fn key_column(model: &Model) -> Option<&Column> {
    let key = model.key.as_ref()?;
    key.fields.first().map(|field| &model.columns[field.column])
}
