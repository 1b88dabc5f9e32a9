//! The catalogue's types.

mod domain;
mod range;

use std::collections::HashMap;

use sqlx::{Row, postgres::PgRow, types::Json};
use trueup_contract::DatabaseError;
use trueup_state::{
    Address, Attribute, CompositeType, Defined, Enabled, EnumType, Ident, ObjectKind, PostgresObject, Qualified,
    SqlText,
};

use super::{Catalogue, answers::Answers, catalogue::class, extensions::put};
use crate::{canonical, connect::failed};

/// An OID, which queries give as a number of eight bytes.
pub(super) fn oid(row: &PgRow, column: &str) -> Result<u32, DatabaseError> {
    let number: i64 = row.try_get(column).map_err(failed)?;
    u32::try_from(number).map_err(|_| DatabaseError::Failed(["`", column, "` is no OID"].concat()))
}

/// The columns `namespace` and `name`.
pub(super) fn name(row: &PgRow) -> Result<Qualified, DatabaseError> {
    let text = |column: &str| row.try_get::<String, _>(column).map(Ident::from).map_err(failed);
    Ok(Qualified { namespace: text("namespace")?, name: text("name")? })
}

/// The columns `collation_namespace` and `collation_name`.
pub(super) fn collation(row: &PgRow) -> Result<Option<Qualified>, DatabaseError> {
    let text = |column: &str| row.try_get::<Option<String>, _>(column).map(|it| it.map(Ident::from)).map_err(failed);
    let (namespace, name) = (text("collation_namespace")?, text("collation_name")?);
    Ok(namespace.zip(name).map(|(namespace, name)| Qualified { namespace, name }))
}

/// An object that is one text.
pub(super) fn defined(definition: String) -> PostgresObject {
    let definition = SqlText::new(definition.clone(), definition);
    PostgresObject::Defined(Defined { definition, enabled: Enabled::default() })
}

/// Read them.
pub(super) async fn read(answers: &mut Answers<'_>, catalogue: &mut Catalogue) -> Result<(), DatabaseError> {
    let mut attributes = attributes(answers).await?;
    let mut checks = domain::checks(answers).await?;
    let mut texts = range::texts(answers).await?;
    for row in answers.rows(include_str!("sql/types.sql")).await? {
        let own = name(&row)?;
        let row_id = oid(&row, "oid")?;
        let kind: String = row.try_get("kind").map_err(failed)?;
        let (kind, object) = match kind.as_str() {
            "e" => {
                let labels: Option<Json<Vec<String>>> = row.try_get("labels").map_err(failed)?;
                (ObjectKind::Enum, PostgresObject::Enum(EnumType { labels: labels.map_or_else(Vec::new, |it| it.0) }))
            }
            "d" => {
                let checks = checks.remove(&row_id).unwrap_or_default();
                (ObjectKind::Domain, PostgresObject::Domain(domain::read(&row, &own, checks, catalogue)?))
            }
            "c" => {
                let relation = oid(&row, "relation")?;
                let address = Address::Object(ObjectKind::CompositeType, own.clone());
                catalogue.is(class::CLASS, relation, 0, address);
                let attributes = attributes.remove(&relation).unwrap_or_default();
                for (position, it) in &attributes {
                    let column = Address::Column(own.clone(), it.name.clone());
                    catalogue.is(class::CLASS, relation, *position, column);
                }
                let attributes = attributes.into_iter().map(|(_, it)| it).collect();
                (ObjectKind::CompositeType, PostgresObject::Composite(CompositeType { attributes }))
            }
            "r" => (ObjectKind::RangeType, defined(texts.remove(&row_id).unwrap_or_default())),
            // What is not defined is a shell, which nothing follows.
            _ => (ObjectKind::BaseType, defined(texts.remove(&row_id).unwrap_or_default())),
        };
        let address = Address::Object(kind, own);
        catalogue.is(class::TYPE, row_id, 0, address.clone());
        put(catalogue, &address, object);
    }
    Ok(())
}

/// The attributes of composite types by relation, with their numbers.
async fn attributes(answers: &mut Answers<'_>) -> Result<HashMap<u32, Vec<(i32, Attribute)>>, DatabaseError> {
    let mut all: HashMap<u32, Vec<(i32, Attribute)>> = HashMap::new();
    for row in answers.rows(include_str!("sql/attributes.sql")).await? {
        let text = |column: &str| row.try_get::<String, _>(column).map_err(failed);
        let ty = canonical::plain(&text("type")?);
        let it = Attribute { name: Ident::from(text("name")?), ty, collation: collation(&row)? };
        let position: i32 = row.try_get("position").map_err(failed)?;
        all.entry(oid(&row, "relation")?).or_default().push((position, it));
    }
    Ok(all)
}
