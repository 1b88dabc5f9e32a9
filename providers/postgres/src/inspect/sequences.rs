//! The catalogue's sequences.

use sqlx::Row;
use trueup_contract::DatabaseError;
use trueup_state::{Address, Ident, ObjectKind, PostgresObject, Qualified, Sequence, SequenceOptions};

use super::{
    Catalogue,
    answers::Answers,
    catalogue::class,
    extensions::put,
    types::{name, oid},
};
use crate::connect::failed;

/// Read them. Those of identity columns are not listed, but privileges and comments may be on them.
pub(super) async fn read(answers: &mut Answers<'_>, catalogue: &mut Catalogue) -> Result<(), DatabaseError> {
    for row in answers.rows(include_str!("sql/sequences.sql")).await? {
        let number = |column: &str| row.try_get::<i64, _>(column).map_err(failed);
        let optional = |column: &str| row.try_get::<Option<String>, _>(column).map_err(failed);
        let own = name(&row)?;
        let address = Address::Object(ObjectKind::Sequence, own.clone());
        let row_id = oid(&row, "oid")?;
        catalogue.is(class::CLASS, row_id, 0, address.clone());
        catalogue.relations.insert(row_id, own);
        if row.try_get("is_identity").map_err(failed)? {
            continue;
        }
        let owner = (optional("table_namespace")?, optional("table_name")?, optional("column_name")?);
        let owned_by = match owner {
            (Some(namespace), Some(table), Some(column)) => {
                let table = Qualified { namespace: Ident::from(namespace), name: Ident::from(table) };
                Some((table, Ident::from(column)))
            }
            _ => None,
        };
        let sequence = Sequence {
            ty: row.try_get("type").map_err(failed)?,
            options: SequenceOptions {
                start: number("start")?,
                increment: number("increment")?,
                minimum: number("minimum")?,
                maximum: number("maximum")?,
                cache: number("cache")?,
                cycle: row.try_get("cycle").map_err(failed)?,
            },
            unlogged: row.try_get("unlogged").map_err(failed)?,
            owned_by,
        };
        put(catalogue, &address, PostgresObject::Sequence(sequence));
    }
    Ok(())
}
