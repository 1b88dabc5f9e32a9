//! From what a schema means to the SQL that Prisma Migrate would make of it.
//!
//! It follows the schema engine of Prisma 7 (`sql_schema_calculator` and the renderers of prisma-engines). Every line
//! knows the
//! field, attribute or block that it is made from.

mod column;
mod reference;
mod table;

use std::collections::BTreeMap;

use trueup_contract::{Quoting, Sql};
use trueup_state::{Ident, Qualified};

use self::reference::{Reference, references};
use super::{
    datamodel::{Datamodel, Enum, Extension, Index, IndexField, IndexKind, Model, Spot},
    names,
    native::Provider,
    syntax::File,
};
use crate::Generated;

/// Types and operator classes that come with an extension. Migrate leaves it to the person to make it; where the
/// datasource does
/// not list any extensions, the ones that are needed are declared.
const NEEDS: &[(&str, &str)] = &[("CITEXT", "citext"), ("gin_trgm_ops", "pg_trgm"), ("gist_trgm_ops", "pg_trgm")];

/// The SQL of a whole schema.
pub(super) fn lower(data: &Datamodel, files: &[File]) -> Generated {
    let mut lowering = Lowering { data, files, references: references(data), generated: Generated::default() };
    lowering.surroundings();
    for model in data.models.iter().filter(|model| !model.is_view) {
        lowering.table(model);
    }
    lowering.joins();
    lowering.foreign_keys();
    lowering.generated
}

/// SQL under construction.
struct Lowering<'a> {
    data: &'a Datamodel,
    files: &'a [File],
    /// The foreign keys of each table.
    references: BTreeMap<Qualified, Vec<Reference>>,
    generated: Generated,
}

impl Lowering<'_> {
    fn provider(&self) -> Provider {
        self.data.datasource.provider
    }

    fn sql(&self, keywords: &str) -> Sql {
        sql(self.provider(), keywords)
    }

    /// Lines that were made from what stands at a spot.
    fn push(&mut self, spot: Spot, sql: Sql) {
        let Some(file) = self.files.get(spot.file) else { return };
        self.generated.push(&sql.finish(), &file.place(spot.span.start), spot.span.start, spot.span.len());
    }

    /// What tables need: schemas, extensions, enums.
    fn surroundings(&mut self) {
        if !matches!(self.provider(), Provider::Postgres | Provider::Cockroach) {
            return;
        }
        let data = self.data;
        for (name, spot) in data.datasource.schemas.iter().flatten().filter(|(name, _)| name != "public") {
            self.push(*spot, self.sql("CREATE SCHEMA").ident(&ident(name)).raw(";"));
        }
        if data.datasource.extensions.is_none() {
            self.needed_extensions();
        }
        for Extension { name, schema, version, spot } in data.datasource.extensions.iter().flatten() {
            let mut extension = self.sql("CREATE EXTENSION IF NOT EXISTS").ident(&ident(name));
            if let Some(schema) = schema {
                extension = extension.raw("SCHEMA").ident(&ident(schema));
            }
            if let Some(version) = version {
                extension = extension.raw("VERSION").ident(&ident(version));
            }
            self.push(*spot, extension.raw(";"));
        }
        for Enum { name: _, mapped, schema, values, spot } in &data.enums {
            let values = values.iter().map(|value| value.mapped.as_str());
            let name = qualified(schema.as_deref(), mapped);
            let made = self.sql("CREATE TYPE").name(&name).raw("AS ENUM").list(values, Sql::string);
            self.push(*spot, made.raw(";"));
        }
    }

    fn needed_extensions(&mut self) {
        let mut made: Vec<&str> = Vec::new();
        for model in self.data.models.iter().filter(|model| !model.is_view) {
            let types = model.columns.iter().map(|column| (column.native.as_deref(), column.spot));
            let classes = model
                .indexes
                .iter()
                .flat_map(|index| index.fields.iter().map(|field| (field.operators.as_deref(), index.spot)));
            for (word, spot) in types.chain(classes) {
                let Some((_, name)) = NEEDS.iter().find(|(known, _)| Some(*known) == word) else { continue };
                if !made.contains(name) {
                    made.push(name);
                    self.push(spot, self.sql("CREATE EXTENSION IF NOT EXISTS").ident(&ident(name)).raw(";"));
                }
            }
        }
    }

    /// The name of an index, given or made.
    fn index_name(&self, model: &Model, index: &Index) -> String {
        let suffix = if index.kind == IndexKind::Unique { "_key" } else { "_idx" };
        let columns = index.fields.iter().map(|field| model.columns[field.column].mapped.as_str());
        let made = || names::of_columns(&model.mapped, columns, suffix, self.provider().longest_name());
        index.map.clone().unwrap_or_else(made)
    }

    /// `("a", "b" DESC)`, of an index.
    fn index_fields(&self, sql: Sql, model: &Model, fields: &[IndexField]) -> Sql {
        sql.list(fields, |sql, IndexField { column, sort, length, operators }| {
            let mut sql = sql.ident(&ident(&model.columns[*column].mapped));
            if let Some(length) = length {
                sql = sql.raw("(").raw(length).raw(")");
            }
            if let Some(operators) = operators {
                sql = sql.raw(operators);
            }
            match sort {
                Some(sort) => sql.raw(sort),
                None => sql,
            }
        })
    }
}

/// SQL in the quoting of a provider.
fn sql(provider: Provider, keywords: &str) -> Sql {
    let identifier = if provider == Provider::Mysql { '`' } else { '"' };
    Sql::new(Quoting { identifier }, keywords)
}

/// The name of a model's table.
fn table_name(model: &Model) -> Qualified {
    qualified(model.schema.as_deref(), &model.mapped)
}

/// A name, in a schema if one is told.
fn qualified(schema: Option<&str>, name: &str) -> Qualified {
    Qualified { namespace: ident(schema.unwrap_or_default()), name: ident(name) }
}

fn ident(name: &str) -> Ident {
    Ident::from(name)
}
