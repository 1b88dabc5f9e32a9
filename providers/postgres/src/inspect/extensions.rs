//! The catalogue's extensions, and what belongs to them.

use sqlx::Row;
use trueup_contract::DatabaseError;
use trueup_state::{Address, Definition, Extension, Ident, ObjectKind, PostgresObject, Qualified};

use super::{
    Catalogue,
    answers::Answers,
    catalogue::{RowId, class},
};
use crate::connect::failed;

/// Read them.
pub(super) async fn read(answers: &mut Answers<'_>, catalogue: &mut Catalogue) -> Result<(), DatabaseError> {
    for row in answers.rows(include_str!("sql/extensions.sql")).await? {
        let text = |column: &str| row.try_get::<String, _>(column).map_err(failed);
        let address = Address::Object(ObjectKind::Extension, Qualified::bare(text("name")?));
        let schema = Some(Ident::from(text("namespace")?));
        let extension = Extension { schema, version: Some(text("version")?) };
        catalogue.is(class::EXTENSION, super::types::oid(&row, "oid")?, 0, address.clone());
        put(catalogue, &address, PostgresObject::Extension(extension));
    }
    for row in answers.rows(include_str!("sql/available.sql")).await? {
        let name: String = row.try_get("name").map_err(failed)?;
        let version: String = row.try_get("version").map_err(failed)?;
        let schema: String = row.try_get("namespace").map_err(failed)?;
        let extension = Extension { schema: Some(Ident::from(schema)), version: Some(version) };
        catalogue.cluster.available.insert(Ident::from(name), extension);
    }
    members(answers, catalogue).await
}

/// Put an object where its address says.
pub(super) fn put(catalogue: &mut Catalogue, address: &Address, object: PostgresObject) {
    catalogue.schema.others.insert(address.clone(), Definition::Postgres(Box::new(object)));
}

async fn members(answers: &mut Answers<'_>, catalogue: &mut Catalogue) -> Result<(), DatabaseError> {
    for row in answers.rows(include_str!("sql/members.sql")).await? {
        let word: String = row.try_get("word").map_err(failed)?;
        let namespace: Option<String> = row.try_get("namespace").map_err(failed)?;
        let name = Ident::from(row.try_get::<String, _>("name").map_err(failed)?);
        let types: Option<String> = row.try_get("types").map_err(failed)?;
        let extension: String = row.try_get("extension").map_err(failed)?;
        let namespace = Ident::from(namespace.unwrap_or_default());
        let full = Qualified { namespace: namespace.clone(), name: name.clone() };
        let address = match (word.as_str(), ObjectKind::of_word(&word), types) {
            ("schema", _, _) => Address::Namespace(name),
            ("table", _, _) => Address::Table(full),
            ("view", _, _) => Address::View(full),
            (_, Some(kind), Some(types)) => {
                if kind != ObjectKind::Aggregate || !types.is_empty() {
                    catalogue.cluster.routines.insert(name, namespace);
                }
                Address::Signed(kind, full, Ident::from(types))
            }
            (_, Some(kind), None) => {
                if kind.is_type() {
                    catalogue.cluster.types.insert(name, namespace);
                }
                Address::Object(kind, full)
            }
            (_, None, _) => continue,
        };
        let row = RowId { class: super::types::oid(&row, "class")?, oid: super::types::oid(&row, "oid")?, part: 0 };
        catalogue.members.insert(row, address.clone());
        catalogue.cluster.members.insert(address, Ident::from(extension));
    }
    Ok(())
}
