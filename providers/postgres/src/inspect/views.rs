//! The catalogue's views and materialized views.

use std::collections::BTreeMap;

use sqlx::{Row, postgres::PgRow};
use trueup_contract::DatabaseError;
use trueup_state::{
    Address, Definition, Ident, MaterializedView, ObjectKind, Options, PostgresObject, PostgresView, Qualified, Query,
};

use super::{
    Catalogue,
    answers::{Answers, texts},
    catalogue::class,
};
use crate::{Postgres, canonical, connect::failed};

/// Read them.
pub(super) async fn read(answers: &mut Answers<'_>, catalogue: &mut Catalogue) -> Result<(), DatabaseError> {
    for row in answers.rows(include_str!("sql/views.sql")).await? {
        let name = name(&row).map_err(failed)?;
        let is_materialized: bool = row.try_get("is_materialized").map_err(failed)?;
        let address = match is_materialized {
            true => Address::Object(ObjectKind::MaterializedView, name.clone()),
            false => Address::View(name.clone()),
        };
        let columns = register(catalogue, &row, &name, &address).map_err(failed)?;
        let definition = if is_materialized {
            let view = PostgresObject::MaterializedView(materialized(&row).map_err(failed)?);
            Definition::Postgres(Box::new(view))
        } else {
            Definition::View(query(catalogue, &row, &address, &columns).map_err(failed)?)
        };
        catalogue.schema.put(&address, definition);
    }
    Ok(())
}

fn name(row: &PgRow) -> Result<Qualified, sqlx::Error> {
    let namespace: String = row.try_get("namespace")?;
    let name: String = row.try_get("name")?;
    Ok(Qualified { namespace: namespace.into(), name: name.into() })
}

/// Note the rows that are a view or belong to it: its rule, which is what needs other objects, and its row type.
fn register(
    catalogue: &mut Catalogue,
    row: &PgRow,
    name: &Qualified,
    address: &Address,
) -> Result<BTreeMap<i16, Ident>, sqlx::Error> {
    let oid = number(row.try_get("oid")?);
    catalogue.relations.insert(oid, name.clone());
    catalogue.is(class::CLASS, oid, 0, address.clone());
    for (of, column) in [(class::REWRITE, "rule"), (class::TYPE, "row_type"), (class::TYPE, "array_type")] {
        if let Some(part) = row.try_get::<Option<i64>, _>(column)?.filter(|it| *it != 0) {
            catalogue.is(of, number(part), 0, address.clone());
        }
    }
    let names = texts(row, "columns")?;
    let numbers: Vec<i16> = row.try_get("numbers")?;
    let columns: BTreeMap<i16, Ident> = numbers.into_iter().zip(names.into_iter().map(Ident::from)).collect();
    for (number, column) in &columns {
        catalogue.columns.insert((oid, *number), column.clone());
        // It is no object by itself, but it may be commented on.
        catalogue.is(class::CLASS, oid, i32::from(*number), Address::Column(name.clone(), column.clone()));
    }
    Ok(columns)
}

fn query(
    catalogue: &mut Catalogue,
    row: &PgRow,
    address: &Address,
    columns: &BTreeMap<i16, Ident>,
) -> Result<Query, sqlx::Error> {
    let mut options = options(&texts(row, "options")?);
    for (name, value) in options.iter_mut() {
        *value = Postgres::view_option(name, value);
    }
    let numbers: Vec<i16> = row.try_get("default_numbers")?;
    let defaults = texts(row, "default_texts")?;
    for part in row.try_get::<Vec<i64>, _>("default_rows")? {
        catalogue.is(class::ATTRDEF, number(part), 0, address.clone());
    }
    let named = |(number, text): (i16, String)| Some((columns.get(&number)?.clone(), canonical::plain(&text)));
    let defaults = numbers.into_iter().zip(defaults).filter_map(named).collect();
    Ok(Query {
        definition: canonical::plain(&row.try_get::<String, _>("definition")?),
        extra: PostgresView { options, defaults }.into(),
    })
}

fn materialized(row: &PgRow) -> Result<MaterializedView, sqlx::Error> {
    Ok(MaterializedView {
        definition: canonical::plain(&row.try_get::<String, _>("definition")?),
        options: options(&texts(row, "options")?),
        access_method: row.try_get::<Option<String>, _>("access_method")?.map(Ident::from),
    })
}

/// `pg_class.reloptions`: each entry is `name=value`.
fn options(entries: &[String]) -> Options {
    let entries = entries.iter().filter_map(|entry| entry.split_once('='));
    entries.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn number(oid: i64) -> u32 {
    u32::try_from(oid).unwrap_or_default()
}

impl Postgres {
    /// The one form of a view's option: its booleans may be spelled in many ways, and PostgreSQL keeps what was written.
    pub(crate) fn view_option(name: &str, value: &str) -> String {
        let value = value.to_ascii_lowercase();
        let is_prefix = |word: &str, least: usize| value.len() >= least && word.starts_with(&value);
        match name {
            "security_barrier" | "security_invoker" => {
                let yes = is_prefix("true", 1) || is_prefix("yes", 1) || value == "on" || value == "1";
                if yes { "true".to_owned() } else { "false".to_owned() }
            }
            _ => value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_yes_are_one() {
        for yes in ["true", "ON", "1", "y", "tr"] {
            assert_eq!(Postgres::view_option("security_barrier", yes), "true");
        }
        assert_eq!(Postgres::view_option("security_barrier", "off"), "false");
        assert_eq!(Postgres::view_option("check_option", "LOCAL"), "local");
    }
}
