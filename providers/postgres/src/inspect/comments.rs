//! The catalogue's comments.

use sqlx::Row;
use trueup_contract::DatabaseError;
use trueup_state::{Address, Ident, PostgresObject};

use super::{Catalogue, answers::Answers, catalogue::class, extensions::put, types::oid};
use crate::connect::failed;

/// What every database says of its schema `public`.
const PUBLIC: &str = "standard public schema";

/// Read them. Those of extensions are their own affair.
pub(super) async fn read(answers: &mut Answers<'_>, catalogue: &mut Catalogue) -> Result<(), DatabaseError> {
    for row in answers.rows(include_str!("sql/comments.sql")).await? {
        let (row_class, row_id) = (oid(&row, "class")?, oid(&row, "oid")?);
        let part: i32 = row.try_get("part").map_err(failed)?;
        let text: String = row.try_get("text").map_err(failed)?;
        let column: Option<String> = row.try_get("column_name").map_err(failed)?;
        let indexed: Option<i64> = row.try_get("indexed").map_err(failed)?;
        let index: Option<String> = row.try_get("index_name").map_err(failed)?;
        let relation = |oid: u32| catalogue.relations.get(&oid).cloned();
        let on = match (catalogue.address(row_class, row_id, part), column, indexed.zip(index)) {
            (Some(address), _, _) => Some(address.clone()),
            (None, Some(column), _) if row_class == class::CLASS => {
                relation(row_id).map(|it| Address::Column(it, Ident::from(column)))
            }
            (None, None, Some((table, index))) => {
                let table = u32::try_from(table).ok().and_then(relation);
                table.map(|it| Address::Index(it, Ident::from(index)))
            }
            _ => None,
        };
        let Some(on) = on else { continue };
        let is_usual = text == PUBLIC && matches!(&on, Address::Namespace(name) if name.text() == "public");
        if !is_usual && row_class != class::EXTENSION {
            put(catalogue, &Address::Comment(Box::new(on)), PostgresObject::Comment(text));
        }
    }
    Ok(())
}
